"""Tree for tree what scikit-learn grows, wherever the best split is unique.

scikit-learn decides ties by a random order of features. Two trees are therefore walked down
together with the samples: a node may be split otherwise only if both splits gain the same.
"""

from typing import NamedTuple

import numpy as np
import pytest
import sklearn
from sklearn.datasets import (
    load_breast_cancer,
    load_digits,
    load_iris,
    load_wine,
    make_classification,
)
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import compute_sample_weight
from sklearn.utils.fixes import parse_version

from gaintree import GainTreeClassifier
from reference import LEAF, Table, score

ARRAYS = (
    "children_left",
    "children_right",
    "feature",
    "threshold",
    "missing_go_to_left",
    "n_node_samples",
)
FIGURES = ("impurity", "weighted_n_node_samples", "value")
GRID = [
    {},
    {"max_depth": 3},
    {"min_samples_split": 10},
    {"min_samples_split": 0.1},
    {"min_samples_leaf": 5},
    {"min_samples_leaf": 0.03},
    {"min_weight_fraction_leaf": 0.05},
    {"min_impurity_decrease": 0.01},
    {"class_weight": "balanced"},
    {"class_weight": {0: 3.0, 1: 0.5}},
    {"ccp_alpha": 0.0123},
    {"max_leaf_nodes": 7},
    {"max_leaf_nodes": 20, "min_samples_leaf": 2},
    {"max_depth": 6, "min_samples_leaf": 3, "class_weight": "balanced"},
]
CRITERIA = ["entropy", "gini"]
WEIGHTS = ["ones", "integers", "reals"]
# Before 1.8 scikit-learn scores splits of columns with missing values otherwise.
OLD_SKLEARN = parse_version(sklearn.__version__) < parse_version("1.8")
MISSING = pytest.mark.parametrize(
    "missing",
    [
        pytest.param(False, id="complete"),
        pytest.param(True, id="missing", marks=pytest.mark.skipif(OLD_SKLEARN, reason="1.8")),
    ],
)


def made(n_samples):
    return make_classification(
        n_samples, 8, n_informative=5, n_classes=3, flip_y=0.1, random_state=0
    )


DATA = {
    "iris": load_iris(return_X_y=True),
    "wine": load_wine(return_X_y=True),
    "breast_cancer": load_breast_cancer(return_X_y=True),
    "digits": tuple(array[:300] for array in load_digits(return_X_y=True)),
    "made": made(300),
    "made_large": made(2000),
}


def prepared(name, missing=False, weights="ones"):
    """A data set in float32, so that scikit-learn compares the same values, and weights."""
    X, y = DATA[name]
    rng = np.random.default_rng(0)
    X = X.astype(np.float32)
    if missing:
        X[rng.random(X.shape) < 0.15] = np.nan
    if weights == "ones":
        return X, y, None
    if weights == "integers":
        return X, y, rng.integers(0, 4, len(y)).astype(float)
    return X, y, rng.random(len(y))


def fit_both(X, y, weights, criterion, parameters):
    ours = GainTreeClassifier(criterion=criterion, **parameters).fit(X, y, weights)
    theirs = DecisionTreeClassifier(criterion=criterion, random_state=0, **parameters)
    return ours, theirs.fit(X, y, weights)


def table_of(X, y, weights, class_weight=None):
    by_class = compute_sample_weight(class_weight, y)
    return Table.of(X, y, by_class if weights is None else by_class * weights)


class Comparison(NamedTuple):
    """How far two trees agree."""

    pairs: dict  # node of ours -> node of theirs that holds the same samples
    n_ties: int  # nodes with another split of the same gain
    n_pure: int  # nodes of one class only that scikit-learn splits, as rounding makes them impure


def goes_left(tree, node, X):
    column = X[:, tree.feature[node]]
    missing = np.isnan(column) & bool(tree.missing_go_to_left[node])
    return (column <= tree.threshold[node]) | missing


def assert_same_node(ours, theirs, i, j, table):
    assert ours.n_node_samples[i] == theirs.n_node_samples[j] == len(table.X)
    for name in FIGURES:
        mine, other = getattr(ours, name)[i], getattr(theirs, name)[j]
        np.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)


def assert_same_gain(left, other_left, table, criterion):
    both = score(table, criterion, [(0, 0.0, False, left), (0, 0.0, False, other_left)])
    np.testing.assert_allclose(*both.cost.astype(float), rtol=1e-9)


def compare(ours, theirs, table, criterion, signs=None):
    """Walk down two trees together, as long as they part the samples alike.

    With monotonic constraints, `signs`, they also have to leave the same bounds to what is below.
    """
    pairs, n_ties, n_pure = {}, 0, 0
    stack = [(0, 0, table)]
    while stack:
        i, j, table = stack.pop()
        pairs[i] = j
        assert_same_node(ours, theirs, i, j, table)
        if ours.children_left[i] == theirs.children_left[j] == LEAF:
            continue
        if (table.class_weights() > 0).sum() == 1:
            assert ours.children_left[i] == LEAF
            n_pure += 1
            continue
        assert LEAF not in (ours.children_left[i], theirs.children_left[j])
        left, other = goes_left(ours, i, table.X), goes_left(theirs, j, table.X)
        n_ties += any(getattr(ours, name)[i] != getattr(theirs, name)[j] for name in ARRAYS[2:5])
        sides = [theirs.children_left[j], theirs.children_right[j]]
        is_mirrored = (left != other).all()
        if signs is not None:
            sign, their_sign = signs[ours.feature[i]], signs[theirs.feature[j]]
            if sign != (-their_sign if is_mirrored else their_sign):
                continue
        if is_mirrored:
            sides.reverse()
        elif (left != other).any():
            assert_same_gain(left, other, table, criterion)
            continue
        stack.append((ours.children_left[i], sides[0], table.take(left)))
        stack.append((ours.children_right[i], sides[1], table.take(~left)))
    return Comparison(pairs, n_ties, n_pure)


def assert_same_arrays(ours, theirs):
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name), err_msg=name)
    assert (ours.n_leaves, ours.max_depth) == (theirs.n_leaves, theirs.max_depth)


def assert_same_answers(ours, theirs, X, pairs):
    """Predictions are equal; nodes may be numbered otherwise, `pairs` says how."""
    numbers = np.array([pairs[node] for node in range(len(pairs))])
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-12)
    np.testing.assert_array_equal(numbers[ours.apply(X)], theirs.apply(X))
    paths, their_paths = ours.decision_path(X).toarray(), theirs.decision_path(X).toarray()
    np.testing.assert_array_equal(paths, their_paths[:, numbers])
    np.testing.assert_allclose(
        ours.feature_importances_, theirs.feature_importances_, rtol=1e-9, atol=1e-12
    )


@MISSING
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("criterion", CRITERIA)
@pytest.mark.parametrize("name", [name for name in DATA if name != "made_large"])
def test_whole_trees_are_equal_but_for_ties(name, criterion, weights, missing):
    X, y, weights = prepared(name, missing, weights)
    n_nodes, n_compared = 0, 0
    for parameters in GRID:
        ours, theirs = fit_both(X, y, weights, criterion, parameters)
        table = table_of(X, y, weights, parameters.get("class_weight"))
        comparison = compare(ours.tree_, theirs.tree_, table, criterion)
        n_nodes += ours.tree_.node_count
        n_compared += len(comparison.pairs)
    assert n_compared > 0.6 * n_nodes


@MISSING
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("criterion", CRITERIA)
def test_shallow_trees_are_equal(criterion, weights, missing):
    """Large nodes have a unique best split."""
    X, y, weights = prepared("made_large", missing, weights)
    n_equal = 0
    for parameters in GRID:
        parameters = {**parameters, "max_depth": 4}
        ours, theirs = fit_both(X, y, weights, criterion, parameters)
        table = table_of(X, y, weights, parameters.get("class_weight"))
        pairs, n_ties, n_pure = compare(ours.tree_, theirs.tree_, table, criterion)
        if n_ties > 0 or n_pure > 0:
            continue
        n_equal += 1
        assert len(pairs) == ours.tree_.node_count == theirs.tree_.node_count
        assert_same_answers(ours, theirs, prepared("made_large")[0], pairs)
        if "max_leaf_nodes" not in parameters:
            assert_same_arrays(ours.tree_, theirs.tree_)
    assert n_equal > 0.6 * len(GRID)


@MISSING
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("criterion", CRITERIA)
def test_pruning_is_equal(criterion, weights, missing):
    X, y, weights = prepared("made_large", missing, weights)
    parameters = {"max_depth": 4}
    ours, theirs = fit_both(X, y, weights, criterion, parameters)
    assert_same_arrays(ours.tree_, theirs.tree_)
    path = ours.cost_complexity_pruning_path(X, y, weights)
    their_path = theirs.cost_complexity_pruning_path(X, y, weights)
    np.testing.assert_allclose(path.ccp_alphas, their_path.ccp_alphas, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(path.impurities, their_path.impurities, rtol=1e-9, atol=1e-12)
    for alpha in (path.ccp_alphas[:-1] + path.ccp_alphas[1:]) / 2:
        pruned = fit_both(X, y, weights, criterion, {**parameters, "ccp_alpha": alpha})
        assert_same_arrays(pruned[0].tree_, pruned[1].tree_)
