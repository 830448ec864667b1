"""A picture of the tree: class counts, bits and samples, from left to right, without graphviz."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted

from gaintree.estimators import GainTreeClassifier
from gaintree.inspection._plotting import (
    BLACK,
    GREY,
    MOST_NAMED,
    class_colours,
    legend_title,
    pyplot,
    shorten,
)
from gaintree.inspection._reading import check_node
from gaintree.tree import LEAF, Tree
from gaintree.wording import Wording, names_of

_ROW, _COLUMN = 0.62, 2.75  # inches
_BAR, _BAR_HEIGHT = 0.78, 0.13  # share of a column, of a row
_WIDTH, _NAME = 34, 20  # characters of a condition, of the name in it
_MOST_COUNTS = 3  # classes whose counts are told by a number


def layout(tree: Tree, root: int, max_depth: int | None) -> dict[int, tuple[int, float]]:
    """Return the depth below `root` and the row of each node that is shown.

    Nodes without shown children take a row each, in order; all others stand in the middle of
    theirs.
    """
    places: dict[int, tuple[int, float]] = {}
    n_rows = 0
    stack = [(root, 0, False)]
    while stack:
        node, depth, is_done = stack.pop()
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left == LEAF or (max_depth is not None and depth >= max_depth):
            places[node] = (depth, float(n_rows))
            n_rows += 1
        elif is_done:
            places[node] = (depth, (places[left][1] + places[right][1]) / 2.0)
        else:
            stack += [(node, depth, True), (right, depth + 1, False), (left, depth + 1, False)]
    return places


@dataclass(eq=False)
class TreeDisplay:
    """A tree from left to right: splits, bits gained, samples, and the classes of each node.

    Use `from_estimator` to make one. A split says what goes up; the other samples go down. The
    width of a line grows with the samples that go there.

    Parameters
    ----------
    tree : Tree
    places : dict of int to tuple of (int, float)
        Depth and row of each node that is shown.
    conditions : dict of int to str
        What goes to the upper child.
    feature_names, class_names : list of str
    unit : str
        Of the gain.

    Attributes
    ----------
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import TreeDisplay
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> display = TreeDisplay.from_estimator(GainTreeClassifier().fit(X, y), max_depth=2)
    >>> len(display.places)
    5
    """

    tree: Tree
    places: dict[int, tuple[int, float]]
    conditions: dict[int, str]
    feature_names: list[str]
    class_names: list[str]
    unit: str

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        max_depth: int | None = 5,
        node: int = 0,
        ax: Any = None,
    ) -> "TreeDisplay":
        """Lay a fitted tree out and draw it.

        Parameters
        ----------
        estimator : GainTreeClassifier
            A fitted tree.
        max_depth : int or None, default=5
            What is deeper below `node` is folded into a line that counts its leaves; None shows
            all.
        node : int, default=0
            The node that is shown, with what is below it.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure that is large enough for all text.

        Returns
        -------
        display : TreeDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        NotFittedError
            If the estimator is not fitted.
        ValueError
            If there is no such node, or `max_depth` is negative.
        """
        pyplot(cls.__name__)
        if not isinstance(estimator, GainTreeClassifier):
            raise TypeError(f"estimator must be a GainTreeClassifier, got {estimator!r}.")
        check_is_fitted(estimator)
        if max_depth is not None and max_depth < 0:
            raise ValueError(f"max_depth={max_depth} must be at least 0, or None.")
        tree, names = estimator.tree_, names_of(estimator)
        places = layout(tree, check_node(tree, node), max_depth)
        short = [shorten(name, _NAME) for name in names]
        wording = Wording(tree, short, estimator.categories_, max_categories=3)
        conditions = {
            each: wording.conditions(each)[0] for each in places if not tree.is_leaf[each]
        }
        labels = [str(label) for label in estimator.classes_]
        unit = estimator._criterion.impurity_unit
        return cls(tree, places, conditions, names, labels, unit).plot(ax=ax)

    @property
    def n_rows(self) -> int:
        return int(max(row for _, row in self.places.values())) + 1

    @property
    def depth(self) -> int:
        return max(depth for depth, _ in self.places.values())

    def counts(self, node: int) -> npt.NDArray[np.float64]:
        """Class weights of a node."""
        return self.tree.value[node, 0] * self.tree.weighted_n_node_samples[node]

    def plot(self, ax: Any = None) -> "TreeDisplay":
        """Draw the tree.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure that is large enough for all text.

        Returns
        -------
        self : TreeDisplay
        """
        plt = pyplot(type(self).__name__)
        if ax is None:
            size = (_COLUMN * (self.depth + 1), _ROW * max(self.n_rows, 2) + 0.8)
            _, ax = plt.subplots(figsize=size, layout="constrained")
        colours, gains = class_colours(len(self.class_names)), self.tree.gains()
        for node, (depth, row) in self.places.items():
            self._draw_edges(node, depth, row, ax)
            self._draw_bar(node, depth, row, colours, ax)
            self._draw_text(node, depth, row, gains, ax)
        ax.set_xlim(-0.03, self.depth + 1)
        ax.set_ylim(self.n_rows - 0.4, -0.6)
        ax.set_axis_off()
        patches = [
            plt.Rectangle((0, 0), 1, 1, color=colour, label=shorten(name, 24))
            for colour, name in zip(colours, self.class_names, strict=True)
        ]
        ax.legend(
            handles=patches[:MOST_NAMED], loc="lower center", bbox_to_anchor=(0.5, 1.0),
            frameon=False, ncols=min(len(patches), 6), fontsize=9,
            title=legend_title(len(patches)),
        )  # fmt: skip
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _is_shown_whole(self, node: int) -> bool:
        return int(self.tree.children_left[node]) in self.places

    def _draw_edges(self, node: int, depth: int, row: float, ax: Any) -> None:
        if self.tree.is_leaf[node] or not self._is_shown_whole(node):
            return
        total = self.tree.n_node_samples[next(iter(self.places))]
        most = max(int(self.tree.n_node_samples[each]) for each in self.places)
        total = max(int(total), most)
        for child in (int(self.tree.children_left[node]), int(self.tree.children_right[node])):
            below = self.places[child][1]
            share = self.tree.n_node_samples[child] / total
            start, end = depth + _BAR + 0.02, depth + 0.98
            middle = (start + end) / 2
            ax.plot(
                [start, middle, middle, end], [row, row, below, below], color=GREY, zorder=0,
                lw=0.7 + 4.0 * share, solid_joinstyle="round",
            )  # fmt: skip

    def _draw_bar(self, node: int, depth: int, row: float, colours: list[Any], ax: Any) -> None:
        """The shares of the classes."""
        start = float(depth)
        for share, colour in zip(self.tree.value[node, 0], colours, strict=True):
            if share > 0:
                ax.barh(row, share * _BAR, _BAR_HEIGHT, left=start, color=colour, lw=0)
                start += share * _BAR

    def _draw_text(
        self, node: int, depth: int, row: float, gains: npt.NDArray[np.float64], ax: Any
    ) -> None:
        """Above the bar what is asked or said, below it the numbers."""
        tree = self.tree
        n_samples = f"{tree.n_node_samples[node]:,}"
        if len(self.class_names) <= _MOST_COUNTS:
            n_samples += f" ({'/'.join(f'{weight:,.6g}' for weight in self.counts(node))})"
        k = int(tree.majority[node])
        if tree.is_leaf[node]:
            above = shorten(self.class_names[k], _WIDTH)
            below = f"{tree.value[node, 0, k]:.1%} of {n_samples}"
        else:
            above = shorten(self.conditions[node], _WIDTH)
            below = f"{gains[node]:.3f} {self.unit}".rstrip() + f", {n_samples}"
            if not self._is_shown_whole(node):
                n_leaves = int(tree.is_leaf[node : tree.ends[node]].sum())
                above = f"{above} ▸ {n_leaves} leaves"
        weight = "bold" if tree.is_leaf[node] else "normal"
        ax.text(depth, row - 0.1, above, va="bottom", fontsize=8.5, fontweight=weight, color=BLACK)
        ax.text(depth, row + 0.1, below, va="top", fontsize=7.5, color="#404040")
