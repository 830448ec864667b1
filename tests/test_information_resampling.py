"""Information theory: bootstrap intervals and permutation p-values."""

from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from gaintree import information as it

OUTLOOK = [[2, 3], [4, 0], [3, 2]]
miller_madow = partial(it.mutual_information, estimator="miller_madow")


@pytest.mark.parametrize("estimator", ["plugin", "miller_madow"])
def test_bootstrap_by_hand(estimator):
    table = np.array(OUTLOOK)
    rng, seen = np.random.RandomState(3), table > 0
    drawn = []
    for _ in range(200):
        again = np.zeros_like(table)
        again[seen] = rng.multinomial(14, table[seen] / 14)
        drawn.append(it.mutual_information(again, estimator=estimator))
    estimate = it.mutual_information(table, estimator=estimator)
    bias = np.mean(drawn) - it.mutual_information(table)
    moved = np.array(drawn) - np.mean(drawn) + estimate - bias
    interval = it.bootstrap_ci(
        it.mutual_information,
        table,
        estimator=estimator,
        confidence_level=0.9,
        n_resamples=200,
        random_state=3,
    )
    assert interval == pytest.approx(np.quantile(moved, [0.05, 0.95]))


def test_resamples_are_as_many_samples_of_what_occurred():
    seen = []

    def watch(table):
        seen.append(table)
        return it.mutual_information(table)

    it.bootstrap_ci(watch, OUTLOOK, n_resamples=50, random_state=0)
    for table in seen:
        assert table.shape == (3, 2)
        assert table.sum() == 14
        assert table[1, 1] == 0
    assert len({tuple(table.ravel()) for table in seen}) > 40


def test_permuted_tables_keep_their_sums():
    seen = []

    def watch(table):
        seen.append(table)
        return it.mutual_information(table)

    table = np.insert(np.insert(OUTLOOK, 2, 0, axis=0), 0, 0, axis=1)  # empty ones stay empty
    it.permutation_pvalue(watch, table, n_permutations=50, random_state=0)
    for permuted in seen:
        assert permuted.min() >= 0
        assert permuted.sum(axis=0).tolist() == [0, 9, 5]
        assert permuted.sum(axis=1).tolist() == [5, 4, 0, 5]
    assert len({tuple(permuted.ravel()) for permuted in seen}) > 5


@pytest.mark.parametrize("shape", [(14,), (7, 2), (2, 7)])
def test_a_statistic_that_never_varies(shape):
    counts = np.ones(shape)
    assert it.bootstrap_ci(np.sum, counts, n_resamples=9) == (14.0, 14.0)
    if len(shape) == 2:
        assert it.permutation_pvalue(np.sum, counts, n_permutations=9) == 1


@pytest.mark.parametrize("random_state", [7, np.int64(7)])
def test_random_state(random_state):
    def both(seed):
        return (
            it.bootstrap_ci(it.joint_entropy, OUTLOOK, n_resamples=20, random_state=seed),
            it.permutation_pvalue(it.mutual_information, OUTLOOK, random_state=seed),
        )

    assert both(random_state) == both(7)
    assert both(random_state)[0] != both(8)[0]
    rng = np.random.RandomState(7)
    assert both(rng)[0] == both(7)[0]
    assert both(rng)[0] != both(7)[0]


@pytest.mark.parametrize(
    ("statistic", "p", "n"),
    [
        (it.entropy_from_counts, [5, 4, 3, 2, 1], 50),
        (it.entropy_from_counts, [1, 1, 1], 60),  # where the plain interval misses always
        (it.mutual_information, [[3, 1], [1, 3]], 100),
        (it.mutual_information, np.eye(5) * 4 + 1, 200),
    ],
)
@pytest.mark.parametrize("estimator", ["plugin", "miller_madow"])
def test_intervals_hold_the_truth_as_often_as_they_say(statistic, p, n, estimator):
    p = np.divide(p, np.sum(p))
    truth, rng = statistic(p), np.random.RandomState(0)
    held = 0
    for _ in range(100):
        counts = rng.multinomial(n, p.ravel()).reshape(p.shape)
        low, high = it.bootstrap_ci(
            statistic,
            counts,
            estimator=estimator,
            confidence_level=0.9,
            n_resamples=99,
            random_state=rng,
        )
        held += low <= truth <= high
    assert held >= 81  # three standard deviations below 90


def test_columns_of_labels_by_way_of_a_crosstab():
    outlook, play = (np.repeat(i.ravel(), np.ravel(OUTLOOK)) for i in np.indices((3, 2)))
    p = it.permutation_pvalue(it.mutual_information, pd.crosstab(outlook, play), random_state=0)
    assert p == it.permutation_pvalue(it.mutual_information, OUTLOOK, random_state=0)


def test_permutation_pvalue_against_all_permutations():
    value = np.repeat(range(3), np.sum(OUTLOOK, axis=1))
    observed, reached = it.mutual_information(OUTLOOK), []
    for positive in combinations(range(14), 9):
        play = np.zeros(14, dtype=int)
        play[list(positive)] = 1
        reached.append(it.mutual_information_xy(value, play) > observed - 1e-9)
    exact = np.mean(reached)
    n = 4000
    p = it.permutation_pvalue(it.mutual_information, OUTLOOK, n_permutations=n, random_state=0)
    assert p == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / n))


@pytest.mark.parametrize("table", [[[12, 8], [7, 13]], [[15, 5], [6, 14]], [[10, 10], [9, 11]]])
def test_permutation_pvalue_against_fisher(table):
    exact = scipy.stats.fisher_exact(table).pvalue
    n = 4000
    p = it.permutation_pvalue(miller_madow, table, n_permutations=n, random_state=0)
    assert p == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / n) + 1 / n)


def test_the_pvalue_is_uniform_under_independence():
    rng, p = np.random.RandomState(0), np.outer([0.5, 0.3, 0.2], [0.2, 0.3, 0.5])
    test = partial(it.permutation_pvalue, it.mutual_information, n_permutations=49)
    tables = rng.multinomial(100, p.ravel(), 300).reshape(-1, 3, 3)
    p_values = np.array([test(table, random_state=rng) for table in tables])
    for level in (0.1, 0.3, 0.5):
        sd = np.sqrt(level * (1 - level) / 300)
        assert np.mean(p_values <= level) == pytest.approx(level, abs=3.5 * sd)


def test_rows_in_another_order_are_a_tie():
    table = [[7, 1], [1, 7]]
    swapped = [[1, 7], [7, 1]]
    least = it.permutation_pvalue(it.mutual_information, table, random_state=0)
    assert it.permutation_pvalue(it.mutual_information, swapped, random_state=0) == least
    assert it.permutation_pvalue(it.mutual_information, [[2, 2], [2, 2]]) == 1
    for constant in ([[2, 2, 9]], [[5], [1]], [[0, 0], [3, 2]], [[1]]):
        assert it.permutation_pvalue(it.mutual_information, constant) == 1
    smallest = it.permutation_pvalue(it.mutual_information, np.diag([50, 50]), n_permutations=99)
    assert smallest == 0.01
