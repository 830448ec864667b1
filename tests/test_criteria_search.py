"""The plain search of `reference_search.py`: what is known of it, so it can be a measure."""

import math

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from reference_criteria import CRITERIA
from reference_search import Node, all_splits, best_split, charged_gains, scores_of

# Numeric weather: temperature, humidity, windy, and whether there was play; the first five sunny.
WEATHER = np.array([
    [85, 85, 0, 0], [80, 90, 1, 0], [72, 95, 0, 0], [69, 70, 0, 1], [75, 70, 1, 1], [83, 86, 0, 1],
    [64, 65, 1, 1], [72, 90, 1, 1], [81, 75, 0, 1], [70, 96, 0, 1], [68, 80, 0, 1], [65, 70, 1, 0],
    [75, 80, 0, 1], [71, 91, 1, 0],
])  # fmt: skip


def splits_of(X, classes, weights=None, **options):
    X = np.asarray(X, dtype=float)
    return all_splits(Node.of(X, np.asarray(classes), weights), range(X.shape[1]), **options)


def best_of(X, classes, name, **options):
    splits = splits_of(X, classes, **options)
    found = best_split(splits, scores_of(splits, name))
    return None if found is None else splits[found]


def test_the_cuts_of_c45_pay_for_being_the_best_of_many():
    """Nothing is left of the gains, 0.045334 the best of 9 and 0.151836 the best of 7."""
    splits = splits_of(WEATHER[:, :2], WEATHER[:, 3])
    found = {(splits[i].feature, splits[i].threshold): g for i, g in charged_gains(splits).items()}
    assert found == {
        (0, 70.5): pytest.approx(-0.181089, abs=1e-6),
        (1, 82.5): pytest.approx(-0.048690, abs=1e-6),
    }
    assert best_of(WEATHER[:, :2], WEATHER[:, 3], "c45") is None
    sunny = splits_of(WEATHER[:5, 1:2], WEATHER[:5, 3])
    ((i, gain),) = charged_gains(sunny).items()
    assert (sunny[i].threshold, gain) == (77.5, pytest.approx(0.770951, abs=1e-6))


def test_a_cut_of_c45_leaves_two_samples():
    split = best_of(np.arange(12)[:, None], [0] * 11 + [1], "c45")
    assert split is None or split.threshold != 10.5
    assert best_of(np.arange(12)[:, None], [0] * 9 + [1] * 3, "c45").threshold == 8.5


def test_a_cut_next_to_no_boundary_may_be_the_only_one():
    """00000001, three samples to a leaf."""
    split = best_of(np.arange(8)[:, None], [0] * 7 + [1], "entropy", min_samples_leaf=3)
    assert split.threshold == 4.5


@pytest.mark.parametrize("name", ["entropy", "gini"])
def test_the_best_split_is_as_good_as_scikit_learns(name):
    rng = np.random.default_rng(0)
    for _ in range(30):
        X, y = rng.integers(0, 9, (20, 3)), rng.integers(0, 3, 20)
        weights = rng.random(20)
        splits = splits_of(X, y, weights, min_samples_leaf=2)
        best = max(scores_of(splits, name))
        stump = DecisionTreeClassifier(criterion=name, max_depth=1, min_samples_leaf=2)
        tree = stump.fit(X, y, weights).tree_
        w = tree.weighted_n_node_samples
        gain = tree.impurity[0] - (w[1:] @ tree.impurity[1:]) / w[0]
        assert best == pytest.approx(gain, abs=1e-12)


def test_ties_go_to_the_first_column_and_the_lowest_threshold():
    X = np.array([[1, 0, 0], [1, 1, 1], [1, 2, 2], [1, 3, 3]])
    for name in CRITERIA:
        if name == "c45":  # a sample on its own is none of its cuts
            continue
        split = best_of(X, [0, 1, 1, 0], name)
        assert (split.feature, split.threshold) == (1, 0.5)
    missing = [[0.0], [math.nan], [1.0]]
    split = best_of(missing, [0, 1, 1], "gini")
    assert (split.threshold, split.missing_left) == (0.5, False)
    split = best_of(missing, [0, 0, 1], "gini")
    assert (split.threshold, split.missing_left) == (0.5, True)
    split = best_of(missing, [0, 1, 0], "gini")
    assert (split.threshold, split.missing_left) == (math.inf, False)


def test_all_sets_of_categories_are_tried():
    X = np.array([[0], [1], [2], [3]] * 2)
    assert len(splits_of(X, [0, 1, 0, 1] * 2, categorical=[0])) == 2**3 - 1
    split = best_of(X, [0, 1, 0, 1] * 2, "gini", categorical=[0])
    assert sorted(split.children) == [[0, 4], [4, 0]]
    X = np.vstack([X, [[math.nan]]])
    assert len(splits_of(X, [0, 1, 0, 1] * 2 + [0], categorical=[0])) == 2**4 - 1


def test_the_gain_ratio_is_guarded():
    """A sliver of a column that gains little has the better ratio, and is not taken."""
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1], 50)
    sliver = np.zeros(100)
    sliver[99] = 1
    good = np.where(rng.random(100) < 0.05, 1 - y, y)
    splits = splits_of(np.column_stack([sliver, good]), y)
    ratio = [CRITERIA["gain_ratio"].score(split.children) for split in splits]
    assert splits[best_split(splits, scores_of(splits, "gain_ratio"))].feature == 1
    assert scores_of(splits, "gain_ratio") == [-math.inf, ratio[1]]


def test_a_column_of_many_values_is_corrected_for():
    """Both columns have the same best split; the second offers one split only."""
    y = np.repeat([0, 1], 4)
    X = np.column_stack([np.arange(8), y])
    for name in ("chi2", "g_test"):
        assert best_of(X, y, name).feature == 1
    assert best_of(X, y, "entropy").feature == 0
