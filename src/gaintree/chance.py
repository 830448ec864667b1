"""What chance brings: p-values of tables of counts, and of the best cut of a column.

A p-value is the chance of a statistic as great as the one seen, if the classes were dealt out to
the samples anew. It is told by its natural logarithm, so that none is too small to compare.

The best of many cuts has a greater statistic than a cut chosen beforehand. Of neighbouring cuts
both are great or both are not, so to count cuts as if they were independent charges far too much.
Along a column the statistic runs like the squared length of a Bessel bridge, whose greatest value
has a known tail: charged for is the range of the cuts, in log odds of the share on the left, and
not their number.
"""

import math
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.integrate import trapezoid
from scipy.special import gammaincc, gammaln, log_ndtr, xlogy

Floats: TypeAlias = npt.NDArray[np.float64]

_STEPS = 500  # of an integral
_LEAST = 1e-6  # chance at which it ends


class Cuts(NamedTuple):
    """The cuts of a column of numbers that the best one was chosen from; or of many, as arrays."""

    number: Any
    log_odds: Any  # from the least to the greatest share on the left, summed over the walks
    n_walks: Any  # 2 where missing values may go left or right


def cuts_of(
    column: npt.NDArray[np.floating[Any]], weights: Floats | None = None, min_samples_leaf: int = 1
) -> Cuts:
    """Return the cuts of a column that leave each side enough samples; NaN is a missing value.

    Parameters
    ----------
    column : ndarray of shape (n_samples,)
    weights : ndarray of shape (n_samples,), default=None
        Positive. None weighs each sample 1.
    min_samples_leaf : int, default=1
    """
    missing = np.isnan(column)
    _, places, counts = np.unique(column[~missing], return_inverse=True, return_counts=True)
    if weights is None:
        masses, n_missing = counts, missing.sum()
    else:
        masses = np.bincount(places, weights[~missing], minlength=len(counts))
        n_missing = weights[missing].sum()
    walks = [(np.cumsum(counts)[:-1], np.cumsum(masses)[:-1])]
    if missing.any() and len(counts) > 0:
        walks = [
            (np.cumsum(counts), np.cumsum(masses)),
            (
                missing.sum() + np.cumsum(counts)[:-1],
                n_missing + np.cumsum(masses)[:-1],
            ),
        ]
    total = masses.sum() + n_missing
    number, log_odds, n_walks = 0, 0.0, 0
    for n_left, left in walks:
        left = left[(n_left >= min_samples_leaf) & (len(column) - n_left >= min_samples_leaf)]
        if len(left) > 0:
            number, n_walks = number + len(left), n_walks + 1
            log_odds += _log_odds(left[-1], total) - _log_odds(left[0], total)
    return Cuts(number, log_odds, n_walks)


def _log_odds(part: float, total: float) -> float:
    return math.log(part / (total - part))


def log_p_of_tables(tables: Floats) -> Floats:
    """Log of the chance that rows and columns of tables depend as much as they do.

    The statistic is Pearson's. Of all tables with the same sums of rows and columns its mean and
    its variance are known exactly. Its skewness is taken for the greatest of three: that of a gamma
    distribution, and those of the sum over all rows, or columns, if each were drawn for itself. A
    gamma distribution with these three moments serves where most cells hold a sample or none as
    well as where all are full.

    Parameters
    ----------
    tables : ndarray of shape (..., r, K)
        Whole numbers of samples. Empty rows and columns do not count.

    Returns
    -------
    log_p : ndarray of shape (...)
        0 where fewer than two rows or columns are left, and for less than four samples.

    References
    ----------
    J. B. S. Haldane, "The exact value of the moments of the distribution of chi-squared, used as a
    test of goodness of fit, when expectations are small", Biometrika 29 (1937) 133-143.
    J. B. S. Haldane, "The mean and variance of chi-squared, when used as a test of homogeneity,
    when expectations are small", Biometrika 31 (1940) 346-355.
    R. B. Dawson, "A simplified expression for the variance of the chi-square function on a
    contingency table", Biometrika 41 (1954) 280.
    """
    rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
    total = rows.sum(axis=-1)
    n = np.maximum(total, 4.0)  # less is no evidence
    (r, v_rows, w_rows), (k, v_columns, w_columns) = _margin(rows, n), _margin(columns, n)
    mean = n / (n - 1.0) * (r - 1.0) * (k - 1.0)
    variance = 2.0 * n / (n - 3.0) * (v_rows - w_rows) * (v_columns - w_columns)
    variance += n**2 / (n - 1.0) * w_rows * w_columns
    with np.errstate(invalid="ignore"):  # empty rows and columns have no share
        shares = tables**2 / (rows[..., None] * columns[..., None, :])
    statistic = n * (np.nansum(shares, axis=(-2, -1)) - 1.0)
    varies = (variance > 1e-9 * mean) & (total >= 4.0)
    mean, deviation = mean[varies], np.sqrt(variance[varies])
    drawn = [a[varies] for a in (rows, columns, n)]
    skewness = np.maximum(_skewness(*drawn), _skewness(drawn[1], drawn[0], drawn[2]))
    shape = 4.0 / np.maximum(skewness, 2.0 * deviation / mean) ** 2
    excess = (statistic[varies] - mean) / deviation
    log_p = np.zeros(total.shape)
    log_p[varies] = _log_gammaincc(shape, np.maximum(shape + excess * np.sqrt(shape), 0.0))
    return log_p


def _margin(sums: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """How many sums there are, and what they add to the variance of Pearson's statistic."""
    number = np.count_nonzero(sums, axis=-1)
    v = (number - 1.0) * (n - number) / (n - 1.0)
    return number, v, (n * _inverse(sums).sum(axis=-1) - number**2) / (n - 2.0)


def _inverse(sums: Floats) -> Floats:
    return np.divide(1.0, sums, out=np.zeros(sums.shape), where=sums > 0)


def _skewness(rows: Floats, columns: Floats, n: Floats) -> Floats:
    """That of Pearson's statistic, if each row were drawn for itself with the columns' shares."""
    r, k = np.count_nonzero(rows, axis=-1), np.count_nonzero(columns, axis=-1)
    inverse_shares, inverse_rows = n[:, None] * _inverse(columns), _inverse(rows)
    first, second = inverse_shares.sum(axis=-1), (inverse_shares**2).sum(axis=-1)
    by_n = 32.0 - 36.0 * k - 18.0 * k**2 + 22.0 * first
    by_n_squared = second - (22.0 + 3.0 * k) * first + 2.0 * k**3 + 18.0 * k**2 + 28.0 * k - 24.0
    one, two = inverse_rows.sum(axis=-1), (inverse_rows**2).sum(axis=-1)
    variance = 2.0 * r * (k - 1.0) + (first - k**2 - 2.0 * k + 2.0) * one
    return (8.0 * r * (k - 1.0) + by_n * one + by_n_squared * two) / variance**1.5


def log_p_of_best_cut(tables: Floats, cuts: Cuts) -> Floats:
    """Log of the chance that the best cut of a column gains as much as it does.

    Of two bounds the lower: of G = 2 n ln 2 times the gain, with K - 1 degrees of freedom, by the
    tail of a Bessel bridge, for columns of many values; and of `log_p_of_tables` once for each cut,
    for columns of few.

    Parameters
    ----------
    tables : ndarray of shape (..., 2, K)
        Samples of each class on the left and right of the cut that gains most. Whole numbers.
    cuts : Cuts
        Its fields may be arrays of shape (...).

    Returns
    -------
    log_p : ndarray of shape (...)

    References
    ----------
    R. Miller, D. Siegmund, "Maximally selected chi square statistics", Biometrics 38 (1982)
    1011-1016, for two classes.
    D. M. DeLong, "Crossing probabilities for a square root boundary by a Bessel process",
    Communications in Statistics, Theory and Methods 10 (1981) 2197-2213, for more.
    """
    whole = tables.sum(axis=-2)
    freedom = np.maximum(np.count_nonzero(whole, axis=-1) - 1, 0)
    by_range = _log_crossing(g_statistic(tables), freedom, cuts)
    by_number = log_any(log_p_of_tables(tables), np.maximum(cuts.number, 1))
    return np.minimum(by_range, by_number)


def g_statistic(tables: Floats) -> Floats:
    """Return 2 sum o ln(o / e) of tables, o and e the samples seen and expected in each cell."""
    rows, columns = tables.sum(axis=-1), tables.sum(axis=-2)
    parts = xlogy(tables, tables).sum(axis=(-2, -1)) + xlogy(n := rows.sum(axis=-1), n)
    g = 2.0 * (parts - xlogy(rows, rows).sum(axis=-1) - xlogy(columns, columns).sum(axis=-1))
    return np.maximum(g, 0.0)


def _log_crossing(g: Any, freedom: Any, cuts: Cuts) -> Floats:
    """Log of the chance that the squared length of `freedom` bridges exceeds `g` in the range.

    That is g^(p/2) e^(-g/2) / (2^(p/2) gamma(p/2)) ((1 - p/g) T + 2/g), p degrees of freedom and T
    the range in log odds, times 1 + O(g^-2). For an empty range it is the chi-squared tail.
    """
    p, x = np.maximum(freedom, 1) / 2.0, np.maximum(g, 1e-300) / 2.0
    rate = np.maximum(1.0 - p / x, 0.0) * cuts.log_odds + cuts.n_walks / x
    with np.errstate(divide="ignore"):
        log_p = xlogy(p, x) - x - gammaln(p) + np.log(rate)
    return np.where(x > p, np.minimum(log_p, 0.0), 0.0)


def mean_of_best_cut(cuts: Cuts, n_classes: int, n_samples: float) -> float:
    """Return the gain, in bits, that chance brings the best cut of a column on average, about.

    Parameters
    ----------
    cuts : Cuts
    n_classes : int
        Those that occur.
    n_samples : float
    """
    if cuts.number == 0 or n_classes < 2:
        return 0.0
    p = n_classes - 1
    last = 2.0 * p + 40.0
    while _log_exceeds(last, p, cuts) > math.log(_LEAST):
        last *= 1.5
    g = np.linspace(0.0, last, _STEPS)
    mean_g = trapezoid(np.exp(_log_exceeds(g, p, cuts)), g)
    return float(mean_g) / (2.0 * n_samples * math.log(2.0))


def _log_exceeds(g: Any, freedom: int, cuts: Cuts) -> Floats:
    g = np.atleast_1d(np.asarray(g, dtype=np.float64))
    by_number = log_any(log_chi_squared(g, np.full(len(g), freedom)), np.full(len(g), cuts.number))
    return np.minimum(_log_crossing(g, freedom, cuts), by_number)


def log_any(log_p: Floats, n_tests: npt.ArrayLike) -> Floats:
    """Log of 1 - (1 - p)^n, the chance of a p so small among n independent tests."""
    tiny = log_p < -30.0  # -log(1 - p) is p, then
    with np.errstate(divide="ignore"):
        none = np.where(tiny, log_p, np.log(-np.log1p(-np.exp(log_p))))
        any_ = none + np.log(n_tests)
        return np.where(any_ < -30.0, any_, np.log(-np.expm1(-np.exp(any_))))


def log_chi_squared(statistic: Floats, degrees: npt.NDArray[np.int64]) -> Floats:
    """Log of the chance that chi-squared exceeds the statistic, small as it may be."""
    statistic, log_p = np.maximum(statistic, 0.0), np.zeros(len(statistic))
    one, more = degrees == 1, degrees > 1
    # A normal variable, squared: ten times as fast as the gamma function.
    log_p[one] = np.minimum(math.log(2.0) + log_ndtr(-np.sqrt(statistic[one])), 0.0)
    log_p[more] = _log_gammaincc(degrees[more] / 2, statistic[more] / 2)
    return log_p


def _log_gammaincc(a: Floats, x: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        log_p = np.log(gammaincc(a, x))
    lost = log_p < -600.0
    if lost.any():
        log_p[lost] = log_far_end(a[lost], x[lost])
    return log_p


def log_far_end(a: Floats, x: Floats) -> Floats:
    """Log of gammaincc where x is far above a, by Legendre's continued fraction."""
    fraction = x + 201.0 - a
    for i in range(100, 0, -1):
        fraction = x + (2.0 * i - 1.0) - a - i * (i - a) / fraction
    return a * np.log(x) - x - gammaln(a) - np.log(fraction)
