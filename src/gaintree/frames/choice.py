"""Which columns hold categories: scikit-learn's parameter `categorical_features`."""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


def read_choice(
    categorical_features: Any, names: Sequence[Hashable] | None, n_features: int
) -> npt.NDArray[np.bool_]:
    """Return the mask that a mask, indices, names or None stand for.

    Raises
    ------
    ValueError
        If there is no such column, or the mask has another length. The messages begin as
        scikit-learn's do.
    """
    mask = np.zeros(n_features, dtype=bool)
    choice = np.asarray([] if categorical_features is None else categorical_features)
    types = {type(item) for item in choice.ravel().tolist()}
    if types == {bool} and choice.dtype == bool:
        if choice.shape != mask.shape:
            raise ValueError(
                "categorical_features set as a boolean mask must have shape (n_features,), got:"
                f" {choice.shape}; n_features is {n_features}."
            )
        return choice
    if types == {str} and choice.ndim == 1:
        mask[_find(choice.tolist(), names)] = True
    elif types == {int} and choice.ndim == 1:
        for index in choice.tolist():
            if not 0 <= index < n_features:
                raise ValueError(
                    "categorical_features set as integer indices must be in [0, n_features - 1],"
                    f" got: {index}; n_features is {n_features}."
                )
        mask[choice.astype(np.intp)] = True
    elif types:
        raise ValueError(
            "categorical_features must be an array-like of bool, int or str, got:"
            f" {categorical_features!r}."
        )
    return mask


def _find(chosen: list[str], names: Sequence[Hashable] | None) -> list[int]:
    if names is None:
        raise ValueError(
            "categorical_features should be passed as an array of integers or as a boolean mask"
            f" when the model is fitted on data without feature names, got: {chosen}."
        )
    for name in chosen:
        if name not in names:
            raise ValueError(
                f"categorical_features has an item value {name!r} which is not a valid feature name"
                f" of the training data. Observed feature names: {list(names)}"
            )
    return [names.index(name) for name in chosen]
