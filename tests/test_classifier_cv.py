"""`GainTreeClassifierCV` against grids that grow every tree anew."""

import pickle
import sys

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.datasets import load_iris, make_classification
from sklearn.exceptions import NotFittedError
from sklearn.metrics import get_scorer, make_scorer
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    LeaveOneGroupOut,
    PredefinedSplit,
    ShuffleSplit,
    StratifiedKFold,
)
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.estimator_checks import parametrize_with_checks

from gaintree import GainTreeClassifier, GainTreeClassifierCV, leaves, prune
from gaintree import estimators as gaintree_estimators
from gaintree.model_selection import TreeSizeDisplay
from gaintree.model_selection._choice import choose, summarize

X, y = make_classification(
    400, 8, n_informative=6, n_classes=3, n_clusters_per_class=1, flip_y=0.2, random_state=0
)
ALPHAS = [0.0, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.3, 2.0]


@parametrize_with_checks(
    [
        GainTreeClassifierCV(cv=3),
        GainTreeClassifierCV(
            cv=3, scoring="neg_log_loss", leaf_probability="shrinkage", rule="one_se", n_jobs=2
        ),
    ]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


def assert_as_grid(found, search):
    """The same scores, the same choice and the same tree."""
    np.testing.assert_allclose(
        found.cv_results_["mean_test_score"], search.cv_results_["mean_test_score"], rtol=1e-12
    )
    for name in search.cv_results_:
        if name.endswith("test_score") and not name.startswith("rank"):
            np.testing.assert_allclose(
                found.cv_results_[name], search.cv_results_[name], rtol=1e-9, atol=1e-12
            )
    assert found.best_index_ == search.best_index_
    assert found.best_score_ == pytest.approx(search.best_score_, rel=1e-12)
    assert found.tree_.equals(search.best_estimator_.tree_)


@pytest.mark.parametrize(
    "scoring",
    [
        None,
        "accuracy",
        "neg_log_loss",
        "balanced_accuracy",
        "roc_auc_ovr",
        lambda tree, X, y: tree.score(X[::2], y[::2]) - 0.001 * tree.get_n_leaves(),
    ],
    ids=["None", "accuracy", "neg_log_loss", "balanced_accuracy", "roc_auc_ovr", "callable"],
)
def test_it_is_the_grid_search(scoring):
    search = GridSearchCV(GainTreeClassifier(), {"ccp_alpha": ALPHAS}, scoring=scoring)
    found = GainTreeClassifierCV(ccp_alphas=ALPHAS, scoring=scoring).fit(X, y)
    assert_as_grid(found, search.fit(X, y))
    assert found.best_alpha_ == search.best_params_["ccp_alpha"]
    assert found.score(X, y) == pytest.approx(search.score(X, y))
    np.testing.assert_array_equal(found.cv_results_["param_ccp_alpha"], ALPHAS)


def test_it_is_the_grid_search_over_scikit_learns_tree():
    """Where no two splits are tied."""
    X_single, alphas = X.astype(np.float32), ALPHAS[1:-1]
    theirs = DecisionTreeClassifier(criterion="entropy", min_samples_leaf=15, random_state=0)
    search = GridSearchCV(theirs, {"ccp_alpha": alphas}).fit(X_single, y)
    found = GainTreeClassifierCV(ccp_alphas=alphas, min_samples_leaf=15).fit(X_single, y)
    np.testing.assert_allclose(
        found.cv_results_["mean_test_score"], search.cv_results_["mean_test_score"]
    )
    assert found.best_alpha_ == search.best_params_["ccp_alpha"]
    np.testing.assert_array_equal(found.tree_.threshold, search.best_estimator_.tree_.threshold)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("scoring", ["neg_log_loss", "f1_macro"])
def test_frames_with_categories_and_missing_values(make, scoring):
    rng = np.random.default_rng(0)
    names = np.array([f"v{i}" for i in range(12)], dtype=object)
    columns = {"a": X[:, 0], "b": X[:, 1], "name": names[(X[:, 2] * 2 % 12).astype(int)]}
    columns["name"][rng.random(len(y)) < 0.1] = None
    frame, labels = make(columns), np.array(["x", "y", "z"])[y]
    search = GridSearchCV(GainTreeClassifier(), {"ccp_alpha": ALPHAS}, scoring=scoring, cv=3)
    found = GainTreeClassifierCV(ccp_alphas=ALPHAS, scoring=scoring, cv=3).fit(frame, labels)
    assert_as_grid(found, search.fit(frame, labels))
    assert list(found.feature_names_in_) == ["a", "b", "name"]
    assert found.is_categorical_.tolist() == [False, False, True]


@pytest.mark.parametrize("scoring", ["accuracy", "neg_log_loss", "balanced_accuracy"])
def test_weights_count_in_fits_and_in_scores(scoring):
    weight = np.random.default_rng(0).integers(0, 4, len(y)).astype(float)
    found = GainTreeClassifierCV(ccp_alphas=ALPHAS, scoring=scoring).fit(X, y, weight)
    with config_context(enable_metadata_routing=True):
        scorer = get_scorer(scoring).set_score_request(sample_weight=True)
        tree = GainTreeClassifier().set_fit_request(sample_weight=True)
        search = GridSearchCV(tree, {"ccp_alpha": ALPHAS}, scoring=scorer)
        search.fit(X, y, sample_weight=weight)
    assert_as_grid(found, search)


def test_groups_stay_together():
    groups = np.arange(len(y)) // 7
    search = GridSearchCV(GainTreeClassifier(), {"ccp_alpha": ALPHAS}, cv=GroupKFold(4))
    found = GainTreeClassifierCV(ccp_alphas=ALPHAS, cv=GroupKFold(4)).fit(X, y, groups=groups)
    assert_as_grid(found, search.fit(X, y, groups=groups))
    assert found.n_splits_ == 4
    splits = list(LeaveOneGroupOut().split(X, y, groups // 20))
    assert GainTreeClassifierCV(cv=splits).fit(X, y).n_splits_ == len(splits)


@pytest.mark.parametrize(
    "parameters",
    [
        {"max_features": 3, "random_state": 0},
        {"max_features": 3, "random_state": np.random.RandomState(5)},
        {"criterion": "gini", "class_weight": "balanced", "max_depth": 6},
        {"min_samples_leaf": 0.02, "max_leaf_nodes": 30},
    ],
    ids=str,
)
def test_parameters_of_the_tree(parameters):
    found = GainTreeClassifierCV(ccp_alphas=ALPHAS, **clone_all(parameters)).fit(X, y)
    tree = GainTreeClassifier(**clone_all(parameters))
    assert_as_grid(found, GridSearchCV(tree, {"ccp_alpha": ALPHAS}).fit(X, y))


def clone_all(parameters):
    return {name: clone(value, safe=False) for name, value in parameters.items()}


@pytest.mark.parametrize("scoring", ["neg_log_loss", "roc_auc_ovr"])
def test_strengths_are_chosen_with_the_size(scoring):
    strengths = [1.0, 20.0, 300.0]
    grid = {
        "ccp_alpha": ALPHAS,
        "leaf_probability": [leaves.Shrinkage(strength=strength) for strength in strengths],
    }
    search = GridSearchCV(GainTreeClassifier(), grid, scoring=scoring).fit(X, y)
    found = GainTreeClassifierCV(
        ccp_alphas=ALPHAS, leaf_probability="shrinkage", strengths=strengths, scoring=scoring
    ).fit(X, y)
    assert_as_grid(found, search)
    assert found.best_strength_ == search.best_params_["leaf_probability"].strength
    np.testing.assert_array_equal(found.predict_proba(X), search.predict_proba(X))
    assert set(found.cv_results_["param_strength"]) == set(strengths)


def test_which_strengths_there_are():
    by_name, by_object, laplace = (
        GainTreeClassifierCV(ccp_alphas=[0.0, 0.1], **given).fit(X, y)
        for given in (
            {"leaf_probability": "shrinkage"},
            {"leaf_probability": leaves.Shrinkage(strength=7)},
            {"leaf_probability": "laplace", "strengths": [0.5, 2]},
        )
    )
    assert len(by_name.cv_results_["param_strength"]) == 2 * 6
    assert by_object.best_strength_ == 7
    assert "param_strength" not in by_object.cv_results_
    assert laplace.best_strength_ in (0.5, 2)
    assert GainTreeClassifierCV().fit(X, y).best_strength_ is None


@pytest.mark.parametrize(
    "method",
    [name for name in prune.names() if name not in ("reduced_error", "cost_complexity")],
)
def test_other_ways_to_prune(method):
    """Every tree of the path against one pruned by hand on each fold."""
    found = GainTreeClassifierCV(pruning=method, ccp_alphas=6, cv=3).fit(X, y)
    levels = found.cv_results_["param_ccp_alpha"]
    for i, (train, test) in enumerate(StratifiedKFold(3).split(X, y)):
        fold = GainTreeClassifier().fit(X[train], y[train])
        path = prune.path(
            fold.tree_, method, candidates=prune.count_candidates(fold.tree_, X[train])
        )
        for level, score in zip(levels, found.cv_results_[f"split{i}_test_score"], strict=True):
            vars(fold)["tree_"] = path.tree_at(path.index(level))
            assert score == fold.score(X[test], y[test])
    whole = GainTreeClassifier().fit(X, y).tree_
    path = prune.path(whole, method, candidates=prune.count_candidates(whole, X))
    assert found.tree_.equals(path.tree_at(path.index(found.best_alpha_)))


# What is grown, and what is chosen


def test_a_tree_is_grown_for_each_fold_and_one_for_all(monkeypatch):
    grown = []

    def grow_tree(X, *args, **kwargs):
        grown.append(len(X))
        return original(X, *args, **kwargs)

    original = gaintree_estimators.grow_tree
    monkeypatch.setattr(gaintree_estimators, "grow_tree", grow_tree)
    tree = GainTreeClassifierCV(cv=4, leaf_probability="shrinkage", scoring="roc_auc_ovr")
    tree.fit(X, y)
    assert sorted(grown) == [300] * 4 + [400]


@pytest.mark.parametrize("n_jobs", [2, -1])
def test_threads_change_nothing(n_jobs):
    parameters = {"scoring": "neg_log_loss", "leaf_probability": "shrinkage"}
    one = GainTreeClassifierCV(**parameters).fit(X, y)
    more = GainTreeClassifierCV(**parameters, n_jobs=n_jobs).fit(X, y)
    assert one.cv_results_.keys() == more.cv_results_.keys()
    for name, values in one.cv_results_.items():
        np.testing.assert_array_equal(values, more.cv_results_[name])
    assert one.tree_.equals(more.tree_)


def test_by_default_there_is_a_value_for_each_tree_of_the_path():
    found = GainTreeClassifierCV().fit(X, y)
    alphas, n_leaves = found.cv_results_["param_ccp_alpha"], found.cv_results_["n_leaves"]
    ends = prune.path(GainTreeClassifier().fit(X, y).tree_, "cost_complexity").levels[1:]
    expected = [0.0, *np.sqrt(ends[:-1] * ends[1:]), ends[-1]]
    np.testing.assert_allclose(alphas, expected[::-1])
    assert (np.diff(n_leaves) > 0).all()
    assert (n_leaves[0], n_leaves[-1]) == (1, GainTreeClassifier().fit(X, y).get_n_leaves())
    some = GainTreeClassifierCV(ccp_alphas=6).fit(X, y).cv_results_
    assert len(some["n_leaves"]) == 6
    assert set(some["param_ccp_alpha"]) < set(alphas)
    assert (some["n_leaves"][0], some["n_leaves"][-1]) == (1, n_leaves[-1])


def test_one_standard_error_is_the_rule_of_the_book():
    best, smaller = (GainTreeClassifierCV(rule=rule).fit(X, y) for rule in ("best", "one_se"))
    splits = np.array([best.cv_results_[f"split{i}_test_score"] for i in range(5)])
    means, i = splits.mean(axis=0), best.best_index_
    error = np.std(splits[:, i], ddof=1) / np.sqrt(5)
    close = [n for n, mean in zip(best.cv_results_["n_leaves"], means, strict=True)
             if mean >= means[i] - error]  # fmt: skip
    assert smaller.get_n_leaves() == min(close) < best.get_n_leaves()
    assert smaller.best_score_ == means[smaller.best_index_]


def test_ties():
    scores = summarize(np.array([[0.5, 0.7], [0.6, 0.8], [0.8, 0.6], [np.nan, 0.9]]))
    assert scores.rank.tolist() == [3, 1, 1, 4]
    assert choose(scores, np.array([1, 5, 3, 2]), "best") == 1
    assert choose(scores, np.array([9, 5, 3, 2]), "one_se") == 2
    assert choose(scores, np.array([1, 5, 3, 2]), "one_se") == 0
    assert choose(scores, np.array([9, 5, 5, 2]), "one_se") == 1


def test_a_fitted_one_is_a_fitted_tree():
    tree = GainTreeClassifierCV(leaf_probability="laplace").fit(X, y)
    single = GainTreeClassifier(ccp_alpha=tree.best_alpha_, leaf_probability="laplace").fit(X, y)
    assert tree.tree_.equals(single.tree_)
    copy = pickle.loads(pickle.dumps(tree))
    for other in (copy, single, tree.to_sklearn()):
        np.testing.assert_array_equal(other.predict_proba(X.astype(np.float32)),
                                      tree.predict_proba(X.astype(np.float32)))  # fmt: skip
    np.testing.assert_array_equal(tree.apply(X), single.apply(X))
    assert clone(tree).fit(X, y).tree_.equals(tree.tree_)
    np.testing.assert_array_equal(
        tree.cost_complexity_pruning_path(X, y).ccp_alphas,
        single.cost_complexity_pruning_path(X, y).ccp_alphas,
    )


def test_groups_are_routed_through_a_search():
    groups = np.arange(len(y)) // 7
    with config_context(enable_metadata_routing=True):
        tree = GainTreeClassifierCV(cv=GroupKFold(3)).set_fit_request(groups=True)
        search = GridSearchCV(tree, {"max_depth": [2]}, cv=GroupKFold(2), refit=False)
        search.fit(X, y, groups=groups)
    assert search.cv_results_["mean_test_score"][0] > 0.5


def test_a_callback_hears_of_the_end():
    callback = pytest.importorskip("sklearn.callback")
    monitor = callback.ProgressBar()
    tree = GainTreeClassifierCV().set_callbacks(monitor)
    assert tree.fit(X, y).tree_.equals(GainTreeClassifierCV().fit(X, y).tree_)


# Classes that folds lack, and scores that are no numbers


def test_a_class_that_a_training_set_lacks_has_probability_zero():
    rare = np.where(np.arange(len(y)) < 3, 7, y)
    fold = np.where(rare == 7, 0, np.arange(len(y)) % 2)
    cv = PredefinedSplit(fold)
    for scoring in ("neg_log_loss", make_scorer(log_loss_of_all, response_method="predict_proba")):
        tree = GainTreeClassifierCV(cv=cv, scoring=scoring, ccp_alphas=[0.0, 0.02])
        score = tree.fit(X, rare).cv_results_["split0_test_score"]
        assert np.isfinite(score).all()
        if scoring == "neg_log_loss":
            expected = score
        else:
            np.testing.assert_allclose(score, expected)
    assert tree.classes_.tolist() == [0, 1, 2, 7]


def log_loss_of_all(y, proba):
    proba = np.clip(proba, np.finfo(float).eps, 1 - np.finfo(float).eps)
    return np.log(proba[np.arange(len(y)), np.searchsorted([0, 1, 2, 7], y)]).mean()


def test_a_class_rarer_than_the_folds():
    rare = np.where(np.arange(len(y)) < 3, 7, y)
    with pytest.warns(UserWarning, match="least populated class in y has only 3 members"):
        GainTreeClassifierCV().fit(X, rare)


def test_scores_that_are_no_numbers():
    def nowhere(tree, X, y):
        return np.nan

    def not_at_the_root(tree, X, y):
        return tree.score(X, y) if tree.get_n_leaves() > 1 else np.nan

    with pytest.raises(ValueError, match="gave no number for any tree"):
        GainTreeClassifierCV(scoring=nowhere, ccp_alphas=ALPHAS).fit(X, y)
    with pytest.warns(UserWarning, match="test scores are non-finite"):
        tree = GainTreeClassifierCV(scoring=not_at_the_root, ccp_alphas=ALPHAS).fit(X, y)
    assert tree.get_n_leaves() > 1


def test_an_error_of_a_scorer_is_raised():
    def broken(tree, X, y):
        raise RuntimeError("no score")

    tree = GainTreeClassifierCV(scoring=broken)
    with pytest.raises(RuntimeError, match="no score"):
        tree.fit(X, y)
    with pytest.raises(NotFittedError):
        tree.predict(X)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"ccp_alphas": [-0.1, 0.1]}, r"ccp_alphas=\[-0.1, 0.1\] must not be negative"),
        ({"ccp_alphas": []}, r"ccp_alphas=\[\] must be a list of numbers"),
        ({"ccp_alphas": [[0.1]]}, "must be a list of numbers"),
        ({"ccp_alphas": [np.nan]}, "must be a list of numbers"),
        ({"ccp_alphas": 1}, "'ccp_alphas' parameter"),
        ({"pruning": "reduced_error"}, "pruning='reduced_error' needs samples held out"),
        ({"pruning": None}, "'pruning' parameter"),
        ({"strengths": [1.0]}, "needs a leaf_probability that has a strength"),
        ({"strengths": [], "leaf_probability": "laplace"}, r"strengths=\[\] must be a list"),
        ({"strengths": [-1.0], "leaf_probability": "laplace"}, "'strength' parameter"),
        ({"scoring": "accurate"}, "'scoring' parameter"),
        ({"rule": "two_se"}, "'rule' parameter"),
        ({"rule": "one_se", "cv": ShuffleSplit(1)}, "needs 2 folds at least"),
        ({"cv": 1}, "'cv' parameter"),
        ({"cv": "five"}, "'cv' parameter"),
        ({"cv": 300}, "n_splits=300 cannot be greater than the number of members in each class"),
        ({"max_depth": 0}, "'max_depth' parameter of GainTreeClassifierCV"),
    ],
    ids=str,
)
def test_bad_parameters(parameters, message):
    with pytest.raises((ValueError, InvalidParameterError), match=message):
        GainTreeClassifierCV(**parameters).fit(X, y)


def test_a_fold_that_weighs_nothing():
    fold = np.arange(len(y)) % 3
    with pytest.raises(ValueError, match="sample_weight is 0 for all samples that a fold leaves"):
        GainTreeClassifierCV(cv=PredefinedSplit(fold)).fit(X, y, np.minimum(fold, 1))


def test_fewer_samples_than_folds():
    with pytest.raises(ValueError, match="n_splits=5 greater than the number of samples: n_samp"):
        GainTreeClassifierCV().fit(X[:4], [0, 0, 1, 1])


# The picture


@pytest.fixture
def axes():
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    yield plt.subplots()[1]
    plt.close("all")


def test_the_display_shows_scores_against_leaves(axes):
    tree = GainTreeClassifierCV().fit(*load_iris(return_X_y=True))
    display = TreeSizeDisplay.from_estimator(tree, ax=axes, line_kw={"linestyle": "--"})
    results = tree.cv_results_
    line = display.lines_[0]
    np.testing.assert_array_equal(line.get_xdata(), results["n_leaves"])
    np.testing.assert_array_equal(line.get_ydata(), results["mean_test_score"])
    assert line.get_linestyle() == "--"
    band = display.fill_between_.get_paths()[0].vertices[:, 1]
    assert band.max() == max(results["mean_test_score"] + results["std_test_score"])
    assert display.best_.get_xydata().tolist() == [[tree.get_n_leaves(), tree.best_score_]]
    assert (display.ax_, display.figure_) == (axes, axes.figure)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Leaves", "Accuracy")
    assert display.plot().ax_ is not axes


def test_the_display_has_a_line_for_each_strength(axes):
    tree = GainTreeClassifierCV(
        leaf_probability="shrinkage", strengths=[1, 5], scoring="neg_log_loss", ccp_alphas=ALPHAS
    ).fit(X, y)
    display = TreeSizeDisplay.from_estimator(tree, ax=axes)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels[:2] == ["strength 1", "strength 5"]
    assert labels[-1].startswith(f"chosen: {tree.get_n_leaves()} leaves, strength ")
    scores = tree.cv_results_["mean_test_score"].reshape(-1, 2)[::-1]
    for line, expected in zip(display.lines_, scores.T, strict=True):
        np.testing.assert_array_equal(sorted(line.get_ydata()), sorted(expected))
    assert axes.get_ylabel() == "Negative log loss"


def test_the_display_needs_a_fitted_estimator_and_matplotlib(monkeypatch):
    with pytest.raises(NotFittedError):
        TreeSizeDisplay.from_estimator(GainTreeClassifierCV())
    tree = GainTreeClassifierCV(ccp_alphas=ALPHAS).fit(X, y)
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"gaintree\[plot\]"):
        TreeSizeDisplay.from_estimator(tree)
