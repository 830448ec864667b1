"""Gain against threshold: what was chosen, what came second, and what noise gains."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_random_state

from gaintree.inspection._candidates import split_candidates
from gaintree.inspection._chance import permuted_gains
from gaintree.inspection._curves import GainCurve, gain_curve
from gaintree.inspection._ledger import SplitLedger
from gaintree.inspection._plotting import (
    BLUE,
    GREEN,
    GREY,
    LIGHT,
    VERMILION,
    clean,
    pyplot,
    shorten,
)
from gaintree.inspection._reading import Reading, check_node

_MOST_CATEGORIES_NAMED = 6


@dataclass(eq=False)
class GainCurveDisplay:
    """Gain against threshold, a panel a feature, with what the labels shuffled would gain.

    Use `from_estimator` to make one. The grey band reaches up to what the best cut of a feature
    gains in 95 of 100 shuffles of the labels: below it, a cut says nothing.

    Parameters
    ----------
    curves : list of GainCurve
        The feature of the greatest gain first.
    ledger : SplitLedger
        The best candidate of each feature.
    noise : dict of int to float
        Upper end of the band by feature; empty without permutations.
    unit : str
        Of the gain.
    is_impurity : bool
        Whether the criterion is one, so that gains are its decrease, which is not negative.

    Attributes
    ----------
    axes_ : list of matplotlib Axes
        A panel a curve.
    figure_ : matplotlib Figure

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> from gaintree.inspection import GainCurveDisplay
    >>> X, y = load_iris(return_X_y=True, as_frame=True)
    >>> tree = GainTreeClassifier().fit(X, y)
    >>> display = GainCurveDisplay.from_estimator(tree, X, y, n_permutations=19, random_state=0)
    >>> [round(float(curve.gains.max()), 3) for curve in display.curves]
    [0.918, 0.918, 0.557, 0.283]
    """

    curves: list[GainCurve]
    ledger: SplitLedger
    noise: dict[int, float]
    unit: str
    is_impurity: bool

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: npt.ArrayLike,
        features: Sequence[int | str] | int | str | None = None,
        node: int = 0,
        *,
        sample_weight: npt.ArrayLike | None = None,
        n_permutations: int = 99,
        random_state: int | np.random.RandomState | None = None,
        max_panels: int = 12,
        ax: Any = None,
    ) -> "GainCurveDisplay":
        """Score every cut of the features at a node and draw them.

        Parameters
        ----------
        estimator : GainTreeClassifier
            A fitted tree.
        X : array-like or data frame of shape (n_samples, n_features)
            The samples that it was fitted on.
        y : array-like of shape (n_samples,)
            Their labels.
        features : int, str or sequence of these, default=None
            Which features, by number or name; None is those with the greatest gain.
        node : int, default=0
            The number of the node.
        sample_weight : array-like of shape (n_samples,), default=None
            What the tree was fitted with.
        n_permutations : int, default=99
            Shuffles of the labels; 0 draws no band.
        random_state : int, RandomState instance or None, default=None
            Of the shuffles.
        max_panels : int, default=12
            Of the features with the greatest gain so many are shown, if `features` is None.
        ax : matplotlib Axes, default=None
            Where to draw, or what to divide into panels; None makes a figure.

        Returns
        -------
        display : GainCurveDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no such feature, or as `split_candidates` does.
        """
        pyplot(cls.__name__)
        ledger = split_candidates(estimator, X, y, node, None, sample_weight=sample_weight)
        reading = Reading.of(estimator, X, y, sample_weight)
        reading = reading.in_node(check_node(reading.tree, node))
        criterion = estimator._criterion
        if features is None:
            shown = list(dict.fromkeys(ledger.feature.tolist()))[:max_panels]
            if not shown:
                raise ValueError(f"node={node} has no cut to show. {ledger.notes[0]}")
        else:
            one = isinstance(features, (int, str, np.integer))
            shown = [
                _number_of(feature, reading.names)
                for feature in ([features] if one else features)  # type: ignore[union-attr]
            ]
        noise = {}
        if n_permutations > 0:
            rng = check_random_state(random_state)
            gains = permuted_gains(reading, criterion, n_permutations, rng)
            high = np.quantile(gains, 0.95, axis=0, method="higher")
            noise = {j: float(high[j]) for j in shown if np.isfinite(high[j])}
        curves = [gain_curve(reading, j, criterion) for j in shown]
        return cls(curves, ledger, noise, criterion.unit, criterion.is_impurity).plot(ax=ax)

    @property
    def chosen(self) -> int | None:
        """The candidate of the ledger that the tree took; None in a leaf."""
        return int(self.ledger.chosen.argmax()) if self.ledger.chosen.any() else None

    @property
    def runner_up(self) -> int | None:
        """The best candidate of another feature than the one chosen, or than the best in a leaf."""
        if len(self.ledger) == 0:
            return None
        first = self.chosen or 0
        others = np.flatnonzero(self.ledger.feature != self.ledger.feature[first])
        return int(others[0]) if len(others) else None

    def plot(self, ax: Any = None) -> "GainCurveDisplay":
        """Draw the panels.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw, or what to divide into panels; None makes a figure.

        Returns
        -------
        self : GainCurveDisplay
        """
        plt = pyplot(type(self).__name__)
        n = len(self.curves)
        n_columns = min(n, 2 if n <= 4 else 3)
        n_rows = math.ceil(n / n_columns)
        if ax is None:
            size = (7.5, 4.2) if n == 1 else (3.9 * n_columns, 2.7 * n_rows + 0.8)
            self.figure_ = plt.figure(figsize=size, layout="constrained")
            grid = self.figure_.add_gridspec(n_rows, n_columns)
        elif n > 1:
            self.figure_ = ax.figure
            grid = ax.get_subplotspec().subgridspec(n_rows, n_columns)
            ax.set_axis_off()
        if n == 1 and ax is not None:
            self.axes_, self.figure_ = [ax], ax.figure
        else:
            self.axes_ = []
            for i in range(n):
                share = self.axes_[0] if self.axes_ else None
                self.axes_.append(
                    self.figure_.add_subplot(grid[i // n_columns, i % n_columns], sharey=share)
                )
        for curve, panel in zip(self.curves, self.axes_, strict=True):
            self._draw(curve, panel)
        for i, panel in enumerate(self.axes_):
            if i % n_columns == 0:
                what = "gain" if self.is_impurity else self.ledger.criterion
                panel.set_ylabel(f"{what} ({self.unit})" if self.unit else what)
            else:
                panel.tick_params(labelleft=False)
        handles: dict[str, Any] = {}
        for panel in self.axes_:
            for handle, label in zip(*panel.get_legend_handles_labels(), strict=True):
                handles.setdefault(label, handle)
        if ax is None:
            self.figure_.legend(
                handles.values(), handles.keys(), loc="outside lower center",
                ncols=4 if n > 1 else 2, frameon=False, fontsize=9,
            )  # fmt: skip
            self.figure_.suptitle(self._title(), fontsize=11)
        else:
            self.axes_[0].legend(handles.values(), handles.keys(), frameon=False, fontsize=8)
        return self

    def _title(self) -> str:
        n_samples = int(self.ledger.node_counts[0].sum())
        return f"Node {self.ledger.nodes[0]}, {n_samples:,} samples"

    def _draw(self, curve: GainCurve, ax: Any) -> None:
        name = self.ledger.feature_names[curve.feature]
        if curve.feature in self.noise:
            bottom = 0.0 if self.is_impurity else min(curve.gains.min(initial=0.0), 0.0)
            ax.axhspan(bottom, self.noise[curve.feature], color=LIGHT, lw=0, label="noise, 95%")
        style = {"drawstyle": "steps-mid"} if curve.categories else {}
        gains = curve.gains
        if not curve.is_admissible.all():
            ax.plot(curve.thresholds, gains, color=GREY, lw=0.8, ls=":", label="inadmissible")
        gains = np.where(curve.is_admissible, gains, np.nan)
        marker = "." if len(gains) <= 60 else None
        ax.plot(curve.thresholds, gains, color=BLUE, lw=1.4, marker=marker, label="gain", **style)
        shown = [each.feature for each in self.curves]
        for i, colour, mark, label in (
            (self.chosen, VERMILION, "o", "chosen"),
            (self.runner_up, GREEN, "D", "best of the other features"),
        ):
            if i is not None and self.ledger.feature[i] == curve.feature:
                self._mark(i, curve, ax, colour, mark, label)
            elif i is not None and self.ledger.feature[i] not in shown:
                value = self.ledger.values[self.ledger.criterion][i]
                there = shorten(self.ledger.conditions(i)[0], 30)
                ax.axhline(value, color=colour, lw=1.0, ls="--", label=f"{label}: {there}")
        ax.set_title(shorten(name, 34), fontsize=10)
        if self.is_impurity:
            ax.set_ylim(bottom=0.0)
        clean(ax)
        if curve.categories is not None:
            self._name_categories(curve, ax)
        else:
            ax.locator_params(axis="x", nbins=5)

    def _mark(self, i: int, curve: GainCurve, ax: Any, colour: str, mark: str, label: str) -> None:
        """Mark a candidate of the ledger on its curve."""
        value = self.ledger.values[self.ledger.criterion][i]
        threshold = self.ledger.threshold[i]
        if len(curve.thresholds) == 0:
            return  # there are only missing values to part
        if np.isnan(threshold):  # of the sets in order the one that is worth as much
            at = curve.thresholds[np.abs(curve.gains - value).argmin()]
        elif np.isinf(threshold):
            at = curve.thresholds[-1]
        else:
            at = threshold
        ax.axvline(at, color=colour, lw=1.0, ls="--" if mark == "D" else "-")
        ax.plot([at], [value], color=colour, marker=mark, ms=7, ls="none", label=label)

    @staticmethod
    def _name_categories(curve: GainCurve, ax: Any) -> None:
        """Categories stand between the cuts: those before a cut go left."""
        names = curve.categories or []
        if len(names) <= _MOST_CATEGORIES_NAMED:
            ax.set_xlim(0.3, len(names) + 0.2)
            ax.set_xticks(
                np.arange(len(names)) + 0.5, [shorten(name, 12) for name in names], fontsize=7,
                rotation=25, ha="right",
            )  # fmt: skip
        else:
            ax.set_xlabel(f"categories on one side, of {len(names)} in order", fontsize=8)


def _number_of(feature: Any, names: list[str]) -> int:
    """The number of a feature, given as such or by name."""
    if isinstance(feature, str):
        if feature not in names:
            raise ValueError(f"features={feature!r} is none of the tree's: {names[:20]}.")
        return names.index(feature)
    if not 0 <= feature < len(names):
        raise ValueError(f"features={feature} must be from 0 to {len(names) - 1}.")
    return int(feature)
