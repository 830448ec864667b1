"""A table encoded once, for several fits on its rows."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.frames.encoder import ColumnEncoder


@dataclass(frozen=True, eq=False)
class EncodedTable:
    """What a `ColumnEncoder`, if one is needed, made of a table.

    A fit on some rows of it grows the tree that it grows on those rows of the table: a category
    that they lack goes where missing values go, whether the encoder knows it or not.

    Attributes
    ----------
    matrix : ndarray of shape (n_samples, n_features), float32 or float64
    encoder : ColumnEncoder, or None if all columns came as numbers
    names : ndarray of str of shape (n_features,), or None if the table has none
    """

    matrix: npt.NDArray[np.floating[Any]]
    encoder: ColumnEncoder | None
    names: npt.NDArray[Any] | None

    @property
    def is_categorical(self) -> npt.NDArray[np.bool_]:
        """Which columns hold categories."""
        if self.encoder is None:
            return np.zeros(self.matrix.shape[1], dtype=bool)
        return self.encoder.is_categorical

    @property
    def shape(self) -> tuple[int, ...]:
        return self.matrix.shape

    def __len__(self) -> int:
        return len(self.matrix)

    def __getitem__(self, rows: npt.NDArray[Any]) -> "EncodedTable":
        """Return a table of the given rows."""
        return replace(self, matrix=self.matrix[rows])
