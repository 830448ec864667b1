"""Columns to sorted words, and the random draws."""

import numpy as np
import pytest

from gaintree.encode import (
    as_table,
    encode_codes,
    encode_columns,
    integers,
    rank_of,
    sample_of,
)
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


@pytest.mark.parametrize(
    "column",
    [
        [3, 0, 255, 3, 0],
        [3, 256, 0, 256],
        [-1, 3, 0],
        [2.5, 2, 3],
        [np.nan, 7, 0, -0.0, np.nan],
    ],
)
def test_small_integers_are_sorted_as_other_values(column):
    column = np.array(column, dtype=np.float64)
    for X in (column[:, None], np.c_[column, column + 0.25]):
        words, n_values = encode_columns(X)
        expected, ranks = np.unique(X[:, 0], return_inverse=True)
        assert n_values[0] == (~np.isnan(expected)).sum()
        samples = np.array([sample_of(word) for word in words[0]])
        found = np.array([rank_of(word) for word in words[0]])
        np.testing.assert_array_equal(found, ranks[samples])
        assert (np.diff(found) >= 0).all()
        assert sorted(samples) == list(range(len(column)))


def few_valued(rng, n, kind):
    """A column whose frequent values are even; the rare ones are seen in no sample of rows."""
    column = rng.integers(0, 5, n) * 2.0
    rare = {
        "between": [1, 3, 7],
        "around": [-3, 500, -0.0],
        "halves": [0.5, 1.5, 3],
        "one cell": [1.25, 1.5, 1.75],
        "far": [1e9, -1e9, 2e9],
        "many": np.arange(300) + 20,
        "as many as fit": np.arange(250) + 20,
        "missing": [np.nan, 3, np.nan],
    }[kind]
    column[rng.permutation(np.arange(2, n, 4))[: len(rare)]] = rare
    return column


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "kind",
    ["between", "around", "halves", "one cell", "far", "many", "as many as fit", "missing"],
)
def test_codes_of_few_values_are_their_ranks(kind, dtype, n_threads):
    """Rows are sampled by a step of 4, from row 0 on."""
    rng = np.random.default_rng(0)
    X = np.c_[few_valued(rng, 4096, kind), rng.normal(size=4096), few_valued(rng, 4096, "between")]
    X = X.astype(dtype)
    codes = encode_codes(X, as_table(X), 2, n_threads=n_threads)
    for feature in (0, 2):
        values, ranks = np.unique(X[:, feature], return_inverse=True)
        n_values = (~np.isnan(values)).sum()
        at, step = int(codes.origin[feature]), int(codes.stride[feature])
        found = codes.codes[at::step][: len(X)]
        if n_values > 255:
            edges = codes.edges[feature]
            order = X[:, feature].argsort()
            assert (np.diff(found[order].astype(int)) >= 0).all()
            assert (edges[found] <= X[:, feature]).all()
            continue
        np.testing.assert_array_equal(found, ranks)
        assert codes.n_values[feature] == codes.n_ordered[feature] == n_values
        assert (codes.is_exact[feature, :n_values] == 1).all()
        np.testing.assert_array_equal(codes.edges[feature, :n_values], values[:n_values])
        assert np.isnan(codes.edges[feature, n_values:]).all()
        assert np.diff(codes.first)[feature] == len(values)
        assert codes.ends[feature].tolist() == [values[0], values[n_values - 1]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("max_values", [2, 5, 255])
def test_integers_are_encoded_as_by_a_sample_of_the_rows(dtype, order, max_values, monkeypatch):
    rng = np.random.default_rng(0)
    special = ([7], [0, 254], [0, 255], [-1, 3], [1, 2.5], [-0.0, 1], [np.nan, 4], [np.nan], [1e30])
    columns = [rng.choice(values, 3000) for values in special]
    late = np.zeros(3000)
    late[2500] = 0.5  # no such integer, beyond the first block
    X = np.column_stack([*columns, late, rng.integers(0, 5, 3000), rng.integers(0, 255, 3000)])
    X = np.asarray(X, dtype=dtype, order=order)
    n_categories = np.zeros(X.shape[1], dtype=np.int64)
    n_categories[-1] = 255  # a category has a bin of its own, whatever `max_values` is
    encodings = []
    for most_values in (0, 2**20):
        monkeypatch.setattr(integers, "_MOST_VALUES", most_values)
        encodings.append(
            encode_codes(X, as_table(X), 2, max_values, n_categories=n_categories)._asdict()
        )
    by_sample, as_integers = encodings
    for name, expected in by_sample.items():
        np.testing.assert_array_equal(as_integers[name], expected, name)


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
    X = rng.normal(size=(5000, 4)).astype(np.float32)
    X[:, 1], X[:, 2] = np.round(X[:, 1]), np.nan
    X[:40, 1], X[40:90, 1] = -0.0, 0.0
    X[:, 3] = rng.choice(np.array([1e-45, -1e-45, 3e38, -3e38, 0.0, np.nan, -np.nan]), 5000)
    single, double = encode_columns(X), encode_columns(X.astype(np.float64))
    np.testing.assert_array_equal(single.n_values, double.n_values)
    for one, other in zip(single.words, double.words, strict=True):
        ranks = [dict(zip(words & 0xFFFFFFFF, words >> 32, strict=True)) for words in (one, other)]
        np.testing.assert_array_equal(one >> 32, other >> 32)
        assert ranks[0] == ranks[1]
