"""The partition of two features that a tree makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.inspection._gain_curve import _number_of
from gaintree.inspection._plotting import (
    GREY,
    MOST_NAMED,
    class_colours,
    clean,
    legend_title,
    pyplot,
    shorten,
)
from gaintree.inspection._reading import Reading
from gaintree.tree import LEAF, Tree

_MOST_POINTS = 2_000


@dataclass(frozen=True)
class Region:
    """The part of the plane of two features that ends in one leaf."""

    leaf: int
    low: tuple[float, float]
    high: tuple[float, float]


@dataclass(eq=False)
class PartitionDisplay:
    """The plane of two features as a tree parts it, and the samples in it.

    Use `from_estimator` to make one. Of all other features the tree is asked at one value each,
    their median; so this is a slice, of which the samples may lie before or behind.

    Parameters
    ----------
    regions : list of Region
    tree : Tree
    features : tuple of int
    feature_names, class_names : list of str
    points : ndarray of float64 of shape (n_points, 2)
        At most 2,000 samples, evenly taken.
    codes : ndarray of int of shape (n_points,)
        Their classes.
    held : list of str
        Names of the other features that the tree splits on.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import PartitionDisplay
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> tree = GainTreeClassifier(max_depth=2).fit(X.iloc[:, 2:], y)
    >>> display = PartitionDisplay.from_estimator(tree, X.iloc[:, 2:], y, features=(0, 1))
    >>> len(display.regions)
    3
    """

    regions: list[Region]
    tree: Tree
    features: tuple[int, int]
    feature_names: list[str]
    class_names: list[str]
    points: npt.NDArray[np.float64]
    codes: npt.NDArray[np.int32]
    held: list[str]

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: npt.ArrayLike,
        features: Sequence[int | str],
        *,
        ax: Any = None,
    ) -> "PartitionDisplay":
        """Find the regions of two features and draw them.

        Parameters
        ----------
        estimator : GainTreeClassifier
            A fitted tree.
        X : array-like or data frame of shape (n_samples, n_features)
            Samples to draw, and to take the medians of.
        y : array-like of shape (n_samples,)
            Their labels.
        features : sequence of two int or str
            The features, by number or name; columns of numbers.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : PartitionDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If `features` are not two columns of numbers.
        """
        pyplot(cls.__name__)
        reading = Reading.of(estimator, X, y)
        if isinstance(features, str) or len(features) != 2:
            raise ValueError(f"features={features!r} must be two features.")
        pair = tuple(_number_of(feature, reading.names) for feature in features)
        for j in pair:
            if reading.n_categories[j] > 0:
                raise ValueError(f"{reading.names[j]!r} holds categories, which have no axis.")
        if pair[0] == pair[1]:
            raise ValueError(f"features={features!r} must be two different features.")
        tree, values = reading.tree, reading.X.astype(np.float64)
        typical = _typical(values, reading.n_categories > 0)
        split_on = np.unique(tree.feature[~tree.is_leaf])
        step = max(1, -(-len(values) // _MOST_POINTS))
        points = values[::step, list(pair)]
        there = ~np.isnan(points).any(axis=1)
        return cls(
            regions=_regions(tree, pair, typical),
            tree=tree,
            features=(pair[0], pair[1]),
            feature_names=reading.names,
            class_names=reading.classes,
            points=points[there],
            codes=reading.codes[::step][there],
            held=[reading.names[j] for j in split_on if j not in pair],
        ).plot(ax=ax)

    def plot(self, ax: Any = None) -> "PartitionDisplay":
        """Draw regions in the colour of their class, the paler the less sure, and the samples.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        self : PartitionDisplay
        """
        plt = pyplot(type(self).__name__)
        if ax is None:
            _, ax = plt.subplots(figsize=(7, 5.5), layout="constrained")
        low, high = _limits(self.points, self.regions)
        colours = class_colours(len(self.class_names))
        for region in self.regions:
            start = np.maximum(region.low, low)
            size = np.minimum(region.high, high) - start
            if (size <= 0).any():
                continue
            k = int(self.tree.majority[region.leaf])
            share = float(self.tree.value[region.leaf, 0, k])
            patch = plt.Rectangle(
                start, *size, facecolor=colours[k], alpha=0.1 + 0.3 * share, edgecolor=GREY, lw=0.8,
                zorder=0,
            )  # fmt: skip
            ax.add_patch(patch)
        marks = "osD^vP*X"
        for k, name in enumerate(self.class_names):
            here = self.codes == k
            ax.scatter(
                *self.points[here].T, s=14, color=colours[k], marker=marks[k % len(marks)],
                edgecolor="white", linewidth=0.3,
                label=shorten(name, 24) if k < MOST_NAMED else None,
            )  # fmt: skip
        ax.set_xlim(low[0], high[0])
        ax.set_ylim(low[1], high[1])
        ax.set_xlabel(shorten(self.feature_names[self.features[0]], 40))
        ax.set_ylabel(shorten(self.feature_names[self.features[1]], 40))
        if self.held:
            others = f"{len(self.held)} other features" if len(self.held) > 1 else self.held[0]
            ax.set_title(f"{shorten(others, 40)} held at the median", fontsize=10)
        title = legend_title(len(self.class_names))
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, title=title)
        clean(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _typical(
    values: npt.NDArray[np.float64], is_categorical: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    """The median of each column, the most frequent of categories; NaN of a column of none."""
    typical = np.full(values.shape[1], np.nan)
    for j in range(values.shape[1]):
        there = values[~np.isnan(values[:, j]), j]
        if len(there) > 0 and is_categorical[j]:
            typical[j] = np.bincount(there.astype(int)).argmax()
        elif len(there) > 0:
            typical[j] = np.median(there)
    return typical


def _regions(tree: Tree, pair: Sequence[int], typical: npt.NDArray[np.float64]) -> list[Region]:
    regions = []
    whole = ((-np.inf, -np.inf), (np.inf, np.inf))
    stack: list[tuple[int, tuple[Any, Any]]] = [(0, whole)]
    while stack:
        node, (low, high) = stack.pop()
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left == LEAF:
            regions.append(Region(node, low, high))
            continue
        feature, threshold = int(tree.feature[node]), float(tree.threshold[node])
        if feature not in pair:
            stack.append((left if _goes_left(tree, node, typical[feature]) else right, (low, high)))
            continue
        axis = pair.index(feature)
        cut_high = tuple(min(h, threshold) if a == axis else h for a, h in enumerate(high))
        cut_low = tuple(max(h, threshold) if a == axis else h for a, h in enumerate(low))
        if cut_low[axis] < high[axis]:
            stack.append((right, (cut_low, high)))
        if low[axis] < cut_high[axis]:
            stack.append((left, (low, cut_high)))
    return regions


def _goes_left(tree: Tree, node: int, value: float) -> bool:
    if np.isnan(value):
        return bool(tree.missing_go_to_left[node])
    if tree.category_set[node] >= 0:
        return bool(tree.goes_left(node)[int(value)])
    return bool(value <= tree.threshold[node])


def _limits(points: npt.NDArray[np.float64], regions: list[Region]) -> tuple[Any, Any]:
    """The range of the samples, with some room; without any that of the thresholds."""
    if len(points) == 0:
        edges = [np.array([r.low for r in regions]), np.array([r.high for r in regions])]
        finite = np.where(np.isfinite(np.vstack(edges)), np.vstack(edges), 0.0)
        points = finite
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.where(high > low, 0.05 * (high - low), 1.0)
    return low - room, high + room
