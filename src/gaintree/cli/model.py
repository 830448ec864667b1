"""Fitted trees as files, and tables as fitted trees read them."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib

from gaintree import GainTreeClassifier
from gaintree.cli import UsageError
from gaintree.cli.data import read_frame, refuse_infinity, select


def write_whole(path: str, write: Callable[[str], Any]) -> None:
    """Write a file beside its place, then move it there, so that no half of it is ever seen.

    Parameters
    ----------
    path : str
    write : callable ``(path)``
        Writes the file under another name of the same suffix.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    place = Path(path)
    try:
        handle, beside = tempfile.mkstemp(dir=place.parent, suffix="".join(place.suffixes))
        os.close(handle)
        try:
            write(beside)
            umask = os.umask(0)
            os.umask(umask)
            os.chmod(beside, 0o666 & ~umask)  # that of any new file; of this one it is 0o600
            os.replace(beside, place)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None


def save(model: GainTreeClassifier, path: str) -> None:
    """Write a fitted tree as joblib does."""
    write_whole(path, lambda beside: joblib.dump(model, beside))


def load(path: str) -> GainTreeClassifier:
    """Read a fitted tree.

    Raises
    ------
    UsageError
        If the file is none, or its tree was fitted on a table without names of columns.
    """
    try:
        model = joblib.load(path)
    except FileNotFoundError:
        raise UsageError(f"there is no file {path}") from None
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except MemoryError:
        raise
    except Exception as error:  # whatever unpickling something else raises
        raise UsageError(f"{path} is no model of gaintree fit ({type(error).__name__}).") from None
    if not isinstance(model, GainTreeClassifier) or not hasattr(model, "tree_"):
        raise UsageError(f"{path} holds a {type(model).__name__}, no fitted GainTreeClassifier.")
    if not hasattr(model, "feature_names_in_"):
        raise UsageError(f"{path} was fitted on a table whose columns have no names.")
    return model


def read_for(model: GainTreeClassifier, path: str) -> Any:
    """Return the columns of a file that the model was fitted on, as it was given them.

    Raises
    ------
    UsageError
        If the file cannot be read, lacks a column, or holds text or infinity for a number.
    """
    names = [str(name) for name in model.feature_names_in_]
    categories = model.categories_ or [None] * len(names)
    text = [
        name
        for name, labels in zip(names, categories, strict=True)
        if labels is not None and all(isinstance(label, str) for label in labels)
    ]
    frame = select(read_frame(path, text), names, path)
    refuse_infinity(frame, path)
    for name, labels in zip(names, categories, strict=True):
        if labels is None:
            _refuse_text(frame[name], name, path)
    return frame


def _refuse_text(column: Any, name: str, path: str) -> None:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(column.dtype):
        return
    is_text = column.notna() & pd.to_numeric(column, errors="coerce").isna()
    if is_text.any():
        raise UsageError(
            f"{path}: column {name!r} holds {column[is_text].iloc[0]!r}, in row"
            f" {is_text.to_numpy().argmax() + 1}; the model was fitted on numbers there."
        )
