"""The tree itself: its arrays, prediction, pruning; chains as deep as data allows."""

import pickle

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_wine, make_classification
from sklearn.tree import DecisionTreeClassifier

from gaintree import GainTreeClassifier, export_text
from gaintree.prune import cost_complexity_path, prune_cost_complexity, turn_into_leaves
from gaintree.tree import LEAF, UNDEFINED

X, y = load_breast_cancer(return_X_y=True)


@pytest.fixture(scope="module")
def chain():
    """Alternating labels in one column: each split peels off one sample."""
    n_samples = 30_000
    X = np.arange(n_samples, dtype=np.float64)[:, None]
    return GainTreeClassifier().fit(X, np.arange(n_samples) % 2), X


def check_structure(tree):
    """What holds of every tree, whatever it was grown from."""
    inner = np.flatnonzero(~tree.is_leaf)
    left, right = tree.children_left[inner], tree.children_right[inner]
    assert (left == inner + 1).all()  # depth first
    assert sorted([0, *left, *right]) == list(range(tree.node_count))
    assert (tree.children_right[tree.is_leaf] == LEAF).all()
    assert (tree.feature[tree.is_leaf] == UNDEFINED).all()
    assert (tree.threshold[tree.is_leaf] == UNDEFINED).all()
    assert ((tree.feature[inner] >= 0) & (tree.feature[inner] < tree.n_features)).all()
    for name in ("n_node_samples", "weighted_n_node_samples"):
        amount = getattr(tree, name)
        np.testing.assert_allclose(amount[inner], amount[left] + amount[right])
    np.testing.assert_allclose(tree.value.sum(axis=2), 1.0)
    assert (tree.gains() >= -1e-12).all()
    assert tree.node_count == 2 * tree.n_leaves - 1
    assert (tree.parents[left] == inner).all()
    assert (tree.parents[right] == inner).all()
    assert tree.parents[0] == -1


@pytest.mark.parametrize("parameters", [{}, {"max_leaf_nodes": 7}, {"ccp_alpha": 0.02}])
def test_structure(parameters):
    check_structure(GainTreeClassifier(**parameters).fit(X, y).tree_)


def test_names_and_dtypes_are_those_of_scikit_learn():
    ours = GainTreeClassifier().fit(X, y).tree_
    theirs = DecisionTreeClassifier(criterion="entropy", random_state=0).fit(X, y).tree_
    for name in ("node_count", "n_leaves", "max_depth", "n_features"):
        assert getattr(ours, name) == getattr(theirs, name)
    for name in ours.arrays().keys() - {"category_set", "left_categories"}:
        array, expected = getattr(ours, name), getattr(theirs, name)
        assert array.dtype == expected.dtype, name
        assert array.shape == expected.shape, name


def test_arrays_are_read_only():
    tree = GainTreeClassifier().fit(X, y).tree_
    for array in tree.arrays().values():
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(AttributeError, match="cannot assign"):
        tree.feature = None
    derived = (tree.majority, tree.depths, tree.parents, tree.is_leaf, *tree.packed)
    assert not any(array.flags.writeable for array in derived)


def test_what_follows_from_the_arrays_is_not_pickled():
    estimator = GainTreeClassifier().fit(X, y)
    size = len(pickle.dumps(estimator))
    estimator.predict(X)
    estimator.decision_path(X)
    assert len(pickle.dumps(estimator)) == size


def test_equals_looks_at_every_array():
    tree = GainTreeClassifier().fit(X, y).tree_
    assert tree.equals(GainTreeClassifier().fit(X, y).tree_)
    for other in (
        GainTreeClassifier(max_depth=2).fit(X, y),
        GainTreeClassifier().fit(X * 2, y),
        GainTreeClassifier().fit(np.c_[X, np.zeros(len(X))], y),
    ):
        assert not tree.equals(other.tree_)


def test_apply_and_decision_path_agree():
    estimator = GainTreeClassifier().fit(X, y)
    leaves, path = estimator.apply(X), estimator.decision_path(X)
    assert path.shape == (len(X), estimator.tree_.node_count)
    n_passed, n_samples = path.sum(axis=1).A1, path.sum(axis=0).A1
    assert (n_passed == estimator.tree_.depths[leaves] + 1).all()
    assert (path[np.arange(len(X)), leaves] == 1).all()
    assert (n_samples == estimator.tree_.n_node_samples).all()
    for row, leaf in zip(path[:20], leaves[:20], strict=True):
        nodes = row.indices
        assert nodes[0] == 0
        assert nodes[-1] == leaf
        assert (estimator.tree_.parents[nodes[1:]] == nodes[:-1]).all()


def test_predictions_are_the_shares_of_the_leaf():
    estimator = GainTreeClassifier(max_depth=3).fit(X, y)
    leaves, proba = estimator.apply(X), estimator.predict_proba(X)
    for leaf in np.unique(leaves):
        inside = leaves == leaf
        np.testing.assert_allclose(
            proba[inside], [np.bincount(y[inside], minlength=2) / inside.sum()] * inside.sum()
        )
    assert (estimator.predict(X) == proba.argmax(axis=1)).all()
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(estimator.predict_log_proba(X), np.log(proba))


def test_missing_values_go_to_their_side():
    X = np.array([[0.0], [1.0], [2.0], [3.0], [np.nan], [np.nan]])
    right = GainTreeClassifier().fit(X, [0, 0, 1, 1, 1, 1])
    left = GainTreeClassifier().fit(X, [0, 0, 1, 1, 0, 0])
    apart = GainTreeClassifier().fit(X, [0, 0, 0, 0, 1, 1])
    assert (right.predict([[np.nan]]), left.predict([[np.nan]])) == ([1], [0])
    assert apart.tree_.threshold[0] == np.inf
    assert apart.predict([[1e308], [np.nan]]).tolist() == [0, 1]


def test_unseen_missing_values_go_to_the_larger_side():
    larger_right = GainTreeClassifier().fit([[0.0], [1.0], [2.0]], [0, 1, 1])
    larger_left = GainTreeClassifier().fit([[0.0], [1.0], [2.0]], [0, 0, 1])
    equal = GainTreeClassifier().fit([[0.0], [1.0]], [0, 1])
    assert [t.predict([[np.nan]])[0] for t in (larger_right, larger_left, equal)] == [1, 0, 1]


def test_a_column_without_any_value_is_left_alone():
    padded = np.c_[np.full(len(X), np.nan), X]
    assert 0 not in GainTreeClassifier().fit(padded, y).tree_.feature
    assert GainTreeClassifier().fit(padded[:, :1], y).get_n_leaves() == 1


@pytest.mark.parametrize("criterion", ["entropy", "gini"])
def test_importances_are_those_of_scikit_learn(criterion):
    X, y = load_wine(return_X_y=True)
    ours = GainTreeClassifier(criterion=criterion, random_state=0).fit(X, y)
    theirs = ours.to_sklearn()
    np.testing.assert_allclose(ours.feature_importances_, theirs.feature_importances_)
    assert ours.feature_importances_.sum() == pytest.approx(1.0)
    raw = ours.tree_.compute_feature_importances(normalize=False)
    assert raw.sum() == pytest.approx(ours.tree_.impurity[0])  # all leaves are pure
    stump = GainTreeClassifier().fit(X, np.zeros(len(X)))
    assert (stump.feature_importances_ == 0.0).all()


# Pruning


def least_cost(tree, alpha, node=0):
    """Cost-complexity of the best pruned subtree below `node`, and its leaves, by recursion."""
    weight = tree.weighted_n_node_samples
    as_leaf = (tree.impurity[node] * weight[node] / weight[0] + alpha, 1)
    if tree.is_leaf[node]:
        return as_leaf
    below = [
        least_cost(tree, alpha, child[node]) for child in (tree.children_left, tree.children_right)
    ]
    as_branch = (below[0][0] + below[1][0], below[0][1] + below[1][1])
    return as_leaf if as_leaf[0] <= as_branch[0] + 1e-12 else as_branch


@pytest.mark.parametrize("seed", range(5))
def test_pruned_tree_has_the_least_cost_complexity(seed):
    X, y = make_classification(200, 6, flip_y=0.3, random_state=seed)
    tree = GainTreeClassifier().fit(X, y).tree_
    alphas, costs = cost_complexity_path(tree)
    assert (np.diff(alphas) >= 0.0).all()
    assert costs[-1] == pytest.approx(tree.impurity[0])
    for alpha in np.r_[0.0, (alphas[1:] + alphas[:-1]) / 2, alphas[-1] + 1.0]:
        pruned = prune_cost_complexity(tree, alpha)
        check_structure(pruned)
        cost = (pruned.impurity * pruned.weighted_n_node_samples)[pruned.is_leaf].sum() / len(y)
        best, n_leaves = least_cost(tree, alpha)
        assert cost + alpha * pruned.n_leaves == pytest.approx(best)
        assert pruned.n_leaves == n_leaves


def test_every_alpha_of_the_path_can_be_passed_on():
    """A split that gains nothing has an alpha of zero, rounded below it or not."""
    X = np.r_[[[1, 0, 1]] * 4, [[1, 0, 0], [1, 1, 1], [1, 0, 0], [1, 1, 1], [0, 0, 0], [1, 1, 0]]]
    y = [0, 2, 0, 2, 0, 1, 2, 1, 0, 0]
    path = GainTreeClassifier().cost_complexity_pruning_path(X, y)
    assert path.ccp_alphas[0] == 0.0
    assert (np.diff(path.ccp_alphas) >= 0.0).all()
    for alpha in path.ccp_alphas:
        GainTreeClassifier(ccp_alpha=alpha).fit(X, y)


@pytest.mark.parametrize("criterion", ["entropy", "gini"])
def test_pruning_path_is_that_of_scikit_learn(criterion):
    parameters = {"criterion": criterion, "random_state": 0, "min_samples_leaf": 5}
    ours = GainTreeClassifier(**parameters).cost_complexity_pruning_path(X, y)
    theirs = DecisionTreeClassifier(**parameters).cost_complexity_pruning_path(X, y)
    np.testing.assert_allclose(ours.ccp_alphas, theirs.ccp_alphas, atol=1e-12)
    np.testing.assert_allclose(ours.impurities, theirs.impurities, atol=1e-12)


def test_the_path_is_of_the_whole_tree_whatever_ccp_alpha_is():
    whole = GainTreeClassifier().cost_complexity_pruning_path(X, y)
    pruned = GainTreeClassifier(ccp_alpha=0.5).cost_complexity_pruning_path(X, y)
    np.testing.assert_array_equal(whole.ccp_alphas, pruned.ccp_alphas)


def test_turning_nodes_into_leaves_keeps_what_is_above():
    tree = GainTreeClassifier().fit(X, y).tree_
    target = tree.children_right[0]
    smaller = turn_into_leaves(tree, np.array([target, tree.children_left[target]]))
    check_structure(smaller)
    assert smaller.is_leaf[smaller.children_right[0]]
    assert smaller.n_node_samples[smaller.children_right[0]] == tree.n_node_samples[target]
    assert turn_into_leaves(tree, np.array([], dtype=np.int64)).equals(tree)
    assert turn_into_leaves(tree, np.array([0])).node_count == 1


# A chain as deep as there are samples: nothing recurses


@pytest.mark.slow
def test_a_chain_grows_predicts_and_pickles(chain):
    estimator, X = chain
    assert estimator.get_depth() == len(X) - 1
    check_structure(estimator.tree_)
    rows = np.array([0, 1, 15_000, 29_998, 29_999])
    assert estimator.predict(X[rows]).tolist() == [0, 1, 0, 0, 1]
    lengths = estimator.decision_path(X[rows]).sum(axis=1).A1
    assert (lengths == estimator.tree_.depths[estimator.apply(X[rows])] + 1).all()
    copy = pickle.loads(pickle.dumps(estimator))
    assert copy.tree_.equals(estimator.tree_)


@pytest.mark.slow
def test_a_chain_exports_and_prunes(chain):
    estimator, X = chain
    text = export_text(estimator, max_depth=3)
    assert len(text.splitlines()) == 13
    assert "truncated branch of depth 29995" in text
    alphas, costs = cost_complexity_path(estimator.tree_)
    assert costs[0] == pytest.approx(0.0)
    assert costs[-1] == pytest.approx(1.0)
    assert prune_cost_complexity(estimator.tree_, alphas[-1]).node_count == 1
    theirs = estimator.to_sklearn()
    assert theirs.get_depth() == estimator.get_depth()
    assert (theirs.predict(X[:3]) == estimator.predict(X[:3])).all()
