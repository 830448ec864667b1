"""Whether a difference between two learners, measured on the folds of one table, may be luck."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]

_DECIMALS = 12  # scores that differ by less are equal


class Difference(NamedTuple):
    """A mean difference over folds, its interval of 95 % and its p-value."""

    mean: float
    low: float
    high: float
    p_value: float


def corrected_t_test(differences: Floats, test_share: Floats, level: float = 0.95) -> Difference:
    """Test whether differences over the folds are zero in the mean.

    Folds have training samples in common, so their differences vary less than those of new samples
    would. The variance of the mean is therefore taken to be ``(1 / J + n_test / n_train) s ** 2``
    for J folds, not ``s ** 2 / J``.

    Parameters
    ----------
    differences : ndarray of float64 of shape (n_folds,)
        NaN where there is none; such folds are left out.
    test_share : ndarray of float64 of shape (n_folds,)
        n_test / n_train of each fold; the mean is used.
    level : float, default=0.95
        Of the interval, between 0 and 1.

    Returns
    -------
    difference : Difference
        All NaN but for the mean if there are fewer than two folds.

    References
    ----------
    C. Nadeau, Y. Bengio, "Inference for the generalization error", Machine Learning 52 (2003)
    239-281.
    """
    measured = ~np.isnan(differences)
    differences, test_share = differences[measured], test_share[measured]
    n_folds = len(differences)
    mean = float(differences.mean()) if n_folds else np.nan
    if n_folds < 2:
        return Difference(mean, np.nan, np.nan, np.nan)
    error = np.sqrt(differences.var(ddof=1) * (1.0 / n_folds + test_share.mean()))
    if error == 0.0:
        return Difference(mean, mean, mean, float(mean == 0.0))
    t = stats.t(n_folds - 1)
    reach = float(t.ppf(0.5 + level / 2.0) * error)
    return Difference(mean, mean - reach, mean + reach, float(2.0 * t.sf(abs(mean) / error)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values that hold for all of the tests at once; NaN is no test.

    References
    ----------
    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6 (1979) 65-70.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p)[: np.count_nonzero(~np.isnan(p))]  # NaN is sorted to the end
    corrected = np.full(len(p), np.nan)
    stepped = p[order] * np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return corrected.tolist()


def mean_ranks(scores: Floats, greater_is_better: bool) -> Floats:
    """Return the mean rank over folds of each learner, 1 the best, ties sharing theirs.

    Parameters
    ----------
    scores : ndarray of float64 of shape (n_learners, n_folds)
        A fold in which one of the learners has none, NaN, is left out.
    greater_is_better : bool

    Returns
    -------
    ranks : ndarray of float64 of shape (n_learners,)
        NaN if no fold is left.
    """
    scores = scores[:, ~np.isnan(scores).any(axis=0)]
    if scores.shape[1] == 0:
        return np.full(len(scores), np.nan)
    ascending = np.round(-scores if greater_is_better else scores, _DECIMALS)
    return stats.rankdata(ascending, axis=0).mean(axis=1)
