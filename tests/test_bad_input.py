"""Bad input gets scikit-learn's exception types and a message that names what is wrong."""

import numpy as np
import polars as pl
import pytest
from scipy.sparse import csr_matrix
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import InvalidParameterError

from gaintree import GainTreeClassifier, criteria

X = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 0.0]])
y = np.array([0, 0, 1, 1])


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"criterion": "entropie"}, ["criterion", "entropy", "'entropie'"]),
        ({"criterion": 3}, ["criterion", "3"]),
        ({"splitter": "worst"}, ["splitter", "best", "'worst'"]),
        ({"max_depth": 0}, ["max_depth", r"\[1, inf\)", "Got 0 instead"]),
        ({"max_depth": 1.5}, ["max_depth", "1.5"]),
        ({"min_samples_split": 1}, ["min_samples_split", "Got 1 instead"]),
        ({"min_samples_split": 1.5}, ["min_samples_split", "1.5"]),
        ({"min_samples_leaf": 0}, ["min_samples_leaf", "Got 0 instead"]),
        ({"min_samples_leaf": 1.0}, ["min_samples_leaf", "Got 1.0 instead"]),
        ({"min_weight_fraction_leaf": 0.6}, ["min_weight_fraction_leaf", "0.6"]),
        ({"max_features": 0}, ["max_features", "Got 0 instead"]),
        ({"max_features": "all"}, ["max_features", "sqrt", "'all'"]),
        ({"max_leaf_nodes": 1}, ["max_leaf_nodes", "Got 1 instead"]),
        ({"min_impurity_decrease": -0.1}, ["min_impurity_decrease", "-0.1"]),
        ({"ccp_alpha": -1.0}, ["ccp_alpha", "-1.0"]),
        ({"class_weight": "balance"}, ["class_weight", "balanced", "'balance'"]),
        ({"random_state": "seed"}, ["random_state", "'seed'"]),
        ({"categorical_features": "a"}, ["categorical_features", "from_dtype", "'a'"]),
        ({"max_bins": 1}, ["max_bins", "Got 1 instead"]),
        ({"n_jobs": 1.5}, ["n_jobs", "1.5"]),
    ],
)
def test_parameters_out_of_range(parameters, named):
    for part in named:
        with pytest.raises(InvalidParameterError, match=part):
            GainTreeClassifier(**parameters).fit(X, y)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"monotonic_cst": [0, 1, 1]}, r"monotonic_cst has shape \(3,\)"),
        ({"interaction_cst": [[0, 5]]}, "interaction_cst must consist of integer indices"),
        ({"max_bins": 256}, "'max_bins' parameter"),
        ({"max_bins": 9, "splitter": "random"}, "max_bins=9 needs splitter='best'"),
        ({"categorical_features": [2]}, r"\[0, n_features - 1\], got: 2; n_features is 2"),
        ({"categorical_features": [-1]}, r"\[0, n_features - 1\], got: -1"),
        ({"categorical_features": [True]}, r"must have shape \(n_features,\), got: \(1,\)"),
        ({"categorical_features": ["a"]}, r"without feature names, got: \['a'\]"),
        ({"categorical_features": [0.5]}, r"array-like of bool, int or str, got: \[0\.5\]"),
        ({"categorical_features": [[0, 1]]}, r"bool, int or str, got: \[\[0, 1\]\]"),
        ({"n_jobs": 0}, "n_jobs == 0"),
        ({"class_weight": {5: 1.0}}, "not in class_weight"),
        ({"class_weight": {0: -1.0, 1: 3.0}}, r"class_weight={0: -1.0, 1: 3.0} must hold finite"),
        ({"class_weight": {0: np.nan, 1: 3.0}}, "class_weight={0: nan"),
    ],
)
def test_parameters_that_cannot_be_used(parameters, message):
    with pytest.raises(ValueError, match=message):
        GainTreeClassifier(**parameters).fit(X, y)


@pytest.mark.parametrize(
    ("bad_X", "bad_y", "error", "message"),
    [
        (np.where(X == 3, np.inf, X), y, ValueError, "infinity"),
        (np.where(X == 3, -np.inf, X), y, ValueError, "infinity"),
        (X[:0], y[:0], ValueError, "0 sample"),
        (X[:, :0], y, ValueError, r"0 feature\(s\)"),
        (X, y[:3], ValueError, "X has 4 samples, but y has 3"),
        (X[0], y, ValueError, "1D array"),
        (X[None], y, ValueError, "dim 3"),
        (X * 1j, y, ValueError, "Complex data"),
        (np.full((4, 2), "a"), y, ValueError, "could not convert string"),
        (np.array([[{}], [{}]], dtype=object), y[:2], TypeError, "Column 0 of X holds {}"),
        (csr_matrix(X), y, TypeError, "sparse"),
        (pl.LazyFrame(X), y, TypeError, "lazy frame"),
        (X, [0.1, 0.7, 1.2, 3.3], ValueError, "continuous"),
        (X, [0.0, np.nan, 1.0, 1.0], ValueError, "NaN"),
        (X, None, ValueError, "y"),
        (X, np.eye(4), ValueError, "4 columns"),
        (X, [[1], [2, 3], [1], [1]], ValueError, "y|inhomogeneous"),
        (3.0, y, ValueError, "scalar"),
    ],
)
def test_bad_data_at_fit(bad_X, bad_y, error, message):
    estimator = GainTreeClassifier()
    with pytest.raises(error, match=message):
        estimator.fit(bad_X, bad_y)
    with pytest.raises(NotFittedError):
        estimator.predict(X)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ([1.0, -1.0, 1.0, 1.0], "[Nn]egative"),
        ([0.0] * 4, "zero|positive"),
        ([1.0] * 3, "sample_weight.shape"),
        ([[1.0]] * 4, "1D"),
        ([1.0, np.nan, 1.0, 1.0], "NaN"),
        ([1.0, np.inf, 1.0, 1.0], "infinity"),
        ([1e308] * 4, "sums to inf"),
    ],
)
def test_bad_weights(weight, message):
    with pytest.raises(ValueError, match=message), np.errstate(over="ignore"):
        GainTreeClassifier().fit(X, y, sample_weight=weight)


@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_log_proba", "apply", "decision_path"]
)
def test_bad_data_at_predict(method):
    tree = GainTreeClassifier()
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(tree, method)(X)
    tree.fit(X, y)
    for bad, message in [
        (X[:, :1], "X has 1 features, but GainTreeClassifier is expecting 2"),
        (np.full((1, 2), np.inf), "infinity"),
        (X[0], "Reshape your data"),
        (X[:0], "0 sample"),
    ]:
        with pytest.raises(ValueError, match=message):
            getattr(tree, method)(bad)


def test_names_of_criteria():
    with pytest.raises(ValueError, match=r"criterion='x' is unknown.*'entropy'"):
        criteria.get("x")


@pytest.mark.parametrize("fitted_before", [False, True])
def test_a_failed_fit_leaves_an_unfitted_estimator(fitted_before):
    tree = GainTreeClassifier()
    if fitted_before:
        tree.fit(X, y)
    tree.set_params(class_weight={7: 1.0})
    with pytest.raises(ValueError, match="not in class_weight"):
        tree.fit(X, y)
    with pytest.raises(NotFittedError):
        tree.predict(X)
