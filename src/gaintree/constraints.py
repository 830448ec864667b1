"""What users pass as `monotonic_cst` and `interaction_cst`, checked and turned into constraints."""

from numbers import Integral, Real
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import _check_monotonic_cst

from gaintree import leaves
from gaintree.grow import ANY_NUMBER, Constraints


def check_constraints(estimator: Any, n_classes: int) -> Constraints | None:
    """Return what the tree must not do, or None where it may do anything."""
    n_features = estimator.n_features_in_
    signs = np.zeros(n_features, dtype=np.int64)
    if estimator.monotonic_cst is not None:
        signs = _check_signs(estimator, n_classes)
    most_features, groups = _check_groups(estimator.interaction_cst, n_features)
    if most_features == ANY_NUMBER and not signs.any():
        return None
    return Constraints(-signs, most_features, groups)  # the user's are of class 1


def _check_signs(estimator: Any, n_classes: int) -> npt.NDArray[np.int64]:
    given, n_features = estimator.monotonic_cst, estimator.n_features_in_
    if n_classes > 2:
        raise ValueError(
            "Monotonicity constraints are not supported with multiclass classification:"
            f" monotonic_cst needs two classes, y has {n_classes}."
        )
    if isinstance(given, dict):
        signs = _check_monotonic_cst(estimator, given)
    else:
        signs = np.asarray(given, dtype=object)
        if signs.shape != (n_features,):
            raise ValueError(
                f"monotonic_cst has shape {signs.shape} but the input data X has {n_features}"
                " features."
            )
        wrong = [sign for sign in signs if not isinstance(sign, Real) or sign not in (-1, 0, 1)]
        if wrong:
            raise ValueError(
                f"monotonic_cst must be an array-like of -1, 0 or 1. Observed values: {wrong}."
            )
    signs = signs.astype(np.int64)
    if signs.any() and not leaves.get(estimator.leaf_probability).keeps_order:
        raise ValueError(
            f"leaf_probability={estimator.leaf_probability!r} can undo monotonic_cst, because it"
            " moves small leaves further than large ones; pass 'frequency' or 'shrinkage'."
        )
    if signs.any() and getattr(estimator.pruning, "raising", False):
        raise ValueError(
            f"pruning={estimator.pruning!r} can undo monotonic_cst, because samples change their"
            " leaf; pass raising=False."
        )
    if estimator.is_categorical_ is not None:
        for feature in np.flatnonzero(estimator.is_categorical_ & (signs != 0)):
            names = getattr(estimator, "feature_names_in_", range(n_features))
            raise ValueError(
                "Categorical features cannot have monotonic constraints: column"
                f" {names[feature]!r} holds categories, its monotonic_cst is {signs[feature]}."
            )
    return signs


def _check_groups(given: Any, n_features: int) -> tuple[int, list[list[int]]]:
    """Return how many features a path may use, or 0 and the groups that it may use them of.

    That is scikit-learn's reading of `interaction_cst`, and its messages.
    """
    if given is None:
        return ANY_NUMBER, []
    if isinstance(given, str):
        return {"no_interactions": 1, "pairwise": 2}[given], []
    try:
        groups = [set(group) for group in given]
    except TypeError:
        raise ValueError(
            f"interaction_cst must be a sequence of tuples, lists or sets, got: {given!r}."
        ) from None
    for group in groups:
        for index in group:
            if not isinstance(index, Integral) or not 0 <= int(index) < n_features:
                raise ValueError(
                    "interaction_cst must consist of integer indices in [0, n_features - 1] ="
                    f" [0, {n_features - 1}], got: {index!r} in {group!r}."
                )
    rest = set(range(n_features)).difference(*groups)
    groups += [rest] if rest else []
    return 0, [sorted(int(index) for index in group) for group in groups]
