"""Prediction against a plain walk, on trees and values that are out to lead it astray."""

import numpy as np
import pytest
import sklearn
from numpy.testing import assert_array_equal

from gaintree import GainTreeClassifier, predict
from gaintree.tree import LEAF, UNDEFINED, Tree

LABELS = np.array(["a", "b", "c"])


def random_tree(rng, n_splits, n_features, shape="random"):
    """A tree that no data has grown, its nodes numbered depth first."""
    left, right = [], []
    stack = [(n_splits, None)]
    while stack:
        n_below, parent = stack.pop()
        node = len(left)
        if parent is not None:
            right[parent] = node
        left.append(node + 1 if n_below else LEAF)
        right.append(LEAF)
        if n_below:
            n_left = {"random": rng.integers(n_below), "left": n_below - 1, "right": 0}[shape]
            stack += [(n_below - 1 - n_left, node), (n_left, None)]
    left, right = np.array(left), np.array(right)
    n, is_leaf = len(left), left == LEAF
    thresholds = rng.choice([0.0, -0.0, 0.1, -0.1, 1e300, -1e300, 5e-324, np.inf], n)
    return Tree(
        n_features,
        left,
        right,
        np.where(is_leaf, UNDEFINED, rng.integers(n_features, size=n)),
        np.where(is_leaf, UNDEFINED, np.where(rng.random(n) < 0.5, thresholds, rng.normal(size=n))),
        np.where(is_leaf, 0, rng.integers(2, size=n)).astype(np.uint8),
        *(np.zeros(n), np.ones(n, dtype=np.int64), np.ones(n)),
        value=rng.dirichlet(np.ones(len(LABELS)), size=(n, 1)),
    )


def random_rows(rng, tree, n_rows, dtype, n_special):
    """Values at and beside the thresholds, and `n_special` that are missing or infinite."""
    with np.errstate(over="ignore"):
        at = rng.choice(tree.threshold[np.isfinite(tree.threshold)], (n_rows, tree.n_features))
        values = at.astype(dtype)
        values = np.nextafter(values, rng.choice([-np.inf, np.inf], at.shape).astype(dtype))
        values = np.where(rng.random(at.shape) < 0.4, at.astype(dtype), values)
    values[np.isinf(values)] = np.finfo(dtype).max
    special = rng.choice(values.size, min(n_special, values.size), replace=False)
    values.flat[special] = rng.choice([np.nan, np.nan, np.inf, -np.inf], len(special))
    return values


def walk(tree, row):
    """The nodes that one row passes."""
    node = 0
    path = [0]
    while tree.children_left[node] != LEAF:
        value = float(row[tree.feature[node]])
        if np.isnan(value):
            goes_left = tree.missing_go_to_left[node] == 1
        else:
            goes_left = value <= tree.threshold[node]
        node = int((tree.children_left if goes_left else tree.children_right)[node])
        path.append(node)
    return path


def estimator_of(tree, **parameters):
    estimator = GainTreeClassifier(**parameters)
    estimator.tree_, estimator.classes_ = tree, LABELS
    estimator.n_features_in_ = tree.n_features
    return estimator


def assert_walks(estimator, X):
    paths = [walk(estimator.tree_, row) for row in X]
    leaves = np.array([path[-1] for path in paths], dtype=np.int64)
    value = estimator.tree_.value[leaves, 0]
    assert_array_equal(estimator.apply(X, check_input=False), leaves)
    assert_array_equal(estimator.predict_proba(X, check_input=False), value)
    assert_array_equal(estimator.predict(X, check_input=False), LABELS[value.argmax(axis=1)])
    passed = estimator.decision_path(X, check_input=False)
    for row, path in zip(passed, paths, strict=True):
        assert_array_equal(row.indices, path)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_special", [0, 1, 10_000])
@pytest.mark.parametrize("n_rows", [1, 2, 15, 16, 17, 100])
def test_every_row_takes_the_plain_walk(n_rows, n_special, dtype):
    rng = np.random.default_rng(n_rows)
    for n_splits, n_features in [(0, 1), (1, 1), (2, 3), (30, 1), (300, 7)]:
        tree = random_tree(rng, n_splits, n_features)
        assert_walks(estimator_of(tree), random_rows(rng, tree, n_rows, dtype, n_special))


@pytest.mark.parametrize("shape", ["left", "right"])
def test_chains_take_the_plain_walk(shape):
    rng = np.random.default_rng(0)
    tree = random_tree(rng, 5_000, 50, shape)
    assert_walks(estimator_of(tree), random_rows(rng, tree, 20, np.float64, 20))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_rows", [1, 33, 1_000])
def test_threads_change_nothing(monkeypatch, n_rows, dtype):
    monkeypatch.setattr(predict, "_WORTH_A_THREAD", 1)
    rng = np.random.default_rng(0)
    tree = random_tree(rng, 100, 4)
    X = random_rows(rng, tree, n_rows, dtype, n_special=50)
    for n_jobs in (1, 2, 5, -1):
        assert_walks(estimator_of(tree, n_jobs=n_jobs), X)


def test_few_rows_start_no_threads(monkeypatch):
    monkeypatch.setattr(predict, "ThreadPoolExecutor", None)
    tree = random_tree(np.random.default_rng(0), 10, 4)
    estimator = estimator_of(tree, n_jobs=2)
    assert len(estimator.predict(np.zeros((1_000, 4)))) == 1_000
    with pytest.raises(TypeError):
        estimator.predict(np.zeros((1_000_000, 4)))


@pytest.mark.parametrize("n_jobs", [1, 3])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("row", [0, 15, 16, 98, 99])
def test_infinity_is_found_wherever_it_is(monkeypatch, row, dtype, n_jobs):
    monkeypatch.setattr(predict, "_WORTH_A_THREAD", 1)
    rng = np.random.default_rng(row)
    estimator = estimator_of(random_tree(rng, 30, 5), n_jobs=n_jobs)
    X = np.where(rng.random((99, 5)) < 0.1, np.nan, rng.normal(size=(99, 5))).astype(dtype)
    estimator.predict(X)
    X = np.insert(X, row, 0.0, axis=0)
    X[row, rng.integers(5)] = rng.choice([np.inf, -np.inf])
    message = rf"^Input X contains infinity or a value too large for dtype\('{np.dtype(dtype)}'\)"
    for method in (estimator.apply, estimator.predict, estimator.decision_path):
        with pytest.raises(ValueError, match=message):
            method(X)
    with sklearn.config_context(assume_finite=True):
        assert estimator.apply(X)[row] == walk(estimator.tree_, X[row])[-1]


def test_huge_values_are_no_infinity():
    X = np.tile([[1e308, -1e308]], (50, 1))
    assert len(estimator_of(random_tree(np.random.default_rng(0), 3, 2)).predict(X)) == 50


def test_what_overflows_a_float64_is_infinity():
    estimator = estimator_of(random_tree(np.random.default_rng(0), 3, 1))
    with pytest.raises(ValueError, match="infinity"):
        estimator.predict(np.array([["1e400"]]).astype(np.longdouble))


def test_no_rows():
    estimator = estimator_of(random_tree(np.random.default_rng(0), 10, 4), n_jobs=2)
    none = np.empty((0, 4))
    assert estimator.apply(none, check_input=False).shape == (0,)
    assert estimator.predict_proba(none, check_input=False).shape == (0, 3)
    assert estimator.decision_path(none, check_input=False).shape == (0, 21)


def test_the_kernel_reads_and_writes_within_its_arrays(monkeypatch):
    """Plain Python minds bounds, compiled code does not."""
    for name in ("_any_not_finite", "_any_infinite", "_find_answers"):
        compiled = getattr(predict, name)
        monkeypatch.setattr(predict, name, getattr(compiled, "py_func", compiled))
    rng = np.random.default_rng(0)
    tree = random_tree(rng, 20, 3)
    for n_rows in (1, 16, 17):
        X = random_rows(rng, tree, n_rows, np.float64, n_special=0)
        leaves, lanes = np.empty(n_rows, dtype=np.int64), np.empty((2, 16), dtype=np.uint64)
        assert not predict._find_answers(X.ravel(), 3, *tree.packed[:3], *lanes, leaves)
        assert_array_equal(leaves, [walk(tree, row)[-1] for row in X])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_kernel_serves_all_arrays_of_a_dtype(dtype):
    tree = random_tree(np.random.default_rng(0), 10, 4)
    estimator = estimator_of(tree)
    X = np.zeros((3, 4), dtype=dtype)
    estimator.predict(X)
    n_compiled = len(predict._find_answers.signatures)
    read_only = X.copy()
    read_only.flags.writeable = False
    for other in (read_only, np.asfortranarray(X), X[:0], np.zeros((6, 8), dtype=dtype)[::2, ::2]):
        estimator.predict(other, check_input=False)
    assert len(predict._find_answers.signatures) == n_compiled
    assert X.flags.writeable
