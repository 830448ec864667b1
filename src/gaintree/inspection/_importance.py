"""Importance in bits: what features gain on the samples of the fit, and on samples it never saw."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from gaintree import predict
from gaintree.inspection._plotting import BLACK, BLUE, ORANGE, clean, pyplot, shorten
from gaintree.inspection._reading import Reading
from gaintree.tree import Tree

_PRIOR = 0.5  # of each class in a node, as Krichevsky and Trofimov have it

Floats = npt.NDArray[np.float64]


def bits_on(estimator: Any, X: Any, y: npt.ArrayLike, sample_weight: Any = None) -> Floats:
    """Return the bits that the splits of each feature save in predicting some samples.

    A split saves ``log2(share in the child / share in the node)`` bits of a sample, the shares
    being those of its class in the fit, with half a sample of each class added. On samples that
    the tree was not fitted on, splits on noise lose.

    Parameters
    ----------
    estimator : GainTreeClassifier
        A fitted tree.
    X : array-like or data frame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    sample_weight : array-like of shape (n_samples,), default=None

    Returns
    -------
    bits : ndarray of float64 of shape (n_features,)
        For a sample, by weight. Their sum is what the tree saves beside the shares at its root, in
        log loss.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    ValueError
        If `X` has not the columns of the fit, or `y` has other labels.

    References
    ----------
    R. E. Krichevsky and V. K. Trofimov, "The performance of universal encoding", IEEE Transactions
    on Information Theory 27 (1981) 199-207.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import bits_on
    >>> X, y = load_iris(return_X_y=True)
    >>> tree = GainTreeClassifier(max_depth=2).fit(X[::2], y[::2])
    >>> bits_on(tree, X[1::2], y[1::2]).round(2)
    array([0.  , 0.  , 0.89, 0.39])
    """
    reading = Reading.of(estimator, X, y, sample_weight)
    tree = reading.tree
    counts = np.column_stack(
        [_sums(tree, reading, reading.codes == k) for k in range(tree.n_classes)]
    )
    weight = tree.value[:, 0] * tree.weighted_n_node_samples[:, None]
    smoothed = weight + _PRIOR
    log_shares = np.log2(smoothed / smoothed.sum(axis=1, keepdims=True))
    inner = np.flatnonzero(~tree.is_leaf)
    saved = np.zeros(tree.node_count)
    for children in (tree.children_left[inner], tree.children_right[inner]):
        saved[inner] += (counts[children] * (log_shares[children] - log_shares[inner])).sum(axis=1)
    bits = np.bincount(tree.feature[inner], saved[inner], minlength=tree.n_features)
    return bits / counts[0].sum()


def _sums(tree: Tree, reading: Reading, chosen: npt.NDArray[np.bool_]) -> Floats:
    """The weight of the chosen samples in each node."""
    weights = np.ones(len(reading.codes))
    if reading.sample_weight is not None:
        weights = reading.sample_weight
    elif reading.class_weight is not None:
        weights = reading.class_weight[reading.codes]
    leaves, _ = predict.apply(tree, reading.X, reading.n_threads)
    sums = np.bincount(leaves[chosen], weights[chosen], minlength=tree.node_count)
    for node in range(tree.node_count - 1, 0, -1):
        sums[tree.parents[node]] += sums[node]
    return sums.astype(np.float64)


@dataclass(eq=False)
class ImportanceDisplay:
    """Importance of features in bits: on the samples of the fit, and on samples held out.

    Use `from_estimator` to make one. What a feature gains on the samples of the fit grows with the
    number of its values, whether they say something or not. What it saves on samples that the tree
    was not fitted on does not: a feature of noise loses there.

    Parameters
    ----------
    fitted : ndarray of float64 of shape (n_features,)
        Gains of the splits of the tree, for a sample at the root, in the unit of the criterion.
    held_out : ndarray of float64 of shape (n_folds, n_features)
        Bits saved on the samples of each fold by a tree fitted on the others.
    feature_names : list of str
    unit : str
        Of `fitted`.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import ImportanceDisplay
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> tree = GainTreeClassifier(max_depth=3).fit(X, y)
    >>> display = ImportanceDisplay.from_estimator(tree, X, y)
    >>> display.held_out.shape
    (5, 4)
    """

    fitted: Floats
    held_out: Floats
    feature_names: list[str]
    unit: str

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: npt.ArrayLike,
        *,
        cv: Any = 5,
        max_features: int = 20,
        ax: Any = None,
    ) -> "ImportanceDisplay":
        """Fit the tree anew on all folds but one, ask what it saves on that one, and draw it.

        Parameters
        ----------
        estimator : GainTreeClassifier
            A fitted tree.
        X : array-like or data frame of shape (n_samples, n_features)
            The samples that it was fitted on.
        y : array-like of shape (n_samples,)
            Their labels.
        cv : int, splitter, iterable or None, default=5
            The folds, as scikit-learn's ``check_cv`` takes them. "prefit" takes `X` and `y` as
            held out from the fit, in one fold.
        max_features : int, default=20
            So many features are drawn, those that gain most; none that was never split on.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ImportanceDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            As `bits_on` does.
        """
        from sklearn.model_selection import check_cv  # takes long to import, and is seldom used

        pyplot(cls.__name__)
        reading = Reading.of(estimator, X, y)
        labels = np.asarray(y)
        if isinstance(cv, str) and cv == "prefit":
            held_out = [bits_on(estimator, X, labels)]
        else:
            folds = check_cv(cv, labels, classifier=True).split(np.empty((len(labels), 1)), labels)
            held_out = []
            for train, test in folds:
                tree = clone(estimator).fit(_safe_indexing(X, train), labels[train])
                known = np.isin(labels[test], tree.classes_)
                rows = test[known]
                held_out.append(bits_on(tree, _safe_indexing(X, rows), labels[rows]))
        return cls(
            fitted=reading.tree.compute_feature_importances(normalize=False),
            held_out=np.array(held_out),
            feature_names=reading.names,
            unit=estimator._criterion.impurity_unit,
        ).plot(ax=ax, max_features=max_features)

    def plot(self, ax: Any = None, max_features: int = 20) -> "ImportanceDisplay":
        """Draw two bars a feature, the feature that gains most on top.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        max_features : int, default=20
            So many features are drawn, none that was never split on.

        Returns
        -------
        self : ImportanceDisplay
        """
        plt = pyplot(type(self).__name__)
        mean = self.held_out.mean(axis=0)
        size = np.maximum(self.fitted, np.abs(mean))
        order = np.argsort(-size, kind="stable")[: min(max_features, np.count_nonzero(size))]
        if ax is None:
            _, ax = plt.subplots(figsize=(7.5, 1.3 + 0.42 * len(order)), layout="constrained")
        rows = np.arange(len(order))
        ax.barh(
            rows - 0.19, self.fitted[order], 0.36, color=ORANGE,
            label=f"gain on the samples of the fit ({self.unit or 'no unit'})",
        )  # fmt: skip
        n_folds = len(self.held_out)
        spread = self.held_out.std(axis=0, ddof=1)[order] if n_folds > 1 else None
        ax.barh(
            rows + 0.19, mean[order], 0.36, color=BLUE, xerr=spread,
            error_kw={"lw": 1.0, "capsize": 2.0},
            label="saved on samples held out (bits)"
            + (f", mean and deviation of {n_folds} folds" if n_folds > 1 else ""),
        )  # fmt: skip
        ax.axvline(0.0, color=BLACK, lw=0.8)
        ax.set_yticks(rows, [shorten(self.feature_names[j], 32) for j in order], fontsize=9)
        ax.invert_yaxis()
        ax.set_xlabel("bits for a sample" if self.unit == "bits" else "importance")
        ax.set_title(
            f"held out, all features together save {mean.sum():+.3f} bits for a sample",
            fontsize=10,
        )
        ax.legend(  # below the label of the axis
            loc="upper center",
            bbox_to_anchor=(0.5, 0.0),
            borderaxespad=5,
            frameon=False,
            fontsize=8,
        )
        clean(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self
