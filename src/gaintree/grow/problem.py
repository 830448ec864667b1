"""What does not change while a tree grows: the labels and the rules."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Labels(NamedTuple):
    """The class of each sample, and its weight; `weights` is empty where each weighs 1."""

    classes: npt.NDArray[np.int32]  # (n_samples,)
    weights: npt.NDArray[np.float64]  # (n_samples,) or (0,)
    n_classes: int


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
