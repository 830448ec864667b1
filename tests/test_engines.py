"""Histograms and exhaustive search grow the same tree, array for array."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaintree import GainTreeClassifier, criteria
from gaintree._bundle import Bundle
from gaintree.encode import as_table, encode_codes
from gaintree.frames import ColumnEncoder
from gaintree.grow import Rules, engines, grow_tree, scratch
from gaintree.grow.histogram import count_samples, subtract
from gaintree.grow.problem import as_labels
from gaintree.grow.tally import tally_length_of
from strategies import CRITERIA, WEIGHTS

RULES = Rules(
    max_depth=2**62,
    max_leaf_nodes=0,
    min_samples_split=2,
    min_samples_leaf=1,
    min_weight_leaf=0.0,
    min_impurity_decrease=0.0,
    max_features=2**62,
    random_thresholds=False,
    max_bins=0,
)


def property_test(*args, n):
    chosen = settings(
        max_examples=n,
        derandomize=True,
        deadline=None,
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.function_scoped_fixture,
        ],
    )
    return lambda test: chosen(given(*args)(test))


def normal(rng, n):
    return rng.normal(size=n)


def skewed(rng, n):
    return np.exp(8 * rng.normal(size=n))


def few(rng, n):
    return rng.integers(0, rng.integers(1, 40), n)


def about_255(rng, n):
    return rng.integers(0, rng.integers(250, 262), n) * 0.1


def mostly_zero(rng, n):
    return np.where(rng.random(n) < 0.9, 0.0, rng.normal(size=n))


def rare_values(rng, n):
    """Values that a sample of the rows does not show."""
    column = rng.integers(0, 3, n).astype(float)
    column[rng.integers(n)] = 1.5
    return column


def rounded(rng, n):
    return np.round(rng.normal(size=n), 2)


def adjacent(rng, n):
    return 1.0 + rng.integers(0, 2000, n) * 2.0**-23


def descending(rng, n):
    return -np.arange(n, dtype=float)


KINDS = [normal, skewed, few, about_255, mostly_zero, rare_values, rounded, adjacent, descending]


def labels_of(rng, X, n_classes, kind):
    if kind == "noise":
        return rng.integers(0, n_classes, len(X))
    filled = np.nan_to_num(X)
    ranks = np.argsort(np.argsort(filled[:, rng.integers(X.shape[1])]))
    y = ranks * n_classes // len(X)
    if kind == "tree":
        y = (y + (filled[:, rng.integers(X.shape[1])] > np.median(filled))) % n_classes
    return np.where(rng.random(len(X)) < 0.1, rng.integers(0, n_classes, len(X)), y)


@st.composite
def tables(draw, classes=(2, 2, 3, 6)):
    """A table whose columns have more values than bins, and all that a fit may ask for."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.sampled_from([30, 300, 600, 1500, 3000]))
    n_classes = draw(st.sampled_from(classes))
    X = np.column_stack(
        [draw(st.sampled_from(KINDS))(rng, n) for _ in range(draw(st.integers(1, 4)))]
    )
    with np.errstate(over="ignore"):
        X = X.astype(draw(st.sampled_from([np.float32, np.float64])))
    X[np.isinf(X)] = 1e30
    if draw(st.booleans()):
        X[rng.random(X.shape) < 0.2] = np.nan
    y = labels_of(rng, X, n_classes, draw(st.sampled_from(["noise", "column", "tree"])))
    sample_weight = class_weight = None
    weighted = draw(st.sampled_from(["no", "no", "by class", "by sample"]))
    if weighted == "by class":
        class_weight = rng.choice([1.0, 0.1, 2.5, 1 / 3], n_classes)
    elif weighted == "by sample":
        sample_weight = draw(st.sampled_from(WEIGHTS))(rng, n)
        sample_weight[rng.integers(n)] = 1.0
    if draw(st.booleans()):
        X = np.asfortranarray(X)
    return X, y.astype(np.int32), n_classes, sample_weight, class_weight


@st.composite
def rules(draw):
    chosen = RULES
    for _ in range(draw(st.integers(0, 2))):
        name, values = draw(
            st.sampled_from(
                [
                    ("max_depth", [1, 3, 6]),
                    ("min_samples_split", [5, 40]),
                    ("min_samples_leaf", [2, 7, 50]),
                    ("min_weight_leaf", [0.5, 3.0, 20.0]),
                    ("min_impurity_decrease", [1e-4, 0.01]),
                    ("max_features", [1, 2]),
                    ("max_leaf_nodes", [2, 5, 30]),
                ]
            )
        )
        chosen = chosen._replace(**{name: draw(st.sampled_from(values))})
    return chosen


def assert_same(tree, other):
    for name, array in tree.arrays().items():
        np.testing.assert_array_equal(array, other.arrays()[name], err_msg=name)


@pytest.fixture(autouse=True)
def _threads_for_all(monkeypatch):
    """Tables of a test are far below what threads are worth starting for."""
    monkeypatch.setattr(engines, "_LEAST_IN_THREADS", 0)


@pytest.fixture(autouse=True)
def _fine_histograms_for_all(monkeypatch):
    """Nor are they worth keeping fine histograms for."""
    monkeypatch.setattr(scratch, "_LEAST_KEPT", 0)


@pytest.mark.slow
@property_test(
    tables(),
    rules(),
    CRITERIA,
    st.sampled_from([None, 1, 20]),
    st.sampled_from([255, 3, 8]),
    st.sampled_from([1, 2, 5]),
    st.sampled_from([1024, 1024, 256, 64, 0]),
    st.sampled_from([False, False, False, True]),
    st.integers(0, 9),
    n=1500,
)
def test_engines_grow_the_same_tree(
    table, rules, criterion, n_small, n_bins, n_threads, n_bits, exhaustive, seed
):
    X, y, n_classes, sample_weight, class_weight = table
    rules = rules._replace(max_features=min(rules.max_features, X.shape[1]))
    arguments = (X, y, n_classes, sample_weight, class_weight, criteria.get(criterion), rules, seed)
    expected = grow_tree(*arguments, n_threads=1, exhaustive=True, n_bits=0)
    tree = grow_tree(*arguments, n_threads, exhaustive, n_small, n_bins, n_bits)
    assert_same(expected, tree)


def test_bins_are_the_only_cuts_of_an_approximation():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(3000, 1)), rng.integers(0, 2, 3000)
    for max_bins in (2, 7, 255):
        tree = GainTreeClassifier(max_bins=max_bins).fit(X, y).tree_
        assert max_bins // 2 < tree.n_leaves <= max_bins
        assert tree.equals(GainTreeClassifier(max_bins=max_bins, n_jobs=5).fit(X, y).tree_)


def test_an_approximation_of_few_values_is_exact():
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 9, (3000, 3)).astype(float), rng.integers(0, 2, 3000)
    tree = GainTreeClassifier(max_bins=9).fit(X, y).tree_
    assert tree.equals(GainTreeClassifier().fit(X, y).tree_)


def test_what_is_left_of_the_parent_is_the_direct_count():
    """A histogram by subtraction equals the count, number for number."""
    import numba

    @numba.njit
    def children(hists, samples, middle, codes, labels):
        n_samples = len(samples)
        count_samples(hists[0], samples, 0, n_samples, codes, labels)
        count_samples(hists[1], samples, 0, middle, codes, labels)
        count_samples(hists[2], samples, middle, n_samples, codes, labels)
        subtract(hists[0], hists[1])

    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(3000, 4)), rng.integers(0, 3, 3000).astype(np.int32)
    X[rng.random(X.shape) < 0.1] = np.nan
    samples = np.arange(3000, dtype=np.uint32)
    for weights in (None, rng.random(3000) * 10.0 ** rng.integers(-9, 9, 3000)):
        labels = as_labels(y, 3, weights, None)
        length = tally_length_of(labels)
        codes = encode_codes(X, as_table(X), length)
        hists = np.empty((3, codes.first[-1] * length), dtype=np.int64)
        children(hists, samples, 700, Bundle(codes), Bundle(labels))
        assert hists[2].sum() > 0
        np.testing.assert_array_equal(hists[0], hists[2])


def pytest_generate_tests(metafunc):
    if "real_set" in metafunc.fixturenames:
        folder = metafunc.config.getoption("data")
        paths = sorted(folder.glob("*.csv.gz")) if folder else []
        metafunc.parametrize("real_set", paths, ids=lambda path: path.name)


@pytest.mark.slow
def test_engines_grow_the_same_tree_of_real_sets(real_set):
    """Run with ``--data DIR``: numbers and categories as they come."""
    frame = pd.read_csv(real_set, dtype={"target": str})
    y = frame.pop("target")
    encoder = ColumnEncoder()
    X = encoder.fit_transform(frame, "from_dtype")
    labels, codes = np.unique(y.to_numpy(dtype=str), return_inverse=True)
    rules = RULES._replace(max_features=X.shape[1], max_depth=2**62 if len(X) < 60_000 else 12)
    for criterion in ("entropy", "gini"):
        for n_categories in (encoder.n_categories, None):
            arguments = (X, codes.astype(np.int32), len(labels), None, None)
            arguments += (criteria.get(criterion), rules, 0)
            expected = grow_tree(
                *arguments, n_threads=1, exhaustive=True, n_bits=0, n_categories=n_categories
            )
            for n_threads in (1, 2, 5):
                tree = grow_tree(*arguments, n_threads, exhaustive=False, n_categories=n_categories)
                assert_same(expected, tree)


@pytest.mark.parametrize("best_first", [False, True])
def test_fine_histograms_are_kept_and_subtracted(best_first):
    """Labels of noise, and splits near an end: large children whose parents' bins were counted."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(6000, 3))
    X[rng.random(X.shape) < 0.05] = np.nan
    y = np.where(X[:, 0] > 2.0, 0, rng.integers(0, 2, 6000)).astype(np.int32)
    rules = RULES._replace(max_depth=6, max_features=3, max_leaf_nodes=20 if best_first else 0)
    arguments = (X, y, 2, None, None, criteria.get("entropy"), rules, 0, 1)
    for n_bins in (3, 8):
        tree = grow_tree(*arguments, exhaustive=False, n_small=20, n_bins=n_bins, n_bits=0)
        assert_same(grow_tree(*arguments, exhaustive=True), tree)
