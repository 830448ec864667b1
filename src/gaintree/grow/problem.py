"""What does not change while a tree grows: the labels and the rules."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._memory import FEWER, require_memory


class Labels(NamedTuple):
    """The class of each sample and its weight.

    Weights are whole numbers, so sums of them are exact and depend on no order. A sample weighs
    either what its class weighs, or two numbers of its own: ``coarse * coarse_unit + fine *
    fine_unit``. The coarse unit is a 2 ** -60 of the total weight, the fine one far below it.
    """

    classes: npt.NDArray[np.int32]  # (n_samples,)
    class_weight: npt.NDArray[np.float64]  # (n_classes,); ones where samples have own weights
    coarse: npt.NDArray[np.int64]  # (n_samples,), or empty, as `fine`
    fine: npt.NDArray[np.int64]
    coarse_unit: float
    fine_unit: float


class Rules(NamedTuple):
    """What may be split, and how a split is searched; the names are the estimator's."""

    max_depth: int
    max_leaf_nodes: int  # 0 for as many as there are
    min_samples_split: int
    min_samples_leaf: int
    min_weight_leaf: float
    min_impurity_decrease: float
    max_features: int
    random_thresholds: bool
    max_bins: int  # 0 for exact splits
    category_charge: float = 0.0  # in the unit of the criterion, for each category but one

    def record(self) -> npt.NDArray[np.void]:
        """Return the rules as kernels take them, where a tuple would be copied at every call."""
        return np.array([tuple(self)], dtype=_RULES)


_RULES = np.dtype([(name, np.dtype(kind)) for name, kind in Rules.__annotations__.items()])

_COARSE_BITS = 60
_SUM_BITS = 62  # a sum of fine numbers stays below 2 ** 62
_NO_WEIGHTS = np.empty(0, dtype=np.int64)


def as_labels(
    classes: npt.NDArray[np.int32],
    n_classes: int,
    sample_weight: npt.NDArray[np.float64] | None,
    class_weight: npt.NDArray[np.float64] | None,
) -> Labels:
    """Return the labels with their weights; all weights are positive."""
    if sample_weight is None:
        if class_weight is None:
            class_weight = np.ones(n_classes)
        return Labels(classes, class_weight, _NO_WEIGHTS, _NO_WEIGHTS, 0.0, 0.0)
    require_memory(4 * sample_weight.nbytes, FEWER, "The weight of {:,} samples", len(classes))
    coarse_unit = math.ldexp(1.0, max(math.frexp(sample_weight.sum())[1] - _COARSE_BITS, -1000))
    fine_bits = _SUM_BITS - len(sample_weight).bit_length()
    fine_unit = math.ldexp(coarse_unit, -fine_bits)
    coarse = np.floor(sample_weight / coarse_unit)
    fine = np.rint((sample_weight - coarse * coarse_unit) / fine_unit)
    fine[(coarse == 0.0) & (fine == 0.0)] = 1.0  # a sample weighs something
    return Labels(
        classes,
        np.ones(n_classes),
        coarse.astype(np.int64),
        fine.astype(np.int64),
        coarse_unit,
        fine_unit,
    )
