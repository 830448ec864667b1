"""Is a split luck? The chance that noise gives as much, and how often the split returns."""

import math

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from gaintree.chance import log_any
from gaintree.criteria import Criterion
from gaintree.grow.split import NOWHERE
from gaintree.inspection._reading import Reading
from gaintree.inspection._search import Found, encode, one_node, search, weights_of
from gaintree.inspection._values import values_of

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def log_number_of_cuts(
    n_thresholds: Integers, n_values: Integers, n_missing: Integers, is_categorical: Mask
) -> Floats:
    """Return the natural logarithm of how many ways a column has to part a node.

    Of a column of numbers these are the cuts that leave enough samples on both sides. One of v
    categories has 2 ** (v - 1) - 1 sets; missing values go to either side of each, or are parted
    from all others, as if they were a category.
    """
    n_groups = n_values + (n_missing > 0)
    between = np.maximum(n_groups - 1, 0).astype(np.float64)
    with np.errstate(divide="ignore"):
        log_sets = between * math.log(2.0) + np.log1p(-np.exp2(-between))
        return np.where(is_categorical, log_sets, np.log(n_thresholds))


def noise_pvalues(
    left: Integers, right: Integers, log_cuts: Floats, n_groups: Integers, n_columns: Integers
) -> Floats:
    """Return a bound of the chance that some column of a node does as well if labels are noise.

    Parameters
    ----------
    left, right : ndarray of int64 of shape (n_splits, n_classes)
        Number of samples by class.
    log_cuts : ndarray of shape (n_splits,)
        Natural logarithm of how many cuts or sets the column has to choose from.
    n_groups : ndarray of int64 of shape (n_splits,)
        Categories of the column in the node, a missing value being one; 0 of a column of numbers.
    n_columns : ndarray of int64 of shape (n_splits,)
        Columns of the node that have a cut or set.

    Returns
    -------
    pvalues : ndarray of shape (n_splits,)

    Notes
    -----
    G = 2 n ln 2 x gain in bits is distributed as chi-square with as many degrees of freedom as
    there are classes but one, for a cut that was not chosen. Among the c cuts that the column has
    in the node the best does as well with a chance p' of at most 1 - (1 - p) ** c. Of v categories
    no set has a greater G than the v categories as they are, whose degrees of freedom are v - 1
    times as many; the lesser of both bounds is taken (Gabriel 1966). Some of d columns has a p' as
    small with a chance of at most 1 - (1 - p') ** d (Sidak 1967). So a column of two values pays
    for its one cut, and not for the many of the column beside it. Neighbouring cuts are much alike,
    so a column of many numbers is surer than this says.
    """
    node = left + right
    present = np.count_nonzero(node, axis=1)
    degrees = np.maximum(present - 1, 1)
    G = 2.0 * (_xlogx(left) + _xlogx(right) + _xlogx(node.sum(axis=1)[:, None]))
    G -= 2.0 * (
        _xlogx(left.sum(axis=1)[:, None]) + _xlogx(right.sum(axis=1)[:, None]) + _xlogx(node)
    )
    G = np.maximum(G, 0.0)
    log_p = log_any(chi2.logsf(G, degrees), np.exp(np.clip(log_cuts, 0.0, 700.0)))
    of_sets = n_groups > 1
    whole = chi2.logsf(G[of_sets], (n_groups[of_sets] - 1) * degrees[of_sets])
    log_p[of_sets] = np.minimum(log_p[of_sets], whole)
    return np.where(present > 1, np.exp(log_any(log_p, np.maximum(n_columns, 1))), 1.0)


def _xlogx(counts: Integers) -> Floats:
    """Sum of c ln c by row."""
    values = counts.astype(np.float64)
    return (values * np.log(np.where(values > 0.0, values, 1.0))).sum(axis=1)


def search_root(reading: Reading, criterion: Criterion) -> Found:
    """Search all samples of a reading as one node."""
    samples = encode(
        reading.X, reading.labels, reading.is_weighted, reading.n_categories, reading.n_threads
    )
    return search(samples, one_node(len(reading.X)), criterion, reading.rules, reading.n_threads)


def permuted_gains(
    reading: Reading, criterion: Criterion, n_permutations: int, rng: np.random.RandomState
) -> Floats:
    """Return the greatest gain of each column after the labels have been shuffled.

    Returns
    -------
    gains : ndarray of shape (n_permutations, n_features)
        In the unit of the criterion; -inf where a column has no admissible cut.
    """
    samples = encode(
        reading.X, reading.labels, reading.is_weighted, reading.n_categories, reading.n_threads
    )
    # Labels are shuffled in place, and whatever a sample weighs stays with it.
    classes = samples.labels.classes.copy()
    samples = samples._replace(labels=samples.labels._replace(classes=classes))
    alone, gains = one_node(len(classes)), np.full((n_permutations, reading.X.shape[1]), -np.inf)
    for i in range(n_permutations):
        rng.shuffle(classes)
        found = search(samples, alone, criterion, reading.rules, reading.n_threads)
        left = weights_of(found.left[0], samples.labels)
        right = weights_of(found.node[0] - found.left[0], samples.labels)
        there = np.isfinite(found.cost[0])
        gains[i, there] = values_of(criterion, left[there], right[there])[1]
    return gains


def winner_of(found: Found) -> int:
    """Return the column with the best cut of a node; NOWHERE if there is none."""
    costs = found.cost[0]
    if not np.isfinite(costs).any():
        return NOWHERE
    least = costs.min()
    return int(np.flatnonzero(costs <= least + 1e-12 * abs(least))[0])
