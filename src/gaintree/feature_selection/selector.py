"""The transformer: columns scored one by one, the best of them kept."""

import warnings
from numbers import Integral, Real
from typing import Any, Self

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator
from sklearn.feature_selection import SelectorMixin
from sklearn.utils import Tags
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils._set_output import _get_output_config
from sklearn.utils.validation import check_is_fitted, validate_data

from gaintree import validate
from gaintree.encode import run_in_threads
from gaintree.feature_selection.scores import SCORES, score_table
from gaintree.feature_selection.tables import tabulate


class SelectByInformation(SelectorMixin, BaseEstimator):
    """Keep the columns that tell most about the class, each taken by itself.

    Numbers, categories and missing values are read as `GainTreeClassifier` reads them.

    Parameters
    ----------
    criterion : str, default="adjusted_information"
        A function of this module: ``"information_gain"``, ``"gain_ratio"``,
        ``"symmetric_uncertainty"``, ``"adjusted_information"``, ``"significance"``.
    discretize : {"binary", "mdlp"}, default="binary"
        What becomes of a column of numbers: the two sides of its best binary split, or the bins of
        `mdlp_cuts`. ``"significance"`` knows the chances of the first only.
    threshold : float, default=0.0
        Columns are kept whose score is greater, in the unit of `criterion`. None keeps all. For
        ``"adjusted_information"`` 0.0 is what chance brings on average: about a third of the
        columns that tell nothing pass. With ``criterion="significance"`` and `threshold` 2.0 one in
        a hundred does.
    k : int, default=None
        Greatest number of columns that are kept, those of the highest scores, of ties the first.
    percentile : float, default=None
        The same as a percentage of all columns, in [0, 100].
    categorical_features : array-like of bool, int or str, "from_dtype", default="from_dtype"
        Which columns hold categories, as in `GainTreeClassifier`.
    n_jobs : int, default=None
        Number of threads that columns are shared among. None is 1, -1 all processors.

    Attributes
    ----------
    scores_ : ndarray of float64 of shape (`n_features_in_`,)
        The score of each column; 0.0 where it or the class does not vary.
    n_features_in_ : int
    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Only if `X` was a frame whose column names are all strings.
    is_categorical_ : ndarray of bool of shape (`n_features_in_`,) or None
        Which columns hold categories; None if none does.
    categories_ : list of (ndarray of object or None) of length `n_features_in_`, or None
        The categories of each column, as in `GainTreeClassifier`.

    See Also
    --------
    sklearn.feature_selection.SelectKBest : Of arrays of numbers, with the scores of this module.
    sklearn.feature_selection.mutual_info_classif : The information of a number without cutting it,
        estimated from distances to neighbours.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({
    ...     "colour": ["red", "blue"] * 20,
    ...     "name": [f"n{i}" for i in range(40)],
    ...     "length": [1.5, None, 2.5, 3.0, 4.5] * 8,
    ... })
    >>> y = X["colour"] == "red"
    >>> selector = SelectByInformation().set_output(transform="pandas").fit(X, y)
    >>> selector.scores_.round(3)
    array([ 0.981,  0.   , -0.059])
    >>> list(selector.transform(X))
    ['colour']
    """

    _parameter_constraints: dict[str, list[Any]] = {  # noqa: RUF012 (scikit-learn's protocol)
        "criterion": [StrOptions(set(SCORES))],
        "discretize": [StrOptions({"binary", "mdlp"})],
        "threshold": [Interval(Real, None, None, closed="neither"), None],
        "k": [Interval(Integral, 0, None, closed="left"), None],
        "percentile": [Interval(Real, 0.0, 100.0, closed="both"), None],
        "categorical_features": ["array-like", StrOptions({"from_dtype"}), None],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        criterion: str = "adjusted_information",
        *,
        discretize: str = "binary",
        threshold: float | None = 0.0,
        k: int | None = None,
        percentile: float | None = None,
        categorical_features: npt.ArrayLike | str | None = "from_dtype",
        n_jobs: int | None = None,
    ) -> None:
        self.criterion = criterion
        self.discretize = discretize
        self.threshold = threshold
        self.k = k
        self.percentile = percentile
        self.categorical_features = categorical_features
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any) -> Self:
        """Score all columns.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
            Numbers and categories; NaN, None, NaT, NA and null are missing values.
        y : array-like of shape (n_samples,)
            Class labels.

        Returns
        -------
        self : SelectByInformation

        Raises
        ------
        ValueError
            If a parameter is out of its range or does not go with another or with the data.
        TypeError
            If a column holds dates, mixes numbers and text, or has a value that cannot be hashed.
        """
        validate.check_parameters(self)
        if self.criterion == "significance" and self.discretize == "mdlp":
            raise ValueError(
                "criterion='significance' needs discretize='binary': how often chance makes bins as"
                " telling as those of discretize='mdlp' is not known."
            )
        X, y = validate.check_fit_data(self, X, y, check_input=True)
        labels, codes = validate.encode_labels(y)
        n_categories = np.zeros(X.shape[1], dtype=np.int64)
        if self._encoder is not None:
            n_categories = self._encoder.n_categories

        def score_column(feature: int) -> float:
            column = np.asfortranarray(X[:, feature : feature + 1])
            table = tabulate(column, n_categories[feature], codes, len(labels), self.discretize)
            return score_table(table, self.criterion)

        n_threads = validate.check_n_threads(self.n_jobs)
        self.scores_ = np.array(run_in_threads(score_column, range(X.shape[1]), n_threads))
        return self

    def transform(self, X: Any) -> Any:
        """Return the columns that are kept.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)

        Returns
        -------
        kept : ndarray of shape (n_samples, n_kept)
            A frame if `set_output` asks for one, with the dtypes of `X` if that is a frame.

        Raises
        ------
        NotFittedError
            If columns have not been scored.
        ValueError
            If `X` has not the columns of the fit.
        """
        check_is_fitted(self)
        asked_for = _get_output_config("transform", estimator=self)["dense"]
        if asked_for == "default" or not nw.dependencies.is_into_dataframe(X):
            return super().transform(X)
        validate_data(self, X, reset=False, skip_check_array=True)
        support = self.get_support(indices=True)
        if len(support) == 0:
            warnings.warn(
                f"No features were selected: no score exceeds threshold={self.threshold}, or k or"
                " percentile is 0.",
                UserWarning,
                stacklevel=2,
            )
        kept = nw.from_native(X)[:, support.tolist()]
        return kept.to_pandas() if asked_for == "pandas" else kept.to_polars()

    def _get_support_mask(self) -> npt.NDArray[np.bool_]:
        check_is_fitted(self)
        n_features = len(self.scores_)
        n_most = n_features if self.k is None else min(self.k, n_features)
        if self.percentile is not None:
            n_most = min(n_most, int(n_features * self.percentile / 100.0))
        kept = np.zeros(n_features, dtype=np.bool_)
        kept[np.argsort(-self.scores_, kind="stable")[:n_most]] = True
        return kept if self.threshold is None else kept & (self.scores_ > self.threshold)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "scores_")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags
