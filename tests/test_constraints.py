"""Monotonic and interaction constraints: the best admissible split at every node, and no other."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris, make_classification
from sklearn.tree import DecisionTreeClassifier

from gaintree import GainTreeClassifier, criteria
from gaintree.constraints import check_constraints
from gaintree.grow import Constraints, engines, grow_tree
from reference import LEAF
from reference import Constraints as Told
from strategies import CRITERIA, data, stopping_of, stopping_parameters
from test_engines import assert_same, property_test, rules, tables
from test_exact_tree import check_tree, codes, grow
from test_sklearn_equality import assert_same_answers, assert_same_arrays, compare, table_of


@pytest.fixture(autouse=True)
def _threads_for_all(monkeypatch):
    monkeypatch.setattr(engines, "_LEAST_IN_THREADS", 0)


@st.composite
def parameters_of(draw, n_features, are_two=True):
    """Constraints of a table with so many features, as parameters of the estimator."""
    numbers, parameters = st.integers(0, n_features - 1), {}
    if are_two and draw(st.booleans()):
        sign = st.sampled_from([-1, 0, 1])
        parameters["monotonic_cst"] = draw(st.lists(sign, min_size=n_features, max_size=n_features))
    sets = st.lists(st.frozensets(numbers, min_size=1), max_size=4)
    parameters["interaction_cst"] = draw(
        st.sampled_from([None, "pairwise", "no_interactions"]) | sets
    )
    return parameters


def groups_of(interaction_cst, n_features):
    features = range(n_features)
    if interaction_cst is None:
        return ()
    if interaction_cst == "no_interactions":
        return tuple({f} for f in features)
    if interaction_cst == "pairwise":
        return tuple(set(pair) for pair in itertools.combinations_with_replacement(features, 2))
    rest = set(features).difference(*interaction_cst)
    return (*map(set, interaction_cst), *([rest] if rest else []))


def told(parameters, n_features):
    groups = groups_of(parameters["interaction_cst"], n_features)
    return Told(tuple(parameters.get("monotonic_cst", ())), groups)


def check(draw, table, criterion, parameters, search="all", **others):
    n_features = table.X.shape[1]
    constraints = draw(parameters_of(n_features, are_two=len(set(codes(table.y))) <= 2))
    tree = grow(*table, criterion=criterion, **parameters, **constraints, **others)
    stopping = stopping_of(parameters, table.weights, len(table.y))
    check_tree(
        tree, table.X, codes(table.y), table.weights, criterion, stopping, search,
        told(constraints, n_features),
    )  # fmt: skip


@property_test(
    st.data(), data(weights=[None], classes=[2, 2, 3]), CRITERIA, stopping_parameters(), n=600
)
def test_every_split_is_the_best_admissible_of_counts(drawn, table, criterion, parameters):
    check(drawn.draw, table, criterion, parameters)


@property_test(st.data(), data(classes=[2, 2, 3]), CRITERIA, stopping_parameters(), n=600)
def test_every_split_is_the_best_admissible_of_weights(drawn, table, criterion, parameters):
    check(drawn.draw, table, criterion, parameters)


@property_test(st.data(), data(classes=[2]), CRITERIA, st.integers(1, 3), st.integers(0, 9), n=300)
def test_drawn_features_are_allowed_ones(drawn, table, criterion, max_features, seed):
    check(
        drawn.draw, table, criterion, {}, "feature" if max_features < table.X.shape[1] else "all",
        max_features=max_features, random_state=seed,
    )  # fmt: skip


@pytest.mark.slow
@property_test(
    st.data(),
    tables(classes=[2, 2, 3]),
    rules(),
    CRITERIA,
    st.sampled_from([None, 1, 20]),
    st.sampled_from([255, 3, 8]),
    st.sampled_from([1, 2, 5]),
    st.sampled_from([1024, 1024, 256, 64, 0]),
    st.sampled_from([False, False, False, True]),
    st.integers(0, 9),
    n=400,
)
def test_engines_grow_the_same_tree(
    drawn, table, rules, criterion, n_small, n_bins, n_threads, n_bits, exhaustive, seed
):
    X, y, n_classes, sample_weight, class_weight = table
    rules = rules._replace(max_features=min(rules.max_features, X.shape[1]))
    parameters = drawn.draw(parameters_of(X.shape[1], are_two=n_classes == 2))
    estimator = GainTreeClassifier(**parameters)
    estimator.n_features_in_, estimator.is_categorical_ = X.shape[1], None
    constraints = check_constraints(estimator, n_classes)
    arguments = (X, y, n_classes, sample_weight, class_weight, criteria.get(criterion), rules, seed)
    expected = grow_tree(
        *arguments, n_threads=1, exhaustive=True, n_bits=0, constraints=constraints
    )
    tree = grow_tree(
        *arguments, n_threads, exhaustive, n_small, n_bins, n_bits, constraints=constraints
    )
    assert_same(expected, tree)
    assert_apart(tree, groups_of(parameters["interaction_cst"], X.shape[1]))


def assert_apart(tree, groups):
    """The features of every path are in one group."""
    used = [frozenset()] * tree.node_count
    for node in np.flatnonzero(tree.children_left != LEAF):
        of_children = used[node] | {int(tree.feature[node])}
        assert not groups or any(of_children <= group for group in groups)
        used[tree.children_left[node]] = used[tree.children_right[node]] = of_children


def two_classes(n_samples):
    X, y = make_classification(n_samples, 6, n_informative=4, flip_y=0.2, random_state=1)
    return X.astype(np.float32), y


def signs_of(X, rng):
    """Constraints of about half of the features; of those that matter some the wrong way."""
    return rng.choice([-1, 0, 0, 1], X.shape[1])


GRID = [
    {},
    {"max_depth": 4},
    {"min_samples_leaf": 5},
    {"class_weight": "balanced"},
    {"max_leaf_nodes": 20, "min_samples_leaf": 3},
]  # no pruning: below a tie bounds differ, and so does what a subtree costs


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("criterion", ["entropy", "gini"])
def test_trees_are_those_of_scikit_learn_but_for_ties(criterion, missing, weighted):
    rng = np.random.default_rng(0)
    n_nodes, n_compared = 0, 0
    cancer, labels = load_breast_cancer(return_X_y=True)
    for X, y in (two_classes(400), two_classes(2000), (cancer.astype(np.float32), labels)):
        if missing:
            X = np.where(rng.random(X.shape) < 0.1, np.float32(np.nan), X)
        weights = rng.random(len(y)) if weighted else None
        for parameters in GRID:
            parameters = {**parameters, "monotonic_cst": signs_of(X, rng)}
            ours = GainTreeClassifier(criterion=criterion, **parameters).fit(X, y, weights)
            theirs = DecisionTreeClassifier(criterion=criterion, random_state=0, **parameters)
            theirs.fit(X, y, weights)
            table = table_of(X, y, weights, parameters.get("class_weight"))
            signs = parameters["monotonic_cst"]
            comparison = compare(ours.tree_, theirs.tree_, table, criterion, signs)
            n_nodes += ours.tree_.node_count
            n_compared += len(comparison.pairs)
    assert n_compared > 0.6 * n_nodes


def test_shallow_trees_are_those_of_scikit_learn():
    X, y = two_classes(2000)
    rng, n_equal = np.random.default_rng(0), 0
    for _ in range(10):
        parameters = {"criterion": "entropy", "max_depth": 4, "monotonic_cst": signs_of(X, rng)}
        ours = GainTreeClassifier(**parameters).fit(X, y)
        theirs = DecisionTreeClassifier(random_state=0, **parameters).fit(X, y)
        pairs, n_ties, n_pure = compare(ours.tree_, theirs.tree_, table_of(X, y, None), "entropy")
        if n_ties == n_pure == 0:
            n_equal += 1
            assert_same_answers(ours, theirs, X, pairs)
            assert_same_arrays(ours.tree_, theirs.tree_)
            path, other = (m.cost_complexity_pruning_path(X, y) for m in (ours, theirs))
            np.testing.assert_allclose(path.ccp_alphas, other.ccp_alphas, rtol=1e-9, atol=1e-12)
    assert n_equal > 5


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"criterion": "gini", "class_weight": "balanced"},
        {"max_leaf_nodes": 50},
        {"ccp_alpha": 0.001},
        {"splitter": "random"},
        {"max_features": 2},
        {"max_bins": 20},
    ],
    ids=str,
)
@pytest.mark.parametrize("n_samples", [300, 5000])
def test_probabilities_are_monotone(parameters, n_samples):
    X, y = two_classes(n_samples)
    X[:, :2][np.random.default_rng(0).random((n_samples, 2)) < 0.1] = np.nan
    signs = np.array([0, 1, -1, 1, 0, -1])
    tree = GainTreeClassifier(monotonic_cst=signs, random_state=0, **parameters).fit(X, y)
    free = GainTreeClassifier(random_state=0, **parameters).fit(X, y)
    assert rises(tree, X, signs) == 0.0
    assert rises(free, X, signs) > 0.1
    assert set(np.flatnonzero(signs)) & set(tree.tree_.feature)
    np.testing.assert_allclose(tree.predict_proba(X).sum(axis=1), 1.0, rtol=1e-15)


def rises(tree, X, signs):
    """The greatest step the wrong way of the probability of class 1 along a feature."""
    greatest = 0.0
    for feature in np.flatnonzero(signs):
        grid = np.linspace(np.nanmin(X[:, feature]), np.nanmax(X[:, feature]), 101)
        rows = X[:50].repeat(len(grid), axis=0)
        rows[:, feature] = np.tile(grid, 50)
        steps = np.diff(tree.predict_proba(rows)[:, 1].reshape(50, -1), axis=1)
        greatest = max(greatest, (-signs[feature] * steps).max())
    return greatest


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("n_samples", [20, 4000])
def test_a_constraint_against_the_data_leaves_a_leaf(sign, n_samples):
    x = np.arange(n_samples, dtype=float)
    y = (x >= n_samples // 2).astype(int)
    tree = GainTreeClassifier(monotonic_cst=[sign]).fit(x[:, None], y)
    assert tree.get_n_leaves() == (2 if sign == 1 else 1)


def test_constraints_that_forbid_nothing_change_nothing():
    X, y = two_classes(3000)
    free = GainTreeClassifier().fit(X, y).tree_
    for parameters in (
        {"monotonic_cst": np.zeros(6)},
        {"interaction_cst": [range(6)]},
        {"interaction_cst": []},
    ):
        assert GainTreeClassifier(**parameters).fit(X, y).tree_.equals(free)


@pytest.mark.parametrize("max_features", [None, 2])
def test_pairs_by_name_are_all_pairs(max_features):
    X, y = load_iris(return_X_y=True)
    for name, size in (("pairwise", 2), ("no_interactions", 1)):
        sets = list(itertools.combinations(range(4), size))
        trees = [
            GainTreeClassifier(interaction_cst=cst, max_features=max_features, random_state=0)
            for cst in (name, sets)
        ]
        one, other = (tree.fit(X, y).tree_ for tree in trees)
        assert one.equals(other)
        assert_apart(one, [set(group) for group in sets])
        assert not one.equals(GainTreeClassifier().fit(X, y).tree_)


def test_many_features():
    """More than a word of them, one set far away from the other."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(800, 150))
    y = (X[:, [3, 70, 140]] > 0).sum(axis=1) % 2
    groups = [{3, 140}, set(range(60, 150)) - {140}]
    tree = GainTreeClassifier(interaction_cst=groups).fit(X, y).tree_
    assert_apart(tree, [*groups, set(range(60)) - {3}])
    assert tree.n_leaves > 50


def test_constraints_by_name_are_those_by_position():
    X, y = two_classes(300)
    frame = pd.DataFrame(X, columns=list("abcdef"))
    by_name = GainTreeClassifier(monotonic_cst={"b": 1, "f": -1}).fit(frame, y)
    by_position = GainTreeClassifier(monotonic_cst=[0, 1, 0, 0, 0, -1]).fit(X, y)
    assert by_name.tree_.equals(by_position.tree_)
    for tree, rows in ((by_name, frame), (by_position, X)):
        again = clone(tree.to_sklearn()).fit(rows, y)
        assert list(again.monotonic_cst) == [0, 1, 0, 0, 0, -1]
        np.testing.assert_array_equal(
            tree.to_sklearn().predict_proba(rows), tree.predict_proba(rows)
        )


def test_categories_stand_beside_constraints():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"c": rng.choice(list("abcdef"), 2000), "x": rng.normal(size=2000)})
    frame["z"] = rng.normal(size=2000)
    y = (frame["c"].isin(["a", "d"]) ^ (frame["x"] + rng.normal(size=2000) > 0)).astype(int)
    parameters = {"monotonic_cst": {"x": 1}, "interaction_cst": [{0, 1}], "min_samples_leaf": 5}
    tree = GainTreeClassifier(**parameters).fit(frame, y)
    assert_apart(tree.tree_, [{0, 1}, {2}])
    assert (tree.tree_.category_set >= 0).any()
    for category in "abcdef":
        grid = pd.DataFrame({"c": category, "x": np.linspace(-3, 3, 200), "z": 0.0})
        assert (np.diff(tree.predict_proba(grid)[:, 1]) >= 0.0).all()


X, Y = np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 0.0]]), np.array([0, 0, 1, 1])
FRAME = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "c": list("xyxy")})


@pytest.mark.parametrize(
    ("parameters", "X", "message"),
    [
        ({"monotonic_cst": [0, 1, 0]}, X, r"monotonic_cst has shape \(3,\) .* X has 2 features"),
        ({"monotonic_cst": [[0], [1]]}, X, r"monotonic_cst has shape \(2, 1\)"),
        ({"monotonic_cst": [0, 2]}, X, r"of -1, 0 or 1. Observed values: \[2\]"),
        ({"monotonic_cst": [0.5, np.nan]}, X, r"Observed values: \[0.5, nan\]"),
        ({"monotonic_cst": ["1", None]}, X, r"Observed values: \['1', None\]"),
        ({"monotonic_cst": 1}, X, "'monotonic_cst' parameter"),
        ({"monotonic_cst": {"a": 1}}, X, "was not fitted on data with feature names"),
        ({"monotonic_cst": {"b": 1}}, FRAME, r"1 unexpected feature names: \['b'\]"),
        ({"monotonic_cst": {"a": 3}}, FRAME, r"monotonic_cst\['a'\] must be .* Got 3"),
        ({"monotonic_cst": {"c": -1}}, FRAME, "column 'c' holds categories, .* is -1"),
        ({"interaction_cst": [{0, 2}]}, X, r"\[0, 1\], got: 2 in {0, 2}"),
        ({"interaction_cst": [[-1]]}, X, r"\[0, 1\], got: -1"),
        ({"interaction_cst": [["a"]]}, X, "got: 'a'"),
        ({"interaction_cst": [0, 1]}, X, r"sequence of tuples, lists or sets, got: \[0, 1\]"),
        ({"interaction_cst": "triples"}, X, "'interaction_cst' parameter .*'pairwise'"),
    ],
)
def test_bad_constraints(parameters, X, message):
    with pytest.raises(ValueError, match=message):
        GainTreeClassifier(**parameters).fit(X, Y)


def test_monotonic_constraints_are_for_two_classes():
    with pytest.raises(ValueError, match=r"multiclass classification: .* two classes, y has 3"):
        GainTreeClassifier(monotonic_cst=[1, 0]).fit(X, [0, 1, 2, 1])
    assert GainTreeClassifier(monotonic_cst=[1, 0]).fit(X, [1] * 4).get_n_leaves() == 1


def test_signs_are_those_of_the_first_class_below():
    """The rule inside is of class 0, as scikit-learn's: what the user says is turned around."""
    estimator = GainTreeClassifier(monotonic_cst=[1, -1])
    estimator.n_features_in_, estimator.is_categorical_ = 2, None
    constraints = check_constraints(estimator, 2)
    assert isinstance(constraints, Constraints)
    assert constraints.signs.tolist() == [-1, 1]
