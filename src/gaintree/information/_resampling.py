"""How sure a statistic of counts is: bootstrap intervals and permutation p-values."""

import numbers
import reprlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import random_table
from sklearn.utils import check_random_state

from gaintree.information._checks import Estimator, whole_counts, whole_table


def bootstrap_ci(
    statistic: Callable[..., Any],
    counts: ArrayLike,
    *,
    estimator: Estimator = "plugin",
    confidence_level: float = 0.95,
    n_resamples: int = 999,
    random_state: int | np.random.RandomState | None = None,
) -> tuple[float, float]:
    """Bootstrap interval of a statistic of counts, such as an entropy or mutual information.

    Samples are drawn again from those that were counted, as many as there were.

    Parameters
    ----------
    statistic : callable
        ``statistic(counts)`` is a number, the plug-in value, of int64 counts in their shape.
    counts : array-like of counts of any shape that `statistic` takes
        Whole numbers of samples.
    estimator : str, default="plugin"
        If another than "plugin", the estimate is ``statistic(counts, estimator=estimator)``, as
        `entropy_from_counts` and `mutual_information` take it.
    confidence_level : float, default=0.95
        Between 0 and 1.
    n_resamples : int, default=999
    random_state : int, RandomState instance or None, default=None
        An int draws the same samples at every call.

    Returns
    -------
    low, high : float
        Limits in the unit of the statistic. They are not cut off at its bounds: a mutual
        information whose lower limit is not above 0 may well be 0.

    Raises
    ------
    ValueError
        If a count is not whole or none is positive, `statistic` gives something else than a finite
        number, or `confidence_level` or `n_resamples` is out of range.
    TypeError
        If `n_resamples` is not an int.

    Notes
    -----
    The plug-in entropy of samples is too low on average, and that of samples drawn from them is
    lower once more: the plain interval between the quantiles of the resamples may not even hold the
    estimate. So it is moved until the mean of the resamples lies at the estimate less its bias,
    which is taken to be their mean less the plug-in value that they were drawn from. Outcomes that
    were never counted stay unknown: where samples are about as few as outcomes, the interval is too
    narrow.

    References
    ----------
    Efron and Tibshirani (1993), An Introduction to the Bootstrap. Chapman and Hall.
    DeDeo, Hawkins, Klingenstein and Hitchcock (2013), Bootstrap Methods for the Empirical Study of
    Decision-Making and Information Flows in Social Systems. Entropy 15.

    Examples
    --------
    >>> from gaintree.information import mutual_information
    >>> low, high = bootstrap_ci(mutual_information, [[30, 10], [10, 30]], random_state=0)
    >>> low < mutual_information([[30, 10], [10, 30]]) < high
    True
    """
    table = whole_counts(counts, "counts", "drawing samples").astype(np.int64)
    tail = (1 - _confidence(confidence_level)) / 2
    repeats = _repeats(n_resamples, "n_resamples")
    options = {} if estimator == "plugin" else {"estimator": estimator}
    estimate, plugin = _number(statistic(table, **options)), _number(statistic(table))
    rng = check_random_state(random_state)
    drawn = np.array([_number(statistic(_redrawn(table, rng), **options)) for _ in range(repeats)])
    bias = drawn.mean() - plugin
    low, high = np.quantile(drawn, [tail, 1 - tail]) - drawn.mean() + estimate - bias
    return float(low), float(high)


def permutation_pvalue(
    statistic: Callable[[NDArray[np.int64]], Any],
    table: ArrayLike,
    *,
    n_permutations: int = 999,
    random_state: int | np.random.RandomState | None = None,
) -> float:
    """Share of permutations of the samples in which two variables seem as dependent as they do.

    Permuting the values of one variable leaves how often each value occurs and nothing of the
    dependence. This asks how often the statistic then reaches what it is in the table:
    p = (1 + reached) / (1 + n_permutations). That holds for any number of samples, where the
    chi-square distribution of the G test needs many in each cell.

    Parameters
    ----------
    statistic : callable
        ``statistic(table)`` is a number of int64 counts, the larger the more dependent the
        variables are, as `mutual_information` is.
    table : array-like of shape (r, K) of counts
        Whole numbers of samples; of two columns of labels, e.g. ``pandas.crosstab(x, y)``.
    n_permutations : int, default=999
    random_state : int, RandomState instance or None, default=None
        An int draws the same permutations at every call.

    Returns
    -------
    float
        From 1 / (1 + n_permutations) to 1. If the variables are independent, a value of at most a
        comes with a probability of at most a.

    Raises
    ------
    ValueError
        If a count is not whole or none is positive, `statistic` gives something else than a finite
        number, or `n_permutations` is below 1.
    TypeError
        If `n_permutations` is not an int.

    References
    ----------
    Frank and Witten (1998), Using a Permutation Test for Attribute Selection in Decision Trees.
    ICML.
    Phipson and Smyth (2010), Permutation P-values Should Never Be Zero. Statistical Applications in
    Genetics and Molecular Biology 9.

    Examples
    --------
    >>> from gaintree.information import mutual_information
    >>> permutation_pvalue(mutual_information, [[30, 10], [10, 30]], random_state=0)
    0.001
    """
    counts = whole_table(table, "table", "permuting samples").astype(np.int64)
    repeats = _repeats(n_permutations, "n_permutations")
    observed, rng = _number(statistic(counts)), check_random_state(random_state)
    if min(np.count_nonzero(counts.sum(axis=axis)) for axis in (0, 1)) == 1:
        return 1.0  # one variable is constant: there is no other table
    null = np.array([_number(statistic(t)) for t in _permuted(counts, repeats, rng)])
    # The same rows in another order are a tie, though the sum over them may round otherwise.
    reached = (null > observed) | np.isclose(null, observed, rtol=1e-12, atol=1e-12)
    return float((1 + reached.sum()) / (1 + repeats))


def _permuted(
    counts: NDArray[np.int64], repeats: int, rng: np.random.RandomState
) -> Iterator[NDArray[np.int64]]:
    """Tables of the same sums of rows and columns, each as probable as permutations make it."""
    # SciPy's tables can be wrong where a sum is 0, so empty rows and columns are left out.
    filled = np.ix_(counts.any(axis=1), counts.any(axis=0))
    tables = random_table(counts[filled].sum(axis=1), counts[filled].sum(axis=0))
    for _ in range(repeats):
        drawn = np.zeros_like(counts)
        drawn[filled] = tables.rvs(random_state=rng)
        yield drawn


def _redrawn(counts: NDArray[np.int64], rng: np.random.RandomState) -> NDArray[np.int64]:
    """As many samples as there were, drawn from them with replacement."""
    drawn, filled, n = np.zeros_like(counts), counts > 0, counts.sum()
    drawn[filled] = rng.multinomial(n, counts[filled] / n)
    return drawn


def _number(value: Any) -> float:
    """What a statistic gives, which has to be one finite number."""
    number = np.asarray(value)
    if number.shape or number.dtype.kind not in "biuf" or not np.isfinite(number):
        raise ValueError(f"statistic must give a finite number, got {reprlib.repr(value)}")
    return float(number)


def _repeats(number: int, name: str) -> int:
    if isinstance(number, bool) or not isinstance(number, numbers.Integral):
        raise TypeError(f"{name} must be an int, got {number!r}")
    if number < 1:
        raise ValueError(f"{name} must be at least 1, got {number}")
    return int(number)


def _confidence(level: float) -> float:
    if not 0 < level < 1:
        raise ValueError(f"confidence_level must lie between 0 and 1, got {level!r}")
    return level
