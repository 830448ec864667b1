"""Columns found by the scores of gaintree.feature_selection, beside scikit-learn's.

usage: python benchmarks/feature_selection.py [--quick]

Tables are drawn in which some columns tell the class, each in its own way, and many tell nothing.
What counts is which columns have the highest scores, and how long scoring takes. The report goes
to results/feature_selection.md; with --quick it is only printed.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean, median
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from cpuinfo import get_cpu_info
from pytest_benchmark.utils import get_commit_info
from sklearn.feature_selection import f_classif, mutual_info_classif

import machine
import report
from gaintree import feature_selection
from tables import markdown, spread, times

Matrix = npt.NDArray[np.float64]
Score = Callable[[Matrix, npt.NDArray[np.int64], list[int]], npt.NDArray[np.float64]]

_RESULT = Path(__file__).parent / "results" / "feature_selection.md"
_ALONE = ("shifted", "in the middle", "in stripes", "category", "rare category")
_TOGETHER = ("exclusive or, first", "exclusive or, second")
_NOISE = {"normal": 10, "of 4 values": 5, "of 20 categories": 5, "of 500 categories": 3, "names": 1}
_THEIRS = "mutual_info_classif"


class Drawn(NamedTuple):
    """A table, its classes, which columns are categories, and what each column is."""

    X: Matrix
    y: npt.NDArray[np.int64]
    categories: list[int]
    kinds: list[str]


def draw(n_samples: int, seed: int) -> Drawn:
    """Draw two classes, and columns that depend on them weakly, on each other, or on nothing."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n_samples)
    first, noise = rng.normal(size=n_samples), rng.normal(size=(n_samples, 3))
    columns = {
        "shifted": 0.4 * y + noise[:, 0],
        "in the middle": np.where(y == 1, 0.6, 1.0) * noise[:, 1],
        "in stripes": rng.integers(0, 4, n_samples) * 2.0 + y + 1.2 * noise[:, 2],
        "category": (rng.integers(0, 8, n_samples) * (rng.random(n_samples) < 0.8) + 4 * y) % 8,
        "rare category": np.where(
            rng.random(n_samples) < 0.06, y, 2 + rng.integers(0, 20, n_samples)
        ),
        "exclusive or, first": first,
        "exclusive or, second": np.abs(rng.normal(size=n_samples)) * np.sign(first) * (2 * y - 1),
    }
    kinds, matrix = list(columns), [columns[kind] for kind in columns]
    for kind, number in _NOISE.items():
        for _ in range(number):
            kinds.append(kind)
            matrix.append(_draw_noise(kind, n_samples, rng))
    is_category = [
        kind.endswith("category") or "categories" in kind or kind == "names" for kind in kinds
    ]
    return Drawn(np.column_stack(matrix), y, np.flatnonzero(is_category).tolist(), kinds)


def _draw_noise(kind: str, n_samples: int, rng: np.random.Generator) -> npt.NDArray[Any]:
    if kind == "normal":
        return rng.normal(size=n_samples)
    if kind == "names":
        return rng.permutation(n_samples)
    return rng.integers(0, int(kind.split()[1]), n_samples)


def _ours(name: str, **options: Any) -> Score:
    score = getattr(feature_selection, name)

    def score_columns(
        X: Matrix, y: npt.NDArray[np.int64], categories: list[int]
    ) -> npt.NDArray[np.float64]:
        found = score(X, y, categorical_features=categories, **options)
        return found[0] if isinstance(found, tuple) else found

    return score_columns


def _mutual_info(
    X: Matrix, y: npt.NDArray[np.int64], categories: list[int]
) -> npt.NDArray[np.float64]:
    discrete: Any = np.isin(np.arange(X.shape[1]), categories)
    return mutual_info_classif(X, y, discrete_features=discrete, random_state=0)


def _f(X: Matrix, y: npt.NDArray[np.int64], categories: list[int]) -> npt.NDArray[np.float64]:
    return f_classif(X, y)[0]


_NAMES = (
    "information_gain", "gain_ratio", "symmetric_uncertainty", "adjusted_information"
)  # fmt: skip
SCORES: dict[str, Score] = {
    **{name: _ours(name) for name in (*_NAMES, "significance")},
    **{f"{name}, mdlp": _ours(name, discretize="mdlp") for name in _NAMES},
    _THEIRS: _mutual_info,
    "f_classif": _f,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few draws, and nothing is written")
    options = parser.parse_args()
    sizes = {300: 3} if options.quick else {300: 40, 3_000: 20, 30_000: 5}
    facts = machine.describe(get_cpu_info()) | {"Load": machine.load()}
    facts |= {"Command": machine.command(sys.argv[1:], None, ["benchmarks/feature_selection.py"])}
    facts |= machine.commit(get_commit_info())
    warm = draw(300, 0)
    for score in SCORES.values():
        score(warm.X, warm.y, warm.categories)
    text = report.heading("Columns chosen by information", facts) + _INTRODUCTION
    for n_samples, n_draws in sizes.items():
        text += f"\n## {n_samples:,} samples, {n_draws} draws\n\n" + _table(n_samples, n_draws)
    print(text)
    if not options.quick:
        report.put(_RESULT, text.encode())


def _table(n_samples: int, n_draws: int) -> str:
    found: dict[str, list[dict[str, float]]] = {name: [] for name in SCORES}
    seconds: dict[str, list[float]] = {name: [] for name in SCORES}
    for seed in range(n_draws):
        drawn = draw(n_samples, seed)
        for name, score in SCORES.items():
            began = time.perf_counter()
            scores = score(drawn.X, drawn.y, drawn.categories)
            seconds[name].append(time.perf_counter() - began)
            found[name].append(_found(scores, drawn.kinds))
    columns = ["of 5", *_ALONE, "one of exclusive or", "20 categories", "500 categories", "names"]
    rows = []
    for name, draws in found.items():
        shares = (f"{mean(one[column] for one in draws):.2f}" for column in columns)
        ratios = [b / a for a, b in zip(seconds[name], seconds[_THEIRS], strict=True)]
        rows.append([name, *shares, times(median(ratios)), spread(ratios, times)])
    return markdown(["score", *columns, "times faster", "range"], rows)


def _found(scores: npt.NDArray[np.float64], kinds: list[str]) -> dict[str, float]:
    """Which of the columns that tell something alone are among as many best; and which others."""
    best = np.argsort(-scores, kind="stable")[: len(_ALONE)]
    chosen = [kinds[i] for i in best]
    result = {kind: float(kind in chosen) for kind in _ALONE}
    result["of 5"] = sum(result.values())
    result["one of exclusive or"] = float(any(kind in chosen for kind in _TOGETHER))
    for name in ("20 categories", "500 categories", "names"):
        result[name] = float(sum(kind.endswith(name) for kind in chosen))
    return result


_INTRODUCTION = """\
Two classes. Five columns tell the class by themselves: numbers that are shifted in one class, that
are nearer to the middle, or in stripes; a category; one that matters in a twentieth of the samples.
Two numbers tell it only by whether their signs agree. The others are noise: ten normal, five of 4
values, five of 20 categories, three of 500, and one of names, different in each sample. Columns of
categories are named to all who ask for them; f_classif takes their codes for numbers.

A score chooses the five columns that it ranks highest. "of 5" is how many of the five that tell
something alone it chose, on average; then each of them, how often. The last columns say how often a
column of the exclusive or was among the five, and how many of the noise of many values. "times
faster" is mutual_info_classif's time over that of the score, draw by draw: the median, and the
range.
"""

if __name__ == "__main__":
    main()
