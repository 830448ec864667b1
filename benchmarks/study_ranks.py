"""Whether learners differ over many data sets: ranks, and paired tests.

J. Demsar, "Statistical comparisons of classifiers over multiple data sets", Journal of Machine
Learning Research 7, 2006, 1-30.
"""

from collections.abc import Callable, Iterable, Sequence
from statistics import mean
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from tables import Record

Floats = npt.NDArray[np.float64]
#: A value by learner and set.
Values = dict[str, dict[str, float]]


class Ranks(NamedTuple):
    """Mean ranks, 1 the best, of learners that were all measured on all sets."""

    names: list[str]
    mean: Floats
    p_value: float  # Friedman's, of no difference among them
    difference: float  # Nemenyi's, critical at 5 %
    n_sets: int
    places: Floats  # (n_sets, n_learners)


class Duel(NamedTuple):
    """One learner against a rival, over the sets that both were measured on."""

    rival: str
    wins: int
    ties: int
    losses: int
    p_value: float  # Wilcoxon's signed ranks, as Holm corrects it for the number of rivals


def by_set(
    records: Iterable[Record],
    measure: str,
    together: Callable[[Iterable[float]], float] = mean,
    who: str = "learner",
) -> Values:
    """Return the value of each learner on each set, its folds put together."""
    folds: dict[str, dict[str, list[float]]] = {}
    for one in records:
        if measure in one:
            folds.setdefault(one[who], {}).setdefault(one["set"], []).append(one[measure])
    return {
        learner: {name: together(found) for name, found in sets.items()}
        for learner, sets in folds.items()
    }


def rank_shared(found: Values, n_sets: int, sign: int = 1, share: float = 0.5) -> Ranks:
    """Rank those who did more than a share of the sets, over the sets that all of them did.

    `sign` is 1 where low values are good, else -1.
    """
    field = {learner: sets for learner, sets in found.items() if len(sets) > share * n_sets}
    shared = [
        name
        for name in max(field.values(), key=len)
        if all(name in sets for sets in field.values())
    ]
    scores = [[sets[name] for sets in field.values()] for name in shared]
    return rank(list(field), np.array(scores) * sign)


class Mean(NamedTuple):
    """A mean with its 95 % interval, and the p-value of its being zero, by Student's t."""

    value: float
    low: float
    high: float
    p_value: float

    def show(self, scale: float = 1.0, digits: int = 2) -> str:
        low, value, high = (f"{scale * end:+.{digits}f}" for end in (self.low, self[0], self.high))
        return f"{value} ({low} to {high})"


def mean_of(values: Sequence[float]) -> Mean:
    """Return the mean of independent values; its interval is infinite if there is one only."""
    array = np.asarray(values, dtype=float)
    value, n = float(array.mean()), len(array)
    if n < 2:
        return Mean(value, -np.inf, np.inf, 1.0)
    error = float(array.std(ddof=1)) / np.sqrt(n)
    if error == 0.0:
        return Mean(value, value, value, 0.0 if value else 1.0)
    half = float(stats.t.ppf(0.975, n - 1)) * error
    return Mean(value, value - half, value + half, float(2 * stats.t.sf(abs(value) / error, n - 1)))


def show_p(p_value: float) -> str:
    """Return a p-value, two digits."""
    return "p < 0.0001" if p_value < 1e-4 else f"p = {p_value:.2g}"


def rank(names: Sequence[str], scores: Floats) -> Ranks:
    """Rank scores of shape (n_sets, n_learners), the lowest first."""
    n_sets, n = scores.shape
    places = stats.rankdata(np.round(scores, 9), axis=1)
    same = (places == places[:, :1]).all()
    test = stats.friedmanchisquare if n > 2 else stats.wilcoxon  # it takes three or more
    p_value = 1.0 if same else test(*places.T).pvalue
    quantile = stats.studentized_range.ppf(0.95, n, np.inf) / np.sqrt(2)
    difference = quantile * np.sqrt(n * (n + 1) / (6 * n_sets))
    return Ranks(
        list(names), places.mean(axis=0), float(p_value), float(difference), n_sets, places
    )


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
