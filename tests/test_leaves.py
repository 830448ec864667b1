"""Leaf probabilities against their formulas told plainly, and in the estimator."""

import pickle

import numpy as np
import pytest
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.datasets import load_iris, make_classification
from sklearn.utils._param_validation import InvalidParameterError

from gaintree import GainTreeClassifier, export_text, leaves, prune
from trees import for_all, tree_of, trees

X, y = make_classification(300, 6, n_classes=3, n_informative=4, flip_y=0.3, random_state=0)
RULES = [leaves.Laplace(), leaves.MEstimate(), leaves.Shrinkage()]


def path_to(tree, node):
    path = [node]
    while tree.parents[path[0]] >= 0:
        path.insert(0, int(tree.parents[path[0]]))
    return path


def laplace(shares, weights, strength):
    counts = shares[-1] * weights[-1]
    return (counts + strength) / (weights[-1] + strength * len(counts))


def m_estimate(shares, weights, strength):
    return (shares[-1] * weights[-1] + strength * shares[0]) / (weights[-1] + strength)


def uniform_m_estimate(shares, weights, strength):
    return m_estimate([np.full(len(shares[0]), 1 / len(shares[0])), shares[-1]], weights, strength)


def shrinkage(shares, weights, strength):
    proba = shares[0]
    for step in range(1, len(shares)):
        proba = proba + (shares[step] - shares[step - 1]) / (1 + strength / weights[step - 1])
    return proba


@pytest.mark.parametrize(
    ("rule", "formula"),
    [
        (leaves.Laplace, laplace),
        (leaves.MEstimate, m_estimate),
        (lambda strength: leaves.MEstimate(strength=strength, prior="uniform"), uniform_m_estimate),
        (leaves.Shrinkage, shrinkage),
    ],
    ids=["laplace", "m_estimate", "uniform m_estimate", "shrinkage"],
)
@for_all(trees(max_leaves=12), st.sampled_from([0.0, 0.5, 1.0, 30.0]))
def test_probabilities_are_those_of_the_formula(rule, formula, tree, strength):
    proba = rule(strength=strength).of_nodes(tree)
    for node in range(tree.node_count):
        path = path_to(tree, node)
        expected = formula(tree.value[path, 0], tree.weighted_n_node_samples[path], strength)
        np.testing.assert_allclose(proba[node], expected, atol=1e-12)
    assert (proba >= 0).all()
    np.testing.assert_allclose(proba.sum(axis=1), 1.0)


def test_a_worked_example_of_shrinkage():
    """4 of 10 positives; 1 of 6 on the left, 3 of 4 on the right; then 0 of 3 and 1 of 3."""
    tree = tree_of((([3, 0], [2, 1]), [1, 3]))
    proba = leaves.Shrinkage(strength=2).of_nodes(tree)[tree.is_leaf, 1]
    left = 0.4 + (1 / 6 - 0.4) / 1.2
    expected = [left + (0 - 1 / 6) / (1 + 2 / 6), left + (1 / 3 - 1 / 6) / (1 + 2 / 6)]
    np.testing.assert_allclose(proba, [*expected, 0.4 + (0.75 - 0.4) / 1.2])


@pytest.mark.parametrize("rule", RULES, ids=repr)
@for_all(trees(max_leaves=20))
def test_pruning_leaves_the_other_nodes_as_they_are(rule, tree):
    path = prune.path(tree, "cost_complexity")
    whole = rule.of_nodes(tree)
    for i in range(len(path)):
        pruned, ends = path.tree_at(i), np.unique(path.ends(i)[tree.is_leaf])
        np.testing.assert_array_equal(rule.of_nodes(pruned)[pruned.is_leaf], whole[ends])


@for_all(trees(max_leaves=20))
def test_samples_end_in_the_highest_leaf_above_them(tree):
    path = prune.path(tree, "mdl")
    for i in range(len(path)):
        given_up = (path.split_levels <= path.levels[i]) & ~tree.is_leaf
        for node, end in enumerate(path.ends(i).tolist()):
            expected = next((above for above in path_to(tree, node) if given_up[above]), node)
            assert end == expected


# In the estimator


@pytest.mark.parametrize("rule", [*leaves.names(), *RULES], ids=str)
def test_predictions_follow_the_probabilities(rule):
    tree = GainTreeClassifier(leaf_probability=rule, max_depth=4).fit(X, y)
    plain = GainTreeClassifier(max_depth=4).fit(X, y)
    proba = tree.predict_proba(X)
    assert tree.tree_.equals(plain.tree_)
    expected = leaves.get(rule).of_nodes(plain.tree_)[plain.apply(X)]
    np.testing.assert_array_equal(proba, expected)
    np.testing.assert_array_equal(tree.predict(X), tree.classes_[proba.argmax(axis=1)])
    np.testing.assert_allclose(np.exp(tree.predict_log_proba(X)), proba)
    exported = tree.to_sklearn()
    X_single = X.astype(np.float32)
    np.testing.assert_array_equal(exported.predict_proba(X), tree.predict_proba(X_single))
    np.testing.assert_array_equal(exported.predict(X), tree.predict(X_single))
    for copy in (pickle.loads(pickle.dumps(tree)), clone(tree).fit(X, y)):
        np.testing.assert_array_equal(copy.predict_proba(X), proba)


def test_the_most_probable_class_need_not_be_the_most_frequent():
    """A leaf of 1 no and 2 yes, at a root of 17 no and 3 yes."""
    X, y = [[0]] * 17 + [[1]] * 3, ["no"] * 16 + ["yes", "no"] + ["yes"] * 2
    strong = leaves.MEstimate(strength=10)
    trees = {
        rule: GainTreeClassifier(leaf_probability=rule).fit(X, y)
        for rule in ("frequency", "laplace", strong)
    }
    assert [tree.predict([[1]])[0] for tree in trees.values()] == ["yes", "yes", "no"]
    assert export_text(trees[strong]).count("class: no") == 2
    assert export_text(trees["laplace"]).count("class: no") == 1


def test_tied_classes_stay_tied():
    tree = GainTreeClassifier(leaf_probability="laplace", max_depth=1)
    tree.fit([[0.0], [0.0], [0.0], [1.0]], ["a", "b", "c", "c"])
    np.testing.assert_array_equal(tree.predict_proba([[0.0]]), [[1 / 3] * 3])
    assert tree.predict([[0.0]]) == ["a"]


@pytest.mark.parametrize("rule", RULES, ids=repr)
def test_weights_count_as_samples(rule):
    weights = np.random.default_rng(0).integers(0, 4, len(y))
    tree = GainTreeClassifier(leaf_probability=rule, min_samples_leaf=20)
    weighted = clone(tree).set_params(min_samples_leaf=1, max_depth=3).fit(X, y, weights)
    repeated = clone(tree).set_params(min_samples_leaf=1, max_depth=3)
    repeated.fit(np.repeat(X, weights, axis=0), np.repeat(y, weights))
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X))


def test_shrinkage_keeps_the_order_of_monotonic_constraints():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(400, 2))
    y = (X[:, 0] + rng.normal(size=400) > 0).astype(int)
    tree = GainTreeClassifier(monotonic_cst=[1, 0], leaf_probability="shrinkage").fit(X, y)
    line = np.column_stack([np.repeat(np.linspace(-3, 3, 200)[None], 20, axis=0).ravel(),
                            np.repeat(np.linspace(-2, 2, 20), 200)])  # fmt: skip
    proba = tree.predict_proba(line)[:, 1].reshape(20, 200)
    assert tree.get_n_leaves() > 20
    assert (np.diff(proba, axis=1) >= -1e-12).all()
    for rule in ("laplace", leaves.MEstimate()):
        tree.set_params(leaf_probability=rule)
        with pytest.raises(ValueError, match=r"leaf_probability=.* can undo monotonic_cst"):
            tree.fit(X, y)
        tree.set_params(monotonic_cst=[0, 0]).fit(X, y).set_params(monotonic_cst=[1, 0])


def test_more_strength_is_nearer_to_the_root():
    X, y = load_iris(return_X_y=True)
    tree = GainTreeClassifier().fit(X, y).tree_
    distance = [
        np.abs(leaves.Shrinkage(strength=s).of_nodes(tree) - tree.value[0, 0]).sum()
        for s in (0, 1, 10, 1e9)
    ]
    assert (np.diff(distance) < 0).all()
    assert distance[-1] < 1e-4


@pytest.mark.parametrize("make", [leaves.Laplace, leaves.MEstimate, leaves.Shrinkage])
def test_bad_strengths(make):
    with pytest.raises(InvalidParameterError, match=r"'strength'.*Got -1 instead"):
        make(strength=-1)


def test_bad_rules():
    for given in ("laplac", 3, None):
        with pytest.raises(InvalidParameterError, match="leaf_probability"):
            GainTreeClassifier(leaf_probability=given).fit(X, y)
    with pytest.raises(ValueError, match=r"method='x' is unknown.*\['frequency'"):
        leaves.get("x")
    with pytest.raises(ValueError, match=r"method=\['laplace'\] is unknown"):
        leaves.get(["laplace"])
    with pytest.raises(InvalidParameterError, match="prior"):
        leaves.MEstimate(prior="leaf")
