"""The estimator as scikit-learn users meet it: its checks, pipelines, searches, frames, weights."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from sklearn import config_context
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.fixes import parse_version

from gaintree import GainTreeClassifier, export_text
from gaintree.criteria import Entropy, Gini, Hellinger, get

X, y = load_iris(return_X_y=True)


SEARCHED_EACH_IN_ITS_WAY = (
    "entropy", "gini", "misclassification", "gain_ratio", "c45", "hellinger", "chi2", "grassberger",
    "mi_minus_emi", "random",
)  # fmt: skip


def _refused(estimator):
    """Criteria that count samples take no fractional weights, which one of the checks gives."""
    criterion = estimator.criterion
    if isinstance(criterion, str) and get(criterion).weights == "integer":
        return {"check_class_weight_classifiers": "weights must be whole numbers of samples"}
    return {}


@parametrize_with_checks(
    [
        *(GainTreeClassifier(criterion=name) for name in SEARCHED_EACH_IN_ITS_WAY),
        GainTreeClassifier(criterion=Gini()),
        GainTreeClassifier(criterion=Hellinger()),
        GainTreeClassifier(splitter="random"),
        GainTreeClassifier(max_depth=2, n_jobs=2),
        GainTreeClassifier(max_features="sqrt", criterion="gini"),
        GainTreeClassifier(max_leaf_nodes=5),
        GainTreeClassifier(min_samples_split=0.2),
        GainTreeClassifier(min_weight_fraction_leaf=0.1),
        GainTreeClassifier(min_impurity_decrease=0.02),
        GainTreeClassifier(max_p_value=0.5),
        GainTreeClassifier(ccp_alpha=0.01, random_state=0),
        GainTreeClassifier(pruning="error_based", leaf_probability="shrinkage"),
    ],
    expected_failed_checks=_refused,
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def test_parameters_and_defaults_are_those_of_scikit_learn():
    ours, theirs = GainTreeClassifier().get_params(), DecisionTreeClassifier().get_params()
    assert set(theirs) <= set(ours)
    assert {name for name in theirs if ours[name] != theirs[name]} == {"criterion"}
    assert ours["criterion"] == "entropy"
    assert set(ours) - set(theirs) == {
        "categorical_features",
        "category_charge",
        "interaction_cst",
        "leaf_probability",
        "max_bins",
        "max_p_value",
        "n_jobs",
        "pruning",
    }


def test_import_is_all_that_changes():
    ours = GainTreeClassifier(random_state=0).fit(X, y)
    theirs = DecisionTreeClassifier(criterion="entropy", random_state=0).fit(X, y)
    public = [name for name in dir(theirs) if not name.startswith("_")]
    missing = [name for name in public if not hasattr(ours, name)]
    assert missing == []
    assert ours.get_depth() == theirs.get_depth()
    assert ours.get_n_leaves() == theirs.get_n_leaves()
    assert ours.max_features_ == theirs.max_features_
    assert ours.n_outputs_ == theirs.n_outputs_


def test_criterion_by_object_is_the_criterion_by_name():
    by_object = GainTreeClassifier(criterion=Entropy()).fit(X, y)
    for name in ("entropy", "information_gain", "log_loss"):
        assert by_object.tree_.equals(GainTreeClassifier(criterion=name).fit(X, y).tree_)
    assert not by_object.tree_.equals(GainTreeClassifier(criterion="gini").fit(X, y).tree_)


@pytest.mark.parametrize("estimator", [GainTreeClassifier(), GainTreeClassifier(criterion=Gini())])
def test_clone_and_pickle_keep_everything(estimator):
    fitted = clone(estimator).fit(X, y)
    copy = pickle.loads(pickle.dumps(fitted))
    assert copy.tree_.equals(fitted.tree_)
    assert (copy.predict_proba(X) == fitted.predict_proba(X)).all()
    with pytest.raises(ValueError, match="read-only"):
        copy.tree_.threshold[0] = 0.0


def test_grid_search_over_a_pipeline_in_two_processes():
    pipeline = make_pipeline(StandardScaler(), GainTreeClassifier())
    grid = {"gaintreeclassifier__max_depth": [1, 3], "gaintreeclassifier__criterion": ["gini"]}
    search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2).fit(X, y)
    assert search.best_params_["gaintreeclassifier__max_depth"] == 3
    assert search.best_score_ > 0.9


@pytest.mark.parametrize(
    "meta",
    [
        AdaBoostClassifier(GainTreeClassifier(max_depth=1), n_estimators=5, random_state=0),
        BaggingClassifier(GainTreeClassifier(), n_estimators=5, random_state=0, n_jobs=2),
        CalibratedClassifierCV(GainTreeClassifier(max_depth=3), cv=3),
    ],
    ids=lambda meta: type(meta).__name__,
)
def test_inside_other_estimators(meta):
    assert cross_val_score(meta, X, y, cv=3).mean() > 0.85


def test_permutation_importance_finds_the_informative_columns():
    tree = GainTreeClassifier(max_depth=3).fit(X, y)
    result = permutation_importance(tree, X, y, random_state=0)
    assert set(np.argsort(result.importances_mean)[-2:]) == {2, 3}


NO_POLARS_NAMES = parse_version(sklearn.__version__) < parse_version("1.9")


@pytest.mark.parametrize(
    "make_frame",
    [
        pd.DataFrame,
        pytest.param(pl.DataFrame, marks=pytest.mark.skipif(NO_POLARS_NAMES, reason="1.9")),
    ],
)
def test_frames_give_feature_names(make_frame):
    columns = ["a", "b", "c", "d"]
    frame = make_frame(dict(zip(columns, X.T, strict=True)))
    tree = GainTreeClassifier().fit(frame, y)
    assert list(tree.feature_names_in_) == columns
    assert tree.tree_.equals(GainTreeClassifier().fit(X, y).tree_)
    assert (tree.predict(frame) == tree.classes_[tree.predict_proba(frame).argmax(axis=1)]).all()
    with pytest.raises(ValueError, match="feature names should match"):
        tree.predict(frame[["b", "a", "c", "d"]])
    with pytest.raises(ValueError, match="feature names should match"):
        tree.predict(frame[["a", "b", "c"]])


def test_float32_and_float64_are_taken_as_they_are():
    """Two float64 values that float32 cannot tell apart are parted; as float32 they are one."""
    values = np.array([[1.0], [1.0], [1.0 + 1e-9], [1.0 + 1e-9]])
    labels = [0, 0, 1, 1]
    assert GainTreeClassifier().fit(values, labels).get_n_leaves() == 2
    assert GainTreeClassifier().fit(values.astype(np.float32), labels).get_n_leaves() == 1


@pytest.mark.parametrize("dtype", [np.float16, np.int8, np.uint64, bool, object, np.longdouble])
def test_other_dtypes_become_float64(dtype):
    values = np.array([[0], [0], [1], [1]]).astype(dtype)
    tree = GainTreeClassifier().fit(values, [0, 0, 1, 1])
    assert tree.tree_.threshold[0] == 0.5
    assert list(tree.predict(values)) == [0, 0, 1, 1]


@pytest.mark.parametrize("labels", [["no", "yes"], [False, True], [-3, 10]])
def test_labels_come_back_as_they_were(labels):
    codes = (y > 0).astype(int)
    named = np.array(labels)[codes]
    tree = GainTreeClassifier().fit(X, named)
    assert tree.classes_.dtype == named.dtype
    assert (tree.predict(X) == named).all()


def test_one_class_and_one_row():
    tree = GainTreeClassifier().fit(X, np.ones(len(X)))
    assert tree.get_n_leaves() == 1
    assert (tree.predict_proba(X) == 1.0).all()
    assert GainTreeClassifier().fit(X[:1], y[:1]).predict(X[:2]).tolist() == [0, 0]


def test_balanced_class_weight_is_the_weight_it_stands_for():
    unbalanced = np.minimum(y, 1)
    weight = len(y) / (2 * np.bincount(unbalanced))
    balanced = GainTreeClassifier(class_weight="balanced").fit(X, unbalanced)
    by_hand = GainTreeClassifier().fit(X, unbalanced, sample_weight=weight[unbalanced])
    as_dict = GainTreeClassifier(class_weight=dict(enumerate(weight))).fit(X, unbalanced)
    assert balanced.tree_.equals(by_hand.tree_)
    assert balanced.tree_.equals(as_dict.tree_)


def test_random_state_decides_all_that_is_random():
    noisy_X, noisy_y = make_classification(300, 12, flip_y=0.2, random_state=0)
    for parameters in ({"splitter": "random"}, {"max_features": 3}):
        first, again, other = (
            GainTreeClassifier(random_state=seed, **parameters).fit(noisy_X, noisy_y).tree_
            for seed in (1, 1, 2)
        )
        assert first.equals(again)
        assert not first.equals(other)
    assert (
        GainTreeClassifier(random_state=1)
        .fit(noisy_X, noisy_y)
        .tree_.equals(GainTreeClassifier(random_state=2).fit(noisy_X, noisy_y).tree_)
    )


def test_check_input_false_takes_a_matrix_as_it_is():
    tree = GainTreeClassifier().fit(X, y, check_input=False)
    assert tree.tree_.equals(GainTreeClassifier().fit(X, y).tree_)
    fortran = np.asfortranarray(X.astype(np.float32))
    assert (tree.predict(fortran, check_input=False) == tree.predict(fortran)).all()


def test_refitting_forgets_the_first_fit():
    tree = GainTreeClassifier().fit(pd.DataFrame(X, columns=list("abcd")), y)
    tree.fit(X[:, :2], y)
    assert tree.n_features_in_ == 2
    assert not hasattr(tree, "feature_names_in_")


@pytest.mark.parametrize(
    ("max_features", "expected"), [("sqrt", 49), ("log2", 11), (0.5, 1200), (7, 7), (None, 2401)]
)
def test_max_features_are_counted_as_scikit_learn_does(max_features, expected):
    X, y = np.arange(4 * 2401.0).reshape(4, 2401), [0, 1, 0, 1]
    ours = GainTreeClassifier(max_features=max_features).fit(X, y)
    theirs = DecisionTreeClassifier(max_features=max_features).fit(X, y)
    assert ours.max_features_ == theirs.max_features_ == expected


def test_limits_without_limit():
    huge = 10**20
    limits = {"max_depth": huge, "max_leaf_nodes": huge}
    assert GainTreeClassifier(**limits).fit(X, y).get_n_leaves() == 9
    for name in ("min_samples_split", "min_samples_leaf"):
        assert GainTreeClassifier(**{name: huge}).fit(X, y).get_n_leaves() == 1


def test_a_fitted_tree_does_not_change_with_its_parameters():
    tree = GainTreeClassifier().fit(X, y)
    text = export_text(tree)
    tree.set_params(criterion="gini")
    assert export_text(tree) == text
    assert tree.to_sklearn().criterion == "entropy"


def test_sample_weight_is_routed_through_a_search():
    with config_context(enable_metadata_routing=True):
        tree = GainTreeClassifier().set_fit_request(sample_weight=True)
        tree.set_score_request(sample_weight=True)
        search = GridSearchCV(tree, {"max_depth": [1, 2]}, cv=2)
        weight = np.where(y == 0, 0.0, 1.0)
        search.fit(X, y, sample_weight=weight)
        assert (search.predict(X[y == 0]) != 0).all()
        assert not hasattr(tree, "set_predict_request")
