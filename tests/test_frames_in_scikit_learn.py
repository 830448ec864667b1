"""Frames with categories inside scikit-learn's searches, pipelines, ensembles and inspections.

Those that validate `X` themselves hand on an array of objects, which has no names: there
`categorical_features` can be "from_dtype", indices or a mask.
"""

import warnings

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier, VotingClassifier
from sklearn.inspection import partial_dependence, permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.fixes import parse_version

from gaintree import GainTreeClassifier
from table_makers import COLUMNS, FRAMES, LABELS, N_ROWS, each_frame, need, pandas_of

NO_ROWS_OF_PYARROW = parse_version(sklearn.__version__) < parse_version("1.7")


def indexable(X):
    if NO_ROWS_OF_PYARROW and type(X).__module__.startswith("pyarrow"):
        pytest.skip("scikit-learn takes rows of pyarrow's tables from 1.7 on")
    return X


@each_frame
def test_searches_and_cross_validation(make):
    X = indexable(make(COLUMNS))
    assert cross_val_score(GainTreeClassifier(), X, LABELS, error_score="raise").mean() > 0.8
    choices = ["from_dtype", ["colour", "shape"], [1, 2]]
    grid = {"max_depth": [1, 6], "categorical_features": choices}
    search = GridSearchCV(GainTreeClassifier(), grid, cv=3, error_score="raise").fit(X, LABELS)
    assert search.best_params_["max_depth"] == 6
    assert len(set(search.cv_results_["mean_test_score"].round(12))) == 2  # the choices are one


@each_frame
@pytest.mark.parametrize(
    "meta",
    [
        CalibratedClassifierCV(GainTreeClassifier(max_depth=4), cv=3),
        VotingClassifier([("tree", GainTreeClassifier())]),
        BaggingClassifier(GainTreeClassifier(), n_estimators=5, random_state=0),
        BaggingClassifier(GainTreeClassifier(), n_estimators=9, max_features=2, random_state=0),
        BaggingClassifier(
            GainTreeClassifier(categorical_features=[1, 2]), n_estimators=5, random_state=0
        ),
    ],
    ids=["calibration", "voting", "bagging", "bagging of some columns", "bagging by indices"],
)
def test_inside_other_estimators(make, meta):
    X = indexable(make(COLUMNS))
    assert clone(meta).fit(X, LABELS).score(X, LABELS) > 0.8


@each_frame
def test_inside_adaboost_which_allows_nothing_missing(make):
    full = [i for i in range(N_ROWS) if all(values[i] is not None for values in COLUMNS.values())]
    X = make({name: [values[i] for i in full] for name, values in COLUMNS.items()})
    boost = AdaBoostClassifier(GainTreeClassifier(max_depth=2), n_estimators=5, random_state=0)
    assert boost.fit(X, LABELS[full]).score(X, LABELS[full]) > 0.8


@each_frame
def test_permutation_importance(make):
    X = make(COLUMNS)
    tree = GainTreeClassifier().fit(X, LABELS)
    with warnings.catch_warnings():  # it hands on arrays, unless the frame is of pandas
        warnings.filterwarnings("ignore", "X does not have valid feature names")
        result = permutation_importance(tree, X, LABELS, random_state=0)
    assert np.argsort(result.importances_mean)[0] == 2


def test_partial_dependence():
    """scikit-learn's takes frames of pandas, and no missing categories."""
    X = pandas_of(COLUMNS).dropna(subset=["colour"])
    tree = GainTreeClassifier().fit(X, LABELS[X.index])
    result = partial_dependence(tree, X, ["colour"], categorical_features=["colour"])
    assert result["grid_values"][0].tolist() == ["blue", "green", "grey", "red"]
    assert result["average"].shape == (1, 4)
    assert partial_dependence(tree, X, ["size"], grid_resolution=9)["average"].shape == (1, 9)


# ColumnTransformer hands on no tables of pyarrow, and frames of pandas to pandas only.
PIPELINES = [
    pytest.param(make, container, id=f"{name} to {container}")
    for name, make in FRAMES.items()
    for container in ("pandas", "polars")
    if name.startswith(("polars", container))
]


@pytest.mark.parametrize(("make", "container"), PIPELINES)
def test_pipelines_whose_steps_hand_on_frames(make, container):
    need(container)
    X = make(COLUMNS)
    scale = make_column_transformer(
        (StandardScaler(), ["size"]), remainder="passthrough", verbose_feature_names_out=False
    )
    pipeline = make_pipeline(scale.set_output(transform=container), GainTreeClassifier())
    assert pipeline.fit(X, LABELS).score(X, LABELS) > 0.9
    assert pipeline[-1].is_categorical_.tolist() == [False, True, True]
    assert pipeline[-1].feature_names_in_.tolist() == ["size", "colour", "shape"]
    assert cross_val_score(pipeline, X, LABELS, error_score="raise").mean() > 0.8
