"""Subtree raising against J48's recursion told plainly, on the samples themselves."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import strategies as st

import reference_pruning as plain
from gaintree import GainTreeClassifier, prune
from strategies import Data, data, reals, small_integers
from test_tree import check_structure
from trees import for_all, tree_of


class Branch:
    """A node of nested objects, with the rows of the table that are in it."""

    def __init__(self, tree, node=0):
        self.feature, self.threshold = int(tree.feature[node]), float(tree.threshold[node])
        self.missing_left = bool(tree.missing_go_to_left[node])
        self.set = None if tree.category_set[node] < 0 else tree.goes_left(node).tolist()
        self.below = [Branch(tree, child) for child in plain.children(tree, node)]

    def goes_left(self, table, rows):
        column = table.X[rows, self.feature].astype(np.float64)
        missing = np.isnan(column)
        if self.set is not None:
            return np.array(
                [self.missing_left if np.isnan(c) else self.set[int(c)] for c in column], dtype=bool
            )
        return np.where(missing, self.missing_left, ~missing & (column <= self.threshold))

    def parted(self, table, rows):
        left = self.goes_left(table, rows)
        return rows[left], rows[~left]

    def cost(self, table, rows, method):
        """Errors of the branch if these rows went down it, by their upper limits."""
        if not self.below:
            return table.leaf_cost(rows, method)
        pairs = zip(self.below, self.parted(table, rows), strict=True)
        return sum(child.cost(table, some, method) for child, some in pairs)

    def prune(self, table, rows, method):
        if not self.below:
            return
        parts = self.parted(table, rows)
        for child, some in zip(self.below, parts, strict=True):
            child.prune(table, some, method)
        weights = [table.weights[some].sum() for some in parts]
        larger = self.below[int(weights[1] > weights[0])]
        as_leaf, as_branch = table.leaf_cost(rows, method), self.cost(table, rows, method)
        raised = larger.cost(table, rows, method)
        for first, second in ((as_leaf, as_branch), (as_leaf, raised), (raised, as_branch)):
            table.closest = min(table.closest, abs(first - second - method.slack))
        if as_leaf <= as_branch + method.slack and as_leaf <= raised + method.slack:
            self.below = []
        elif raised <= as_branch + method.slack:
            self.__dict__.update(larger.__dict__)
            self.prune(table, rows, method)

    def nodes(self, table, rows):
        """Every node with its rows, depth first."""
        yield self, rows
        if self.below:
            for child, some in zip(self.below, self.parted(table, rows), strict=True):
                yield from child.nodes(table, some)


class Table:
    def __init__(self, X, y, weights, n_classes):
        self.X, self.y, self.n_classes = X, y, n_classes
        self.weights = np.ones(len(X)) if weights is None else weights
        self.closest = np.inf  # how close a decision was

    def counts(self, rows):
        return np.bincount(self.y[rows], self.weights[rows], self.n_classes)

    def leaf_cost(self, rows, method):
        counts = self.counts(rows)
        n, e = counts.sum(), counts.sum() - counts.max()
        return e + plain.extra_errors(n, e, method.confidence, method.z)


@st.composite
def noisy_tables(draw):
    """Labels along two columns with a quarter of noise: a branch is raised in one of eight."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, n_classes = draw(st.sampled_from([40, 80, 150])), draw(st.sampled_from([2, 3]))
    X = rng.normal(size=(n, 4)).astype(draw(st.sampled_from([np.float32, np.float64])))
    X[:, 3] = X[:, 3].round()
    y = np.digitize(X[:, 0] + X[:, 3] / 2, np.linspace(-1, 1, n_classes + 1)[1:-1])
    noisy = rng.random(n) < 0.25
    y[noisy] = rng.integers(0, n_classes, noisy.sum())
    n_levels = draw(st.sampled_from([None, None, 3, 8, 70]))
    categorical = None if n_levels is None else [0, 1]
    if draw(st.booleans()):
        X[rng.random(X.shape) < 0.1] = np.nan
    for column in X.T[: len(categorical or ())]:  # the labels do not follow the order of the codes
        ranks = np.argsort(np.argsort(column)) * n_levels // n
        is_value = ~np.isnan(column)
        codes = rng.permutation(n_levels)[ranks[is_value]]
        column[is_value] = np.unique(codes, return_inverse=True)[1]
    weights_of = draw(st.sampled_from([None, small_integers, reals]))
    weights = None if weights_of is None else weights_of(rng, n)
    return Data(X, y, weights), categorical


@for_all(
    st.one_of(
        noisy_tables(),
        st.tuples(data(weights=(None, small_integers, reals), least_rows=5), st.none()),
    ),
    st.sampled_from([0.5, 0.25, 0.05]),
    st.sampled_from(["exact", "c45"]),
    st.sampled_from([0.0, 0.1]),
    max_examples=300,
)
def test_raising_is_that_of_j48(case, confidence, z, slack):
    (X, y, weights), categorical = case
    estimator = GainTreeClassifier(criterion="gini", categorical_features=categorical)
    estimator.fit(X, y, weights)
    codes, tree = np.searchsorted(estimator.classes_, y), estimator.tree_
    method = prune.ErrorBased(confidence=confidence, z=z, slack=slack)
    table, expected = Table(X, codes, weights, tree.n_classes), Branch(tree)
    rows = np.flatnonzero(table.weights > 0)
    expected.prune(table, rows, method)
    if table.closest < 1e-9:
        return
    found = prune.prune_and_raise(tree, X, codes, "gini", method, weights)
    check_structure(found)
    nodes = list(expected.nodes(table, rows))
    assert found.node_count == len(nodes)
    for i, (node, some) in enumerate(nodes):
        assert found.is_leaf[i] == (not node.below)
        if node.below:
            assert found.feature[i] == node.feature
            np.testing.assert_equal(found.threshold[i], node.threshold)
            assert (found.category_set[i] < 0) == (node.set is None)
            assert node.set is None or found.goes_left(i).tolist() == node.set
            assert found.missing_go_to_left[i] == node.missing_left
        counts = table.counts(some)
        p = counts / counts.sum()
        assert found.n_node_samples[i] == len(some)
        np.testing.assert_allclose(found.weighted_n_node_samples[i], counts.sum(), rtol=1e-9)
        np.testing.assert_allclose(found.value[i, 0], p, rtol=1e-9)
        np.testing.assert_allclose(found.impurity[i], (p * (1 - p)).sum(), rtol=1e-9, atol=1e-12)


def test_a_branch_is_raised():
    """The split of the root parts a few samples that would do as well on the other side."""
    X = np.array([[0.0, 0]] * 20 + [[0, 1]] * 20 + [[9, 0]] * 3 + [[9, 1]] * 3)
    y = np.array([0] * 20 + [1] * 20 + [0, 0, 0] + [1, 1, 0])
    tree = replace(
        tree_of((([20, 0], [0, 20]), ([3, 0], [1, 2])), n_features=2),
        feature=np.array([0, 1, -2, -2, 1, -2, -2]),
        threshold=np.array([8.5, 0.5, -2.0, -2.0, 0.5, -2.0, -2.0]),
    )
    pruned, raised = prune.prune(tree, "error_based"), prune.prune_and_raise(tree, X, y, "entropy")
    assert pruned.feature[0] == 0
    assert pruned.n_leaves > 2
    assert raised.feature.tolist() == [1, -2, -2]
    assert raised.n_node_samples.tolist() == [46, 23, 23]
    np.testing.assert_allclose(raised.value[:, 0], [[24 / 46, 22 / 46], [1, 0], [1 / 23, 22 / 23]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda X, y: (X[1:], y[1:]), "must be the samples that the tree was grown from"),
        (lambda X, y: (X, y + 1), "integers from 0 to 1"),
        (lambda X, y: (X[:, :1], y), "X must be a matrix"),
    ],
)
def test_other_samples_are_refused(change, message):
    X, y = np.arange(20.0).reshape(10, 2), np.arange(10) % 2
    tree = GainTreeClassifier().fit(X, y).tree_
    X, y = change(X, y)
    with pytest.raises(ValueError, match=message):
        prune.prune_and_raise(tree, X, y, "entropy")
    with pytest.raises(ValueError, match="criterion='ginni' is unknown"):
        prune.prune_and_raise(tree, X, y, "ginni")
