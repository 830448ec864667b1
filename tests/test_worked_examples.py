"""Figures that textbooks work out by hand: 14 days of tennis, iris, XOR, and the chain rule."""

import math
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_classification

from gaintree import GainTreeClassifier

# outlook, temperature and humidity in degrees and percent, and in words, windy, play
TENNIS = """
    sunny     85  85  hot   high    no   no
    sunny     80  90  hot   high    yes  no
    overcast  83  86  hot   high    no   yes
    rainy     70  96  mild  high    no   yes
    rainy     68  80  cool  normal  no   yes
    rainy     65  70  cool  normal  yes  no
    overcast  64  65  cool  normal  yes  yes
    sunny     72  95  mild  high    no   no
    sunny     69  70  cool  normal  no   yes
    rainy     75  80  mild  normal  no   yes
    sunny     75  70  mild  normal  yes  yes
    overcast  72  90  mild  high    yes  yes
    overcast  81  75  hot   normal  no   yes
    rainy     71  91  mild  high    yes  no
"""
_WORDS = np.array([line.split() for line in TENNIS.split("\n") if line.strip()]).T
DAYS = SimpleNamespace(
    outlook=_WORDS[0],
    degrees=_WORDS[1].astype(float),
    percent=_WORDS[2].astype(float),
    temperature=_WORDS[3],
    humidity=_WORDS[4],
    windy=_WORDS[5],
    play=_WORDS[6],
)
ALL_DAYS = np.full(14, True)
IRIS_X, IRIS_Y = load_iris(return_X_y=True)
SEPAL_LENGTH, PETAL_LENGTH, PETAL_WIDTH = 0, 2, 3


def close(expected, tolerance=1e-6):
    """As many digits as the worked examples have."""
    return pytest.approx(expected, abs=tolerance)


def grow(columns, y, weights=None, **parameters):
    X = np.column_stack(columns)
    return GainTreeClassifier(**parameters).fit(X, y, weights).tree_


def stump(column, y, **parameters):
    return grow([column], y, max_depth=1, **parameters)


def codes(words):
    return np.unique(words, return_inverse=True)[1]


def total_gain(tree):
    """Gain of all splits together, for a sample at the root."""
    weight = tree.weighted_n_node_samples
    return (tree.gains() * weight).sum() / weight[0]


@pytest.mark.parametrize(("criterion", "expected"), [("entropy", 0.940286), ("gini", 0.459184)])
def test_tennis_has_nine_days_of_fourteen(criterion, expected):
    tree = stump(DAYS.degrees, DAYS.play, criterion=criterion)
    assert tree.impurity[0] == close(expected)
    np.testing.assert_allclose(tree.value[0, 0], [5 / 14, 9 / 14])


@pytest.mark.parametrize(
    ("column", "entropy_gain", "gini_gain"),
    [
        (DAYS.outlook, 0.246750, 0.116327),
        (DAYS.humidity, 0.151836, 0.091837),
        (DAYS.windy, 0.048127, 0.030612),
        (DAYS.temperature, 0.029223, 0.018707),
        (np.arange(14), 0.940286, 0.459184),
    ],
    ids=["outlook", "humidity", "windy", "temperature", "day"],
)
def test_binary_splits_of_a_nominal_column_gain_what_it_tells(column, entropy_gain, gini_gain):
    """Split by split a tree of one column takes its values apart: the gains add up."""
    assert total_gain(grow([codes(column)], DAYS.play)) == close(entropy_gain)
    assert total_gain(grow([codes(column)], DAYS.play, criterion="gini")) == close(gini_gain)
    one_hot = [column == value for value in np.unique(column)]
    assert total_gain(grow(one_hot, DAYS.play)) == close(entropy_gain)


@pytest.mark.parametrize(
    ("outlook", "column", "expected"),
    [
        ("sunny", DAYS.humidity, 0.970951),
        ("sunny", DAYS.temperature, 0.570951),
        ("sunny", DAYS.windy, 0.019973),
        ("rainy", DAYS.windy, 0.970951),
        ("rainy", DAYS.humidity, 0.019973),
        ("rainy", DAYS.temperature, 0.019973),
    ],
)
def test_tennis_on_sunny_and_rainy_days(outlook, column, expected):
    days = DAYS.outlook == outlook
    assert total_gain(grow([codes(column)[days]], DAYS.play[days])) == close(expected)


@pytest.mark.parametrize(
    ("column", "days", "min_samples_leaf", "threshold", "gain"),
    [
        (DAYS.degrees, ALL_DAYS, 1, 84.0, 0.113401),
        (DAYS.degrees, ALL_DAYS, 2, 70.5, 0.045334),
        (DAYS.percent, ALL_DAYS, 1, 82.5, 0.151836),
        (DAYS.percent, DAYS.outlook == "sunny", 1, 77.5, 0.970951),
    ],
)
def test_best_cut_of_a_numeric_column(column, days, min_samples_leaf, threshold, gain):
    tree = stump(column[days], DAYS.play[days], min_samples_leaf=min_samples_leaf)
    assert tree.threshold[0] == threshold
    assert tree.gains()[0] == close(gain)


def test_tennis_tree_starts_with_overcast():
    one_hot = [DAYS.outlook == value for value in ("sunny", "overcast", "rainy")]
    tree = grow([*one_hot, codes(DAYS.humidity), codes(DAYS.windy)], DAYS.play)
    assert tree.feature[0] == 1
    assert tree.gains()[0] == close(0.940286 - 10 / 14)
    other_days = tree.children_left[0]
    assert tree.impurity[other_days] == 1.0
    assert tree.feature[other_days] == 3  # humidity, before sunny or rainy
    assert tree.gains()[other_days] == close(0.278072)


def test_two_splits_that_leave_as_many_errors():
    """Entropy and Gini prefer the one with a pure child; the error does not see it."""
    y = np.repeat([0, 1], 40)
    a = np.repeat([0, 1, 0, 1], [30, 10, 10, 30])
    b = np.repeat([0, 1, 0], [20, 20, 40])
    for criterion, of_a, of_b in [("entropy", 0.188722, 0.311278), ("gini", 0.125, 0.166667)]:
        assert stump(a, y, criterion=criterion).gains()[0] == close(of_a)
        assert stump(b, y, criterion=criterion).gains()[0] == close(of_b)
        assert grow([a, b], y, criterion=criterion).feature[0] == 1


def test_a_split_may_gain_although_it_saves_no_error():
    y = np.repeat([0, 1], [40, 80])
    column = np.repeat([0, 1, 0, 1], [28, 12, 42, 38])
    assert stump(column, y).impurity[0] == close(0.918296)
    assert stump(column, y).gains()[0] == close(0.020641)
    assert stump(column, y, criterion="gini").gains()[0] == close(0.012444)


@pytest.mark.parametrize(("criterion", "gain"), [("entropy", 0.918296), ("gini", 0.333333)])
def test_iris_setosa_is_told_by_its_petals(criterion, gain):
    for feature, threshold in [(PETAL_LENGTH, 2.45), (PETAL_WIDTH, 0.8)]:
        tree = stump(IRIS_X[:, feature], IRIS_Y, criterion=criterion)
        assert tree.threshold[0] == close(threshold, 1e-12)
        assert tree.gains()[0] == close(gain)
        assert tree.impurity[tree.children_left[0]] == 0.0
    tree = grow([IRIS_X], IRIS_Y, criterion=criterion)
    assert tree.feature[0] == PETAL_LENGTH  # of tied features the first


def test_iris_has_three_classes_as_frequent():
    assert stump(IRIS_X[:, 0], IRIS_Y).impurity[0] == close(math.log2(3), 1e-15)
    assert stump(IRIS_X[:, 0], IRIS_Y, criterion="gini").impurity[0] == close(2 / 3, 1e-15)


@pytest.mark.parametrize(("criterion", "threshold"), [("entropy", 5.55), ("gini", 5.45)])
def test_entropy_and_gini_cut_the_sepal_length_elsewhere(criterion, threshold):
    tree = stump(IRIS_X[:, SEPAL_LENGTH], IRIS_Y, criterion=criterion)
    assert tree.threshold[0] == close(threshold, 1e-12)


@pytest.mark.parametrize("criterion", ["entropy", "gini"])
def test_size_of_the_whole_iris_tree(criterion):
    tree = grow([IRIS_X], IRIS_Y, criterion=criterion)
    assert (tree.node_count, tree.max_depth, tree.n_leaves) == (17, 5, 9)


@pytest.mark.parametrize("criterion", ["entropy", "gini"])
@pytest.mark.parametrize("repeats", [1, 25])
def test_xor_is_solved_although_its_first_split_gains_nothing(criterion, repeats):
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]).repeat(repeats, axis=0)
    y = X[:, 0] ^ X[:, 1]
    for column in X.T:
        assert stump(column, y, criterion=criterion).gains()[0] == close(0.0, 1e-15)
    tree = grow([X], y, criterion=criterion)
    assert (tree.node_count, tree.max_depth, tree.feature[0], tree.threshold[0]) == (7, 2, 0, 0.5)
    np.testing.assert_array_equal(GainTreeClassifier(criterion=criterion).fit(X, y).predict(X), y)
    assert grow([X], y, criterion=criterion, min_impurity_decrease=1e-9).node_count == 1


@pytest.mark.parametrize("seed", range(20))
def test_log_loss_falls_by_what_each_split_gains(seed):
    """Chain rule: log loss of the leaves' frequencies = H(Y) - gains of all splits, in bits."""
    rng = np.random.default_rng(seed)
    X, y = make_classification(200, 6, n_informative=4, n_classes=4, flip_y=0.2, random_state=seed)
    weights = None if seed % 2 else rng.random(len(y))
    model = GainTreeClassifier(
        max_depth=int(rng.integers(1, 9)),
        splitter=rng.choice(["best", "random"]),
        random_state=seed,
    ).fit(X, y, weights)
    own_class = model.predict_proba(X)[np.arange(len(y)), y]
    log_loss = np.average(-np.log2(own_class), weights=weights)
    assert model.tree_.impurity[0] - total_gain(model.tree_) == close(log_loss, 1e-12)
    assert model.tree_.node_count > 1
