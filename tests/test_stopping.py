"""Growing while splits are significant, and the p-values that it takes."""

import math
from collections import Counter
from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import gamma
from scipy.stats import binom, chi2
from scipy.stats import gamma as gamma_law
from sklearn.datasets import load_iris, make_classification

from gaintree import GainTreeClassifier, criteria, stopping
from gaintree.chance import (
    Cuts,
    _skewness,
    cuts_of,
    log_p_of_best_cut,
    log_p_of_tables,
    mean_of_best_cut,
)
from gaintree.grow import growth
from gaintree.stopping import limit_leaves
from test_engines import RULES

X, y = load_iris(return_X_y=True)
SEEDS = st.integers(0, 2**32 - 1)


# The formulas told plainly, on the samples of a node.


def table_of(rows, classes):
    counts = Counter(zip(rows, classes, strict=True))
    return np.array([[counts[r, c] for c in sorted(set(classes))] for r in sorted(set(rows))])


def moments(values):
    mean = sum(values) / len(values)
    second, third = (sum((v - mean) ** power for v in values) / len(values) for power in (2, 3))
    return mean, second, third


def pearson(table):
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    return ((table - expected) ** 2 / expected).sum()


def skewness_of_rows(table):
    """Of Pearson's statistic, each row drawn for itself: formulas of Haldane (1937), row by row."""
    shares = table.sum(0) / table.sum()
    k, first, second = len(shares), (1 / shares).sum(), (1 / shares**2).sum()
    variance = third = 0.0
    for n in table.sum(1):
        variance += 2 * (k - 1) + (first - k**2 - 2 * k + 2) / n
        third += 8 * (k - 1) + (32 - 36 * k - 18 * k**2 + 22 * first) / n
        third += (second - (22 + 3 * k) * first + 2 * k**3 + 18 * k**2 + 28 * k - 24) / n**2
    return third / variance**1.5


def p_of_table(table):
    n, (r, k) = table.sum(), table.shape
    if n < 4 or r < 2 or k < 2:
        return 1.0
    of_rows, of_columns = (
        ((n / table.sum(a)).sum() - table.shape[1 - a] ** 2) / (n - 2) for a in (1, 0)
    )
    mean = n * (r - 1) * (k - 1) / (n - 1)
    v_rows, v_columns = (r - 1) * (n - r) / (n - 1), (k - 1) * (n - k) / (n - 1)
    variance = 2 * n / (n - 3) * (v_rows - of_rows) * (v_columns - of_columns)
    variance += n**2 / (n - 1) * of_rows * of_columns
    if variance <= 1e-9 * mean:
        return 1.0
    skew = max(skewness_of_rows(table), skewness_of_rows(table.T), 2 * variance**0.5 / mean)
    shape = 4 / skew**2
    score = (pearson(table) - mean) / variance**0.5
    return gamma_law.sf(shape + score * shape**0.5, shape)


def gain_in_nats(table):
    def total(counts):
        return sum(c * math.log(sum(counts) / c) for c in counts if c > 0)

    return total(table.sum(0)) - sum(total(row) for row in table)


def walks_of(column, min_samples_leaf=1):
    """Samples on the left of each cut, missing values on the right, and on the left.

    To part the missing values from the rest is the last cut of the first walk.
    """
    values, n = sorted(set(column[~np.isnan(column)])), len(column)
    right = [int((column <= v).sum()) for v in values]
    left = [n_left + int(np.isnan(column).sum()) for n_left in right]
    walks = [right, left] if np.isnan(column).any() else [right]
    admissible = range(min_samples_leaf, n - min_samples_leaf + 1)
    return [[n_left for n_left in walk if n_left in admissible and n_left < n] for walk in walks]


def p_of_cut(column, classes, goes_left, min_samples_leaf=1):
    table, n = table_of(goes_left, classes), len(column)
    walks = [walk for walk in walks_of(column, min_samples_leaf) if walk]
    g, f = 2 * gain_in_nats(table), table.shape[1] - 1
    odds = sum(math.log(w[-1] / (n - w[-1])) - math.log(w[0] / (n - w[0])) for w in walks)
    crossing = 1.0
    if g > f:
        crossing = (g / 2) ** (f / 2) * math.exp(-g / 2) / gamma(f / 2)
        crossing *= (1 - f / g) * odds + 2 * len(walks) / g
    return min(crossing, 1 - (1 - p_of_table(table)) ** sum(map(len, walks)), 1.0)


def varies(column):
    return len(set(column[~np.isnan(column)])) + np.isnan(column).any() > 1


def stopped_plainly(tree, X, classes, max_p_value, categorical=(), min_samples_leaf=1):
    """The splits that are left, as nodes of the whole tree; and p-values that decided."""
    kept, p_values = set(), []

    def visit(node, rows):
        feature = tree.feature[node]
        if feature < 0:
            return
        column = X[rows, feature]
        if feature in categorical:
            sides = tree.goes_left(node)
            goes_left = np.array([sides[int(v)] if v == v else False for v in column])
        else:
            goes_left = column <= tree.threshold[node]
        goes_left |= np.isnan(column) & bool(tree.missing_go_to_left[node])
        if feature in categorical:
            p = p_of_table(
                table_of(np.nan_to_num(column, nan=-1.0).tolist(), classes[rows].tolist())
            )
        else:
            p = p_of_cut(column, classes[rows].tolist(), goes_left.tolist(), min_samples_leaf)
        p = 1 - (1 - p) ** sum(varies(X[rows, j]) for j in range(X.shape[1]))
        p_values.append(p)
        if p <= max_p_value:
            kept.add(node)
            visit(tree.children_left[node], rows[goes_left])
            visit(tree.children_right[node], rows[~goes_left])

    visit(0, np.arange(len(X)))
    return kept, p_values


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(5, 150), st.integers(2, 4), st.sampled_from([0.02, 0.3, 0.9]))
def test_splits_are_those_that_the_formulas_leave(seed, n_samples, n_classes, max_p_value):
    rng = np.random.default_rng(seed)
    table = np.column_stack([
        rng.normal(size=n_samples), rng.integers(0, 4, n_samples), rng.integers(0, 9, n_samples),
    ])  # fmt: skip
    table[rng.random(table.shape) < rng.choice([0.0, 0.2])] = np.nan
    classes = rng.integers(0, n_classes, n_samples)
    depends = rng.random(n_samples) < 0.7
    classes[depends] = (np.nan_to_num(table[depends, rng.integers(0, 3)]) > 0.5) * (n_classes - 1)
    least = int(rng.choice([1, 5]))
    options = {"categorical_features": [2], "min_samples_leaf": least}
    whole = GainTreeClassifier(**options).fit(table, classes)
    stopped = GainTreeClassifier(**options, max_p_value=max_p_value).fit(table, classes).tree_
    codes = whole._encoder.transform(table)
    classes = np.unique(classes, return_inverse=True)[1]
    kept, p_values = stopped_plainly(whole.tree_, codes, classes, max_p_value, {2}, least)
    if min((abs(p - max_p_value) for p in p_values), default=1.0) < 1e-9:
        return  # rounding decides
    assert stopped.node_count == 2 * len(kept) + 1
    np.testing.assert_array_equal(
        stopped.feature[~stopped.is_leaf], whole.tree_.feature[sorted(kept)]
    )


def test_moments_are_those_of_all_permutations():
    rows, classes = [0, 0, 0, 1, 1, 2, 2], [0, 1, 0, 2, 1, 1, 0]
    table = table_of(rows, classes)
    values = [pearson(table_of(rows, order)) for order in permutations(classes)]
    mean, variance, _ = moments(values)
    shape = (
        4 / max(skewness_of_rows(table), skewness_of_rows(table.T), 2 * variance**0.5 / mean) ** 2
    )
    score = (pearson(table) - mean) / variance**0.5
    expected = gamma_law.logsf(shape + score * shape**0.5, shape)
    assert log_p_of_tables(table.astype(float)) == pytest.approx(expected, rel=1e-9)


def test_skewness_is_that_of_all_draws():
    shares, n = (0.25, 0.25, 0.5), 5  # a row of 5 samples
    values, chances = [], []
    for draw in product(range(3), repeat=n):
        counts = np.bincount(draw, minlength=3)
        values.append(((counts - n * np.array(shares)) ** 2 / (n * np.array(shares))).sum())
        chances.append(math.prod(shares[c] for c in draw))
    mean = np.dot(values, chances)
    second, third = (np.dot((np.array(values) - mean) ** power, chances) for power in (2, 3))
    found = _skewness(np.array([[n]]), np.array([[2, 2, 4]]), np.array([8.0]))
    assert found == pytest.approx(third / second**1.5)


def test_p_of_large_tables_is_that_of_chi_squared():
    table = np.array([[5200.0, 4800.0, 5000.0], [4900.0, 5100.0, 5050.0]])
    expected = chi2.logsf(pearson(table), 2)
    assert log_p_of_tables(table) == pytest.approx(expected, rel=0.01)
    many = np.stack([table, table * [[1], [0]], np.eye(2, 3), np.zeros((2, 3))])
    assert log_p_of_tables(many).tolist() == [log_p_of_tables(table), 0.0, 0.0, 0.0]
    assert log_p_of_tables(np.eye(30)) == 0.0  # of names, all tables are alike
    assert -1.1e5 < log_p_of_tables(np.array([[1e5, 0.0], [0.0, 1e5]])) < -1e4


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 30), st.integers(1, 6))
def test_cuts_are_counted(seed, n_samples, least):
    rng = np.random.default_rng(seed)
    column = rng.choice([0.0, 1.0, 1.5, 7.0, np.nan], n_samples)
    walks = [walk for walk in walks_of(column, least) if walk]
    cuts = cuts_of(column, min_samples_leaf=least)
    assert (cuts.number, cuts.n_walks) == (sum(map(len, walks)), len(walks))
    n, ends = n_samples, [(walk[0], walk[-1]) for walk in walks]
    odds = [math.log(b / (n - b)) - math.log(a / (n - a)) for a, b in ends]
    assert cuts.log_odds == pytest.approx(sum(odds), abs=1e-12)
    twice = cuts_of(column, np.full(n_samples, 2.0), least)
    assert twice == pytest.approx(cuts)


def test_the_mean_gain_of_the_best_cut_is_little_above_that_of_draws():
    rng = np.random.default_rng(0)
    n, gains = 100, []
    for _ in range(400):
        classes = rng.permutation(n) % 3
        *below, total = np.cumsum(np.eye(3)[classes], axis=0)
        gains.append(max(gain_in_nats(np.array([left, total - left])) for left in below))
    cuts = cuts_of(np.arange(n, dtype=float))
    found = mean_of_best_cut(cuts, 3, n) * n * math.log(2)
    assert np.mean(gains) < found < 1.35 * np.mean(gains)
    assert mean_of_best_cut(Cuts(0, 0.0, 0), 3, n) == 0.0


# Trees of noise


def numbers(rng, n):
    return rng.normal(size=(n, 8)), None


def categories(rng, n):
    return rng.integers(0, n // 4, (n, 8)).astype(float), range(8)


def mixed(rng, n):
    few, rare = rng.integers(0, 3, (n, 2)), np.minimum(rng.zipf(1.5, (n, 2)), 1000)
    many = rng.integers(0, n // 4, (n, 2))
    holed = np.where(rng.random((n, 2)) < 0.3, np.nan, rng.normal(size=(n, 2)))
    return np.column_stack([few, rare, many, holed]), [2, 3, 4, 5]


@pytest.mark.parametrize("columns", [numbers, categories, mixed])
@pytest.mark.parametrize("shares", [[0.5, 0.5], [0.9, 0.08, 0.02]])
def test_noise_stays_a_stump_in_95_of_100_draws(columns, shares):
    rng, n_draws, n = np.random.default_rng(7), 200, 120
    n_stumps = 0
    for _ in range(n_draws):
        table, categorical = columns(rng, n)
        model = GainTreeClassifier(
            max_p_value=0.05, max_depth=2,
            categorical_features=None if categorical is None else list(categorical),
        )  # fmt: skip
        n_stumps += model.fit(table, rng.choice(len(shares), n, p=shares)).get_n_leaves() == 1
    # A test that holds its level fails here once in a thousand times.
    assert n_stumps >= binom.ppf(0.001, n_draws, 0.95)


def test_numbers_are_not_charged_far_too_much():
    """Of noise about so many splits pass as the level says; of a Bonferroni bound next to none."""
    rng, n = np.random.default_rng(3), 200
    cuts, n_draws, n_small = cuts_of(np.arange(n, dtype=float)), 400, 0
    for _ in range(n_draws):
        tree = GainTreeClassifier(max_depth=1).fit(rng.random((n, 1)), rng.integers(0, 2, n)).tree_
        sides = np.rint(tree.value[1:, 0] * tree.n_node_samples[1:, None])
        n_small += log_p_of_best_cut(sides, cuts) <= math.log(0.2)
    assert 0.1 * n_draws < n_small < binom.ppf(0.999, n_draws, 0.2)


# The rest of the estimator


def data(n_samples=400):
    return make_classification(n_samples, 6, n_informative=4, flip_y=0.2, random_state=1)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"max_features": 2, "random_state": 0},
        {"splitter": "random", "random_state": 0},
        {"criterion": "gini", "max_bins": 20},
        {"monotonic_cst": [1, 0, 0, 0, 0, 0]},
        {"max_leaf_nodes": 4},
    ],
)
def test_the_depth_to_begin_with_does_not_matter(options, monkeypatch):
    table, classes = data()
    model = GainTreeClassifier(max_p_value=0.3, **options)
    usual = model.fit(table, classes).tree_
    assert (
        1
        < usual.n_leaves
        < GainTreeClassifier(**options).fit(table, classes).get_n_leaves()
        + ("max_leaf_nodes" in options)
    )
    for depth in (1, 3, 60):
        monkeypatch.setattr(stopping, "_FIRST_DEPTH", depth)
        assert model.fit(table, classes).tree_.equals(usual)


def test_a_level_of_one_stops_nothing_and_a_low_one_all():
    table, classes = data()
    whole = GainTreeClassifier().fit(table, classes).tree_
    assert GainTreeClassifier(max_p_value=1.0).fit(table, classes).tree_.equals(whole)
    assert GainTreeClassifier(max_p_value=1e-300).fit(table, classes).get_n_leaves() == 1
    leaves = [
        GainTreeClassifier(max_p_value=level).fit(table, classes).get_n_leaves()
        for level in (1e-6, 0.01, 0.2, 0.9)
    ]
    assert leaves == sorted(leaves)
    assert GainTreeClassifier(max_p_value=0.9, max_depth=2).fit(table, classes).get_depth() == 2


@pytest.mark.parametrize("stop_at", [None, 0.2])
def test_progress_is_told_over_all_rounds(stop_at, monkeypatch):
    monkeypatch.setattr(growth, "_SLICE", 2_000)
    monkeypatch.setattr(stopping, "_FIRST_DEPTH", 2)
    table, classes = data(3000)
    shares = []

    def report(share):
        shares.append(share)
        return stop_at is not None and share > stop_at

    tree = stopping.grow_while_significant(
        0.5, None, table, classes.astype(np.int32), 2, None, None, criteria.get("entropy"),
        RULES._replace(max_features=6), seed=0, n_threads=1, report=report,
    )  # fmt: skip
    assert shares == sorted(shares)
    assert 0.0 <= shares[0] < shares[-1] <= 1.0
    assert len(shares) > 2
    whole = GainTreeClassifier(max_p_value=0.5).fit(table, classes).tree_
    if stop_at is None:
        assert tree.equals(whole)
        return
    assert shares[-1] > stop_at >= shares[-2]
    assert 1 <= tree.n_leaves < whole.n_leaves


@pytest.mark.parametrize("max_leaf_nodes", [2, 3, 10, 1000])
def test_best_first_growth_is_what_is_left_of_the_whole_tree(max_leaf_nodes):
    table, classes = data()
    table = table.round(1)
    whole = GainTreeClassifier().fit(table, classes).tree_
    grown = GainTreeClassifier(max_leaf_nodes=max_leaf_nodes).fit(table, classes).tree_
    assert limit_leaves(whole, max_leaf_nodes).equals(grown)


def test_weights_are_numbers_of_samples():
    table, classes = data(200)
    weights = np.random.default_rng(0).integers(0, 4, len(table))
    model = GainTreeClassifier(max_p_value=0.2)
    weighted = model.fit(table, classes, weights).tree_
    repeated = model.fit(table.repeat(weights, axis=0), classes.repeat(weights)).tree_
    assert weighted.n_leaves > 2
    np.testing.assert_array_equal(weighted.feature, repeated.feature)
    np.testing.assert_array_equal(weighted.threshold, repeated.threshold)
    twice = model.fit(table.repeat(2, axis=0), classes.repeat(2)).tree_
    constant = model.fit(table, classes, np.full(200, 2.0)).tree_
    np.testing.assert_array_equal(constant.threshold, twice.threshold)


def test_weights_of_classes_are_no_part_of_the_test():
    table, classes = data(200)
    usual = GainTreeClassifier(max_p_value=0.2).fit(table, classes).tree_
    for weight in (0.25, 8.0):
        model = GainTreeClassifier(max_p_value=0.2, class_weight={0: weight, 1: weight})
        np.testing.assert_array_equal(model.fit(table, classes).tree_.threshold, usual.threshold)
    rare = GainTreeClassifier(max_p_value=0.2, class_weight="balanced").fit(
        table[:60], classes[:60]
    )
    assert rare.get_n_leaves() > 1
    without = GainTreeClassifier(max_p_value=0.2, class_weight={0: 0.0, 1: 1.0})
    assert without.fit(table, classes).get_n_leaves() == 1


def test_weights_that_are_not_whole_are_refused():
    table, classes = data(50)
    model = GainTreeClassifier(max_p_value=0.05)
    for weights in (np.arange(50) / 2, np.full(50, 0.5)):
        with pytest.raises(ValueError, match=r"needs a sample_weight of whole numbers.* got 0\.5"):
            model.fit(table, classes, weights)


def test_frames_with_categories_and_pruning_after_it():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({
        "name": [f"n{i}" for i in range(300)],
        "town": rng.choice(["Rome", "Oslo", "Bath", None], 300),
        "size": rng.normal(size=300),
    })  # fmt: skip
    classes = (frame["town"] == "Oslo") ^ (rng.random(300) < 0.1)
    without = frame.drop(columns="name")
    tree = GainTreeClassifier(max_p_value=0.05).fit(without, classes).tree_
    assert tree.n_leaves == 2
    assert tree.feature[0] == 0
    # The names gain most, and say nothing.
    assert GainTreeClassifier(max_p_value=0.05).fit(frame, classes).get_n_leaves() == 1
    pruned = GainTreeClassifier(max_p_value=0.9, ccp_alpha=0.2).fit(without, classes)
    assert pruned.get_n_leaves() == 2
