"""The concavity picture: an impurity over p, the chord of a split, and the gap that is its gain."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.criteria import Criterion
from gaintree.inspection._candidates import criteria_of, split_candidates
from gaintree.inspection._plotting import BLACK, GREY, class_colours, clean, pyplot, shorten
from gaintree.inspection._reading import Reading

_N_POINTS = 401


@dataclass(eq=False)
class ConcavityDisplay:
    """An impurity over the share of a class, the chord of a split, and the gap that is its gain.

    Use `from_estimator` to make one. An impurity is concave: the chord between the two children
    lies below the curve. The mean impurity of the children is on the chord, above the share of the
    node, and the curve there is the node's own impurity. What lies between is the gain.

    Parameters
    ----------
    p_node, p_left, p_right : float
        Share of the class, by weight, in the node and its children.
    criteria : dict of str to Criterion
    target : str
        The class.
    split : str
        What goes left.
    n_classes : int
        If there are more than two in the node, all others count as one.
    node : int

    Attributes
    ----------
    gains : dict of str to float
        Gain of the split under each criterion, of this class and all others.
    ax_ : matplotlib Axes
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import ConcavityDisplay
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> tree = GainTreeClassifier().fit(X, y)
    >>> display = ConcavityDisplay.from_estimator(tree, X, y)
    >>> {name: round(gain, 3) for name, gain in display.gains.items()}
    {'entropy': 0.562, 'gini': 0.322}
    """

    p_node: float
    p_left: float
    p_right: float
    criteria: Mapping[str, Criterion]
    target: str
    split: str
    n_classes: int
    node: int

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: npt.ArrayLike,
        node: int = 0,
        *,
        target: Any = None,
        criteria: Iterable[str | Criterion] | str = ("entropy", "gini"),
        sample_weight: npt.ArrayLike | None = None,
        ax: Any = None,
    ) -> "ConcavityDisplay":
        """Look at the split of a node and draw it; at a leaf, at its best candidate.

        Parameters
        ----------
        estimator : GainTreeClassifier
            A fitted tree.
        X : array-like or data frame of shape (n_samples, n_features)
            The samples that it was fitted on.
        y : array-like of shape (n_samples,)
            Their labels.
        node : int, default=0
            The number of the node.
        target : label, default=None
            The class whose share is p. None is the last of two in the node, else the one whose
            share the split changes most.
        criteria : iterable of str or Criterion, or str, default=("entropy", "gini")
            Whose impurity to draw, besides that of the tree. Those that are none are left out.
        sample_weight : array-like of shape (n_samples,), default=None
            What the tree was fitted with.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        display : ConcavityDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If the node has no split to show, or as `split_candidates` does.
        """
        pyplot(cls.__name__)
        reading = Reading.of(estimator, X, y, sample_weight)
        ledger = split_candidates(estimator, X, y, node, None, sample_weight=sample_weight)
        if len(ledger) == 0:
            raise ValueError(f"node={node} has no split to show. {ledger.notes[0]}")
        at = int(np.argmax(ledger.chosen)) if ledger.chosen.any() else 0
        left, right = ledger.left_weights[at], ledger.right_weights[at]
        shares = np.array([left, right, left + right])
        shares /= shares.sum(axis=1, keepdims=True)
        labels = estimator.classes_.tolist()
        present = np.flatnonzero(shares[2])
        if target is None:
            moved = np.abs(shares[0] - shares[1])
            k = int(present[-1]) if len(present) <= 2 else int(moved.argmax())
        elif target in labels:
            k = labels.index(target)
        else:
            raise ValueError(f"target={target!r} is no class of the tree; it knows {labels}.")
        return cls(
            p_node=float(shares[2, k]),
            p_left=float(shares[0, k]),
            p_right=float(shares[1, k]),
            criteria=_impurities(criteria_of(reading, criteria)),
            target=ledger.class_names[k],
            split=ledger.conditions(at)[0],
            n_classes=len(present),
            node=node,
        ).plot(ax=ax)

    @property
    def share_left(self) -> float:
        """Share of the node's weight that goes left."""
        if self.p_left == self.p_right:
            return 0.5
        return (self.p_node - self.p_right) / (self.p_left - self.p_right)

    @property
    def gains(self) -> dict[str, float]:
        """Gain of the split under each criterion, of this class and all others."""
        return {name: self._ends(criterion)[2] for name, criterion in self.criteria.items()}

    def _ends(self, criterion: Criterion) -> tuple[float, float, float]:
        """The ends of the chord, and the gap between it and the curve."""
        left, right, node = (
            _impurity(criterion, p) for p in (self.p_left, self.p_right, self.p_node)
        )
        on_chord = self.share_left * left + (1 - self.share_left) * right
        return left, right, node - on_chord

    def plot(self, ax: Any = None) -> "ConcavityDisplay":
        """Draw the curves, the chords and the gaps.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.

        Returns
        -------
        self : ConcavityDisplay
        """
        plt = pyplot(type(self).__name__)
        if ax is None:
            _, ax = plt.subplots(figsize=(7.5, 5), layout="constrained")
        p = np.linspace(0.0, 1.0, _N_POINTS)
        for colour, (name, criterion) in zip(
            class_colours(len(self.criteria)), self.criteria.items(), strict=True
        ):
            curve = [_impurity(criterion, each) for each in p]
            left, right, gain = self._ends(criterion)
            on_curve = _impurity(criterion, self.p_node)
            label = f"{name}: gain {gain:.4f} {criterion.unit}".rstrip()
            ax.plot(p, curve, color=colour, lw=2, label=label)
            ax.plot([self.p_left, self.p_right], [left, right], color=colour, ls="--", marker="o")
            beside = self.p_node + 0.008 * (len(ax.collections) - (len(self.criteria) - 1) / 2)
            ax.vlines(beside, on_curve - gain, on_curve, color=colour, lw=4, zorder=3)
        ax.set_ylim(bottom=0.0)
        places = {"left": self.p_left, "node": self.p_node, "right": self.p_right}
        heights = _staggered(list(places.values()))
        for (name, place), height in zip(places.items(), heights, strict=True):
            ax.axvline(place, color=GREY if name != "node" else BLACK, lw=0.8, ls=":")
            ax.annotate(
                f"{name} {place:.3f}", (place, 1.0), (0, 3 + 11 * height),
                xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
                fontsize=8,
            )  # fmt: skip
        rest = " (all others count as one)" if self.n_classes > 2 else ""
        ax.set_xlabel(f"share of class {shorten(self.target, 30)}{rest}")
        ax.set_ylabel("impurity")
        ax.set_xlim(-0.03, 1.03)
        title = f"Node {self.node}: {shorten(self.split, 60)}"
        ax.set_title(title, fontsize=10, pad=18 + 11 * max(heights))
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, frameon=False)
        clean(ax)
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _impurities(found: dict[str, Criterion]) -> dict[str, Criterion]:
    """Those that have a curve."""
    return {name: criterion for name, criterion in found.items() if criterion.is_impurity}


def _impurity(criterion: Criterion, p: float) -> float:
    return criterion.impurity_of([1.0 - p, p])


def _staggered(places: list[float]) -> list[int]:
    """The line of each label, so that near ones do not overlap."""
    heights: list[int] = []
    for i, place in enumerate(places):
        taken = {heights[j] for j in range(i) if abs(places[j] - place) < 0.16}
        heights.append(next(line for line in range(len(places)) if line not in taken))
    return heights
