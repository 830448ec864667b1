"""Check what users pass, and turn it into what growing and prediction take: plain arrays."""

import functools
import inspect
import threading
from math import ceil, isqrt
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt
from joblib import effective_n_jobs, parallel_config
from scipy.sparse import issparse
from sklearn import get_config
from sklearn.base import clone
from sklearn.utils import assert_all_finite, check_array, check_random_state
from sklearn.utils._param_validation import validate_parameter_constraints
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_feature_names,
    _check_n_features,
    _check_sample_weight,
    column_or_1d,
    validate_data,
)

from gaintree import criteria
from gaintree.frames import ColumnEncoder, EncodedTable, as_table, needs_encoding
from gaintree.grow import Rules
from gaintree.labels import number_labels, number_strings
from gaintree.plain import are_plain_weights, is_plain_matrix, is_plain_vector

# Taken as they are; every other dtype becomes the first.
_FLOATS = (np.float64, np.float32)
_MAX_COUNT = 2**62
_MAX_SEED = np.iinfo(np.int64).max
_MAX_WEIGHT = 1e300  # beyond it a weight times an impurity may overflow
# Sums of weights that are equal but for rounding are equal.
_SLACK = 1.0 - 1e-12


def check_parameters(estimator: Any) -> None:
    """Raise what scikit-learn raises where a parameter is out of its range."""
    # Defaults are in theirs. To check all of them costs more than to grow a small tree.
    defaults = _defaults(estimator.__class__)
    changed = {
        name: value
        for name, default in defaults.items()
        if (value := getattr(estimator, name)) is not default
    }
    if changed and not get_config()["skip_parameter_validation"]:
        constraints, class_name = estimator._parameter_constraints, estimator.__class__.__name__
        validate_parameter_constraints(constraints, changed, caller_name=class_name)


@functools.cache
def _defaults(estimator_class: Any) -> dict[str, Any]:
    """The default of each parameter, in the order in which scikit-learn checks them."""
    parameters = inspect.signature(estimator_class).parameters
    return {name: parameters[name].default for name in estimator_class._get_param_names()}


def check_fit_data(estimator: Any, X: Any, y: Any, check_input: bool) -> tuple[Any, Any]:
    """Return `X` as a float matrix and `y` as a vector of labels; set what is known of columns."""
    choice = estimator.categorical_features
    is_chosen = choice is not None and not isinstance(choice, str)
    estimator._encoder = estimator.is_categorical_ = estimator.categories_ = None
    if isinstance(X, EncodedTable):
        X = _adopt(estimator, X)
    elif not check_input and not is_chosen:
        _check_n_features(estimator, X, reset=True)
    elif is_plain_matrix(X) and is_plain_vector(y) and not is_chosen:
        vars(estimator).pop("feature_names_in_", None)
        estimator.n_features_in_ = X.shape[1]
    else:
        _refuse_unreadable(X)
        given = X
        if needs_encoding(X, choice):
            X = _fit_encoder(estimator, X, choice)
        check_X = {"dtype": _FLOATS, "ensure_all_finite": "allow-nan"}
        check_y = {"ensure_2d": False, "dtype": None}
        with _quiet_sums():
            X, y = validate_data(estimator, X, y, validate_separately=(check_X, check_y))
        if estimator._encoder is not None:
            _check_feature_names(estimator, given, reset=True)
            _refuse_random_sets(estimator)
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


def _fit_encoder(estimator: Any, X: Any, choice: Any) -> npt.NDArray[np.floating[Any]]:
    encoder = ColumnEncoder()
    X = encoder.fit_transform(as_table(X), choice)
    _set_encoder(estimator, encoder)
    return X


def _set_encoder(estimator: Any, encoder: ColumnEncoder) -> None:
    estimator._encoder = encoder
    if encoder.is_categorical.any():
        estimator.is_categorical_ = encoder.is_categorical
        estimator.categories_ = encoder.categories


def encode_table(estimator: Any, X: Any, y: Any) -> tuple[EncodedTable, npt.NDArray[Any]]:
    """Return `X` as fits of such an estimator may share it, and `y` as a vector of labels."""
    reader: Any = clone(estimator)
    matrix, y = check_fit_data(reader, X, y, check_input=True)
    names = getattr(reader, "feature_names_in_", None)
    return EncodedTable(matrix, reader._encoder, names), y


def _adopt(estimator: Any, X: EncodedTable) -> npt.NDArray[np.floating[Any]]:
    """Set what is known of the columns; return the matrix."""
    vars(estimator).pop("feature_names_in_", None)
    if X.names is not None:
        estimator.feature_names_in_ = X.names
    estimator.n_features_in_ = X.matrix.shape[1]
    if X.encoder is not None:
        _set_encoder(estimator, X.encoder)
        _refuse_random_sets(estimator)
    return X.matrix


def _refuse_random_sets(estimator: Any) -> None:
    """Raise where sets of categories would have to be drawn."""
    splitter = getattr(estimator, "splitter", "best")
    if splitter == "random" and estimator.is_categorical_ is not None:
        names = getattr(estimator, "feature_names_in_", np.arange(estimator.n_features_in_))
        raise ValueError(
            "splitter='random' draws thresholds, and there are none in columns of categories:"
            f" {names[estimator.is_categorical_].tolist()}. Pass splitter='best', or encode these"
            " columns as numbers."
        )


def encode_labels(y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int32]]:
    """Return the labels, sorted, and the number of the label of each sample."""
    kind = y.dtype.kind
    if kind in "biuU":
        labels, codes = number_labels(y)
    elif kind == "f":
        labels, codes = number_labels(_as_integers(y))
        labels = labels.astype(y.dtype)
    elif kind == "O" and (numbered := number_strings(y)) is not None:
        labels, codes = numbered
    else:
        check_classification_targets(y)
        labels, places = np.unique(y, return_inverse=True)
        return labels, places.astype(np.int32)
    if len(labels) > len(y) / 2:
        # scikit-learn's warning about labels that look like a regression target. It costs as much
        # as growing a small tree, so it is asked for only where it has something to say.
        check_classification_targets(y)
    return labels, codes


def _as_integers(y: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.int64]:
    """Labels that are integers in all but their dtype; scikit-learn raises for any others."""
    with np.errstate(invalid="ignore"):
        integers = y.astype(np.int64)
    if (integers != y).any():
        check_classification_targets(y)
    return integers


def check_predict_data(estimator: Any, X: Any, check_input: bool) -> npt.NDArray[Any]:
    """Return `X` as a C-ordered float matrix with the columns of the fit.

    Infinity is left to `refuse_infinity`: who reads all values anyway finds it on the way.
    """
    encoder = estimator._encoder
    if isinstance(X, EncodedTable):
        return np.ascontiguousarray(X.matrix)
    if not check_input and encoder is None:
        _check_n_features(estimator, X, reset=False)
        return np.ascontiguousarray(X)
    _refuse_unreadable(X)
    if encoder is not None:
        _check_feature_names(estimator, X, reset=False)
        X = as_table(X)
        _check_n_features(estimator, X, reset=False)
        return check_array(encoder.transform(X), ensure_all_finite=False, estimator=estimator)
    with _quiet_sums():
        return validate_data(
            estimator, X, reset=False, dtype=_FLOATS, order="C", ensure_all_finite=False
        )


def refuse_infinity(X: npt.NDArray[Any]) -> None:
    """Raise scikit-learn's error for infinity in `X`, unless it is told not to look."""
    with _quiet_sums():
        assert_all_finite(X, allow_nan=True, input_name="X")


def check_weights(
    sample_weight: Any,
    class_weight: Any,
    X: Any,
    codes: npt.NDArray[np.int32],
    labels: npt.NDArray[Any],
) -> tuple[npt.NDArray[np.float64] | None, npt.NDArray[np.float64] | None]:
    """Return what each sample weighs, or what each sample of a class weighs, or neither for 1.

    Where `sample_weight` varies the first is given, with `class_weight` in it, else the second.
    """
    if sample_weight is None and class_weight is None:
        return None, None
    samples, constant = _check_samples(sample_weight, X)
    counts = np.bincount(codes)
    with np.errstate(over="ignore"):
        classes = constant * _weigh_classes(class_weight, counts, labels)
        if samples is None:
            weights, total = classes, (counts * classes).sum()
        else:
            weights = samples if class_weight is None else samples * classes[codes]
            total = weights.sum()
    if not 0.0 < total < _MAX_WEIGHT:
        raise ValueError(
            f"sample_weight, times class_weight, sums to {total}; the sum must be positive and"
            f" less than {_MAX_WEIGHT:g}."
        )
    if (weights == 1.0).all():
        return None, None
    return (None, weights) if samples is None else (weights, None)


def _check_samples(
    sample_weight: Any, X: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.float64] | None, float]:
    """Weights of samples that vary, and what stands for them where they do not."""
    if sample_weight is None:
        return None, 1.0
    if are_plain_weights(sample_weight, len(X)):
        weights = sample_weight.copy()
    else:
        weights = _check_sample_weight(
            sample_weight, X, dtype=np.float64, ensure_non_negative=True, copy=True
        )
    varies = (weights != weights[0]).any()
    return (weights, 1.0) if varies else (None, float(weights[0]))


def _weigh_classes(
    class_weight: Any, counts: npt.NDArray[np.int64], labels: npt.NDArray[Any]
) -> npt.NDArray[np.float64]:
    """The weight of each class, as scikit-learn has it."""
    if class_weight is None:
        return np.ones(len(labels))
    if class_weight == "balanced":  # scikit-learn would look for the labels again
        return counts.sum() / (len(labels) * counts)
    if not all(0.0 <= weight < np.inf for weight in class_weight.values()):
        raise ValueError(
            f"class_weight={class_weight!r} must hold finite weights, none of them negative."
        )
    return compute_class_weight(class_weight, classes=labels, y=labels)


def total_weight(
    codes: npt.NDArray[np.int32],
    sample_weight: npt.NDArray[np.float64] | None,
    class_weight: npt.NDArray[np.float64] | None,
) -> float:
    """Return what all samples weigh."""
    if sample_weight is not None:
        return float(sample_weight.sum())
    if class_weight is not None:
        return float(np.bincount(codes, minlength=len(class_weight)) @ class_weight)
    return float(len(codes))


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
        max_bins=int(estimator.max_bins or 0),
        category_charge=float(estimator.category_charge),
    )


def draw_seed(random_state: Any, rules: Rules, n_features: int, is_random: bool) -> int:
    """Return the seed of the random draws; where there are none nothing is drawn."""
    if rules.max_features == n_features and not rules.random_thresholds and not is_random:
        return 0
    if isinstance(random_state, Integral):
        generator = _own.generator
        generator.seed(int(random_state))
    else:
        generator = check_random_state(random_state)
    return int(generator.randint(_MAX_SEED, dtype=np.int64))


class _Own(threading.local):
    """What each thread keeps: to make a generator takes as long as to grow a small tree."""

    def __init__(self) -> None:
        self.generator = np.random.RandomState()


_own = _Own()


def check_n_threads(n_jobs: int | None) -> int:
    """Return the number of threads that `n_jobs` stands for in joblib."""
    if n_jobs is None or n_jobs == 1:
        return 1
    with parallel_config(backend="threading"):
        return int(effective_n_jobs(n_jobs))


def refuse_unsupported(estimator: Any) -> None:
    """Raise where a parameter asks for what is not there."""
    if estimator.max_bins is not None and (
        estimator.splitter == "random" or not criteria.get(estimator.criterion).concave
    ):
        raise ValueError(
            f"max_bins={estimator.max_bins} needs splitter='best' and a concave criterion, not"
            f" splitter={estimator.splitter!r} and criterion={estimator.criterion!r}."
        )
    if estimator.category_charge > 0.0 and not criteria.get(estimator.criterion).concave:
        raise ValueError(
            f"category_charge={estimator.category_charge} is told in the unit of an impurity, and"
            f" needs a concave criterion, not criterion={estimator.criterion!r}."
        )


def check_criterion(
    estimator: Any,
    n_classes: int,
    sample_weight: npt.NDArray[np.float64] | None,
    class_weight: npt.NDArray[np.float64] | None,
) -> criteria.Criterion:
    """Return the criterion; raise where it is not defined for the classes or the weights."""
    criterion = criteria.get(estimator.criterion)
    if criterion.classes == "two" and n_classes > 2:
        raise ValueError(
            f"criterion={criterion.name!r} is for two classes, but y has {n_classes}. Only binary"
            " classification is supported."
        )
    if estimator.max_bins is not None and not criterion.is_bounded(n_classes):
        why = "needs a strictly concave criterion"
        if criterion.is_bounded(2):
            why = f"is for two classes, but y has {n_classes}"
        raise ValueError(f"max_bins={estimator.max_bins} with criterion={criterion.name!r} {why}.")
    for weights in (sample_weight, class_weight):
        if criterion.weights == "integer" and weights is not None:
            fractional = weights[weights != np.rint(weights)]
            if len(fractional):
                raise ValueError(
                    f"criterion={criterion.name!r} counts samples, so sample_weight times"
                    f" class_weight must be whole numbers, but one is {fractional[0]}."
                )
    if isinstance(criterion, criteria.Own):
        criterion.check(n_classes)
    return criterion


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


def _refuse_unreadable(X: Any) -> None:
    if issparse(X):
        raise TypeError(
            "X is a sparse matrix, which is not supported yet; pass a dense one, X.toarray()."
        )
    if hasattr(X, "collect"):
        raise TypeError("X is a lazy frame; pass what it stands for, X.collect().")
