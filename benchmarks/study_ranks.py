"""Whether learners differ over many data sets: ranks, and paired tests.

J. Demsar, "Statistical comparisons of classifiers over multiple data sets", Journal of Machine
Learning Research 7, 2006, 1-30.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]


class Ranks(NamedTuple):
    """Mean ranks, 1 the best, of learners that were all measured on all sets."""

    names: list[str]
    mean: Floats
    p_value: float  # Friedman's, of no difference among them
    difference: float  # Nemenyi's, critical at 5 %
    n_sets: int


class Duel(NamedTuple):
    """One learner against a rival, over the sets that both were measured on."""

    rival: str
    wins: int
    ties: int
    losses: int
    p_value: float  # Wilcoxon's signed ranks, as Holm corrects it for the number of rivals


def rank(names: Sequence[str], scores: Floats) -> Ranks:
    """Rank scores of shape (n_sets, n_learners), the lowest first."""
    n_sets, n = scores.shape
    places = stats.rankdata(np.round(scores, 9), axis=1)
    same = (places == places[:, :1]).all()
    p_value = 1.0 if same else stats.friedmanchisquare(*places.T).pvalue
    quantile = stats.studentized_range.ppf(0.95, n, np.inf) / np.sqrt(2)
    difference = quantile * np.sqrt(n * (n + 1) / (6 * n_sets))
    return Ranks(list(names), places.mean(axis=0), float(p_value), float(difference), n_sets)


def duels(ours: dict[str, float], rivals: dict[str, dict[str, float]]) -> list[Duel]:
    """Compare scores by set, lower is better, with those of each rival."""
    found = []
    for rival, theirs in rivals.items():
        both = [name for name in ours if name in theirs]
        gaps = np.round([ours[name] - theirs[name] for name in both], 9)
        p_value = stats.wilcoxon(gaps).pvalue if gaps.any() else 1.0
        counts = [int((gaps < 0).sum()), int((gaps == 0).sum()), int((gaps > 0).sum())]
        found.append(Duel(rival, *counts, float(p_value)))
    corrected = holm([duel.p_value for duel in found])
    return [duel._replace(p_value=p) for duel, p in zip(found, corrected, strict=True)]


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values that hold for all of the tests at once (Holm, 1979)."""
    order, n = np.argsort(p_values), len(p_values)
    stepped = np.array(p_values)[order] * (n - np.arange(n))
    corrected = np.empty(n)
    corrected[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return corrected.tolist()
