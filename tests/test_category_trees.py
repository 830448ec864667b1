"""What is asked of a fitted tree that splits by category: predictions, pruning, copies."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

import gaintree.predict
from gaintree import GainTreeClassifier, prune
from test_category_splits import nodes_of
from test_tree import check_structure

LEVELS = np.array([f"level {i}" for i in range(90)])  # two words a set


def table(n=600, seed=0, missing=0.1):
    """Labels by sets of categories and by a number, a sixth of them by chance."""
    rng = np.random.default_rng(seed)
    codes, few = rng.integers(0, len(LEVELS), n), rng.integers(0, 3, n)
    X = pd.DataFrame({"x": rng.normal(size=n), "many": LEVELS[codes], "few": LEVELS[few]})
    y = (rng.integers(0, 3, len(LEVELS))[codes] + (few == 1) + (X["x"] > 0.5)) % 3
    by_chance = rng.random(n) < 1 / 6
    y = np.where(by_chance, rng.integers(0, 3, n), y)
    return X.mask(rng.random(X.shape) < missing), y


X, y = table()
WHOLE = GainTreeClassifier().fit(X, y)
CODES = WHOLE._encoder.transform(X)


def leaves_of(tree, codes):
    """The leaf of each row, by the tree's own rules."""
    leaves = np.zeros(len(codes), dtype=np.int64)
    for node, rows, left in nodes_of(tree, codes):
        leaves[rows] = np.where(left, tree.children_left[node], tree.children_right[node])
    return leaves


def splits_by_category(tree):
    return np.count_nonzero(tree.category_set >= 0)


@pytest.mark.parametrize("n_jobs", [1, 3])
def test_samples_go_where_the_sets_send_them(n_jobs, monkeypatch):
    monkeypatch.setattr(gaintree.predict, "_WORTH_A_THREAD", 1)
    tree, new = WHOLE.tree_, table(500, seed=1)[0]
    estimator = GainTreeClassifier(n_jobs=n_jobs).fit(X, y)
    assert 0 < splits_by_category(tree) < tree.node_count - tree.n_leaves
    assert estimator.tree_.equals(tree)
    for given in (X, new):
        leaves = leaves_of(tree, WHOLE._encoder.transform(given))
        assert (estimator.apply(given) == leaves).all()
        assert (estimator.predict(given) == estimator.classes_[tree.majority[leaves]]).all()
        assert (estimator.predict_proba(given) == tree.value[leaves, 0]).all()


def test_paths_pass_the_nodes_of_the_samples():
    passed = WHOLE.decision_path(X).toarray().astype(bool)
    for node, rows, _ in nodes_of(WHOLE.tree_, CODES):
        assert (np.flatnonzero(passed[:, node]) == rows).all()


def test_importances_add_up_gains_by_column():
    tree = WHOLE.tree_
    summed = np.zeros(3)
    for node, rows, left in nodes_of(tree, CODES):
        entropies = []
        for some in (rows, rows[left], rows[~left]):
            p = np.bincount(y[some], minlength=3) / len(some)
            entropies.append(-len(some) * (p[p > 0] * np.log2(p[p > 0])).sum())
        summed[tree.feature[node]] += entropies[0] - entropies[1] - entropies[2]
    np.testing.assert_allclose(WHOLE.feature_importances_, summed / summed.sum())
    assert (WHOLE.feature_importances_ > 0.0).all()


def test_copies_are_the_same_tree():
    copy = pickle.loads(pickle.dumps(WHOLE))
    assert copy.tree_.equals(WHOLE.tree_)
    assert not copy.tree_.left_categories.flags.writeable
    assert (copy.predict_proba(X) == WHOLE.predict_proba(X)).all()
    assert clone(WHOLE).fit(X, y).tree_.equals(WHOLE.tree_)


def check_pruned(pruned, n_most):
    """What is left does with the samples what the counts of its nodes say."""
    check_structure(pruned)
    assert pruned.n_leaves <= n_most
    rows = pruned.category_set[pruned.category_set >= 0]
    assert rows.tolist() == list(range(len(pruned.left_categories)))
    assert (np.isnan(pruned.threshold) == (pruned.category_set >= 0)).all()
    for node, rows, _ in nodes_of(pruned, CODES):
        np.testing.assert_allclose(
            pruned.value[node, 0], np.bincount(y[rows], minlength=3) / len(rows), atol=1e-12
        )
    leaves = leaves_of(pruned, CODES)
    assert (gaintree.predict.apply(pruned, CODES)[0] == leaves).all()
    counts = np.bincount(leaves, minlength=pruned.node_count)
    assert (counts[pruned.is_leaf] == pruned.n_node_samples[pruned.is_leaf]).all()


@pytest.mark.parametrize("method", prune.names())
def test_pruned_by_every_method(method):
    held_out_X, held_out_y = table(400, seed=2)
    codes = WHOLE._encoder.transform(held_out_X)
    held_out = prune.class_counts(WHOLE.tree_, codes, held_out_y)
    path = prune.path(WHOLE.tree_, method, held_out=held_out)
    for i in (0, len(path) // 3, len(path) // 2, len(path) - 1):
        check_pruned(path.tree_at(i), WHOLE.get_n_leaves())
    check_pruned(prune.prune(WHOLE.tree_, method, held_out=held_out), WHOLE.get_n_leaves())


def test_pruned_by_ccp_alpha():
    pruned = GainTreeClassifier(ccp_alpha=0.01).fit(X, y)
    check_pruned(pruned.tree_, WHOLE.get_n_leaves() - 1)
    assert 0 < splits_by_category(pruned.tree_) < splits_by_category(WHOLE.tree_)
    assert pruned.tree_.equals(prune.prune_cost_complexity(WHOLE.tree_, 0.01))
    path = WHOLE.cost_complexity_pruning_path(X, y)
    assert GainTreeClassifier(ccp_alpha=path.ccp_alphas[-1]).fit(X, y).get_n_leaves() == 1


def test_raised():
    raised = prune.prune_and_raise(WHOLE.tree_, CODES, y, "entropy")
    check_pruned(raised, WHOLE.get_n_leaves() - 1)
    assert splits_by_category(raised) > 0
