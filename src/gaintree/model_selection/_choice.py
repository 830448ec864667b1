"""Which sizes of a tree there are to choose among, and the choice."""

from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from gaintree import leaves
from gaintree.prune import CostComplexity, PruningPath

Floats: TypeAlias = npt.NDArray[np.float64]

SHRINKAGE_STRENGTHS = (0.1, 1.0, 10.0, 25.0, 50.0, 100.0)  # those of the paper


def check_levels(given: Any, path: PruningPath) -> Floats:
    """Return the levels to choose among, given or one for each tree of a path."""
    if given is None:
        return _middles(path)[::-1]
    if isinstance(given, int | np.integer):
        return _middles(path)[_spread(path.n_leaves, int(given))][::-1]
    levels = np.asarray(given, dtype=np.float64)
    if levels.ndim != 1 or len(levels) == 0 or np.isnan(levels).any():
        raise ValueError(f"ccp_alphas={given!r} must be a list of numbers, at least one.")
    if isinstance(path.method, CostComplexity) and (levels < 0.0).any():
        raise ValueError(f"ccp_alphas={given!r} must not be negative.")
    return levels


def _middles(path: PruningPath) -> Floats:
    """A level for each tree of a path: the geometric middle of those where it begins and ends.

    So do Breiman et al. (1984, section 3.4.2): a tree of a fold does not begin just where the
    whole one does. Where a level is not positive it is the arithmetic middle.
    """
    levels = path.levels[1:]
    whole = 0.0 if isinstance(path.method, CostComplexity) else -np.inf
    if len(levels) == 0:
        return np.array([whole])
    low, high = levels[:-1], levels[1:]
    middles = np.where(low > 0.0, np.sqrt(np.abs(low * high)), (low + high) / 2)
    return np.concatenate(([whole], middles, levels[-1:]))


def _spread(n_leaves: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """Numbers of at most `n` trees, their leaves about a geometric series."""
    aims = np.log(np.geomspace(n_leaves[0], 1, n))
    return np.unique(np.abs(np.log(n_leaves)[:, None] - aims).argmin(axis=0))


def check_rules(leaf_probability: Any, strengths: Any) -> list[leaves.LeafProbability]:
    """Return the rules for leaves to choose among."""
    rule = leaves.get(leaf_probability)
    if strengths is None:
        if leaf_probability != "shrinkage":
            return [rule]
        strengths = SHRINKAGE_STRENGTHS
    elif not hasattr(rule, "strength"):
        raise ValueError(
            f"strengths={strengths!r} needs a leaf_probability that has a strength, such as"
            f" 'shrinkage', not {leaf_probability!r}."
        )
    values = np.asarray(strengths, dtype=np.float64)
    if values.ndim != 1 or len(values) == 0:
        raise ValueError(f"strengths={strengths!r} must be a list of numbers, at least one.")
    return [leaves.with_strength(rule, strength) for strength in values.tolist()]


class Scores(NamedTuple):
    """Scores of candidates over the folds, in scikit-learn's words; arrays of an entry each."""

    of_splits: Floats  # (n_candidates, n_splits)
    mean: Floats
    std: Floats
    rank: npt.NDArray[np.int32]


def summarize(scores: Floats) -> Scores:
    """Return the means, standard deviations and ranks that `GridSearchCV` would."""
    mean = np.average(scores, axis=1)
    std = np.sqrt(np.average((scores - mean[:, None]) ** 2, axis=1))
    worst_last = np.where(np.isnan(mean), -np.inf, mean)
    rank = rankdata(-worst_last, method="min").astype(np.int32)
    return Scores(scores, mean, std, rank)


def choose(scores: Scores, n_leaves: npt.NDArray[np.int64], rule: Literal["best", "one_se"]) -> int:
    """Return the candidate of the best mean, or the smallest within a standard error of it."""
    best = int(scores.rank.argmin())
    if rule == "best":
        return best
    n_splits = scores.of_splits.shape[1]
    error = scores.of_splits[best].std(ddof=1) / np.sqrt(n_splits)
    close = np.flatnonzero(scores.mean >= scores.mean[best] - error)
    smallest = close[n_leaves[close] == n_leaves[close].min()]
    return int(smallest[scores.rank[smallest].argmin()])
