"""The tables that studies cross-validate on: those of a folder, and those scikit-learn ships."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import datasets as bundled
from sklearn.model_selection import train_test_split
from sklearn.utils import shuffle

from datasets import read_frame, text_columns
from tables import Record, markdown

Labels = npt.NDArray[np.int64]

_BUNDLED = ("iris", "wine", "breast_cancer", "digits")
_FEWEST_ROWS = 100


@dataclass(frozen=True)
class Table:
    """A table by its name, read when first asked for; `path` is None for scikit-learn's."""

    name: str
    path: Path | None
    most_rows: int

    def load(self) -> tuple[Any, Labels]:
        """Return at most `most_rows` rows, drawn by class, text as pandas' `category`; and codes.

        Rows are shuffled: many files are sorted, and learners' own folds follow the order. The
        categories are those of all rows, so frames of some rows go together.
        """
        return _load(self)

    def describe(self) -> Record:
        """Return what is to be told of it."""
        n_rows, frame, y = _sample(self)
        text = text_columns(frame)
        return {
            "set": self.name,
            "rows": n_rows,
            "rows used": len(frame),
            "numbers": frame.shape[1] - len(text),
            "text": len(text),
            "most categories": int(frame[text].nunique().max()) if text else 0,
            "classes": int(y.max()) + 1,
            "most frequent": f"{np.bincount(y).max() / len(y):.0%}",
        }


def find_tables(folder: Path | None, most_rows: int, only: str = "") -> list[Table]:
    """Return scikit-learn's and those of the folder, the smallest first, that hold the text."""
    paths = folder.glob("*.csv.gz") if folder else ()
    ordered = sorted(paths, key=lambda path: (path.stat().st_size, path.name))
    named = [(name, None) for name in _BUNDLED]
    named += [(path.name.removesuffix(".csv.gz"), path) for path in ordered]
    found = [Table(name, path, most_rows) for name, path in named if only in name]
    return [table for table in found if table.path is None or _is_large_enough(table.path)]


def list_tables(described: list[Record]) -> str:
    """Return a row a table."""
    return markdown(list(described[0]), [list(one.values()) for one in described])


def _is_large_enough(path: Path) -> bool:
    import pandas as pd

    return len(pd.read_csv(path, usecols=["target"], nrows=_FEWEST_ROWS)) == _FEWEST_ROWS


@lru_cache(maxsize=4)
def _load(table: Table) -> tuple[Any, Labels]:
    _, frame, y = _sample(table)
    return frame.astype(dict.fromkeys(text_columns(frame), "category")), y


def _sample(table: Table) -> tuple[int, Any, Labels]:
    frame, target = _read(table)
    n_rows = len(frame)
    if n_rows > table.most_rows:
        frame, _, target, _ = train_test_split(
            frame, target, train_size=table.most_rows, stratify=target, random_state=0
        )
    frame, target = shuffle(frame, target, random_state=0)
    return n_rows, frame.reset_index(drop=True), np.unique(target, return_inverse=True)[1]


def _read(table: Table) -> tuple[Any, npt.NDArray[Any]]:
    if table.path is not None:
        return read_frame(table.path)
    bunch = getattr(bundled, f"load_{table.name}")(as_frame=True)
    return bunch.data, bunch.target.to_numpy()
