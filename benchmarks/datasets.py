"""The data sets that trees are grown on, and what is asked of the trees."""

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

_UNITS = {"k": 1_000, "M": 1_000_000}
_SMALL_FILE = 100_000  # bytes; smaller ones fit in milliseconds and can afford more rounds
_CELLS_PER_ROUND = 200_000
_MAX_ITERATIONS = 50


@dataclass(frozen=True, eq=False)
class Case:
    """A data set, made when first asked for, and the parameters of the trees grown on it.

    In each of its `rounds` scikit-learn fits once and the others `repeats` times.
    """

    name: str
    make: Callable[..., Data]
    args: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)
    rounds: int = 5
    repeats: int = 1
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


def n_rows(size: str) -> int:
    """Return the number that a size like "10k" or "1M" stands for."""
    return int(size[:-1]) * _UNITS[size[-1]]


def depth_name(max_depth: int | None) -> str:
    return "full depth" if max_depth is None else f"depth {max_depth}"


def classification(n_rows: int, n_classes: int = 2, n_columns: int = 20) -> Data:
    """Return float32 columns, half of them informative, and labels, 5 % of them drawn anew."""
    X, y = make_classification(
        n_rows,
        n_columns,
        n_informative=n_columns // 2,
        n_classes=n_classes,
        flip_y=0.05,
        random_state=0,
    )
    return X.astype(np.float32), y


def noise(n_rows: int) -> Data:
    """Return 10 float32 columns and labels that have nothing to do with them."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((n_rows, 10), dtype=np.float32), rng.integers(0, 2, n_rows)


def load_bundled(name: str) -> Data:
    """Return a data set that scikit-learn ships, float64 as it comes."""
    return getattr(bundled, f"load_{name}")(return_X_y=True)


def read_frame(path: Path) -> tuple[Any, npt.NDArray[Any]]:
    """Return a data frame of numbers and text, and its last column, `target`.

    An empty field is a missing value; the target is text in any case.
    """
    import pandas as pd

    frame = pd.read_csv(path, dtype={"target": str})
    return frame, frame.pop("target").to_numpy(dtype=str)


def text_columns(frame: Any) -> list[str]:
    """Return the names of the columns that do not hold numbers."""
    return [name for name, column in frame.items() if column.dtype.kind not in "biuf"]


def read_file(path: Path) -> Data:
    """Return a table as `read_frame` does, text replaced by its rank, and the target.

    What is missing stays NaN.
    """
    frame, target = read_frame(path)
    text = text_columns(frame)
    if text:
        frame[text] = OrdinalEncoder().fit_transform(frame[text])
    return frame.to_numpy(np.float32), target


def synthetic_case(
    size: str,
    max_depth: int | None = None,
    n_classes: int = 2,
    balanced: bool = False,
    **run: Any,
) -> Case:
    """Return a case of 20 columns; `run` says how often (`rounds`, `repeats`)."""
    name = f"{size} x 20"
    params: dict[str, Any] = {"max_depth": max_depth}
    if n_classes > 2:
        name += f", {n_classes} classes"
    if balanced:
        name += ", balanced weights"
        params["class_weight"] = "balanced"
    name += f", {depth_name(max_depth)}"
    args = (n_rows(size), n_classes)
    return Case(name, classification, args, params, **(_rounds(size) | run))


def noise_case(size: str, **run: Any) -> Case:
    """Return a case whose labels nothing explains: every split is as poor as the others."""
    name = f"{size} x 10, labels of pure noise, depth 8"
    return Case(name, noise, (n_rows(size),), {"max_depth": 8}, **(_rounds(size) | run))


def bundled_case(name: str, **run: Any) -> Case:
    return Case(name, load_bundled, (name,), **({"rounds": 15, "group": "bundled"} | run))


def file_cases(folder: Path | None) -> list[Case]:
    """Return a case for each file of `folder`, the smallest first."""
    paths = sorted(
        folder.glob("*.csv.gz") if folder else [],
        key=lambda path: (path.stat().st_size, path.name),
    )
    return [
        Case(
            name=path.name.removesuffix(".csv.gz"),
            make=read_file,
            args=(path,),
            rounds=15 if path.stat().st_size < _SMALL_FILE else 5,
            group=path.resolve().parent.name,
        )
        for path in paths
    ]


def _rounds(size: str) -> dict[str, int]:
    return {"rounds": 5 if n_rows(size) < 200_000 else 3}
