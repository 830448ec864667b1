"""The path of one prediction, as bits gained and lost."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted

from gaintree.estimators import GainTreeClassifier
from gaintree.frames import as_table
from gaintree.inspection._plotting import BLACK, BLUE, GREY, VERMILION, clean, pyplot, shorten
from gaintree.tree import UNDEFINED
from gaintree.wording import Wording, count_of, names_of


@dataclass(frozen=True, eq=False)
class PredictionPath:
    """What each split on the way of a sample says for a class, or against it.

    The step from a node to a child gains ``log2(share in the child / share in the node)`` bits, the
    share being that of the class; negative bits are lost. All steps add up to ``log2(share in the
    leaf / share at the root)``, the pointwise mutual information of leaf and class.

    Attributes
    ----------
    target : object
        The class.
    nodes : ndarray of int64 of shape (n_steps + 1,)
        From the root to the leaf.
    features : ndarray of int64 of shape (n_steps,)
        What each step splits on.
    conditions : list of str of length n_steps
        What the sample fulfilled.
    shares : ndarray of float64 of shape (n_steps + 1,)
        Share of the class in each node.
    n_samples : ndarray of int64 of shape (n_steps + 1,)
        Training samples in each node.
    bits : ndarray of float64 of shape (n_steps,)
        Gained by each step; -inf where the class is not in the child, NaN below.
    """

    target: Any
    nodes: npt.NDArray[np.int64]
    features: npt.NDArray[np.int64]
    conditions: list[str]
    shares: npt.NDArray[np.float64]
    n_samples: npt.NDArray[np.int64]
    bits: npt.NDArray[np.float64]

    @property
    def total(self) -> float:
        """``log2(share in the leaf / share at the root)``; NaN if the class is in neither."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(np.log2(self.shares[-1] / self.shares[0]))

    def __str__(self) -> str:
        lines = [
            f"Class {self.target}: {self.shares[0]:.1%} of"
            f" {count_of(int(self.n_samples[0]), 'sample')} at the root"
        ]
        width = max(map(len, self.conditions), default=0)
        for i, condition in enumerate(self.conditions):
            lines.append(
                f"{self.bits[i]:+8.3f} bits  {condition.ljust(width)}  {self.shares[i + 1]:6.1%} of"
                f" {count_of(int(self.n_samples[i + 1]), 'sample')}"
            )
        lines.append(f"{self.total:+8.3f} bits  in all")
        return "\n".join(lines)


def explain_prediction(estimator: Any, X: Any, target: Any = None) -> PredictionPath:
    """Follow one sample down the tree and count what each split says for a class.

    Parameters
    ----------
    estimator : GainTreeClassifier
        A fitted tree.
    X : array-like or data frame of shape (1, n_features)
        The sample.
    target : label, default=None
        One of ``classes_``; None is the one predicted.

    Returns
    -------
    path : PredictionPath

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    TypeError
        If it is no GainTreeClassifier.
    ValueError
        If `X` is not one sample, or `target` no class of the tree.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import explain_prediction
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> tree = GainTreeClassifier(max_depth=2).fit(X, y)
    >>> print(explain_prediction(tree, X.iloc[[60]]))
    Class 1: 33.3% of 150 samples at the root
      +0.585 bits  petal length (cm) >  2.45   50.0% of 100 samples
      +0.860 bits  petal width (cm) <= 1.75    90.7% of 54 samples
      +1.445 bits  in all
    """
    if not isinstance(estimator, GainTreeClassifier):
        raise TypeError(f"estimator must be a GainTreeClassifier, got {estimator!r}.")
    check_is_fitted(estimator)
    n_rows = len(as_table(X))
    if n_rows != 1:
        raise ValueError(f"X has {n_rows} samples; one is explained at a time, e.g. X[:1].")
    tree, leaf = estimator.tree_, int(estimator.apply(X)[0])
    labels = estimator.classes_.tolist()
    if target is None:
        target = labels[int(tree.majority[leaf])]
    if target not in labels:
        raise ValueError(f"target={target!r} is no class of the tree; it knows {labels}.")
    nodes = [leaf]
    while nodes[-1] != 0:
        nodes.append(int(tree.parents[nodes[-1]]))
    path = np.array(nodes[::-1])
    shares = tree.value[path, 0, labels.index(target)]
    wording = Wording(tree, names_of(estimator), estimator.categories_)
    went_right = path[1:] == tree.children_right[path[:-1]]
    conditions = [
        wording.conditions(int(node))[int(right)]
        for node, right in zip(path[:-1], went_right, strict=True)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        bits = np.log2(shares[1:] / shares[:-1])
    features = tree.feature[path[:-1]]
    assert not (features == UNDEFINED).any()
    return PredictionPath(
        target, path, features, conditions, shares, tree.n_node_samples[path], bits
    )


@dataclass(eq=False)
class PathDisplay:
    """The path of one prediction, as bits gained and lost.

    Use `from_estimator` to make one.

    Parameters
    ----------
    path : PredictionPath

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import PathDisplay
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> display = PathDisplay.from_estimator(GainTreeClassifier().fit(X, y), X.iloc[[60]])
    """

    path: PredictionPath

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, target: Any = None, *, ax: Any = None
    ) -> "PathDisplay":
        """Explain a prediction and draw it.

        Parameters
        ----------
        estimator : GainTreeClassifier
            A fitted tree.
        X : array-like or data frame of shape (1, n_features)
            The sample.
        target : label, default=None
            One of ``classes_``; None is the one predicted.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : PathDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            As `explain_prediction` does.
        """
        pyplot(cls.__name__)
        return cls(explain_prediction(estimator, X, target)).plot(ax=ax)

    def plot(self, ax: Any = None) -> "PathDisplay":
        """Draw the path, a bar a split, from the root at the top to the leaf.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        self : PathDisplay
        """
        plt, path = pyplot(type(self).__name__), self.path
        n = len(path.conditions)
        if ax is None:
            _, ax = plt.subplots(figsize=(8, 1.4 + 0.42 * (n + 1)), layout="constrained")
        finite = np.isfinite(path.bits)
        bits = np.where(finite, path.bits, 0.0)
        start = np.concatenate(([0.0], np.cumsum(bits)))
        colours = [BLUE if b >= 0 else VERMILION for b in bits]
        ax.barh(range(n), bits, left=start[:-1], color=colours, height=0.62)
        ax.barh([n], [start[-1]], color=GREY, height=0.62)
        span = max(np.ptp(start), 1e-9)
        for i in range(n):
            there = max(start[i], start[i + 1])
            text = f"{path.bits[i]:+.3f}" if not np.isnan(path.bits[i]) else ""
            ax.text(there + 0.015 * span, i, text, va="center", fontsize=9)
            ax.plot([start[i + 1]] * 2, [i - 0.31, i + 1.31], color=GREY, lw=0.8, zorder=0)
        ax.text(
            max(start[-1], 0.0) + 0.015 * span, n, f"{path.total:+.3f}", va="center", fontsize=9
        )
        labels = [
            f"{shorten(condition, 48)}\n{path.shares[i + 1]:.1%} of {path.n_samples[i + 1]:,}"
            for i, condition in enumerate(path.conditions)
        ]
        ax.set_yticks(range(n + 1), [*labels, "in all"], fontsize=9)
        ax.invert_yaxis()
        ax.axvline(0.0, color=BLACK, lw=0.8)
        low, high = min(start.min(), 0.0), max(start.max(), 0.0)
        ax.set_xlim(low - 0.06 * span, high + 0.16 * span)
        ax.set_xlabel(f"bits for class {shorten(str(path.target), 30)}")
        ax.set_title(
            f"log2({path.shares[-1]:.3g} in the leaf / {path.shares[0]:.3g} at the root)"
            f" = {path.total:+.3f} bits",
            fontsize=10,
        )
        clean(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self
