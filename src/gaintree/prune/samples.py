"""Pruning where the samples are at hand: some held out, candidates counted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.criteria import Criterion
from gaintree.prune._base import Floats, PruningMethod
from gaintree.prune.counts import class_counts, count_candidates
from gaintree.prune.errors import ErrorBased, ReducedError
from gaintree.prune.nested import PruningPath, make_path
from gaintree.prune.raising import prune_and_raise
from gaintree.tree import Tree


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples that a tree is grown from, or that are held out.

    Attributes
    ----------
    X : ndarray of float32 or float64 of shape (n_samples, n_features)
    classes : ndarray of int32 of shape (n_samples,)
        By their place in the tree's `value`.
    sample_weight : ndarray of float64 of shape (n_samples,) or None
        What each sample weighs, where that differs within a class.
    class_weight : ndarray of float64 of shape (n_classes,) or None
        Else what each sample of a class weighs; 1 if that is None, too.
    counts : ndarray of float64 of shape (n_samples,) or None
        How many samples each stands for where splits are tested, 1 if None: what it weighs without
        the weight of its class.
    """

    X: npt.NDArray[np.floating[Any]]
    classes: npt.NDArray[np.int32]
    sample_weight: Floats | None
    class_weight: Floats | None
    counts: Floats | None = None

    @property
    def weights(self) -> Floats | None:
        """What each sample weighs; None if that is 1."""
        if self.sample_weight is not None or self.class_weight is None:
            return self.sample_weight
        return self.class_weight[self.classes]

    def take(self, rows: npt.NDArray[np.int64]) -> "Samples":
        """Return some of them."""
        weight, counts = (
            None if of_all is None else of_all[rows] for of_all in (self.sample_weight, self.counts)
        )
        return Samples(self.X[rows], self.classes[rows], weight, self.class_weight, counts)


def hold_out(samples: Samples, method: PruningMethod | None) -> tuple[Samples, Samples | None]:
    """Return what a tree is to be grown from, and what its pruning needs held out.

    Raises
    ------
    ValueError
        If there are too few samples of some class.
    """
    if not isinstance(method, ReducedError):
        return samples, None
    from sklearn.model_selection import train_test_split

    weights = samples.weights
    rows = np.arange(len(samples.classes)) if weights is None else np.flatnonzero(weights > 0.0)
    try:
        grown_on, held_out = train_test_split(
            rows,
            test_size=method.validation_fraction,
            stratify=samples.classes[rows],
            random_state=method.random_state,
        )
    except ValueError as error:
        raise ValueError(
            f"pruning={method.name!r} holds out validation_fraction={method.validation_fraction} of"
            f" the samples of each class, which are too few: {error}"
        ) from error
    return samples.take(np.sort(grown_on)), samples.take(np.sort(held_out))


def prune_by(
    tree: Tree,
    method: PruningMethod,
    criterion: Criterion,
    grown_on: Samples,
    held_out: Samples | None = None,
) -> Tree:
    """Return what a method leaves of a tree, with whatever it needs to know of the samples."""
    if isinstance(method, ErrorBased) and method.raising:
        X, classes = grown_on.X, grown_on.classes
        return prune_and_raise(tree, X, classes, criterion, method, grown_on.weights)
    return path_of(tree, method, grown_on, held_out).chosen()


def path_of(
    tree: Tree, method: PruningMethod, grown_on: Samples, held_out: Samples | None = None
) -> PruningPath:
    """Return the path of a tree, with whatever its method needs to know of the samples."""
    counts = candidates = None
    if held_out is not None:
        counts = class_counts(tree, held_out.X, held_out.classes, held_out.weights)
    if method.uses_candidates:
        weights = grown_on.weights
        rows = slice(None) if weights is None else weights > 0.0
        candidates = count_candidates(tree, grown_on.X[rows])
    return make_path(tree, method, counts, candidates)
