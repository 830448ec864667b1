"""The data sets that trees are grown on: one grid, shared by all benchmarks."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import datasets as bundled
from sklearn.datasets import make_classification
from sklearn.preprocessing import OrdinalEncoder

Data = tuple[npt.NDArray[Any], npt.NDArray[Any]]

_ROWS = {"10k": 10_000, "20k": 20_000, "100k": 100_000, "200k": 200_000, "1M": 1_000_000}
_BUNDLED = ("iris", "wine", "breast_cancer", "digits")
_SMALL_FILE = 100_000  # bytes; smaller ones fit in milliseconds and can afford more rounds
_CELLS_PER_ROUND = 200_000
_MAX_ITERATIONS = 50


@dataclass(frozen=True, eq=False)
class Case:
    """A data set, made when first asked for, and the parameters of the trees grown on it."""

    name: str
    make: Callable[..., Data]
    args: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)
    rounds: int = 5
    group: str = "synthetic"

    def load(self) -> Data:
        return _made(self.make, self.args)


@lru_cache(maxsize=1)
def _made(make: Callable[..., Data], args: tuple[Any, ...]) -> Data:
    """Keep the latest data set only: cases that share one stand next to each other."""
    return make(*args)


def iterations(X: npt.NDArray[Any]) -> int:
    """How often a fit is repeated within a round, so that tiny ones can be timed at all."""
    return max(1, min(_MAX_ITERATIONS, _CELLS_PER_ROUND // X.size))


def classification(n_rows: int, n_classes: int = 2) -> Data:
    """Return 20 float32 columns, half of them informative, 5 % of the labels drawn anew."""
    X, y = make_classification(
        n_rows, 20, n_informative=10, n_classes=n_classes, flip_y=0.05, random_state=0
    )
    return X.astype(np.float32), y


def noise(n_rows: int) -> Data:
    """Return 10 float32 columns and labels that have nothing to do with them."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((n_rows, 10), dtype=np.float32), rng.integers(0, 2, n_rows)


def load_bundled(name: str) -> Data:
    """Return a data set that scikit-learn ships, float64 as it comes."""
    return getattr(bundled, f"load_{name}")(return_X_y=True)


def read_file(path: Path) -> Data:
    """Return a table of numbers and text, last column `target`, text replaced by its rank.

    An empty field is a missing value and stays NaN; the target is text in any case.
    """
    import pandas as pd

    frame = pd.read_csv(path, dtype={"target": str})
    target = frame.pop("target").to_numpy(dtype=str)
    text = [name for name in frame if not pd.api.types.is_numeric_dtype(frame[name])]
    if text:
        frame[text] = OrdinalEncoder().fit_transform(frame[text])
    return frame.to_numpy(np.float32), target


def fit_cases(grid: str, folder: Path | None) -> list[Case]:
    """Return what is fitted: the bundled sets, the synthetic ones and the files of `folder`."""
    cases = [Case(name, load_bundled, (name,), rounds=15, group="bundled") for name in _BUNDLED]
    sizes = ["10k", "100k"] if grid == "small" else ["10k", "100k", "1M"]
    for size in sizes:
        cases += _sized_cases(size, weighted=size == sizes[-1])
    cases.append(_noise_case(sizes[-1]))
    cases.append(_ten_classes_case("20k" if grid == "small" else "200k"))
    return cases + (_file_cases(folder) if folder else [])


def _sized_cases(size: str, weighted: bool) -> list[Case]:
    """The same rows to depth 8, to full depth and, if asked for, with balanced class weights."""
    data = (classification, (_ROWS[size],))
    rounds = 3 if size == "1M" else 5
    cases = [
        Case(f"{size} x 20, depth 8", *data, {"max_depth": 8}, rounds),
        Case(f"{size} x 20, full depth", *data, {}, rounds),
    ]
    if weighted:
        params = {"max_depth": 8, "class_weight": "balanced"}
        cases.append(Case(f"{size} x 20, balanced weights, depth 8", *data, params, rounds))
    return cases


def _noise_case(size: str) -> Case:
    rounds = 3 if size == "1M" else 5
    name = f"{size} x 10, labels of pure noise, depth 8"
    return Case(name, noise, (_ROWS[size],), {"max_depth": 8}, rounds)


def _ten_classes_case(size: str) -> Case:
    rounds = 3 if size == "200k" else 5
    name = f"{size} x 20, 10 classes, full depth"
    return Case(name, classification, (_ROWS[size], 10), {}, rounds)


def _file_cases(folder: Path) -> list[Case]:
    paths = sorted(folder.glob("*.csv.gz"), key=lambda path: (path.stat().st_size, path.name))
    return [
        Case(
            name=path.name.removesuffix(".csv.gz"),
            make=read_file,
            args=(path,),
            rounds=15 if path.stat().st_size < _SMALL_FILE else 5,
            group=folder.resolve().name,
        )
        for path in paths
    ]
