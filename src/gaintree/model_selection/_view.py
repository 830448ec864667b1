"""A pruned tree that predicts without being made, for scorers."""

from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from gaintree.estimators import GainTreeClassifier
from gaintree.leaves import LeafProbability
from gaintree.prune import PruningPath
from gaintree.tree import Tree


class PrunedView(GainTreeClassifier):
    """A fitted estimator with a tree of a path; `tree_` is made only if somebody asks for it.

    It predicts from the leaves of the whole tree that samples end in, and knows those of the
    samples that it was made for.
    """

    @classmethod
    def of(
        cls,
        whole: GainTreeClassifier,
        path: PruningPath,
        number: int,
        rule: LeafProbability,
        proba: npt.NDArray[np.float64],
        classes: npt.NDArray[Any],
        known: tuple[Any, npt.NDArray[np.int64]],
    ) -> Self:
        """Return the view of a tree.

        Parameters
        ----------
        whole : GainTreeClassifier
            Fitted, with the whole tree.
        path : PruningPath
        number : int
            Of the tree in the path.
        rule : LeafProbability
        proba : ndarray of float64 of shape (node_count, n_classes)
            What `rule` makes of the nodes of the whole tree, with a column for each of `classes`.
        classes : ndarray of shape (n_classes,)
        known : tuple
            Samples, and the leaf of the whole tree that each of them ends in.
        """
        view = cls.__new__(cls)
        view.__dict__.update(
            {name: value for name, value in vars(whole).items() if name != "tree_"}
        )
        view.leaf_probability = rule
        view.classes_, view.n_classes_ = classes, len(classes)
        view._whole, view._path, view._number = whole, path, number
        view._proba, view._known = proba, known
        return view

    _whole: GainTreeClassifier
    _path: PruningPath
    _number: int
    _proba: npt.NDArray[np.float64]
    _known: tuple[Any, npt.NDArray[np.int64]]

    @cached_property
    def tree_(self) -> Tree:  # type: ignore[override]
        return self._path.tree_at(self._number)

    @cached_property
    def _ends(self) -> npt.NDArray[np.int64]:
        return self._path.ends(self._number)

    def _find(self, X: Any, check_input: bool) -> npt.NDArray[np.int64]:
        """The leaf of each sample, by its number in the whole tree."""
        known_X, known_leaves = self._known
        return self._ends.take(known_leaves if X is known_X else self._whole.apply(X, check_input))

    def predict_proba(self, X: Any, check_input: bool = True) -> npt.NDArray[np.float64]:
        return self._proba.take(self._find(X, check_input), axis=0)

    def predict(self, X: Any, check_input: bool = True) -> npt.NDArray[Any]:
        return self.classes_.take(self._proba.argmax(axis=1).take(self._find(X, check_input)))

    def __sklearn_is_fitted__(self) -> bool:
        return True
