"""Scores of columns, as functions for the selectors of scikit-learn."""

from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.feature_selection.selector import SelectByInformation

Floats = npt.NDArray[np.float64]


def information_gain(
    X: Any,
    y: Any,
    *,
    discretize: str = "binary",
    categorical_features: npt.ArrayLike | str | None = "from_dtype",
    n_jobs: int | None = None,
) -> Floats:
    """Score each column by its information gain: what it tells about the class, in bits.

    The mutual information ``H(y) - H(y | column)`` of the rows of its table; for a column of
    numbers in two sides, the gain of the root of a tree that has no other column.

    Parameters
    ----------
    X : array-like or data frame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    discretize : {"binary", "mdlp"}, default="binary"
    categorical_features : array-like of bool, int or str, "from_dtype", default="from_dtype"
    n_jobs : int, default=None
        These as in `SelectByInformation`.

    Returns
    -------
    scores : ndarray of float64 of shape (n_features,)
        From 0.0 to the entropy of `y`, in bits.

    Raises
    ------
    ValueError, TypeError
        As `SelectByInformation.fit` does.

    References
    ----------
    J. R. Quinlan, "Induction of decision trees", Machine Learning 1 (1986) 81-106.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> information_gain(X, y).round(3)
    array([0.557, 0.283, 0.918, 0.918])
    >>> information_gain(X, y, discretize="mdlp").round(3)
    array([0.652, 0.386, 1.357, 1.378])

    In a selection, with a column of categories, told by their numbers:

    >>> from functools import partial
    >>> from sklearn.feature_selection import SelectKBest
    >>> score = partial(information_gain, categorical_features=[3])
    >>> SelectKBest(score, k=2).fit(X, y).get_support(indices=True)
    array([2, 3])
    """
    return _scores("information_gain", X, y, discretize, categorical_features, n_jobs)


def gain_ratio(
    X: Any,
    y: Any,
    *,
    discretize: str = "binary",
    categorical_features: npt.ArrayLike | str | None = "from_dtype",
    n_jobs: int | None = None,
) -> Floats:
    """Score each column by information gain over the entropy of the column itself.

    A column of numbers is cut where it gains most, as in C4.5, and not where the ratio is greatest.

    Parameters
    ----------
    X : array-like or data frame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    discretize : {"binary", "mdlp"}, default="binary"
    categorical_features : array-like of bool, int or str, "from_dtype", default="from_dtype"
    n_jobs : int, default=None
        These as in `SelectByInformation`.

    Returns
    -------
    scores : ndarray of float64 of shape (n_features,)
        From 0.0 to 1.0, without a unit.

    Raises
    ------
    ValueError, TypeError
        As `SelectByInformation.fit` does.

    References
    ----------
    J. R. Quinlan, "C4.5: Programs for Machine Learning", Morgan Kaufmann, 1993.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> gain_ratio(*load_iris(return_X_y=True)).round(3)
    array([0.576, 0.351, 1.   , 1.   ])
    """
    return _scores("gain_ratio", X, y, discretize, categorical_features, n_jobs)


def symmetric_uncertainty(
    X: Any,
    y: Any,
    *,
    discretize: str = "binary",
    categorical_features: npt.ArrayLike | str | None = "from_dtype",
    n_jobs: int | None = None,
) -> Floats:
    """Score each column by ``2 I(column; y) / (H(column) + H(y))``.

    Parameters
    ----------
    X : array-like or data frame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    discretize : {"binary", "mdlp"}, default="binary"
    categorical_features : array-like of bool, int or str, "from_dtype", default="from_dtype"
    n_jobs : int, default=None
        These as in `SelectByInformation`.

    Returns
    -------
    scores : ndarray of float64 of shape (n_features,)
        From 0.0, independence, to 1.0, where each tells all of the other; without a unit.

    Raises
    ------
    ValueError, TypeError
        As `SelectByInformation.fit` does.

    References
    ----------
    L. Yu, H. Liu, "Feature selection for high-dimensional data: a fast correlation-based filter
    solution", ICML 2003, 856-863.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> symmetric_uncertainty(*load_iris(return_X_y=True)).round(3)
    array([0.437, 0.237, 0.734, 0.734])
    """
    return _scores("symmetric_uncertainty", X, y, discretize, categorical_features, n_jobs)


def adjusted_information(
    X: Any,
    y: Any,
    *,
    discretize: str = "binary",
    categorical_features: npt.ArrayLike | str | None = "from_dtype",
    n_jobs: int | None = None,
) -> Floats:
    """Score each column by its information gain above chance, in bits.

    From the gain its mean is subtracted over all ways to deal out the classes to the samples. For a
    table that is the mean mutual information of all tables with the same sums, exactly (Vinh et
    al.). For the best of many cuts it is the mean of the tail of `significance`, which is an upper
    bound: columns of numbers that tell nothing score a little below 0. That the bins of
    ``discretize="mdlp"`` were chosen is not charged for: it leaves most such columns in one.

    Parameters
    ----------
    X : array-like or data frame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    discretize : {"binary", "mdlp"}, default="binary"
    categorical_features : array-like of bool, int or str, "from_dtype", default="from_dtype"
    n_jobs : int, default=None
        These as in `SelectByInformation`.

    Returns
    -------
    scores : ndarray of float64 of shape (n_features,)
        In bits. 0.0 on average for categories that tell nothing, and always for one of names.

    Raises
    ------
    ValueError, TypeError
        As `SelectByInformation.fit` does.

    References
    ----------
    N. X. Vinh, J. Epps, J. Bailey, "Information theoretic measures for clusterings comparison",
    Journal of Machine Learning Research 11 (2010) 2837-2854.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(0, 2, 500)
    >>> X = np.c_[rng.integers(0, 200, 500), y ^ (rng.random(500) < 0.3)]
    >>> information_gain(X, y, categorical_features=[0, 1]).round(3)
    array([0.381, 0.129])
    >>> adjusted_information(X, y, categorical_features=[0, 1]).round(3)
    array([0.03 , 0.127])
    """
    return _scores("adjusted_information", X, y, discretize, categorical_features, n_jobs)


def significance(
    X: Any,
    y: Any,
    *,
    categorical_features: npt.ArrayLike | str | None = "from_dtype",
    n_jobs: int | None = None,
) -> tuple[Floats, Floats]:
    """Score each column by how seldom chance tells as much: -log10 of its p-value.

    p is the chance of a table as telling, if classes were dealt out to the samples anew. For
    categories it is that of Pearson's statistic with its exact mean and variance (Haldane 1940), so
    that it holds for rare ones, too. For numbers it is that of the gain of the best cut, charged
    for the range of the cuts that it was chosen from (Miller and Siegmund 1982), which is on the
    safe side. The number of columns is not charged for:
    :class:`sklearn.feature_selection.SelectFwe` and its relatives do that.

    Parameters
    ----------
    X : array-like or data frame of shape (n_samples, n_features)
    y : array-like of shape (n_samples,)
    categorical_features : array-like of bool, int or str, "from_dtype", default="from_dtype"
    n_jobs : int, default=None
        These as in `SelectByInformation`.

    Returns
    -------
    scores : ndarray of float64 of shape (n_features,)
        -log10 p, at least 0.0.
    pvalues : ndarray of float64 of shape (n_features,)
        0.0 where they are too small for a float.

    Raises
    ------
    ValueError, TypeError
        As `SelectByInformation.fit` does.

    References
    ----------
    J. B. S. Haldane, "The mean and variance of chi-squared, when used as a test of homogeneity,
    when expectations are small", Biometrika 31 (1940) 346-355.
    R. Miller, D. Siegmund, "Maximally selected chi square statistics", Biometrics 38 (1982)
    1011-1016.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.feature_selection import SelectFwe
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(300, 5))
    >>> y = X[:, 2] + rng.normal(size=300) > 0
    >>> scores, pvalues = significance(X, y)
    >>> scores.round(1)
    array([ 0. ,  0.2, 20.4,  0.2,  0. ])
    >>> SelectFwe(significance, alpha=0.01).fit(X, y).get_support(indices=True)
    array([2])
    """
    scores = _scores("significance", X, y, "binary", categorical_features, n_jobs)
    return scores, 10.0**-scores


def _scores(
    score: str, X: Any, y: Any, discretize: str, categorical_features: Any, n_jobs: int | None
) -> Floats:
    selector = SelectByInformation(
        score, discretize=discretize, categorical_features=categorical_features, n_jobs=n_jobs
    )
    return selector.fit(X, y).scores_
