"""`compare_criteria`: what it measures is what scikit-learn measures of the same trees."""

import dataclasses
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.model_selection import (
    GroupKFold,
    RepeatedStratifiedKFold,
    ShuffleSplit,
    StratifiedKFold,
    cross_validate,
)
from sklearn.tree import DecisionTreeClassifier

from gaintree import GainTreeClassifier, criteria, validate
from gaintree.criteria import Gini
from gaintree.model_selection import compare_criteria
from gaintree.model_selection._learners import all_criteria
from gaintree.prune import ErrorBased

TIMES = {"fit_seconds", "predict_seconds"}


def mixed_frame(n=300, seed=0):
    """Numbers, text, a dtype of categories, missing values; three classes, one rare."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "length": rng.normal(size=n).round(2),
            "town": rng.choice(["Bonn", "Ulm", "Kiel", None], n, p=[0.4, 0.3, 0.2, 0.1]),
            "name": [f"n{i}" for i in rng.integers(0, 80, n)],  # most folds lack some
            "size": pd.Categorical(rng.choice(["s", "m", "l"], n), categories=["s", "m", "l"]),
        }
    )
    frame.loc[::9, "length"] = np.nan
    y = np.where(frame["town"] == "Ulm", "a", np.where(frame["length"] > 0.5, "b", "a"))
    y[rng.random(n) < 0.1] = "c"
    return frame, y


@pytest.fixture(scope="module")
def mixed():
    frame, y = mixed_frame()
    template = GainTreeClassifier(max_depth=4, min_samples_leaf=3)
    chosen = ["entropy", "gini"]
    return compare_criteria(frame, y, criteria=chosen, estimator=template, cv=4, random_state=3)


@pytest.mark.parametrize("i", [0, 1, 2])
def test_the_measures_are_those_of_cross_validate(mixed, i):
    frame, y = mixed_frame()
    rules = {"max_depth": 4, "min_samples_leaf": 3}
    if i == 2:
        frame = frame.assign(
            town=frame["town"].astype("category").cat.codes.replace(-1, np.nan),
            name=frame["name"].astype("category").cat.codes,
            size=frame["size"].cat.codes,
        )
        learner = DecisionTreeClassifier(criterion="entropy", random_state=3, **rules)
    else:
        learner = GainTreeClassifier(criterion=mixed.names[i], **rules)
    folds = StratifiedKFold(4, shuffle=True, random_state=3)
    scoring = {
        "accuracy": "accuracy",
        "balanced_accuracy": "balanced_accuracy",
        "log_loss": "neg_log_loss",
        "roc_auc": "roc_auc_ovr_weighted",
        "leaves": lambda tree, *_: tree.get_n_leaves(),
        "depth": lambda tree, *_: tree.get_depth(),
    }
    expected = cross_validate(learner, frame, y, cv=folds, scoring=scoring)
    for name in scoring:
        scale = -1 / np.log(2) if name == "log_loss" else 1.0
        np.testing.assert_allclose(mixed.scores[name][i], scale * expected[f"test_{name}"])


def test_names_and_notes(mixed):
    assert mixed.names == ["entropy", "gini", "scikit-learn entropy"]
    assert mixed.feature_names == ["length", "town", "name", "size"]
    assert mixed.notes == [
        "columns of categories: 3; to scikit-learn they are integers in their order"
    ]
    assert repr(mixed) == "CriteriaComparison(3 learners, 4 folds)"
    assert (mixed.n_train + mixed.n_test == 300).all()


def test_the_first_agrees_with_itself(mixed):
    assert (mixed.scores["same_root"][0] == 1.0).all()
    assert (mixed.scores["same_splits"][0] == 1.0).all()
    assert mixed.differences["entropy"] is None
    assert mixed.differences["scikit-learn entropy"].features[0] is not None


def test_trees_of_all_rows_read_the_frame(mixed):
    frame, y = mixed_frame()
    for name in ("entropy", "gini"):
        alone = GainTreeClassifier(criterion=name, max_depth=4, min_samples_leaf=3).fit(frame, y)
        assert alone.tree_.equals(mixed.trees[name].tree_)
        np.testing.assert_array_equal(
            alone.predict_proba(frame), mixed.trees[name].predict_proba(frame)
        )


@pytest.mark.parametrize("seed", range(5))
def test_an_encoded_table_grows_the_trees_of_its_frame(seed):
    """Rows may lack categories that the table has: they go where missing values go."""
    rng = np.random.default_rng(seed)
    frame, y = mixed_frame(400, seed)
    rows = rng.permutation(400)
    train, test = rows[:60], rows[60:]
    table, _ = validate.encode_table(GainTreeClassifier(), frame, y)
    shared = GainTreeClassifier().fit(table[train], y[train])
    alone = GainTreeClassifier().fit(frame.iloc[train], y[train])
    np.testing.assert_array_equal(
        shared.predict_proba(table[test]), alone.predict_proba(frame.iloc[test])
    )
    np.testing.assert_array_equal(
        shared.predict_proba(frame.iloc[test]), alone.predict_proba(frame.iloc[test])
    )
    assert shared.feature_names_in_.tolist() == list(frame.columns)


def test_the_tests_and_ranks_of_a_measure(mixed):
    tests, ranks = mixed.paired_tests("accuracy"), mixed.mean_ranks("accuracy")
    assert list(tests) == ["gini", "scikit-learn entropy"]
    scores = mixed.scores["accuracy"]
    assert tests["gini"].difference == pytest.approx(np.mean(scores[1] - scores[0]))
    assert all(test.p_holm >= test.p_value for test in tests.values())
    assert sum(ranks.values()) == pytest.approx(6.0)
    fewest = mixed.mean("leaves")
    best = min(fewest, key=fewest.get)
    assert mixed.mean_ranks("leaves")[best] == min(mixed.mean_ranks("leaves").values())


def test_the_frames(mixed):
    frame = mixed.to_frame()
    assert frame.index.tolist() == mixed.names
    np.testing.assert_allclose(frame["accuracy"], mixed.scores["accuracy"].mean(axis=1))
    np.testing.assert_allclose(frame["fit_seconds"], np.median(mixed.scores["fit_seconds"], axis=1))
    np.testing.assert_allclose(frame["log_loss_std"], mixed.scores["log_loss"].std(axis=1, ddof=1))
    assert np.isnan(frame["accuracy_p_value"].iloc[0])
    assert frame["accuracy_p_holm"].iloc[1] == mixed.paired_tests("accuracy")["gini"].p_holm
    part = mixed.differences["scikit-learn entropy"]
    assert frame["part_depth"].iloc[2] == part.depth
    assert frame["part_reason"].iloc[2] == part.reason
    long = mixed.to_frame(folds=True)
    assert long.shape == (12, len(mixed.scores))
    assert long.loc[("gini", 2), "accuracy"] == mixed.scores["accuracy"][1, 2]


def test_the_frame_needs_pandas(mixed, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(ImportError, match=r"gaintree\[data\]"):
        mixed.to_frame()


def test_the_text(mixed):
    text = str(mixed)
    assert all(len(line) <= 100 for line in text.splitlines())
    for part in (
        "accuracy",
        "AUC",
        "scikit-learn entropy",
        "Nadeau",
        "- columns of categories: 3",
        "Log loss: ",
    ):
        assert part in text
    assert f"{mixed.mean('log_loss')['gini']:.3f}" in text


def test_text_stays_narrow_whatever_the_names_and_numbers(mixed):
    names = ["a criterion of a name beyond all measure", "gini", "scikit-learn entropy"]
    scores = dict(mixed.scores, leaves=mixed.scores["leaves"] * 1e4)
    scores["roc_auc"] = np.full_like(scores["roc_auc"], np.nan)
    renamed = dataclasses.replace(
        mixed,
        names=names,
        scores=scores,
        differences=dict(zip(names, mixed.differences.values(), strict=True)),
    )
    assert all(len(line) <= 100 for line in str(renamed).splitlines())
    assert "a criterion of a name…" in str(renamed)


def test_differences_that_count_are_named(mixed):
    better = dict(mixed.scores)
    better["accuracy"] = np.array([[0.5, 0.5, 0.51, 0.5], [0.9, 0.91, 0.9, 0.9], [0.5] * 4])
    text = str(dataclasses.replace(mixed, scores=better))
    assert "Accuracy: significantly different from entropy at 5%: gini (+0.4000)." in text


def test_html_is_escaped(mixed):
    html = dataclasses.replace(mixed, notes=["<script>alert(1)</script>"])._repr_html_()
    assert "<script>" not in html
    assert html.count("<table>") == 2
    assert html.count("<tr>") == 2 * (1 + len(mixed.names))


def test_threads_change_nothing_but_times():
    X, y = load_iris(return_X_y=True)
    chosen = ["entropy", "gini"]
    one = compare_criteria(X, y, criteria=chosen, cv=3)
    two = compare_criteria(X, y, criteria=chosen, cv=3, n_jobs=2)
    for name in set(one.scores) - TIMES:
        np.testing.assert_array_equal(one.scores[name], two.scores[name])
    assert one.notes == []
    assert two.notes == ["times are of trees grown together, n_jobs=2"]


def test_criteria_of_all_kinds():
    X, y = load_iris(return_X_y=True)
    found = compare_criteria(X, y, criteria=[Gini(), "log_loss"], baselines="gini", cv=2)
    assert found.names == ["gini", "log_loss", "scikit-learn gini"]
    assert compare_criteria(X, y, criteria="gini", baselines=(), cv=2).names == ["gini"]
    assert compare_criteria(X, y, criteria=Gini(), baselines=(), cv=2).names == ["gini"]


def test_all_is_every_criterion_once():
    assert all_criteria()[0] == "entropy"
    assert {criteria.get(name) for name in criteria.names()} == set(
        map(criteria.get, all_criteria())
    )
    assert len(all_criteria()) == len(set(all_criteria()))


def test_one_learner_alone_is_compared_with_nobody():
    X, y = load_iris(return_X_y=True)
    alone = compare_criteria(X, y, criteria="entropy", baselines=None, cv=2)
    assert alone.paired_tests("accuracy") == {}
    assert "against" not in str(alone)
    assert alone._repr_html_().count("<table>") == 1


def test_a_measure_that_there_is_not(mixed):
    for ask in (mixed.mean, mixed.std, mixed.paired_tests, mixed.mean_ranks):
        with pytest.raises(ValueError, match="measure='f1' is unknown; it must be one of"):
            ask("f1")


def test_one_fold_has_no_test():
    X, y = load_iris(return_X_y=True)
    found = compare_criteria(X, y, criteria="gini", cv=ShuffleSplit(1, random_state=0))
    assert found.n_folds == 1
    assert np.isnan(found.paired_tests("accuracy")["scikit-learn entropy"].p_value)
    assert "significant" not in str(found)


def test_folds_as_scikit_learn_takes_them():
    X, y = load_iris(return_X_y=True)
    repeated = RepeatedStratifiedKFold(n_splits=2, n_repeats=2, random_state=0)
    assert compare_criteria(X, y, criteria="gini", cv=repeated).n_folds == 4
    halves = [(np.arange(150) % 2 == 0, np.arange(150) % 2 == 1)]
    found = compare_criteria(X, y, criteria="gini", baselines=(), cv=halves)
    tree = GainTreeClassifier(criterion="gini").fit(X[::2], y[::2])
    assert found.scores["accuracy"][0, 0] == tree.score(X[1::2], y[1::2])
    groups = np.arange(150) // 50  # each group is a class, which the training rows lack
    found = compare_criteria(X, y, criteria="gini", cv=GroupKFold(3), groups=groups, baselines=())
    assert (found.scores["accuracy"] == 0.0).all()
    assert np.isnan(found.scores["roc_auc"]).all()
    assert "-" in str(found)


def test_a_rare_class_is_noted_and_not_warned_of():
    X = np.arange(20.0)[:, None]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = compare_criteria(X, [0] * 10 + [1] * 8 + [2] * 2, criteria="gini", cv=4)
    assert found.notes == ["classes with fewer rows than there are folds: 1"]


def test_parameters_reach_all_trees():
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    template = GainTreeClassifier(
        max_leaf_nodes=5, interaction_cst="no_interactions", monotonic_cst={"mean radius": -1}
    )
    found = compare_criteria(X, y, criteria="entropy", estimator=template, cv=2)
    assert (found.scores["leaves"] <= 5).all()
    assert found.notes == [
        "scikit-learn's trees are grown without interaction_cst='no_interactions'"
    ]
    assert found.trees["entropy"].get_params()["monotonic_cst"] == {"mean radius": -1}
    theirs = found.trees["scikit-learn entropy"].get_params()
    assert theirs["monotonic_cst"] == [-1] + [0] * 29
    assert template.random_state is None  # the estimator that is given is left alone


def test_weights_of_labels():
    """The same whether classes are named or numbered, in any order."""
    X, y = load_iris(return_X_y=True)
    X = X[:, :2]
    names, weights = np.array(["c", "a", "b"]), {0: 1, 1: 7, 2: 2}
    numbered = GainTreeClassifier(class_weight=weights, max_depth=3)
    named = GainTreeClassifier(class_weight={names[k]: weights[k] for k in weights}, max_depth=3)
    folds = list(StratifiedKFold(3).split(X, y))
    one = compare_criteria(X, y, criteria="entropy", estimator=numbered, cv=folds)
    other = compare_criteria(X, names[y], criteria="entropy", estimator=named, cv=folds)
    for measure in ("accuracy", "log_loss", "leaves"):
        np.testing.assert_allclose(one.scores[measure], other.scores[measure])
    expected = cross_validate(named, X, names[y], cv=folds)["test_score"]
    np.testing.assert_array_equal(other.scores["accuracy"][0], expected)


class Stump(GainTreeClassifier):
    """What an estimator that is more than a tree, such as one that is tuned, may be."""


def test_an_estimator_that_is_more_than_a_tree():
    X, y = load_iris(return_X_y=True)
    found = compare_criteria(X, y, criteria="gini", estimator=Stump(max_depth=1), cv=2)
    assert (found.scores["leaves"] == 2).all()
    assert isinstance(found.trees["gini"], Stump)
    assert found.notes == ["scikit-learn's trees are plain ones, the others Stump"]


def test_what_scikit_learn_cannot_take_is_left_out():
    X, y = load_iris(return_X_y=True)
    found = compare_criteria(X * 1e300, y, criteria="gini", cv=2)
    assert found.names == ["gini"]
    assert found.notes[0].startswith("left out: scikit-learn entropy (Input X contains infinity")


def test_progress_is_told_when_asked_for(capsys):
    X, y = load_iris(return_X_y=True)
    compare_criteria(X, y, criteria="gini", cv=2)
    assert capsys.readouterr().err == ""
    compare_criteria(X, y, criteria="gini", cv=2, verbose=True)
    assert capsys.readouterr().err == "all rows\nfold 1 of 2\nfold 2 of 2\n"


def test_the_pruned_tree_of_the_first():
    X, y = load_iris(return_X_y=True)
    template = GainTreeClassifier(max_depth=4, leaf_probability="laplace")
    method = ErrorBased(confidence=0.1, raising=True)
    found = compare_criteria(
        X, y, criteria="gini", estimator=template, pruning=method, baselines=(), cv=2
    )
    assert found.names == ["gini", "gini, pruned"]
    expected = GainTreeClassifier(criterion="gini", max_depth=4, pruning=method).fit(X, y)
    assert found.trees["gini, pruned"].tree_.equals(expected.tree_)
    assert found.notes == [f"gini, pruned: by {method}, with leaf_probability='laplace'"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"pruning": "mdll"}, ValueError, "'mdll' is unknown"),
        ({"criteria": "ginni"}, ValueError, "'ginni' is unknown"),
        ({"criteria": []}, ValueError, "criteria is empty"),
        ({"criteria": ["gini", "gini"]}, ValueError, r"\['gini'\] more than once"),
        ({"criteria": ["gini", 3]}, TypeError, "criteria holds 3, of type int"),
        ({"baselines": ["hellinger"]}, ValueError, "baselines holds 'hellinger'"),
        ({"estimator": DecisionTreeClassifier()}, TypeError, "is a DecisionTreeClassifier"),
        ({"estimator": GainTreeClassifier(max_depth=-1)}, ValueError, "'max_depth'"),
        ({"cv": []}, ValueError, "gives no folds"),
        ({"cv": [([0, 1], [])]}, ValueError, "without samples"),
        ({"cv": 51}, ValueError, "n_splits=51"),
        ({"random_state": "x"}, ValueError, "random_state|seed"),
    ],
)
def test_bad_parameters(arguments, error, message):
    X, y = load_iris(return_X_y=True)
    with pytest.raises(error, match=message):
        compare_criteria(X, y, **arguments)


def test_bad_data():
    with pytest.raises(ValueError, match="2 samples, but y has 3"):
        compare_criteria([[1.0], [2.0]], [0, 1, 1])
    dates = pd.DataFrame({"when": pd.to_datetime(["2020-01-01", "2021-01-01"])})
    with pytest.raises(TypeError, match="Column 'when' of X holds dates"):
        compare_criteria(dates, [0, 1])
