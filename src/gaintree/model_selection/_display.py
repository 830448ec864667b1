"""Score against size, as a picture."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted

from gaintree.model_selection._classifier_cv import GainTreeClassifierCV

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")  # Okabe and Ito


class TreeSizeDisplay:
    """Cross-validated score against the number of leaves.

    Make one by `from_estimator`.

    Parameters
    ----------
    n_leaves : ndarray of int64 of shape (n_levels,)
        Leaves of each tree.
    mean_scores, std_scores : ndarray of float of shape (n_levels, n_strengths)
        Mean and standard deviation of the scores over the folds.
    strengths : ndarray of float of shape (n_strengths,), default=None
        Of leaf probabilities, a line each. None if there is one line.
    best : tuple of int, default=None
        Level and strength of the tree that was chosen; None marks none.
    score_name : str, default=None
        Name of the score.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
    figure_ : matplotlib.figure.Figure
    lines_ : list of matplotlib.lines.Line2D
        A line for each strength.
    fill_between_ : matplotlib.collections.Collection
        The standard deviation around the line of the tree that was chosen.
    best_ : matplotlib.lines.Line2D or None
        The mark of the tree that was chosen.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from gaintree import GainTreeClassifierCV
    >>> from gaintree.model_selection import TreeSizeDisplay
    >>> tree = GainTreeClassifierCV().fit(*load_breast_cancer(return_X_y=True))
    >>> display = TreeSizeDisplay.from_estimator(tree)
    >>> display.ax_.get_xlabel()
    'Leaves'
    """

    def __init__(
        self,
        *,
        n_leaves: npt.NDArray[np.int64],
        mean_scores: npt.NDArray[np.float64],
        std_scores: npt.NDArray[np.float64],
        strengths: npt.NDArray[np.float64] | None = None,
        best: tuple[int, int] | None = None,
        score_name: str | None = None,
    ) -> None:
        self.n_leaves = n_leaves
        self.mean_scores = mean_scores
        self.std_scores = std_scores
        self.strengths = strengths
        self.best = best
        self.score_name = score_name

    @classmethod
    def from_estimator(
        cls,
        estimator: GainTreeClassifierCV,
        *,
        ax: Any = None,
        score_name: str | None = None,
        line_kw: dict[str, Any] | None = None,
        fill_between_kw: dict[str, Any] | None = None,
    ) -> Self:
        """Plot the scores that a fitted estimator has chosen by.

        Parameters
        ----------
        estimator : GainTreeClassifierCV
            Fitted.
        ax : matplotlib.axes.Axes, default=None
            None makes a new figure.
        score_name : str, default=None
            Label of the axis of scores. None takes the name of `scoring`.
        line_kw : dict, default=None
            For ``ax.plot``, of all lines.
        fill_between_kw : dict, default=None
            For ``ax.fill_between``.

        Returns
        -------
        display : TreeSizeDisplay

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        ImportError
            If matplotlib is not installed.
        """
        check_is_fitted(estimator)
        results = estimator.cv_results_
        n_strengths = len(np.unique(results.get("param_strength", [0.0])))
        strengths = results["param_strength"][:n_strengths] if n_strengths > 1 else None
        display = cls(
            n_leaves=results["n_leaves"][::n_strengths],
            mean_scores=results["mean_test_score"].reshape(-1, n_strengths),
            std_scores=results["std_test_score"].reshape(-1, n_strengths),
            strengths=strengths,
            best=divmod(estimator.best_index_, n_strengths),
            score_name=score_name or _name_of(estimator.scoring),
        )
        return display.plot(ax, line_kw=line_kw, fill_between_kw=fill_between_kw)

    def plot(
        self,
        ax: Any = None,
        *,
        line_kw: dict[str, Any] | None = None,
        fill_between_kw: dict[str, Any] | None = None,
    ) -> Self:
        """Plot the scores.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            None makes a new figure.
        line_kw : dict, default=None
            For ``ax.plot``, of all lines.
        fill_between_kw : dict, default=None
            For ``ax.fill_between``.

        Returns
        -------
        self : TreeSizeDisplay

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        ax = _new_axes() if ax is None else ax
        order = np.argsort(self.n_leaves, kind="stable")
        x, means, stds = self.n_leaves[order], self.mean_scores[order], self.std_scores[order]
        self.lines_ = []
        for j, mean in enumerate(means.T):
            label = "mean" if self.strengths is None else f"strength {self.strengths[j]:g}"
            style = {"color": _COLOURS[j % len(_COLOURS)], "label": label, **(line_kw or {})}
            self.lines_ += ax.plot(x, mean, **style)
        level, shown = (None, 0) if self.best is None else self.best
        style = {"color": self.lines_[shown].get_color(), "alpha": 0.2, "linewidth": 0}
        style |= {"label": "± 1 standard deviation", **(fill_between_kw or {})}
        low, high = means[:, shown] - stds[:, shown], means[:, shown] + stds[:, shown]
        self.fill_between_ = ax.fill_between(x, low, high, **style)
        self.best_ = None
        if level is not None:
            n_leaves, score = self.n_leaves[level], self.mean_scores[level, shown]
            label = f"chosen: {n_leaves} leaves" if n_leaves > 1 else "chosen: 1 leaf"
            if self.strengths is not None:
                label += f", strength {self.strengths[shown]:g}"
            (self.best_,) = ax.plot(
                n_leaves, score, "o", color="black", markersize=6, zorder=3, label=label
            )
        ax.set(xlabel="Leaves", ylabel=self.score_name or "Score", xscale="log")
        ax.xaxis.set_major_formatter("{x:g}")
        ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _name_of(scoring: Any) -> str:
    """The name of a score, in the manner of scikit-learn's displays."""
    if scoring is None:
        return "Accuracy"
    name = scoring if isinstance(scoring, str) else getattr(scoring, "__name__", "score")
    name = f"negative {name[4:]}" if name.startswith("neg_") else name
    return name.replace("_", " ").capitalize()


def _new_axes() -> Any:
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            "TreeSizeDisplay needs matplotlib: pip install 'gaintree[plot]'"
        ) from error
    return plt.subplots()[1]
