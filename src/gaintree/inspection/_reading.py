"""A fitted tree beside the samples it is asked about."""

import math
from dataclasses import dataclass
from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted

from gaintree import predict, validate
from gaintree.criteria import Criterion
from gaintree.estimators import GainTreeClassifier
from gaintree.grow import Rules
from gaintree.grow.problem import Labels, as_labels
from gaintree.tree import Tree
from gaintree.wording import names_of

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Reading:
    """A fitted tree, and samples of positive weight as it takes them.

    Weights are a number a sample, or a number a class, or neither, as growing takes them.
    """

    tree: Tree
    criterion: Criterion
    rules: Rules
    names: list[str]  # of the features
    classes: list[str]
    categories: Any  # as the estimator's `categories_`
    X: npt.NDArray[np.floating[Any]]
    codes: npt.NDArray[np.int32]
    sample_weight: Floats | None
    class_weight: Floats | None
    n_threads: int

    @classmethod
    def of(cls, estimator: Any, X: Any, y: Any, sample_weight: Any = None) -> "Reading":
        """Check what is given, and read it as the estimator would.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If it is no GainTreeClassifier.
        ValueError
            If `X`, `y` and `sample_weight` differ in length, `X` has not the columns of the fit, or
            `y` has other labels.
        """
        if not isinstance(estimator, GainTreeClassifier):
            raise TypeError(
                f"estimator must be a GainTreeClassifier, whose search is known; got {estimator!r}."
            )
        check_is_fitted(estimator)
        X = validate.check_predict_data(estimator, X, check_input=True)
        validate.refuse_infinity(X)
        codes = _codes_of(y, estimator.classes_)
        if len(codes) != len(X):
            raise ValueError(f"X has {len(X)} samples, but y has {len(codes)}.")
        by_sample, by_class = _weights(estimator, X, codes, sample_weight)
        total = validate.total_weight(codes, by_sample, by_class)
        rules = validate.check_rules(estimator, len(X), X.shape[1], total)
        weights = by_sample if by_class is None else by_class[codes]
        if weights is None:
            least = max(rules.min_samples_leaf, math.ceil(rules.min_weight_leaf))
            rules = rules._replace(min_samples_leaf=least, min_weight_leaf=0.0)
        reading = cls(
            tree=estimator.tree_,
            criterion=estimator._criterion,
            rules=rules._replace(max_features=X.shape[1]),
            names=names_of(estimator),
            classes=[str(label) for label in estimator.classes_],
            categories=estimator.categories_,
            X=X,
            codes=codes,
            sample_weight=by_sample,
            class_weight=by_class,
            n_threads=validate.check_n_threads(estimator.n_jobs),
        )
        if weights is None or (weights > 0.0).all():
            return reading
        return reading.take(np.flatnonzero(weights > 0.0))

    def take(self, rows: npt.NDArray[Any]) -> "Reading":
        """The same tree beside some of the samples."""
        weights = None if self.sample_weight is None else self.sample_weight[rows]
        return Reading(
            **{
                **vars(self),
                "X": self.X.take(rows, axis=0),
                "codes": self.codes[rows],
                "sample_weight": weights,
            }
        )

    def in_node(self, node: int) -> "Reading":
        """The same tree beside the samples that reach a node."""
        if node == 0:
            return self
        leaves, _ = predict.apply(self.tree, self.X, self.n_threads)
        return self.take(np.flatnonzero((leaves >= node) & (leaves < self.tree.ends[node])))

    def by_leaf(self) -> tuple["Reading", Integers]:
        """The same tree beside the samples in the order of their leaves, and these leaves."""
        leaves, _ = predict.apply(self.tree, self.X, self.n_threads)
        rows = np.argsort(leaves.astype(np.min_scalar_type(self.tree.node_count)), kind="stable")
        return self.take(rows), leaves[rows]

    @property
    def is_weighted(self) -> bool:
        return self.sample_weight is not None or self.class_weight is not None

    @property
    def labels(self) -> Labels:
        n_classes = len(self.classes)
        return as_labels(self.codes, n_classes, self.sample_weight, self.class_weight)

    @property
    def n_categories(self) -> Integers:
        lists = self.categories or [None] * len(self.names)
        return np.array([0 if each is None else len(each) for each in lists], dtype=np.int64)


def check_node(tree: Tree, node: Any) -> int:
    """Return the number of a node.

    Raises
    ------
    TypeError
        If it is no integer.
    ValueError
        If there is no such node.
    """
    if isinstance(node, bool) or not isinstance(node, Integral):
        raise TypeError(f"node={node!r} must be the number of a node, an integer; None is all.")
    node = int(node)
    if not 0 <= node < tree.node_count:
        raise ValueError(
            f"node={node} does not exist: the nodes of this tree are 0 to {tree.node_count - 1}."
        )
    return node


def _codes_of(y: Any, classes: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """The place of each label among the classes of the fit."""
    labels, codes = validate.encode_labels(np.asarray(y).ravel())
    place_of = {label: place for place, label in enumerate(classes.tolist())}
    unknown = [label for label in labels.tolist() if label not in place_of]
    if unknown:
        raise ValueError(
            f"y has labels that the tree was not fitted on: {unknown[:5]}; it knows"
            f" {classes.tolist()[:10]}."
        )
    places = np.array([place_of[label] for label in labels.tolist()], dtype=np.int32)
    return places[codes]


def _weights(
    estimator: Any, X: npt.NDArray[Any], codes: npt.NDArray[np.int32], sample_weight: Any
) -> tuple[Floats | None, Floats | None]:
    n_present = len(np.unique(codes))
    if estimator.class_weight == "balanced" and n_present < len(estimator.classes_):
        raise ValueError(
            "class_weight='balanced' weighs classes by how many samples they have, and y has none"
            f" of {len(estimator.classes_) - n_present} classes that the tree was fitted on."
        )
    return validate.check_weights(
        sample_weight, estimator.class_weight, X, codes, estimator.classes_
    )
