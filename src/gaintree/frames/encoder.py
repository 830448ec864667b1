"""All columns of a table as one matrix of floats."""

from collections.abc import Hashable
from typing import Any, Literal

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
from sklearn.utils import check_array

from gaintree.frames.choice import read_choice
from gaintree.frames.column import Column

Table = Any  # a frame that narwhals knows, or an array of two dimensions


def needs_encoding(X: Any, categorical_features: Any) -> bool:
    """Whether `X` has to go through a `ColumnEncoder`, or is a matrix of numbers anyway.

    Raises
    ------
    ValueError
        If `X` is a frame with columns of the same name.
    """
    if not (categorical_features is None or isinstance(categorical_features, str)):
        return True
    if nw.dependencies.is_into_dataframe(X):
        frame = nw.from_native(X)
        return not all(dtype.is_numeric() for dtype in frame.schema.dtypes())
    is_objects = isinstance(X, np.ndarray) and X.dtype == object and X.ndim == 2
    return is_objects and categorical_features is not None


def as_table(X: Any) -> Table:
    """Return a frame as it is, and anything else as an array of two dimensions."""
    if nw.dependencies.is_into_dataframe(X):
        return X
    if not hasattr(X, "dtype"):
        X = np.asarray(X, dtype=object)  # as numbers and text, where NumPy would make all text
    return check_array(X, dtype=None, ensure_all_finite=False)


class ColumnEncoder:
    """Numbers stay as they are, categories become codes, and what is missing becomes NaN.

    A category that was not there in `fit_transform` is NaN in `transform`.

    Attributes
    ----------
    is_categorical : ndarray of bool of shape (n_features,)
    categories : list of (ndarray of object of shape (n_categories,) or None)
        The label of each code; None for a column of numbers.
    n_categories : ndarray of int64 of shape (n_features,)
        0 for a column of numbers.
    """

    def fit_transform(self, X: Table, categorical_features: Any) -> npt.NDArray[np.floating[Any]]:
        """Look for the categories of `X` and encode it.

        Parameters
        ----------
        X : data frame or ndarray of shape (n_samples, n_features)
        categorical_features : array-like, "from_dtype" or None
            Mask, indices or names; ``"from_dtype"`` takes columns that hold text, a dtype of
            categories, or objects that are no numbers.

        Returns
        -------
        encoded : ndarray of shape (n_samples, n_features)
            float32 if all columns of numbers are, else float64. Fortran-ordered.

        Raises
        ------
        TypeError
            If a column holds dates, mixes numbers and text, or has a value that cannot be hashed.
        ValueError
            If `categorical_features` names no column, a category is infinite, categories are more
            than `MAX_CATEGORIES`, or text stands where a number is expected.
        """
        names, columns = _read_columns(X)
        if isinstance(categorical_features, str):
            chosen = [column.holds_categories for column in columns]
        else:
            chosen = read_choice(categorical_features, names, len(columns)).tolist()
        self._code_of: list[dict[Hashable, int] | None] = [
            column.number_categories() if is_chosen else None
            for column, is_chosen in zip(columns, chosen, strict=True)
        ]
        return self._encode(columns, len(X), order="F")

    def transform(self, X: Table) -> npt.NDArray[np.floating[Any]]:
        """Encode `X`, which has the columns of the fit in the same order; C-ordered."""
        _, columns = _read_columns(X)
        return self._encode(columns, len(X), order="C")

    @property
    def is_categorical(self) -> npt.NDArray[np.bool_]:
        return np.array([code_of is not None for code_of in self._code_of], dtype=bool)

    @property
    def categories(self) -> list[npt.NDArray[np.object_] | None]:
        return [
            None if code_of is None else np.fromiter(code_of, dtype=object, count=len(code_of))
            for code_of in self._code_of
        ]

    @property
    def n_categories(self) -> npt.NDArray[np.int64]:
        return np.array([len(code_of or ()) for code_of in self._code_of], dtype=np.int64)

    def _encode(
        self, columns: list[Column], n_samples: int, order: Literal["C", "F"]
    ) -> npt.NDArray[np.floating[Any]]:
        numbers = [
            column
            for column, code_of in zip(columns, self._code_of, strict=True)
            if code_of is None
        ]
        is_single = len(numbers) > 0 and all(column.is_float32 for column in numbers)
        encoded = np.empty(
            (n_samples, len(columns)), dtype=np.float32 if is_single else np.float64, order=order
        )
        for j, (column, code_of) in enumerate(zip(columns, self._code_of, strict=True)):
            encoded[:, j] = column.as_numbers() if code_of is None else column.as_codes(code_of)
        return encoded


def _read_columns(X: Table) -> tuple[list[Hashable] | None, list[Column]]:
    """The names of a frame's columns, and the columns."""
    if isinstance(X, np.ndarray):
        return None, [Column(X[:, j], j) for j in range(X.shape[1])]
    frame = nw.from_native(X)
    names: list[Hashable] = list(frame.columns)
    pairs = zip(frame.iter_columns(), names, strict=True)
    return names, [Column(values, name) for values, name in pairs]
