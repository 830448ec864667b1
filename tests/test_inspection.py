"""Where two trees part, and why."""

import json
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import NotFittedError
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.fixes import parse_version

from gaintree import GainTreeClassifier
from gaintree.inspection import first_difference

X, y = load_breast_cancer(return_X_y=True)
OLD_SKLEARN = parse_version(sklearn.__version__) < parse_version("1.8")


def sklearn_tree(X, y, **parameters):
    return DecisionTreeClassifier(criterion="entropy", random_state=0, **parameters).fit(X, y)


def test_the_same_tree_parts_nowhere():
    ours = GainTreeClassifier().fit(X, y)
    assert first_difference(ours, ours, X, y) is None
    assert first_difference(ours, ours.to_sklearn(), X, y) is None


def test_a_tie():
    """Both columns hold the same; scikit-learn's draw decides which it takes."""
    column = np.arange(8.0)[:, None]
    X, y = np.hstack([column, column]), [0] * 4 + [1] * 4
    ours = GainTreeClassifier().fit(X, y)
    second = DecisionTreeClassifier(criterion="entropy").fit(X[:, ::-1] * [0, 1], y)
    difference = first_difference(ours, second, X, y)
    assert (difference.features, difference.reason, difference.gains) == ((0, 1), "tie", (1.0, 1.0))
    assert (difference.depth, difference.n_samples, difference.nodes) == (0, 8, (0, 0))


def test_one_tree_stops():
    deep, shallow = GainTreeClassifier().fit(X, y), GainTreeClassifier(max_depth=1).fit(X, y)
    difference = first_difference(deep, shallow, X, y)
    assert difference.reason == "leaf"
    assert difference.depth == 1
    assert difference.features[1] is difference.thresholds[1] is difference.gains[1] is None
    assert difference.gains[0] == pytest.approx(deep.tree_.gains()[difference.nodes[0]])


@pytest.mark.parametrize(
    "step",
    [1e-9, pytest.param(5e-8, marks=pytest.mark.skipif(OLD_SKLEARN, reason="looks closer"))],
)
def test_what_scikit_learn_cannot_see(step):
    """1 + 1e-9 is 1 in float32; 5e-8 is closer than scikit-learn looks."""
    base = 1.0 if step == 1e-9 else 0.0
    X = np.array([[base, 0.0], [base, 1.0], [base + step, 0.0], [base + step, 1.0]] * 3)
    y = [0, 0, 1, 1] * 3
    X[0, 1] = 5.0
    ours = GainTreeClassifier().fit(X, y)
    difference = first_difference(ours, sklearn_tree(X, y), X, y)
    assert difference.reason == "rounding"
    assert difference.gains[0] == pytest.approx(1.0)
    assert difference.gains[1] < 1.0


def test_a_worse_split():
    ours, gini = GainTreeClassifier().fit(X, y), GainTreeClassifier(criterion="gini").fit(X, y)
    difference = first_difference(ours, gini, X, y)
    assert difference.reason == "gain"
    assert difference.gains[0] > difference.gains[1]


def test_thresholds_may_differ_as_long_as_samples_do_not():
    """scikit-learn computes midpoints of rounded values."""
    ours = GainTreeClassifier(max_depth=1).fit(X, y)
    theirs = sklearn_tree(X, y, max_depth=1)
    assert ours.tree_.feature[0] == theirs.tree_.feature[0]
    assert first_difference(ours, theirs, X, y) is None


def test_missing_values_are_followed():
    X_missing = X.copy()
    X_missing[::3] = np.nan
    ours = GainTreeClassifier(max_depth=4).fit(X_missing, y)
    assert first_difference(ours, ours.to_sklearn(), X_missing, y) is None


def test_splits_by_category():
    """Sets are compared by what they do, whatever the codes are."""
    colours = np.array(["red", "green", "blue", "pink", None] * 6, dtype=object)
    X = pd.DataFrame({"size": np.arange(30.0), "colour": colours})
    y = np.isin(colours, ["red", "blue", None]).astype(int)
    y[0] = 0
    tree = GainTreeClassifier().fit(X, y)
    declared = X.assign(colour=pd.Categorical(X["colour"], ["red", "blue", "pink", "green"]))
    same = GainTreeClassifier().fit(declared, y)
    assert not tree.tree_.equals(same.tree_)
    assert first_difference(tree, same, X, y) is None

    by_size = GainTreeClassifier().fit(X.assign(colour="red"), y)
    difference = first_difference(tree, by_size, X, y)
    assert (difference.features, difference.reason) == ((1, 0), "gain")
    assert difference.thresholds == (None, by_size.tree_.threshold[0])
    assert difference.gains[0] == pytest.approx(tree.tree_.gains()[0])
    assert json.loads(json.dumps(asdict(difference), allow_nan=False))["thresholds"][0] is None


def test_sets_may_be_mirrored():
    """With the labels exchanged, what went left goes right; the tree below is followed there."""
    rng = np.random.default_rng(0)
    colours, y = rng.integers(0, 6, 80), rng.integers(0, 2, 80)
    X = pd.DataFrame(
        {"size": rng.normal(size=80), "colour": list(map("abcdef".__getitem__, colours))}
    )
    tree, mirrored = (GainTreeClassifier(max_depth=5).fit(X, labels) for labels in (y, 1 - y))
    assert tree.tree_.feature[0] == 1 or (tree.tree_.feature == 1).any()
    assert not np.array_equal(tree.tree_.children_left, mirrored.tree_.children_left)
    assert first_difference(tree, mirrored, X, y) is None


def test_a_tree_of_categories_beside_one_of_scikit_learn():
    """Each reads the same column its own way."""
    X, y = np.array([[3.0], [1.0], [2.0], [3.0], [1.0], [np.nan]]), [1, 0, 1, 1, 0, 0]
    ours = GainTreeClassifier(categorical_features=[0]).fit(X, y)
    theirs = sklearn_tree(X, y)
    assert first_difference(ours, theirs, X, y) is None
    with pytest.raises(ValueError, match=r"X has 2 features, but .* was fitted on 1"):
        first_difference(ours, theirs, np.hstack([X, X]), y)


def test_gini_trees_are_compared_by_gini():
    """By Gini both columns gain the same, in bits they do not."""
    X, y = np.array([[1, 1], [1, 0], [0, 0], [0, 0]]), [2, 1, 0, 2]
    first = GainTreeClassifier(criterion="gini", max_depth=1).fit(X * [1, 0], y)
    second = GainTreeClassifier(criterion="gini", max_depth=1).fit(X * [0, 1], y)
    difference = first_difference(first, second, X, y)
    assert difference.gains == (pytest.approx(0.125), pytest.approx(0.125))
    assert difference.reason == "tie"


def test_weights_are_those_of_the_fit():
    weights = np.where(np.arange(len(y)) % 3, 1.0, 0.0)
    tree = GainTreeClassifier(max_depth=2).fit(X, y, weights)
    stump = GainTreeClassifier(max_depth=1).fit(X, y, weights)
    difference = first_difference(tree, stump, X, y, sample_weight=weights)
    node = difference.nodes[0]
    assert difference.n_samples == tree.tree_.n_node_samples[node]
    assert difference.gains[0] == pytest.approx(tree.tree_.gains()[node])


def test_nodes_without_a_sample_are_passed_over():
    shallow, deep = GainTreeClassifier(max_depth=1).fit(X, y), GainTreeClassifier().fit(X, y)
    rows = deep.apply(X) == deep.apply(X)[0]
    assert first_difference(shallow, deep, X[rows][:1], y[rows][:1]).reason == "leaf"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((X, y[:5]), ValueError, "inconsistent numbers"),
        ((X[:, :3], y), ValueError, "X has 3 features, but GainTreeClassifier was fitted on 30"),
        ((X, y, np.ones(3)), ValueError, "inconsistent numbers"),
    ],
)
def test_bad_arguments(arguments, error, message):
    tree = GainTreeClassifier(max_depth=1).fit(X, y)
    with pytest.raises(error, match=message):
        first_difference(tree, tree, *arguments)
    with pytest.raises(NotFittedError):
        first_difference(GainTreeClassifier(), tree, X, y)
