"""Columns to sorted words, and the random draws."""

import numpy as np
import pytest

from gaintree.encode import encode_columns, rank_of, sample_of
from gaintree.grow.draw import derive, draw_next, uniform

COLUMN = [2.0, np.nan, -1.0, 2.0, 0.0, -0.0, 1e300, np.nan, 5e-324]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("n_threads", [1, 3])
def test_words_hold_ranks_and_samples(dtype, order, n_threads):
    with np.errstate(over="ignore"):
        column = np.array(COLUMN).astype(dtype)
    column[np.isinf(column)] = 1e30
    X = np.asarray(np.c_[column, column[::-1]], order=order)
    columns = encode_columns(X, n_threads)
    for feature in range(2):
        words = columns.words[feature]
        samples = np.array([sample_of(word) for word in words])
        ranks = np.array([rank_of(word) for word in words])
        n_values = int(columns.n_values[feature])
        values = np.array([X[samples[ranks == rank][0], feature] for rank in range(n_values)])
        assert sorted(samples) == list(range(len(column)))
        assert (np.diff(values) > 0).all()
        assert (np.diff(ranks) >= 0).all()
        present = ~np.isnan(X[samples, feature])
        np.testing.assert_array_equal(values[ranks[present]], X[samples[present], feature])
        assert (ranks[~present] == columns.n_values[feature]).all()


def test_a_column_of_missing_values_has_no_values():
    columns = encode_columns(np.full((3, 1), np.nan))
    assert columns.n_values.tolist() == [0]
    assert [int(rank_of(word)) for word in columns.words[0]] == [0, 0, 0]


def test_draws_depend_on_the_key_alone_and_are_uniform():
    keys = [derive(np.uint64(7), i) for i in range(4000)]
    draws = np.array([uniform(np.uint64(key)) for key in keys])
    assert len(set(draws)) == len(draws)
    assert (draws >= 0.0).all()
    assert (draws < 1.0).all()
    counts = np.histogram(draws, bins=10, range=(0, 1))[0]
    assert abs(counts - 400).max() < 80  # 4 standard deviations
    assert uniform(np.uint64(keys[3])) == draws[3]


def test_drawing_all_items_is_a_permutation_and_every_order_occurs():
    orders = set()
    for seed in range(200):
        items = np.arange(3)
        key = np.uint64(derive(np.uint64(seed), 0))
        drawn = tuple(int(draw_next(items, i, key)) for i in range(3))
        assert sorted(drawn) == [0, 1, 2]
        orders.add(drawn)
    assert len(orders) == 6


def test_float32_is_sorted_as_the_same_values_in_float64():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 4)).astype(np.float32)
    X[:, 1], X[:, 2] = np.round(X[:, 1]), np.nan
    X[:40, 1], X[40:90, 1] = -0.0, 0.0
    X[:, 3] = rng.choice(np.array([1e-45, -1e-45, 3e38, -3e38, 0.0, np.nan, -np.nan]), 400)
    single, double = encode_columns(X), encode_columns(X.astype(np.float64))
    np.testing.assert_array_equal(single.n_values, double.n_values)
    for one, other in zip(single.words, double.words, strict=True):
        ranks = [dict(zip(words & 0xFFFFFFFF, words >> 32, strict=True)) for words in (one, other)]
        np.testing.assert_array_equal(one >> 32, other >> 32)
        assert ranks[0] == ranks[1]
