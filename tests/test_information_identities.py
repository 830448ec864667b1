"""Information theory: identities and bounds on random tables with many zeros."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gaintree import information as it
from splits import gain_of, ratio_of


def close(expected):
    return pytest.approx(expected, rel=1e-12, abs=1e-12)


def naive_entropy(p):
    return -sum(x * math.log2(x) for x in p if x > 0)


def tables(*shape):
    """Counts of the given shape, or of 1 to 4 rows and columns."""
    sizes = st.just(shape) if shape else st.tuples(st.integers(1, 4), st.integers(1, 4))
    counts = st.one_of(st.just(0), st.integers(0, 9), st.integers(0, 10**6))
    return sizes.flatmap(lambda s: arrays(np.int64, s, elements=counts)).filter(np.any)


def distributions():
    return tables(4).map(lambda counts: counts / counts.sum())


def property_test(*args):
    return lambda test: settings(deadline=None, max_examples=60)(given(*args)(test))


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
    assert gain_of(t) == close(mutual)
    pointwise = it.pointwise_mutual_information(t)
    assert (p[t > 0] * pointwise[t > 0]).sum() == close(mutual)
    assert (pointwise[(t == 0) & (independent > 0)] == -np.inf).all()
    assert np.isnan(pointwise[independent == 0]).all()


@property_test(tables())
def test_gini_gain(t):
    def gini(counts):
        return 1 - ((counts / max(counts.sum(), 1)) ** 2).sum()

    gain = gini(t.sum(axis=0)) - sum(row.sum() / t.sum() * gini(row) for row in t)
    assert gain_of(t, impurity="gini") == close(gain)


@property_test(tables())
def test_ratios(t):
    assert 0 <= ratio_of(t) <= 1 + 1e-12
    assert ratio_of(t) * it.split_information(t, base="e") == close(gain_of(t, base="e"))
    assert it.symmetric_uncertainty(t) == it.normalized_mutual_information(t)
    ascending = [
        it.normalized_mutual_information(t, norm)
        for norm in ("joint", "max", "arithmetic", "geometric", "min")
    ]
    assert 0 <= min(ascending) <= max(ascending) <= 1
    for i in range(4):  # a constant variable makes the divisors of the last two 0
        assert ascending[i] <= ascending[i + 1] + 1e-12 or (i >= 2 and ascending[i + 1] == 0)


@property_test(tables(2, 3, 3))
def test_chain_rule_sums_gains_down_a_tree(t):
    leaves, children = t.reshape(6, 3), t.sum(axis=1)
    below = [sub.sum() / t.sum() * gain_of(sub) for sub in t if sub.any()]
    assert gain_of(leaves) == close(gain_of(children) + sum(below))


@pytest.mark.parametrize("impurity", ["entropy", "gini"])
@property_test(tables(4, 3))
def test_merging_children_never_raises_the_gain(impurity, t):
    merged = np.vstack([t[0] + t[1], t[2:]])
    gain = gain_of(t, impurity=impurity)
    assert gain_of(merged, impurity=impurity) <= gain + 1e-12


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


@pytest.mark.parametrize("k", [1, 2, 4, 7, 1000])
def test_uniform_reaches_the_maximum(k):
    assert it.entropy(np.full(k, 1 / k)) == it.max_entropy(k) == close(math.log2(k))
    assert it.entropy(np.eye(k)).tolist() == [0.0] * k


@property_test(arrays(np.int64, (12, 3), elements=st.integers(0, 3)))
def test_variation_of_information_is_a_metric(labels):
    def distance(i, j):
        return it.variation_of_information(np.histogram2d(*labels[:, [i, j]].T, bins=4)[0])

    assert distance(0, 2) <= distance(0, 1) + distance(1, 2) + 1e-12
    assert distance(0, 1) == close(distance(1, 0))
    assert distance(0, 0) == 0


@pytest.mark.parametrize("k", [2, 3])
def test_fano(k):
    @property_test(tables(4, k))
    def check(t):
        error = (t.sum() - t.max(axis=1).sum()) / t.sum()
        left = it.conditional_entropy(t, given=0)
        assert left <= it.binary_entropy(error) + error * math.log2(k - 1) + 1e-12
        if k == 2:  # next to 1/2 the last digit of the entropy is 1e-8 of error
            assert error >= it.inverse_binary_entropy(min(1, left)) - 1e-7

    check()


@property_test(tables(3, 3))
def test_log_loss_of_leaf_frequencies_is_what_the_gain_left_over(t):
    t = np.minimum(t, 20) + np.eye(3, dtype=int)  # each class and each leaf occurs
    leaf, label = (np.repeat(index.ravel(), t.ravel()) for index in np.indices(t.shape))
    proba = (t / t.sum(axis=1, keepdims=True))[leaf]
    expected = it.entropy_of(label) - gain_of(t)
    assert it.log_loss(label, proba) == close(expected)
