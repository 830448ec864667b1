"""The samples as a tree reads them: a matrix, class numbers, weights."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.class_weight import compute_sample_weight

from gaintree.frames import as_table
from gaintree.predict import apply
from gaintree.tree import Tree


@dataclass(frozen=True)
class Samples:
    """Samples of a table, those of weight zero left out.

    Attributes
    ----------
    X : ndarray of float32 or float64 of shape (n_samples, n_features)
        NaN is a missing value, a category its place among the estimator's `categories_`.
    codes : ndarray of int64 of shape (n_samples,)
        The place of the label in the estimator's `classes_`.
    weights : ndarray of float64 of shape (n_samples,), or None
        None where all are 1.
    rows : ndarray of int64 of shape (n_samples,)
        Their rows in the table that was given.
    """

    X: npt.NDArray[np.floating[Any]]
    codes: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64] | None
    rows: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.codes)

    def take(self, places: npt.NDArray[np.integer[Any]]) -> "Samples":
        """Return some of the samples."""
        weights = None if self.weights is None else self.weights[places]
        return Samples(self.X[places], self.codes[places], weights, self.rows[places])

    def leaves(self, tree: Tree) -> npt.NDArray[np.int64]:
        """Return the leaf of each sample."""
        return apply(tree, np.ascontiguousarray(self.X))[0]


def read_samples(
    estimator: Any, X: Any, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None, notes: list[str]
) -> Samples:
    """Check a table and return it as the tree of the estimator reads it.

    Raises
    ------
    ValueError
        If `X` has not the columns of the fit, lengths differ, or no label is known.
    """
    estimator.apply(X)  # checks X as a prediction does
    matrix = _as_matrix(estimator, X)
    labels = np.asarray(y)
    if labels.ndim != 1:
        raise ValueError(f"y must be one column of labels, got shape {labels.shape}.")
    check_consistent_length(matrix, labels, sample_weight)
    codes = _codes(labels, estimator.classes_)
    weights = np.ones(len(codes)) if sample_weight is None else np.asarray(sample_weight, float)
    if not ((weights >= 0.0) & (weights < np.inf)).all():
        raise ValueError("sample_weight must hold finite numbers that are not negative.")
    known = codes >= 0
    if not known.any():
        raise ValueError(
            f"No label of y is one that the tree knows: {_few(estimator.classes_)}; y has"
            f" {_few(np.unique(labels.astype(str)))}."
        )
    if not known.all():
        notes.append(
            f"{(~known).sum():,} samples are left out: the tree does not know their labels."
        )
    if estimator.class_weight is not None:
        weights[known] *= compute_sample_weight(estimator.class_weight, labels[known])
    rows = np.flatnonzero(known & (weights > 0.0))
    if len(rows) == 0:
        raise ValueError("sample_weight, times class_weight, leaves no sample of a weight.")
    plain = (weights[rows] == 1.0).all()
    return Samples(matrix[rows], codes[rows], None if plain else weights[rows], rows)


def _as_matrix(estimator: Any, X: Any) -> npt.NDArray[np.floating[Any]]:
    table = as_table(X)
    if estimator._encoder is not None:
        table = estimator._encoder.transform(table)
    return check_array(table, dtype=(np.float64, np.float32), ensure_all_finite="allow-nan")


def _codes(labels: npt.NDArray[Any], classes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """The place of each label, -1 where it is none of the classes."""
    place = {label: code for code, label in enumerate(classes.tolist())}
    return np.array([place.get(label, -1) for label in labels.tolist()], dtype=np.int64)


def _few(values: npt.NDArray[Any]) -> str:
    shown = ", ".join(repr(str(value)) for value in values[:5])
    return f"{shown}, ..." if len(values) > 5 else shown
