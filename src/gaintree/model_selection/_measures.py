"""What is measured of a learner on one fold."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.metrics import roc_auc_score

from gaintree.information import log_loss

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int32]

_N_BINS = 15
_ROUNDING = 1e-9


class Measure(NamedTuple):
    """A measure of a learner on one fold, and how it is read."""

    title: str
    greater_is_better: bool = False


#: What predictions of samples held out are judged by.
QUALITY = {
    "accuracy": Measure("accuracy", greater_is_better=True),
    "balanced_accuracy": Measure("balanced accuracy", greater_is_better=True),
    "log_loss": Measure("log loss, bits"),
    "roc_auc": Measure("AUC", greater_is_better=True),
    "calibration_error": Measure("calibration error"),
}
#: What a tree costs.
COST = {
    "leaves": Measure("leaves"),
    "depth": Measure("depth"),
    "fit_seconds": Measure("time of fit, s"),
    "predict_seconds": Measure("time of predict_proba, s"),
}
#: How far a tree is that of the first criterion, on the same training samples.
AGREEMENT = {
    "same_root": Measure("same root", greater_is_better=True),
    "same_splits": Measure("same splits", greater_is_better=True),
}
MEASURES = QUALITY | COST | AGREEMENT


def quality(codes: Codes, proba: Floats) -> dict[str, float]:
    """Return the measures of `QUALITY`.

    Parameters
    ----------
    codes : ndarray of int32 of shape (n_samples,)
        The class of each sample, from 0 to n_classes - 1.
    proba : ndarray of float64 of shape (n_samples, n_classes)
        What was predicted.
    """
    n_classes = proba.shape[1]
    hits = proba.argmax(axis=1) == codes
    n_of_class = np.bincount(codes, minlength=n_classes)
    n_hit = np.bincount(codes, weights=hits, minlength=n_classes)
    present = n_of_class > 0
    return {
        "accuracy": float(hits.mean()),
        "balanced_accuracy": float((n_hit[present] / n_of_class[present]).mean()),
        "log_loss": log_loss(codes, proba, labels=range(n_classes)),
        "roc_auc": roc_auc(codes, proba),
        "calibration_error": calibration_error(codes, proba),
    }


def roc_auc(codes: Codes, proba: Floats) -> float:
    """Area under the ROC curve, each class against the others, weighted by its samples.

    A class that no sample has, or all, has no curve; NaN if there is none at all.
    """
    n_of_class = np.bincount(codes, minlength=proba.shape[1])
    classes = np.flatnonzero((n_of_class > 0) & (n_of_class < len(codes)))
    if proba.shape[1] == 2:
        classes = classes[1:]  # the curve of the other is the same
    if len(classes) == 0:
        return np.nan
    areas = [roc_auc_score(codes == k, proba[:, k]) for k in classes]
    return float(np.average(areas, weights=n_of_class[classes]))


def calibration_error(codes: Codes, proba: Floats) -> float:
    """Expected calibration error of the class that is predicted, from 0 to 1.

    Samples are put in 15 bins of equal width by the greatest probability of their row, p:
    ``sum_b n_b / n |share of hits in b - mean p in b|``.

    References
    ----------
    C. Guo, G. Pleiss, Y. Sun, K. Weinberger, "On calibration of modern neural networks", ICML 2017.
    """
    confidence = proba.max(axis=1)
    hits = proba.argmax(axis=1) == codes
    bins = np.ceil(confidence * _N_BINS - _ROUNDING).astype(np.int64)  # bin b ends at b / 15
    gaps = np.bincount(bins, weights=hits - confidence)
    return float(np.abs(gaps).sum() / len(codes))
