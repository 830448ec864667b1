"""What a comparison of criteria found: figures, tests, ranks."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree.inspection import TreeDifference
from gaintree.model_selection import _text as text
from gaintree.model_selection._measures import MEASURES, QUALITY
from gaintree.model_selection._statistics import corrected_t_test, holm, mean_ranks

Floats = npt.NDArray[np.float64]

_TIMES = ("fit_seconds", "predict_seconds")


class PairedTest(NamedTuple):
    """A learner against the first one, over the same folds.

    Attributes
    ----------
    difference : float
        Mean over the folds of the learner's score less that of the first.
    low, high : float
        Interval of 95 % of the difference.
    p_value : float
        Of no difference, by the corrected resampled t-test of Nadeau and Bengio (2003).
    p_holm : float
        The same, corrected for the number of learners that are tested (Holm, 1979).
    """

    difference: float
    low: float
    high: float
    p_value: float
    p_holm: float


@dataclass(frozen=True, repr=False, eq=False)
class CriteriaComparison:
    """Trees of several criteria on the same folds. ``print`` it, or look at it in a notebook.

    Attributes
    ----------
    names : list of str
        The learners, the one first that the others are compared with.
    scores : dict of str to ndarray of float64 of shape (n_learners, n_folds)
        By measure:

        - ``accuracy``, and ``balanced_accuracy``: mean share of hits in the classes of the fold;
        - ``log_loss`` in bits; a probability of 0 for the true class counts as 2e-16;
        - ``roc_auc``, each class against the others, weighted by its samples; classes that the fold
          lacks are left out, NaN if none is left;
        - ``calibration_error``, from 0 to 1: the samples in 15 bins by the probability of the
          predicted class, the sum over bins of ``n_bin / n |share of hits - mean probability|``
          (Guo et al., 2017);
        - ``leaves`` and ``depth``;
        - ``fit_seconds`` and ``predict_seconds``, wall time on the encoded table;
        - ``same_root``: 1 if the root splits the training samples as that of the first learner;
        - ``same_splits``: share of the splits of both trees that the other makes too: of the same
          samples, by the same column, into the same parts, wherever in the tree.
    trees : dict of str to (GainTreeClassifier or sklearn.tree.DecisionTreeClassifier)
        The trees of all samples, fitted. To those of scikit-learn, categories are integers.
    differences : dict of str to (TreeDifference or None)
        Where the tree of all samples parts first from that of the first learner; None if nowhere.
    n_train, n_test : ndarray of int64 of shape (n_folds,)
        Samples of each fold.
    feature_names : list of str of length n_features
    notes : list of str
        What was left out, and what else is to be known.
    """

    names: list[str]
    scores: dict[str, Floats]
    trees: dict[str, Any]
    differences: dict[str, TreeDifference | None]
    n_train: npt.NDArray[np.int64]
    n_test: npt.NDArray[np.int64]
    feature_names: list[str]
    notes: list[str]

    @property
    def n_folds(self) -> int:
        return len(self.n_train)

    def _scores_of(self, measure: str) -> Floats:
        if measure not in self.scores:
            known = ", ".join(map(repr, self.scores))
            raise ValueError(f"measure={measure!r} is unknown; it must be one of {known}.")
        return self.scores[measure]

    def mean(self, measure: str) -> dict[str, float]:
        """Return the mean of a measure over the folds, of times the median, by learner.

        Parameters
        ----------
        measure : str
            A key of `scores`.

        Returns
        -------
        means : dict of str to float
            Folds without a value, NaN, are left out; NaN if there are no others.

        Raises
        ------
        ValueError
            If there is no such measure.
        """
        middle = np.nanmedian if measure in _TIMES else np.nanmean
        return {
            name: np.nan if np.isnan(values).all() else float(middle(values))
            for name, values in zip(self.names, self._scores_of(measure), strict=True)
        }

    def paired_tests(self, measure: str) -> dict[str, PairedTest]:
        """Test every learner against the first.

        Parameters
        ----------
        measure : str
            A key of `scores`.

        Returns
        -------
        tests : dict of str to PairedTest
            By learner, the first one not among them. NaN where there are fewer than two folds.

        Notes
        -----
        Training sets of folds overlap, so a plain t-test finds differences that are not there. The
        variance of the mean is taken to be ``(1 / J + n_test / n_train)`` times that of the J
        differences. With five folds only large differences show.

        References
        ----------
        C. Nadeau, Y. Bengio, "Inference for the generalization error", Machine Learning 52 (2003)
        239-281.
        """
        first, *others = self._scores_of(measure)
        share = self.n_test / self.n_train
        tests = [corrected_t_test(scores - first, share) for scores in others]
        corrected = holm([test.p_value for test in tests])
        return {
            name: PairedTest(*test, p_holm)
            for name, test, p_holm in zip(self.names[1:], tests, corrected, strict=True)
        }

    def mean_ranks(self, measure: str) -> dict[str, float]:
        """Return the mean rank of every learner over the folds.

        Parameters
        ----------
        measure : str
            A key of `scores`.

        Returns
        -------
        ranks : dict of str to float
            1 is the best of all learners, the lowest for losses, sizes and times; equal ones share
            their ranks.
        """
        ranks = mean_ranks(self._scores_of(measure), MEASURES[measure].greater_is_better)
        return dict(zip(self.names, ranks.tolist(), strict=True))

    def to_frame(self, folds: bool = False) -> Any:
        """Return all figures as a pandas DataFrame.

        Parameters
        ----------
        folds : bool, default=False
            Whether to give a row a learner and fold instead of a row a learner.

        Returns
        -------
        frame : pandas.DataFrame
            By learner: each measure as `mean` has it; of the measures of predictions, with
            ``_std``, ``_difference``, ``_low``, ``_high``, ``_p_value``, ``_p_holm`` and ``_rank``,
            their standard deviation over folds, the paired test and the mean rank; where the tree
            of all samples parts from the first, ``part_depth``, ``part_samples``, ``part_reason``,
            missing if nowhere. By learner and fold: each measure.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError:
            raise ImportError("to_frame needs pandas: pip install 'gaintree[data]'") from None
        if folds:
            index = pd.MultiIndex.from_product(
                [self.names, range(self.n_folds)], names=["learner", "fold"]
            )
            columns = {name: scores.ravel() for name, scores in self.scores.items()}
            return pd.DataFrame(columns, index=index)
        index = pd.Index(self.names, name="learner")
        return pd.DataFrame(
            {
                name: [column.get(learner) for learner in self.names]
                for name, column in self._columns().items()
            },
            index=index,
        )

    def _columns(self) -> dict[str, dict[str, Any]]:
        columns: dict[str, dict[str, Any]] = {}
        for measure in MEASURES:
            columns[measure] = self.mean(measure)
            if measure in QUALITY:
                columns |= self._details(measure)
        parts = {name: part for name, part in self.differences.items() if part is not None}
        columns["part_depth"] = {name: part.depth for name, part in parts.items()}
        columns["part_samples"] = {name: part.n_samples for name, part in parts.items()}
        columns["part_reason"] = {name: part.reason for name, part in parts.items()}
        return columns

    def _details(self, measure: str) -> dict[str, dict[str, Any]]:
        tests = self.paired_tests(measure)
        columns = {f"{measure}_std": self.std(measure)}
        for field in PairedTest._fields:
            columns[f"{measure}_{field}"] = {
                name: getattr(test, field) for name, test in tests.items()
            }
        return columns | {f"{measure}_rank": self.mean_ranks(measure)}

    def std(self, measure: str) -> dict[str, float]:
        """Return the standard deviation of a measure over the folds, by learner.

        Parameters
        ----------
        measure : str
            A key of `scores`.

        Returns
        -------
        deviations : dict of str to float
            Of the J folds that have a value, with J - 1 in the denominator; NaN if J is less than
            2.
        """
        kept = [values[~np.isnan(values)] for values in self._scores_of(measure)]
        return {
            name: float(values.std(ddof=1)) if len(values) > 1 else np.nan
            for name, values in zip(self.names, kept, strict=True)
        }

    def __repr__(self) -> str:
        return f"CriteriaComparison({len(self.names)} learners, {self.n_folds} folds)"

    def __str__(self) -> str:
        return text.as_text(self)

    def _repr_html_(self) -> str:
        return text.as_html(self)
