"""Information theory: extreme scales, nearly pure counts, exact zeros, rounding."""

import math

import numpy as np
import pytest

from gaintree import information as it
from splits import gain_of, ratio_of


def close(expected):
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


def exactly(expected):
    return pytest.approx(expected, rel=1e-13, abs=0)


def gini_gain(table):
    return gain_of(table, impurity="gini")


def xy(table):
    """Mutual information of the table's row and column numbers, weighted by the cells."""
    x, y = np.indices(np.shape(table)).reshape(2, -1)
    return it.mutual_information_xy(x, y, sample_weight=np.ravel(table))


@pytest.mark.parametrize("factor", [5e-324, 1e-300, 0.1, 3, 2.0**60, 1e299])
@pytest.mark.parametrize(
    "function",
    [
        it.entropy_from_counts,
        it.joint_entropy,
        it.conditional_entropy,
        it.mutual_information,
        ratio_of,
        gini_gain,
        xy,
    ],
)
def test_scale_invariance(function, factor):
    counts = np.array([[2, 3, 0], [4, 0, 1], [3, 2, 7]])
    assert np.isfinite(counts * factor).all()
    assert function(counts * factor) == close(function(counts))


BITS = 1e-16 * (math.log(1e16) + 1) / math.log(2)
PURE = [[1e16, 0], [0, 1]]
FAR_APART = [[1e-200, 0], [0, 1]]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (it.entropy_from_counts([1e16, 1]), BITS),
        (it.entropy_from_counts([1, 1e16]), BITS),
        (it.binary_entropy(1e-16), BITS),
        (gain_of(PURE), BITS),
        (it.js_divergence(np.eye(2), [1e16, 1]), BITS),
        (gini_gain(PURE), 2e-16),
        (ratio_of(PURE), 1),
        (it.mutual_information(FAR_APART), it.joint_entropy(FAR_APART)),
        (it.pointwise_mutual_information(FAR_APART)[0, 0], 200 * math.log2(10)),
    ],
)
def test_nearly_pure_counts_keep_their_digits(value, expected):
    assert value == exactly(expected)


def test_rounding_makes_nothing_negative():
    rng = np.random.default_rng(0)
    for a, b, p in rng.dirichlet(np.ones(5), (300, 3)):
        independent, shaken = np.outer(a, b), p * (1 + rng.uniform(-1e-15, 1e-15, 5))
        for function in (it.mutual_information, gain_of, gini_gain, xy):
            assert 0 <= function(independent) < 1e-14
        assert 0 <= it.kl_divergence(p, shaken) < 1e-14
        assert 0 <= it.js_divergence([p, shaken]) < 1e-14


@pytest.mark.parametrize("table", [np.outer([1, 3, 7], [3, 11, 49]), np.outer([1, 10], [3, 7])])
def test_independent_counts_share_exactly_nothing(table):
    for function in (it.mutual_information, gain_of, gini_gain, xy):
        assert function(table) == 0.0


def test_distributions_that_miss_1_by_rounding_are_brought_to_1():
    p = [0.3, 0.7 + 1e-8]
    assert it.cross_entropy(p, p) == close(it.entropy(p))
    assert it.entropy(p) == close(it.entropy_from_counts(p))


def test_zero_weights_in_a_mixture_count_for_nothing():
    ps = [[0.5, 0.5, 0.0], [0.1, 0.9, 0.0], [0.0, 0.0, 1.0]]
    assert it.js_divergence(ps, [3, 1, 0]) == close(it.js_divergence(ps[:2], [0.75, 0.25]))


@pytest.mark.parametrize("h", [1e-300, 1e-12, 1e-3, 0.3, 0.4999, 0.5, 0.5001, 0.9, 1 - 1e-9])
def test_inverse_binary_entropy(h):
    p = it.inverse_binary_entropy(h)
    assert 0 < p < 0.5
    assert it.binary_entropy(p) == pytest.approx(h, rel=1e-14, abs=0)


def test_inverse_binary_entropy_in_bulk_and_at_its_ends():
    p = np.linspace(0, 0.5, 2001)[:-20]
    np.testing.assert_allclose(it.inverse_binary_entropy(it.binary_entropy(p)), p, 1e-11)
    assert it.inverse_binary_entropy([0, 1]).tolist() == [0.0, 0.5]
    # h(1/2 - d) = 1 - 2 d^2 / ln 2 for small d
    d = math.sqrt(2**-53 * math.log(2) / 2)
    assert 0.5 - it.inverse_binary_entropy(1 - 2**-53) == pytest.approx(d, rel=1e-7, abs=0)
