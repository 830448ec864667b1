"""Information theory: golden values, other libraries, kinds of argument and result."""

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
from splits import gain_of, ratio_of

# Columns of the 14 days of tennis: (yes, no) of each child, then information gain, split
# information, gain ratio, Gini gain and Mantaras distance.
TENNIS = {
    "outlook": ([[2, 3], [4, 0], [3, 2]], (0.246750, 1.577406, 0.156428, 0.116327, 0.891345)),
    "humidity": ([[3, 4], [6, 1]], (0.151836, 1.000000, 0.151836, 0.091837, 0.915102)),
    "wind": ([[6, 2], [3, 3]], (0.048127, 0.985228, 0.048849, 0.030612, 0.974365)),
    "warmth": ([[2, 2], [4, 2], [3, 1]], (0.029223, 1.556657, 0.018773, 0.018707, 0.988158)),
    "day": ([[1, 0]] * 9 + [[0, 1]] * 5, (0.940286, 3.807355, 0.246966, 0.459184, 0.753034)),
}
P = np.array([0.25, 0.75], dtype=np.float32)
NORMS = ("arithmetic", "min", "max", "joint", "geometric")


def close(expected):
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


def to_six_digits(expected):
    return pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(("children", "expected"), TENNIS.values(), ids=TENNIS)
def test_tennis(children, expected):
    values = (
        gain_of(children),
        it.split_information(children),
        ratio_of(children),
        gain_of(children, impurity="gini"),
        1 - it.normalized_mutual_information(children, "joint"),
    )
    assert values == to_six_digits(expected)
    assert {type(value) for value in values} == {float}


def test_the_row_number_wins_even_on_gain_ratio():
    assert max(TENNIS, key=lambda column: ratio_of(TENNIS[column][0])) == "day"


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
    assert gain_of(children) == to_six_digits(entropy_gain)
    assert gain_of(children, impurity="gini") == to_six_digits(gini_gain)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (it.entropy(P), 0.811278),
        (it.entropy_from_counts([9, 5]), 0.940286),
        (it.entropy_from_counts([40, 80]), 0.918296),
        (it.entropy_from_counts([50, 50, 50]), 1.584963),
        (it.entropy_of("mississippi"), 1.823067),
        (it.entropy_of("aab", sample_weight=[1, 1, 2]), 1.0),
        (it.max_entropy(8), 3.0),
        (it.perplexity([1 / 8] * 8), 8.0),
        (it.perplexity(P), 1.754765),
        (it.self_information(1), 0.0),
        (it.self_information(0.01), 6.643856),
        (it.self_information([1.0, 0.5, 0.0]), [0.0, 1.0, np.inf]),
        (it.binary_entropy(0.5), 1.0),
        (it.binary_entropy(0.9), 0.468996),
        (it.binary_entropy(P[0]), 0.811278),
        (it.inverse_binary_entropy(1), 0.5),
        (it.cross_entropy([0.5, 0.5], [0.25, 0.75]), 1.207519),
        (it.cross_entropy([1, 0], [1, 0]), 0.0),
        (it.kl_divergence(P, P), 0.0),
        (it.js_divergence([P, P]), 0.0),
        (it.js_divergence([[1, 0], [0, 1]], [3, 1]), 0.811278),
        (it.conditional_entropy([[2, 2], [0, 4]], given=0), 0.5),
        (it.conditional_entropy([[2, 2], [0, 4]], given=1), 0.688722),
        (it.variation_of_information([[2, 2], [0, 4]]), 1.188722),
        (it.mutual_information([[1, 2]]), 0.0),
        (it.mutual_information_xy("aabb", "xxyx", sample_weight=[1, 1, 2, 0]), 1.0),
        (it.log_loss([0, 1], P), 0.415037),
        (it.log_loss([1, 0], [0.01, 0.5], sample_weight=[1, 0]), 6.643856),
        (it.log_loss(["b", "b"], [[0.5, 0.25, 0.25]] * 2, labels=["c", "b", "a"]), 2.0),
        (it.log_loss([1, 1], [0.25, 0.25], labels=[0, 1]), 2.0),
        (it.log_loss(["b", "a"], [[0.0, 1.0], [1.0, 0.0]]), 0.0),
        # An impossible class is clipped to the precision of the dtype.
        (it.log_loss(["b", "a"], [[0.0, 1.0], [1.0, 0.0]], labels=["b", "a"]), 52.0),
        (it.log_loss([0, 1], np.array([[0, 1], [1, 0]], dtype=np.float32)), 23.0),
        # No samples, one child, one value, one variable.
        (it.entropy_from_counts([0, 0]), math.nan),
        (it.entropy_from_counts([[0, 0], [1, 1]]), [math.nan, 1.0]),
        (it.entropy(np.empty((0, 3))), []),
        (ratio_of([[3, 4], [0, 0]]), 0.0),
        (gain_of([[3, 4], [0, 0]]), 0.0),
        (gain_of([[3, 4]], impurity="gini"), 0.0),
        (it.normalized_mutual_information([[5]]), 1.0),
        *((it.normalized_mutual_information([[5, 5]], norm), 0.0) for norm in NORMS),
    ],
)
def test_single_values(value, expected):
    assert value == pytest.approx(expected, abs=1e-6, nan_ok=True)
    if isinstance(expected, list):
        assert value.dtype == np.float64
    else:
        assert type(value) is float
        assert math.copysign(1, value) == 1  # no -0.0


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


@settings(deadline=None, max_examples=60)
@given(arrays(np.int64, (15, 2), elements=st.integers(0, 3)))
def test_against_sklearn_clustering(labels):
    x, y = labels.T
    table = pd.crosstab(x, y)
    expected = metrics.mutual_info_score(x, y) / math.log(2)
    assert it.mutual_information(table) == close(expected)
    assert it.mutual_information_xy(x, y) == close(expected)
    for norm in ("arithmetic", "min", "max", "geometric"):
        score = metrics.normalized_mutual_info_score(x, y, average_method=norm)
        assert it.normalized_mutual_information(table, norm) == to_six_digits(score)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("k", [2, 3])
def test_log_loss_against_sklearn(dtype, weighted, k):
    rng = np.random.default_rng(k)
    y = np.array(["ant", "bee", "cow"])[rng.integers(0, k, 40)]
    proba = rng.dirichlet(np.full(k, 0.3), 40).astype(dtype)
    proba[:2] = np.eye(k)[:2]
    w = rng.random(40) if weighted else None
    nats = metrics.log_loss(y, proba, sample_weight=w)
    tolerance = 4 * float(np.finfo(dtype).eps)
    for base, expected in (("e", nats), (2, nats / math.log(2))):
        loss = it.log_loss(y, proba, sample_weight=w, base=base)
        assert loss == pytest.approx(expected, rel=tolerance)
        if k == 2:
            loss = it.log_loss(y, proba[:, 1], sample_weight=w, base=base)
            assert loss == pytest.approx(expected, rel=1e-6)


def test_public_names_are_complete_and_documented():
    functions = dict(inspect.getmembers(it, inspect.isfunction))
    assert list(functions) == it.__all__
    for name, function in functions.items():
        doc = inspect.getdoc(function)
        for parameter in inspect.signature(function).parameters:
            assert re.search(rf"^(\w+, )*{parameter}(, \w+)* : ", doc, re.M), (name, parameter)
        for part in ("Returns\n---", "Raises\n---", "References\n---", ">>> "):
            assert part in doc, (name, part)
        assert re.search(rf"^      {name} ", it.__doc__, re.M), name


def test_float32_is_computed_as_float64():
    assert it.binary_entropy(P).dtype == it.entropy([P, P]).dtype == np.float64
    assert it.entropy(P) == close(it.entropy([0.25, 0.75]))


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


def test_identifiers_need_no_table():
    n = 2**17
    assert it.mutual_information_xy(range(n), range(n)) == close(17)
