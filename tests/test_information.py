"""Information theory: golden values, identities on random tables, other libraries, errors."""

import inspect
import math
import re

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import jensenshannon
from sklearn import metrics

from gaintree import information as it

# Columns of the 14 days of tennis: (yes, no) of each child, then information gain, split
# information, gain ratio, Gini gain and Mantaras distance.
TENNIS = {
    "outlook": ([[2, 3], [4, 0], [3, 2]], 0.246750, 1.577406, 0.156428, 0.116327, 0.891345),
    "humidity": ([[3, 4], [6, 1]], 0.151836, 1.000000, 0.151836, 0.091837, 0.915102),
    "wind": ([[6, 2], [3, 3]], 0.048127, 0.985228, 0.048849, 0.030612, 0.974365),
    "temperature": ([[2, 2], [4, 2], [3, 1]], 0.029223, 1.556657, 0.018773, 0.018707, 0.988158),
}
NORMS = ("arithmetic", "min", "max", "joint", "geometric")


def close(expected, tolerance=1e-12):
    return pytest.approx(expected, rel=tolerance, abs=tolerance)


def naive_entropy(p):
    return -sum(x * math.log2(x) for x in p if x > 0)


def some_positive(counts):
    return bool(counts.any())


def tables(*shape):
    """Counts of the given shape, or of 1 to 4 rows and columns, with many zeros among them."""
    sizes = st.just(shape) if shape else st.tuples(st.integers(1, 4), st.integers(1, 4))
    counts = st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 10**6))
    return sizes.flatmap(lambda s: arrays(np.int64, s, elements=counts)).filter(some_positive)


def distributions(k=4):
    return tables(k).map(lambda counts: counts / counts.sum())


def property_test(*args):
    return lambda test: settings(deadline=None, max_examples=60)(given(*args)(test))


# Golden values


@pytest.mark.parametrize(("children", "ig", "si", "ratio", "gini", "distance"), TENNIS.values())
def test_tennis(children, ig, si, ratio, gini, distance):
    assert it.information_gain(children) == pytest.approx(ig, abs=1e-6)
    assert it.split_information(children) == pytest.approx(si, abs=1e-6)
    assert it.gain_ratio(children) == pytest.approx(ratio, abs=1e-6)
    assert it.information_gain(children, impurity="gini") == pytest.approx(gini, abs=1e-6)
    assert 1 - it.normalized_mutual_information(children, "joint") == pytest.approx(
        distance, abs=1e-6
    )


def test_tennis_row_number_wins_even_on_gain_ratio():
    day = np.repeat([[1, 0], [0, 1]], [9, 5], axis=0)
    assert it.information_gain(day) == pytest.approx(0.940286, abs=1e-6)
    assert it.split_information(day) == pytest.approx(3.807355, abs=1e-6)
    assert it.gain_ratio(day) == pytest.approx(0.246966, abs=1e-6)
    assert it.gain_ratio(day) > max(row[3] for row in TENNIS.values())


@pytest.mark.parametrize(
    ("children", "entropy_gain", "gini_gain"),
    [
        ([[28, 42], [12, 38]], 0.020641, 0.012444),  # 40 against 80, where no errors are saved
        ([[30, 10], [10, 30]], 0.188722, 0.125),  # two splits of 40 against 40 with equal errors
        ([[20, 40], [20, 0]], 0.311278, 0.166667),
        ([[50, 0, 0], [0, 50, 50]], 0.918296, 0.333333),  # iris, petal width <= 0.8
        ([[0, 3], [2, 0]], 0.970951, 0.48),  # sunny days of tennis by humidity
        ([[0, 2], [1, 1], [1, 0]], 0.570951, 0.28),  # and by temperature
        ([[1, 2], [1, 1]], 0.019973, 0.013333),  # and by wind
        ([[9, 4], [0, 1]], 0.113401, 0.063579),  # weather, temperature <= 84
        ([[4, 1], [5, 4]], 0.045334, 0.027438),  # weather, temperature <= 70.5
        ([[2, 2], [2, 2]], 0.0, 0.0),  # either column of XOR
    ],
)
def test_worked_splits(children, entropy_gain, gini_gain):
    assert it.information_gain(children) == pytest.approx(entropy_gain, abs=1e-6)
    assert it.information_gain(children, impurity="gini") == pytest.approx(gini_gain, abs=1e-6)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (it.entropy_from_counts([9, 5]), 0.940286),
        (it.entropy_from_counts([40, 80]), 0.918296),
        (it.entropy_from_counts([50, 50, 50]), 1.584963),
        (it.entropy_of("mississippi"), 1.823067),
        (it.binary_entropy(0.5), 1.0),
        (it.binary_entropy(0.9), 0.468996),
        (it.self_information(1 / 8), 3.0),
        (it.self_information([1.0, 0.5, 0.0]), [0.0, 1.0, np.inf]),
        (it.max_entropy(8), 3.0),
        (it.perplexity([1 / 8] * 8), 8.0),
        (it.log_loss([1, 0], [0.01, 0.5], sample_weight=[1, 0]), 6.643856),
        (it.js_divergence([[1, 0], [0, 1]], [3, 1]), 0.811278),
        (it.conditional_entropy([[2, 2], [0, 4]], given=0), 0.5),
        (it.conditional_entropy([[2, 2], [0, 4]], given=1), 0.688722),
        (it.variation_of_information([[2, 2], [0, 4]]), 1.188722),
        (it.cross_entropy([0.5, 0.5], [0.25, 0.75]), 1.207519),
    ],
)
def test_single_values(value, expected):
    assert value == pytest.approx(expected, abs=1e-6)


def test_uniform_has_the_highest_entropy_of_four_outcomes():
    candidates = [[1, 0, 0, 0], [0.7, 0.1, 0.1, 0.1], [0.25] * 4, [0.4, 0.3, 0.2, 0.1]]
    assert np.argmax(it.entropy(candidates)) == 2
    assert it.entropy(candidates)[2] == it.max_entropy(4) == 2.0


def test_cross_entropy_is_least_where_the_model_is_the_truth():
    p = np.array([0.7, 0.2, 0.1])
    models = np.array([[1 / 3] * 3, p, [0.6, 0.3, 0.1], [0.8, 0.1, 0.1]])
    assert np.argmin(it.cross_entropy(p, models)) == 1
    assert it.cross_entropy(p, p) == close(it.entropy(p))


def test_log_loss_punishes_a_confident_error_more_than_the_squared_error():
    assert it.self_information(0.01) == pytest.approx(6.644, abs=1e-3)
    assert metrics.mean_squared_error([1], [0.01]) == pytest.approx(0.9801)


# Identities


@property_test(tables())
def test_entropies_of_a_table(t):
    h_x, h_y = it.entropy_from_counts(t.sum(axis=1)), it.entropy_from_counts(t.sum(axis=0))
    mutual, joint = it.mutual_information(t), it.joint_entropy(t)
    assert joint == close(naive_entropy((t / t.sum()).ravel()))
    assert joint == close(h_x + it.conditional_entropy(t, given=0))
    assert joint == close(h_y + it.conditional_entropy(t, given=1))
    assert mutual == close(h_x + h_y - joint)
    assert mutual == close(it.mutual_information(t.T))
    assert 0 <= mutual <= min(h_x, h_y) + 1e-12
    assert it.conditional_entropy(t, given=0) <= h_y + 1e-12
    assert it.variation_of_information(t) == close(joint - mutual)
    assert it.split_information(t) == close(h_x)


@property_test(tables())
def test_mutual_information_in_four_ways(t):
    p = t / t.sum()
    independent = np.outer(p.sum(axis=1), p.sum(axis=0))
    mutual = it.mutual_information(t)
    assert it.kl_divergence(p.ravel(), independent.ravel()) == close(mutual)
    rows = t[t.sum(axis=1) > 0]
    shares = rows.sum(axis=1)
    assert it.js_divergence(rows / shares[:, None], shares) == close(mutual)
    assert it.information_gain(t) == close(mutual)
    pointwise = it.pointwise_mutual_information(t)
    assert (p[t > 0] * pointwise[t > 0]).sum() == close(mutual)
    assert (pointwise[(t == 0) & (independent > 0)] == -np.inf).all()
    assert np.isnan(pointwise[independent == 0]).all()


@property_test(tables())
def test_gini_gain(t):
    def gini(counts):
        return 1 - ((counts / max(counts.sum(), 1)) ** 2).sum()

    gain = gini(t.sum(axis=0)) - sum(row.sum() / t.sum() * gini(row) for row in t)
    assert it.information_gain(t, impurity="gini") == close(gain)


@property_test(tables())
def test_ranges(t):
    assert 0 <= it.gain_ratio(t) <= 1 + 1e-12
    assert it.gain_ratio(t) == close(it.gain_ratio(t, base="e"))
    assert it.symmetric_uncertainty(t) == it.normalized_mutual_information(t)
    by_norm = [it.normalized_mutual_information(t, norm) for norm in NORMS]
    arithmetic, least, largest, joint, geometric = by_norm
    assert 0 <= joint <= largest + 1e-12
    assert largest <= arithmetic + 1e-12
    assert arithmetic <= geometric + 1e-12 or geometric == 0
    assert geometric <= least + 1e-12 or least == 0
    assert max(by_norm) <= 1


@property_test(tables(2, 3, 3))
def test_chain_rule_sums_gains_down_a_tree(t):
    leaves, children = t.reshape(6, 3), t.sum(axis=1)
    below = [sub.sum() / t.sum() * it.information_gain(sub) for sub in t if sub.any()]
    assert it.information_gain(leaves) == close(it.information_gain(children) + sum(below))


@pytest.mark.parametrize("impurity", ["entropy", "gini"])
def test_merging_children_never_raises_the_gain(impurity):
    @property_test(tables(4, 3))
    def check(t):
        merged = np.vstack([t[0] + t[1], t[2:]])
        gain = it.information_gain(t, impurity=impurity)
        assert it.information_gain(merged, impurity=impurity) <= gain + 1e-12

    check()


@property_test(distributions())
def test_grouping(p):
    ab = p[0] + p[1]
    inside = it.entropy(p[:2] / ab) if ab > 0 else 0.0
    assert it.entropy(p) == close(it.entropy([ab, *p[2:]]) + ab * inside)


@property_test(distributions(), distributions())
def test_cross_entropy_and_divergence(p, q):
    kl = it.kl_divergence(p, q)
    assert kl >= 0
    assert it.kl_divergence(p, p) == 0
    assert it.cross_entropy(p, q) == close(it.entropy(p) + kl)
    assert kl * math.log(2) >= np.abs(p - q).sum() ** 2 / 2 - 1e-12  # Pinsker
    assert math.isinf(kl) == bool(((q == 0) & (p > 0)).any())


@property_test(tables(5), st.permutations(range(5)))
def test_entropy_of_counts(c, order):
    h = it.entropy_from_counts(c)
    assert h == close(naive_entropy(c / c.sum()))
    assert h == close(it.entropy(c / c.sum()))
    assert 0 <= h <= it.max_entropy(5) + 1e-12
    assert it.entropy_from_counts(c[order]) == close(h)
    assert it.entropy_from_counts([0, *c, 0]) == close(h)
    assert it.entropy_of(range(5), sample_weight=c) == close(h)
    assert it.perplexity(c / c.sum()) == close(2**h)


@pytest.mark.parametrize("factor", [5e-324, 1e-300, 0.1, 3, 2.0**60, 1e299])
def test_scale_invariance(factor):
    counts = np.array([[2, 3, 0], [4, 0, 1], [3, 2, 7]])
    scaled = counts * factor
    assert np.isfinite(scaled).all()
    assert it.entropy_from_counts(scaled) == close(it.entropy_from_counts(counts))
    for function in (
        it.joint_entropy,
        it.mutual_information,
        it.gain_ratio,
        it.conditional_entropy,
    ):
        assert function(scaled) == close(function(counts))
    assert it.information_gain(scaled, impurity="gini") == close(
        it.information_gain(counts, impurity="gini")
    )
    x, y, w = [0, 0, 1, 1], [0, 1, 1, 1], np.array([4, 3, 2, 1])
    assert it.mutual_information_xy(x, y, sample_weight=w * factor) == close(
        it.mutual_information_xy(x, y, sample_weight=w)
    )


def test_nearly_pure_counts_keep_their_digits():
    def exactly(value):
        return pytest.approx(value, rel=1e-13, abs=0)

    bits = 1e-16 * (math.log(1e16) + 1) / math.log(2)
    split = [[1e16, 0], [0, 1]]
    assert it.entropy_from_counts([1e16, 1]) == exactly(bits)
    assert it.entropy_from_counts([1, 1e16]) == exactly(bits)
    assert it.binary_entropy(1e-16) == exactly(bits)
    assert it.information_gain(split) == exactly(bits)
    assert it.information_gain(split, impurity="gini") == exactly(2e-16)
    assert it.gain_ratio(split) == exactly(1)
    assert np.isfinite(it.pointwise_mutual_information(np.diag([1e-200, 1]))).sum() == 2
    far_apart = [[1e-200, 0], [0, 1]]
    assert it.mutual_information(far_apart) == exactly(it.joint_entropy(far_apart))


def test_rounding_makes_nothing_negative():
    rng = np.random.default_rng(0)
    x, y = np.indices((5, 5)).reshape(2, -1)
    for a, b, p in rng.dirichlet(np.ones(5), (300, 3)):
        independent, shaken = np.outer(a, b), p * (1 + rng.uniform(-1e-15, 1e-15, 5))
        assert 0 <= it.mutual_information(independent) < 1e-14
        assert 0 <= it.mutual_information_xy(x, y, sample_weight=independent.ravel()) < 1e-14
        assert 0 <= it.information_gain(independent) < 1e-14
        assert 0 <= it.information_gain(independent, impurity="gini") < 1e-14
        assert 0 <= it.kl_divergence(p, shaken) < 1e-14
        assert 0 <= it.js_divergence([p, shaken]) < 1e-14


def test_distributions_that_miss_1_by_rounding_are_brought_to_1():
    p = [0.3, 0.7 + 1e-8]
    assert it.cross_entropy(p, p) == close(it.entropy(p))
    assert it.entropy(p) == close(it.entropy_from_counts(p))


@pytest.mark.parametrize("k", [1, 2, 7, 1000])
def test_uniform_reaches_the_maximum(k):
    assert it.entropy(np.full(k, 1 / k)) == close(it.max_entropy(k))
    assert it.entropy(np.eye(k)).tolist() == [0.0] * k


@property_test(arrays(np.int64, (12, 3), elements=st.integers(0, 3)))
def test_variation_of_information_is_a_metric(labels):
    def distance(i, j):
        return it.variation_of_information(np.histogram2d(*labels[:, [i, j]].T, bins=4)[0])

    assert distance(0, 2) <= distance(0, 1) + distance(1, 2) + 1e-12
    assert distance(0, 1) == close(distance(1, 0))
    assert distance(0, 0) == 0


@property_test(tables(4, 3))
def test_fano(t):
    error = (t.sum() - t.max(axis=1).sum()) / t.sum()
    left = it.conditional_entropy(t, given=0)
    assert left <= it.binary_entropy(error) + error * math.log2(3 - 1) + 1e-12


@property_test(tables(4, 2))
def test_fano_for_two_classes(t):
    error = (t.sum() - t.max(axis=1).sum()) / t.sum()
    bound = it.inverse_binary_entropy(min(1, it.conditional_entropy(t, given=0)))
    assert error >= bound - 1e-7  # next to 1/2 the last digit of the entropy is 1e-8 of error


@property_test(tables(3, 3))
def test_log_loss_of_leaf_frequencies_is_what_the_gain_left_over(t):
    t = np.minimum(t, 20) + np.eye(3, dtype=int)  # each class and each leaf occurs
    leaf, label = (np.repeat(index.ravel(), t.ravel()) for index in np.indices(t.shape))
    proba = (t / t.sum(axis=1, keepdims=True))[leaf]
    expected = it.entropy_of(label) - it.information_gain(t)
    assert it.log_loss(label, proba) == close(expected)


@pytest.mark.parametrize("h", [1e-300, 1e-12, 1e-3, 0.3, 0.4999, 0.5, 0.5001, 0.9, 1 - 1e-9])
def test_inverse_binary_entropy(h):
    p = it.inverse_binary_entropy(h)
    assert 0 < p < 0.5
    assert it.binary_entropy(p) == pytest.approx(h, rel=1e-14, abs=0)


def test_inverse_binary_entropy_in_bulk_and_at_its_ends():
    p = np.linspace(0, 0.5, 2001)
    np.testing.assert_allclose(
        it.inverse_binary_entropy(it.binary_entropy(p[:-20])), p[:-20], 1e-11
    )
    assert it.inverse_binary_entropy([0, 1]).tolist() == [0.0, 0.5]
    # h(1/2 - d) = 1 - 2 d^2 / ln 2 for small d
    d = math.sqrt(2**-53 * math.log(2) / 2)
    assert 0.5 - it.inverse_binary_entropy(1 - 2**-53) == pytest.approx(d, rel=1e-7, abs=0)


# Other libraries


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize("base", [2, "e", 10, 0.5])
def test_against_scipy(axis, base):
    rng = np.random.default_rng(0)
    p, q = rng.random((2, 4, 5))
    p, q = p / p.sum(axis=axis, keepdims=True), q / q.sum(axis=axis, keepdims=True)
    unit = np.e if base == "e" else base
    expected = scipy.stats.entropy(p, base=unit, axis=axis)
    np.testing.assert_allclose(it.entropy(p, base=base, axis=axis), expected)
    np.testing.assert_allclose(it.entropy_from_counts(p * 7, base=base, axis=axis), expected)
    np.testing.assert_allclose(
        it.kl_divergence(p, q, base=base, axis=axis), scipy.stats.entropy(p, q, unit, axis)
    )
    divergence = it.js_divergence([p, q], base="e", axis=axis + 1 if axis >= 0 else axis)
    np.testing.assert_allclose(divergence, jensenshannon(p, q, axis=axis) ** 2)


@property_test(arrays(np.int64, (15, 2), elements=st.integers(0, 3)))
def test_against_sklearn_clustering(labels):
    x, y = labels.T
    table = pd.crosstab(x, y)
    expected = metrics.mutual_info_score(x, y) / math.log(2)
    assert it.mutual_information(table) == close(expected)
    assert it.mutual_information_xy(x, y) == close(expected)
    for norm in ("arithmetic", "min", "max", "geometric"):
        score = metrics.normalized_mutual_info_score(x, y, average_method=norm)
        assert it.normalized_mutual_information(table, norm) == pytest.approx(score, abs=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("k", [2, 3])
def test_log_loss_against_sklearn(dtype, weighted, k):
    rng = np.random.default_rng(k)
    y = np.array(["ant", "bee", "cow"])[rng.integers(0, k, 40)]
    proba = rng.dirichlet(np.full(k, 0.3), 40).astype(dtype)
    proba[:2] = np.eye(k)[:2]
    w = rng.random(40) if weighted else None
    expected = metrics.log_loss(y, proba, sample_weight=w) / math.log(2)
    tolerance = 4 * float(np.finfo(dtype).eps)
    assert it.log_loss(y, proba, sample_weight=w) == pytest.approx(expected, rel=tolerance)
    assert it.log_loss(y, proba, sample_weight=w, base="e") == pytest.approx(
        expected * math.log(2), rel=tolerance
    )
    if k == 2:
        assert it.log_loss(y, proba[:, 1], sample_weight=w) == pytest.approx(expected, rel=1e-6)


def test_log_loss_is_clipped_and_follows_the_order_of_labels():
    assert it.log_loss(["b", "a"], [[0.0, 1.0], [1.0, 0.0]]) == 0.0
    assert it.log_loss(["b", "a"], [[0.0, 1.0], [1.0, 0.0]], labels=["b", "a"]) == 52.0
    single = np.array([[0, 1], [1, 0]], dtype=np.float32)
    assert it.log_loss([0, 1], single) == 23.0
    assert it.log_loss(["b", "b"], [[0.5, 0.25, 0.25]] * 2, labels=["c", "b", "a"]) == 2.0
    assert it.log_loss([1, 1], [0.25, 0.25], labels=[0, 1]) == 2.0


# Conventions


def test_public_names_are_complete_and_documented():
    functions = {
        name
        for name, f in inspect.getmembers(it, inspect.isfunction)
        if f.__module__ == it.__name__ and not name.startswith("_")
    }
    assert functions == set(it.__all__)
    for name in functions:
        doc = inspect.getdoc(getattr(it, name))
        for parameter in inspect.signature(getattr(it, name)).parameters:
            assert re.search(rf"^(\w+, )*{parameter}(, \w+)* : ", doc, re.M), (name, parameter)
        assert ">>> " in doc, name


def test_scalars_are_python_floats_and_arrays_are_float64():
    p = np.array([0.25, 0.75], dtype=np.float32)
    values = [
        it.entropy(p),
        it.entropy_from_counts([1, 2]),
        it.kl_divergence(p, p),
        it.js_divergence([p, p]),
        it.binary_entropy(p[0]),
        it.inverse_binary_entropy(1),
        it.self_information(1),
        it.perplexity(p),
        it.max_entropy(3),
        it.mutual_information([[1, 2]]),
        it.information_gain([[1, 2]], impurity="gini"),
        it.gain_ratio([[1, 2], [2, 1]]),
        it.log_loss([0, 1], p),
    ]
    for value in values:
        assert type(value) is float
    assert it.binary_entropy(p).dtype == it.entropy([p, p]).dtype == np.float64
    assert it.entropy(p) == close(it.entropy([0.25, 0.75]))


def test_nothing_at_all():
    assert math.isnan(it.entropy_from_counts([0, 0]))
    np.testing.assert_array_equal(it.entropy_from_counts([[0, 0], [1, 1]]), [np.nan, 1.0])
    assert it.entropy(np.empty((0, 3))).shape == (0,)
    assert it.gain_ratio([[3, 4], [0, 0]]) == it.information_gain([[3, 4], [0, 0]]) == 0.0
    assert it.normalized_mutual_information([[5]]) == 1.0
    assert [it.normalized_mutual_information([[5, 5]], norm) for norm in NORMS] == [0.0] * 5


def test_independent_counts_share_exactly_nothing():
    for table in (np.outer([1, 3, 7], [3, 11, 49]), np.outer([1, 10], [3, 7])):
        x, y = np.indices(table.shape).reshape(2, -1)
        assert it.mutual_information_xy(x, y, sample_weight=table.ravel()) == 0.0
        assert it.mutual_information(table) == it.information_gain(table) == 0.0
        assert it.information_gain(table, impurity="gini") == 0.0


def test_zero_weights_in_a_mixture_count_for_nothing():
    ps = [[0.5, 0.5, 0.0], [0.1, 0.9, 0.0], [0.0, 0.0, 1.0]]
    assert it.js_divergence(ps, [3, 1, 0]) == close(it.js_divergence(ps[:2], [0.75, 0.25]))


@pytest.mark.parametrize(
    "labels",
    [
        "aabc",
        ["x", "x", "y", "z"],
        [(1, 2), (1, 2), None, 3],
        [1, 1.0, "1", b"1"],
        [float("nan"), math.nan, 1.0, 2.0],
        np.array([np.nan, np.nan, 1, 2]),
        np.array([True, True, False, 2], dtype=object),
        pd.Series([7, 7, 8, 9]),
        pd.Series(list("aabc"), dtype="category"),
        pl.Series(["a", "a", "b", None]),
    ],
)
def test_labels_of_all_kinds(labels):
    assert it.entropy_of(labels) == 1.5
    assert it.mutual_information_xy(labels, "aabc") == close(1.5)


def test_labels_with_weights():
    assert it.entropy_of("aab", sample_weight=[1, 1, 2]) == 1.0
    assert it.mutual_information_xy("aabb", "xxyx", sample_weight=[1, 1, 2, 0]) == 1.0


def test_identifiers_need_no_table():
    n = 2**17
    assert it.mutual_information_xy(range(n), range(n)) == close(17)


HALF = [0.5, 0.5]
ERRORS = [
    (lambda: it.entropy([9, 5]), ValueError, r"p must sum to 1 .* 14.0; entropy_from_counts"),
    (lambda: it.entropy([0.5, 0.5 + 1e-6]), ValueError, "p must sum to 1"),
    (lambda: it.entropy([1e308, 1e308]), ValueError, "p must sum to 1"),
    (lambda: it.entropy([1.5, -0.5]), ValueError, "p must be finite and non-negative, got -0.5"),
    (lambda: it.entropy([np.nan, 1]), ValueError, "p must be finite and non-negative, got nan"),
    (lambda: it.entropy(1.0), ValueError, r"p must have outcomes along axis -1, got shape \(\)"),
    (lambda: it.entropy([]), ValueError, "p must have outcomes along axis -1"),
    (lambda: it.entropy(HALF, axis=1), ValueError, "p must have outcomes along axis 1"),
    (lambda: it.entropy([[1], HALF]), ValueError, "p must be rectangular"),
    (lambda: it.entropy(["0.5", "0.5"]), TypeError, "p must hold real numbers"),
    (lambda: it.entropy([1j, 1]), TypeError, "p must hold real numbers"),
    (lambda: it.entropy(HALF, base=1), ValueError, "base must be .* not 1, got 1"),
    (lambda: it.entropy(HALF, base=0), ValueError, "base must be finite, greater than 0"),
    (lambda: it.entropy(HALF, base=np.nan), ValueError, "base must be finite"),
    (lambda: it.entropy(HALF, base="2"), TypeError, "base must be a number or \"e\", got '2'"),
    (lambda: it.entropy_from_counts([3, -1]), ValueError, "counts must be .* got -1"),
    (lambda: it.entropy_from_counts([3, np.inf]), ValueError, "counts must be finite"),
    (lambda: it.self_information(1.2), ValueError, "p must lie between 0 and 1, got 1.2"),
    (lambda: it.binary_entropy([0.1, 2]), ValueError, "p must lie between 0 and 1, got 2.0"),
    (lambda: it.inverse_binary_entropy(1.1), ValueError, "h must lie between 0 and 1, got 1.1"),
    (lambda: it.max_entropy(0), ValueError, "n_classes must be at least 1, got 0"),
    (lambda: it.max_entropy(2.0), TypeError, "n_classes must be an int, got 2.0"),
    (lambda: it.perplexity([1, 1]), ValueError, "p must sum to 1"),
    (lambda: it.cross_entropy(HALF, [1, 1]), ValueError, "q must sum to 1"),
    (lambda: it.kl_divergence(HALF, [1.0]), ValueError, r"equally many .* \(2,\) and \(1,\)"),
    (lambda: it.kl_divergence([HALF] * 2, [HALF] * 3), ValueError, "other axes that broadcast"),
    (lambda: it.js_divergence(HALF), ValueError, r"ps must have .* got shape \(2,\)"),
    (lambda: it.js_divergence([HALF], axis=0), ValueError, "ps must have .* axis 0"),
    (lambda: it.js_divergence([HALF], [1, 2]), ValueError, r"weights must have shape \(1,\)"),
    (lambda: it.js_divergence([HALF], [0]), ValueError, "weights must hold a positive weight"),
    (lambda: it.joint_entropy([1, 2]), ValueError, r"table must have shape \(r, K\), got .*\(2,\)"),
    (lambda: it.mutual_information([[0, 0]]), ValueError, "table must hold a positive count"),
    (lambda: it.mutual_information([[1, -2]]), ValueError, "table must be .* got -2"),
    (lambda: it.conditional_entropy([[1]], given=2), ValueError, "given must be 0 .* got 2"),
    (lambda: it.normalized_mutual_information([[1]], "mean"), ValueError, "norm must be .* 'mean'"),
    (lambda: it.information_gain([3, 4]), ValueError, "children must have shape"),
    (lambda: it.information_gain([[1]], impurity="mse"), ValueError, "impurity must be .* 'mse'"),
    (lambda: it.gain_ratio([[0, 0]]), ValueError, "children must hold a positive count"),
    (lambda: it.split_information([[1, np.nan]]), ValueError, "children must be finite"),
    (lambda: it.entropy_of([]), ValueError, "labels must hold at least one label"),
    (lambda: it.entropy_of(3), TypeError, "labels must be a sequence of hashable labels, got 3"),
    (lambda: it.entropy_of(np.eye(2)), TypeError, "labels must be a sequence"),
    (lambda: it.entropy_of("ab", sample_weight=[1]), ValueError, "sample_weight must have shape"),
    (lambda: it.entropy_of("ab", sample_weight=[1, -1]), ValueError, "sample_weight must be .* -1"),
    (lambda: it.entropy_of("ab", sample_weight=[0, 0]), ValueError, "positive weight, got 2 zeros"),
    (lambda: it.mutual_information_xy("ab", "abc"), ValueError, "equally long, got 2 and 3"),
    (lambda: it.mutual_information_xy("ab", [[1], [2]]), TypeError, "y must be a sequence"),
    (lambda: it.log_loss("ab", [HALF]), ValueError, r"here shape \(2, 2\), got \(1, 2\)"),
    (lambda: it.log_loss("aa", [HALF] * 2), ValueError, r"\(2, 1\), .* pass labels"),
    (lambda: it.log_loss("ab", HALF, labels="abc"), ValueError, r"here shape \(2, 3\), got \(2,\)"),
    (lambda: it.log_loss("ab", HALF, labels="aa"), ValueError, "labels must name each class once"),
    (lambda: it.log_loss("ac", HALF, labels="ab"), ValueError, r"y_true must hold only .* got 'c'"),
    (lambda: it.log_loss("ab", [0.5, 1.5]), ValueError, "y_proba must lie between 0 and 1"),
    (lambda: it.log_loss("ab", [[2, 2], HALF]), ValueError, "y_proba must sum to 1"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), ERRORS)
def test_errors_name_the_parameter_and_the_value(call, error, message):
    with pytest.raises(error, match=message):
        call()
