"""Check what users pass, and turn it into what growing and prediction take: plain arrays."""

from math import ceil, isqrt
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt
from joblib import effective_n_jobs, parallel_config
from scipy.sparse import issparse
from sklearn.utils import assert_all_finite, compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_n_features,
    _check_sample_weight,
    column_or_1d,
    validate_data,
)

from gaintree.grow import Rules

# Taken as they are; every other dtype becomes the first.
_FLOATS = (np.float64, np.float32)
_CATEGORY_DTYPES = ("categor", "enum", "str", "large_str")
_MAX_COUNT = 2**62
_MAX_WEIGHT = 1e300  # beyond it a weight times an impurity may overflow
# Sums of weights that are equal but for rounding are equal.
_SLACK = 1.0 - 1e-12


def check_fit_data(estimator: Any, X: Any, y: Any, check_input: bool) -> tuple[Any, Any]:
    """Return `X` as a float matrix and `y` as a vector of labels; set the feature names."""
    if check_input:
        _refuse_sparse(X)
        _refuse_categories(X)
        check_X = {"dtype": _FLOATS, "ensure_all_finite": "allow-nan"}
        check_y = {"ensure_2d": False, "dtype": None}
        with _quiet_sums():
            X, y = validate_data(estimator, X, y, validate_separately=(check_X, check_y))
    else:
        _check_n_features(estimator, X, reset=True)
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] > 1:
        raise ValueError(
            f"y has {y.shape[1]} columns; several outputs are not supported yet, pass one column."
        )
    if y.ndim != 1:
        y = column_or_1d(y, warn=True)
    if len(y) != len(X):
        raise ValueError(f"X has {len(X)} samples, but y has {len(y)}.")
    return X, y


def encode_labels(y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int32]]:
    """Return the labels, sorted, and the number of the label of each sample."""
    as_objects = y.dtype.kind == "O"
    plain = y.dtype.kind in "biuU" or (as_objects and all(isinstance(label, str) for label in y))
    if not plain:
        check_classification_targets(y)
    if as_objects:  # it finds distinct objects by hashing, NumPy by sorting
        from sklearn.preprocessing import LabelEncoder

        encoder = LabelEncoder()
        codes = encoder.fit_transform(y)
        labels = encoder.classes_
    else:
        labels, codes = np.unique(y, return_inverse=True)
    if plain and len(labels) > len(y) / 2:
        # scikit-learn's warning about labels that look like a regression target. It costs as much
        # as growing a small tree, so it is asked for only where it has something to say.
        check_classification_targets(y)
    return labels, codes.astype(np.int32)


def check_predict_data(estimator: Any, X: Any, check_input: bool) -> npt.NDArray[Any]:
    """Return `X` as a C-ordered float matrix with the columns of the fit.

    Infinity is left to `refuse_infinity`: who reads all values anyway finds it on the way.
    """
    if not check_input:
        _check_n_features(estimator, X, reset=False)
        return np.ascontiguousarray(X)
    _refuse_sparse(X)
    with _quiet_sums():
        return validate_data(
            estimator, X, reset=False, dtype=_FLOATS, order="C", ensure_all_finite=False
        )


def refuse_infinity(X: npt.NDArray[Any]) -> None:
    """Raise scikit-learn's error for infinity in `X`, unless it is told not to look."""
    with _quiet_sums():
        assert_all_finite(X, allow_nan=True, input_name="X")


def check_weights(
    sample_weight: Any, class_weight: Any, X: Any, y: Any
) -> npt.NDArray[np.float64] | None:
    """Return the weight of each sample, or None where each weighs 1."""
    weights = None
    if sample_weight is not None:
        weights = _check_sample_weight(
            sample_weight, X, dtype=np.float64, ensure_non_negative=True, copy=True
        )
    if class_weight is not None:
        if isinstance(class_weight, dict) and not all(
            0.0 <= weight < np.inf for weight in class_weight.values()
        ):
            raise ValueError(
                f"class_weight={class_weight!r} must hold finite weights, none of them negative."
            )
        by_class = compute_sample_weight(class_weight, y)
        weights = by_class if weights is None else weights * by_class
    if weights is None or (weights == 1.0).all():
        return None
    with np.errstate(over="ignore"):
        total = weights.sum()
    if not 0.0 < total < _MAX_WEIGHT:
        raise ValueError(
            f"sample_weight, times class_weight, sums to {total}; the sum must be positive and"
            f" less than {_MAX_WEIGHT:g}."
        )
    return weights


def check_rules(estimator: Any, n_samples: int, n_features: int, total_weight: float) -> Rules:
    """Return the stopping rules as numbers of samples, features and weight."""
    min_samples_leaf = _as_count(estimator.min_samples_leaf, n_samples)
    min_samples_split = max(2, _as_count(estimator.min_samples_split, n_samples))
    return Rules(
        max_depth=min(int(estimator.max_depth or _MAX_COUNT), _MAX_COUNT),
        max_leaf_nodes=min(int(estimator.max_leaf_nodes or 0), _MAX_COUNT),
        min_samples_split=min_samples_split,
        min_samples_leaf=min_samples_leaf,
        min_weight_leaf=float(estimator.min_weight_fraction_leaf * total_weight * _SLACK),
        min_impurity_decrease=float(estimator.min_impurity_decrease),
        max_features=_as_n_features(estimator.max_features, n_features),
        random_thresholds=estimator.splitter == "random",
        max_bins=0,
    )


def check_n_threads(n_jobs: int | None) -> int:
    """Return the number of threads that `n_jobs` stands for in joblib."""
    if n_jobs is None or n_jobs == 1:
        return 1
    with parallel_config(backend="threading"):
        return int(effective_n_jobs(n_jobs))


def refuse_unsupported(estimator: Any) -> None:
    """Raise where a parameter asks for what is not there yet."""
    if estimator.monotonic_cst is not None:
        raise ValueError("monotonic_cst is not supported yet; it must be None.")
    if estimator.max_bins is not None:
        raise ValueError(
            f"max_bins={estimator.max_bins!r} is not supported yet; it must be None (exact splits)."
        )
    categorical = estimator.categorical_features
    if categorical is not None and not (
        isinstance(categorical, str) and categorical == "from_dtype"
    ):
        raise ValueError(
            f"categorical_features={categorical!r} is not supported yet; it must be 'from_dtype' or"
            " None. Encode categories as numbers, e.g. with"
            " sklearn.preprocessing.OrdinalEncoder."
        )


def _quiet_sums() -> np.errstate:
    """scikit-learn adds up all values to see if they are finite; huge ones may cancel to NaN.

    Values too large for a float64 become infinite, and are found as such.
    """
    return np.errstate(invalid="ignore", over="ignore")


def _as_count(value: Any, n_samples: int) -> int:
    """A number of samples, given as such or as a share of all samples."""
    if isinstance(value, Integral):
        return min(int(value), _MAX_COUNT // 2)
    return ceil(value * n_samples)


def _as_n_features(value: Any, n_features: int) -> int:
    """A number of features, given as such, as a share or by name."""
    if value is None:
        return n_features
    if isinstance(value, Integral):
        return min(int(value), n_features)
    if value == "sqrt":
        return isqrt(n_features)
    if value == "log2":
        return max(1, int(np.log2(n_features)))
    return max(1, int(value * n_features))


def _refuse_sparse(X: Any) -> None:
    if issparse(X):
        raise TypeError(
            "X is a sparse matrix, which is not supported yet; pass a dense one, X.toarray()."
        )


def _refuse_categories(X: Any) -> None:
    """Raise if a data frame has columns of categories; other frames and arrays pass."""
    if not hasattr(X, "columns") or not hasattr(X, "dtypes"):
        return
    names = [
        name
        for name, dtype in zip(X.columns, X.dtypes, strict=True)
        if str(dtype).lower().startswith(_CATEGORY_DTYPES)
        or (str(dtype) == "object" and any(isinstance(value, str) for value in X[name]))
    ]
    if names:
        raise ValueError(
            f"X has columns of categories or text, which are not supported yet: {names}. Encode"
            " them as numbers, e.g. with sklearn.preprocessing.OrdinalEncoder."
        )
