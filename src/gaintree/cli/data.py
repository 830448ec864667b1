"""Read the table that a command works on: a file, or a data set that scikit-learn bundles."""

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.datasets import load_breast_cancer

from gaintree.cli import UsageError

PARQUET = {".parquet", ".pq"}


@dataclass
class Table:
    """A labelled table: a frame, or a matrix of numbers. `notes` say how it was made."""

    name: str
    X: Any
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


def read_labelled(path: str, target: str) -> Table:
    """Read a file whose column `target` holds the labels.

    Raises
    ------
    UsageError
        If the file cannot be read as a table, the target is no column of labels, or another column
        holds infinity.
    """
    frame = read_frame(path)
    if target not in frame.columns:
        raise UsageError(f"{path} has no column {target!r}; {_hint(target, frame)}")

    notes: list[str] = []
    unlabelled = frame[target].isna()
    if unlabelled.any():
        notes.append(f"rows left out for want of a label: {unlabelled.sum():,}")
        frame = frame[~unlabelled]
    y = _labels(frame[target], target)
    features = frame.drop(columns=target)
    if features.shape[1] == 0:
        raise UsageError(f"{path} has no column besides {target!r} to predict it from.")
    refuse_infinity(features, path)
    missing = features.isna().to_numpy().mean()
    if missing:
        notes.append(f"missing cells: {missing:.1%}")
    return Table(Path(path).name, features, y, [str(name) for name in features.columns], notes)


def read_frame(path: str, text: Collection[str] = ()) -> Any:
    """Read a CSV file, compressed or not, or a Parquet file, as a pandas DataFrame.

    Parameters
    ----------
    path : str
    text : collection of str
        Columns of a CSV file that hold text, even if all of it looks like numbers.

    Raises
    ------
    UsageError
        If it cannot be read or has no rows.
    """
    try:
        import pandas as pd
    except ImportError:
        raise UsageError("reading tables needs pandas: pip install 'gaintree[data]'") from None
    is_parquet = Path(path).suffix in PARQUET
    kind = "Parquet" if is_parquet else "CSV"
    try:
        if is_parquet:
            frame = pd.read_parquet(path)
        else:
            frame = pd.read_csv(path, low_memory=False, dtype=dict.fromkeys(text, str))
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except ImportError:
        raise UsageError(
            "reading Parquet files needs pyarrow: pip install 'gaintree[parquet]'"
        ) from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except MemoryError:
        raise
    except Exception as error:  # whatever decompressing, decoding and parsing raise
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UsageError(f"{path} is not a {kind} table: {reason}") from None
    if len(frame) == 0:
        raise UsageError(f"{path} has a header, but no rows.")
    frame.columns = [str(name) for name in frame.columns]
    return frame


def refuse_infinity(features: Any, path: str) -> None:
    """Raise if a column of numbers holds infinity."""
    numbers = features.select_dtypes("number")
    X = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
    is_infinite = np.isinf(X).any(axis=0)
    if is_infinite.any():
        raise UsageError(f"{path}: column(s) {_list(numbers.columns[is_infinite])} hold infinity.")


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


def select(frame: Any, names: list[str], path: str) -> Any:
    """Return the columns of those names, in that order.

    Raises
    ------
    UsageError
        If there is none of a name.
    """
    absent = [name for name in names if name not in frame.columns]
    if len(absent) == 1:
        raise UsageError(f"{path} has no column {absent[0]!r}; {_hint(absent[0], frame)}")
    if absent:
        raise UsageError(
            f"{path} lacks {len(absent)} of the {len(names)} columns that the model was fitted on:"
            f" {_list(absent)}."
        )
    return frame[names]


def _hint(name: str, frame: Any) -> str:
    close = difflib.get_close_matches(name, frame.columns, n=1)
    return f"did you mean {close[0]!r}?" if close else f"it has {_list(frame.columns)}."


def _list(names: Any) -> str:
    shown = [str(name) for name in names[:8]]
    return ", ".join(shown) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
