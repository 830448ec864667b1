"""Read the table that a command works on: a CSV file, or a data set that scikit-learn bundles."""

import difflib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import OrdinalEncoder

from gaintree.cli import UsageError


@dataclass
class Table:
    """A labelled table of numbers; NaN is a missing value. `notes` say how it was made."""

    name: str
    X: npt.NDArray[np.float64]
    y: npt.NDArray[Any]
    feature_names: list[str]
    notes: list[str] = field(default_factory=list)


def bundled_table() -> Table:
    """The table to show when the user names none: breast cancer, 569 x 30."""
    data = load_breast_cancer()
    names = [str(name) for name in data.feature_names]
    return Table(
        "breast_cancer (bundled with scikit-learn)",
        data.data,
        data.target_names[data.target],
        names,
    )


def read_csv(path: str, target: str) -> Table:
    """Read a CSV file, compressed or not, whose column `target` holds the labels.

    Raises
    ------
    UsageError
        If the file cannot be read as a table, or the target is no column of labels.
    """
    features, y, notes = read_labelled(path, target)
    X = _numbers(features, notes)
    return Table(Path(path).name, X, y, [str(name) for name in features.columns], notes)


def read_labelled(path: str, target: str) -> tuple[Any, npt.NDArray[Any], list[str]]:
    """Read a CSV file as a frame of features, text and all, labels, and notes.

    Raises
    ------
    UsageError
        As `read_csv` does.
    """
    frame = _read_frame(path)
    if target not in frame.columns:
        close = difflib.get_close_matches(target, [str(name) for name in frame.columns], n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"it has {_list(frame.columns)}."
        raise UsageError(f"{path} has no column {target!r}; {hint}")

    notes: list[str] = []
    unlabelled = frame[target].isna()
    if unlabelled.any():
        notes.append(f"rows left out for want of a label: {unlabelled.sum():,}")
        frame = frame[~unlabelled]
    y = _labels(frame[target], target)
    features = frame.drop(columns=target)
    if features.shape[1] == 0:
        raise UsageError(f"{path} has no column besides {target!r} to predict it from.")
    return features, y, notes


def _read_frame(path: str) -> Any:
    try:
        import pandas as pd
    except ImportError:
        raise UsageError("reading CSV files needs pandas: pip install 'gaintree[data]'") from None
    try:
        frame = pd.read_csv(path, low_memory=False)
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except MemoryError:
        raise
    except Exception as error:  # whatever decompressing, decoding and parsing raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(f"{path} is not a CSV table: {reason}") from None
    if len(frame) == 0:
        raise UsageError(f"{path} has a header, but no rows.")
    return frame


def _labels(column: Any, name: str) -> npt.NDArray[Any]:
    if column.dtype.kind == "f":
        if (column != column.round()).any() or column.abs().max() > 2**53:
            raise UsageError(
                f"target {name!r} holds fractions or huge numbers; a class label is needed."
            )
        column = column.astype(np.int64)
    labels = column.to_numpy(dtype=str if column.dtype.kind not in "biu" else None)
    n_labels = len(np.unique(labels))
    if n_labels < 2:
        raise UsageError(
            f"target {name!r} has {n_labels} distinct value(s); at least 2 are needed."
        )
    if n_labels > len(labels) / 2:
        raise UsageError(
            f"target {name!r} has {n_labels:,} distinct values in {len(labels):,} rows;"
            " it is no class label."
        )
    return labels


def _numbers(features: Any, notes: list[str]) -> npt.NDArray[np.float64]:
    """Every column as numbers: text by its place in alphabetical order, missing as NaN."""
    text = [name for name in features.columns if features[name].dtype.kind not in "biuf"]
    if text:
        features = features.copy()
        features[text] = OrdinalEncoder(encoded_missing_value=np.nan).fit_transform(features[text])
        notes.append(f"columns of text, coded as integers in alphabetical order: {len(text)}")
    X = features.to_numpy(dtype=np.float64)
    too_large = (np.abs(X) > np.finfo(np.float32).max).any(axis=0)
    if too_large.any():
        raise UsageError(
            f"column(s) {_list(features.columns[too_large])} hold infinity, or numbers beyond the"
            " float32 that scikit-learn rounds to."
        )
    if np.isnan(X).any():
        notes.append(f"missing cells: {np.isnan(X).mean():.1%}")
    return X


def _list(names: Any) -> str:
    shown = [str(name) for name in names[:8]]
    return ", ".join(shown) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
