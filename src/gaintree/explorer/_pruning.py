"""The cost-complexity path for the page: sizes and errors of all prunings, and what is left."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from gaintree import prune
from gaintree.explorer._samples import Samples, read_samples
from gaintree.explorer._thinning import draw_by_class
from gaintree.explorer._wire import pack

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_MAX_STEPS = 250


class Trial(NamedTuple):
    """A tree, and samples that it was not grown from."""

    estimator: Any
    samples: Samples
    source: str  # where they are from


def trial_on_test(estimator: Any, X_test: Any, y_test: npt.ArrayLike) -> Trial:
    """Return the tree itself, to be measured on samples that the user brings."""
    samples = read_samples(estimator, X_test, y_test, None, [])
    return Trial(estimator, samples, f"this tree on the {len(samples):,} test samples given")


def trial_on_rest(
    estimator: Any,
    X: Any,
    y: npt.ArrayLike,
    sample_weight: npt.ArrayLike | None,
    samples: Samples,
    test_size: float,
    rng: np.random.RandomState,
) -> Trial | None:
    """Return a tree grown in the same way from a part of the samples, to be measured on the rest.

    None where the rest would be empty or the part of one class.
    """
    if round(test_size * len(samples)) == 0:
        return None
    in_rest = np.zeros(len(samples), dtype=bool)
    in_rest[draw_by_class(samples.codes, round(test_size * len(samples)), rng)] = True
    part = samples.rows[~in_rest]
    if len(np.unique(samples.codes[~in_rest])) < 2:
        return None
    grown = clone(estimator).fit(
        _safe_indexing(X, part),
        np.asarray(y)[part],
        None if sample_weight is None else np.asarray(sample_weight)[part],
    )
    rest = samples.rows[in_rest]
    new = read_samples(grown, _safe_indexing(X, rest), np.asarray(y)[rest], None, [])
    source = (
        f"a tree grown in the same way from {len(part):,} of the samples, pruned at the same alpha,"
        f" on the other {len(new):,}"
    )
    return Trial(grown, new, source)


def pruning_figures(
    estimator: Any, samples: Samples, nodes: Ints, trial: Trial | None
) -> dict[str, Any]:
    """Return size and errors of each tree of the path, and when nodes of the page are given up.

    Parameters
    ----------
    estimator : GainTreeClassifier
    samples : Samples
        Those of its fit.
    nodes : ndarray of int64
        The nodes that the page holds.
    trial : Trial or None

    Returns
    -------
    figures : dict
        Errors are shares of samples, whatever they weigh.
    """
    path, train = _errors(estimator, samples)
    steps = _few_steps(path.n_leaves)
    alphas = np.maximum(path.levels[steps], 0.0)  # the first is -inf
    levels = path.split_levels[nodes]
    figures: dict[str, Any] = {
        "alpha": pack(alphas, "f8"),
        "leaves": pack(path.n_leaves[steps], "i4"),
        "train": pack(train[steps], "f8"),
        # A node is given up from this step on.
        "step_of": pack(np.searchsorted(path.levels[steps], levels), "i4"),
        "n_trees": len(path),
        "n_train": len(samples),
        "test": None,
    }
    if trial is not None:
        tried, error = _errors(trial.estimator, trial.samples)
        places = np.searchsorted(tried.levels, path.levels[steps], side="right") - 1
        figures["test"] = pack(error[places], "f8")
        figures["n_test"] = len(trial.samples)
        figures["source"] = trial.source
    return figures


def _errors(estimator: Any, samples: Samples) -> tuple[prune.PruningPath, Floats]:
    counts = prune.class_counts(estimator.tree_, samples.X, samples.codes)
    path = prune.path(estimator.tree_, "cost_complexity", held_out=counts)
    return path, path.held_out_loss("error")


def _few_steps(n_leaves: Ints) -> Ints:
    """Which trees of a path are shown, of the small ones nearly all."""
    if len(n_leaves) <= _MAX_STEPS:
        return np.arange(len(n_leaves))
    wanted = np.geomspace(n_leaves[0], 1, _MAX_STEPS)
    return np.unique(np.searchsorted(-n_leaves, -wanted))
