"""Is a split luck? The chance that noise gives as much, and how often the split returns."""

import math

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2

from gaintree.criteria import Criterion
from gaintree.grow.split import NOWHERE
from gaintree.inspection._reading import Reading
from gaintree.inspection._search import Found, encode, one_node, search, weights_of
from gaintree.inspection._values import values_of

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_LEAF = 0  # of a stump without splits


def log_number_of_cuts(n_values: Integers, n_missing: Integers, is_categorical: Mask) -> Floats:
    """Return the natural logarithm of how many ways a column has to part a node.

    A column of v numbers has v - 1 cuts, one of v categories 2 ** (v - 1) - 1 sets. Missing values
    go to either side of each, or are parted from all others.
    """
    between = np.maximum(n_values - 1, 0).astype(np.float64)
    with np.errstate(divide="ignore", over="ignore"):
        log_sets = between * math.log(2.0)
        log_sets += np.log1p(-np.exp2(-between))
        log_cuts = np.where(is_categorical, log_sets, np.log(between))
    has_missing = (n_missing > 0) & (n_values > 0)
    return np.where(has_missing, np.logaddexp(log_cuts + math.log(2.0), 0.0), log_cuts)


def noise_pvalues(
    left: Integers,
    right: Integers,
    n_values: Integers,
    n_missing: Integers,
    is_categorical: Mask,
) -> Floats:
    """Return a bound of the chance that some cut of a node gains as much if labels are noise.

    Parameters
    ----------
    left, right : ndarray of int64 of shape (n_splits, n_classes)
        Number of samples by class.
    n_values, n_missing : ndarray of int64 of shape (n_splits, n_features)
        What each column has to choose from in the node.
    is_categorical : ndarray of bool of shape (n_features,)

    Returns
    -------
    pvalues : ndarray of shape (n_splits,)

    Notes
    -----
    G = 2 n ln 2 x gain in bits is distributed as chi-square with as many degrees of freedom as
    there are classes but one, for a cut that was not chosen. Among c cuts of a column the best does
    as well with a chance of at most 1 - (1 - p) ** c, and all columns together likewise. Of v
    categories no set has a greater G than the v categories as they are, whose degrees of freedom
    are v - 1 times as many; the lesser of both bounds is taken (Gabriel 1966). Neighbouring cuts
    are much alike, so a column of numbers is surer than this says.
    """
    node = left + right
    present = np.count_nonzero(node, axis=1)
    degrees = np.maximum(present - 1, 1)
    G = 2.0 * (_xlogx(left) + _xlogx(right) + _xlogx(node.sum(axis=1)[:, None]))
    G -= 2.0 * (
        _xlogx(left.sum(axis=1)[:, None]) + _xlogx(right.sum(axis=1)[:, None]) + _xlogx(node)
    )
    G = np.maximum(G, 0.0)
    log_p = chi2.logsf(G, degrees)
    log_cuts = log_number_of_cuts(n_values, n_missing, is_categorical)
    # The logarithm of the chance that none of the cuts of a column does as well.
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        log_odds = np.log(-np.log1p(-np.exp(log_p)))  # is log p, where p is small
        log_odds = np.where(log_p < -30.0, log_p, log_odds)
        quiet = -np.exp(np.minimum(log_cuts + log_odds[:, None], 700.0))
        quiet[np.isneginf(log_cuts)] = 0.0
        if is_categorical.any():
            groups = n_values[:, is_categorical] + (n_missing[:, is_categorical] > 0)
            whole = chi2.logsf(G[:, None], np.maximum(groups - 1, 1) * degrees[:, None])
            bound = np.where(groups > 1, np.log1p(-np.exp(whole)), 0.0)
            quiet[:, is_categorical] = np.maximum(quiet[:, is_categorical], bound)
    return np.where(present > 1, -np.expm1(quiet.sum(axis=1)), 1.0)


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
