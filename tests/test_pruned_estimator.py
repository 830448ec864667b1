"""`pruning=` in the estimator: a method as `gaintree.prune` has it, with what it must know."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.utils._param_validation import InvalidParameterError

from gaintree import GainTreeClassifier, GainTreeClassifierCV, prune

X, y = make_classification(400, 6, flip_y=0.3, random_state=0)
METHODS = [
    *(name for name in prune.names() if name != "reduced_error"),
    prune.ErrorBased(confidence=0.05),
    prune.Significance(correction=None, max_p=0.2),
]


def by_hand(tree, X, y, method):
    """What pruning the whole tree leaves, the candidates counted on its samples."""
    candidates = prune.count_candidates(tree, X)
    return prune.prune(tree, method, candidates=candidates)


@pytest.mark.parametrize("method", METHODS, ids=str)
def test_it_is_what_pruning_leaves_of_the_whole_tree(method):
    rng = np.random.default_rng(0)
    rounded = np.where(rng.random(X.shape) < 0.1, np.nan, X.round(1))
    weights = rng.integers(0, 3, len(y)).astype(float)
    whole = GainTreeClassifier().fit(rounded, y, weights).tree_
    pruned = GainTreeClassifier(pruning=method).fit(rounded, y, weights)
    assert pruned.tree_.equals(by_hand(whole, rounded[weights > 0], y, method))
    assert clone(pruned).fit(rounded, y, weights).tree_.equals(pruned.tree_)
    assert pickle.loads(pickle.dumps(pruned)).tree_.equals(pruned.tree_)


@pytest.mark.parametrize("method", ["error_based", "mdl", "significance", "reduced_error"])
def test_frames_with_categories_and_missing_values(method):
    rng = np.random.default_rng(1)
    names = np.array([f"v{i}" for i in range(40)])
    frame = pd.DataFrame({"number": X[:, 0], "name": names[rng.integers(0, 40, len(y))]})
    frame.loc[rng.random(len(y)) < 0.1, "name"] = None
    labels = np.where(y == 1, "yes", "no")
    tree = GainTreeClassifier(pruning=method).fit(frame, labels)
    whole = GainTreeClassifier().fit(frame, labels)
    assert 1 <= tree.get_n_leaves() < whole.get_n_leaves()
    assert set(tree.predict(frame)) <= {"no", "yes"}


def test_balanced_classes_are_pruned_by_their_weights():
    skewed = np.where(np.arange(len(y)) % 4 > 0, 0, y)
    tree = GainTreeClassifier(pruning="mdl", class_weight="balanced").fit(X, skewed)
    whole = GainTreeClassifier(class_weight="balanced").fit(X, skewed).tree_
    assert tree.tree_.equals(by_hand(whole, X, skewed, "mdl"))


def test_a_weight_of_zero_for_a_class_leaves_its_samples_out():
    three = np.where(X[:, 0] > 0.5, 2, y)
    tree = GainTreeClassifier(pruning="mdl", class_weight={0: 1, 1: 1, 2: 0}).fit(X, three)
    whole = GainTreeClassifier(class_weight={0: 1, 1: 1, 2: 0}).fit(X, three).tree_
    assert tree.tree_.equals(by_hand(whole, X[three < 2], three, "mdl"))


def test_reduced_error_prunes_by_samples_it_has_held_out():
    method = prune.ReducedError(validation_fraction=0.4, random_state=3)
    weights = np.where(np.arange(len(y)) % 5 == 0, 0.0, 0.5 + (np.arange(len(y)) % 3))
    rows = np.flatnonzero(weights)
    known, held_out = train_test_split(rows, test_size=0.4, stratify=y[rows], random_state=3)
    known, held_out = np.sort(known), np.sort(held_out)
    whole = GainTreeClassifier().fit(X[known], y[known], weights[known]).tree_
    counts = prune.class_counts(whole, X[held_out], y[held_out], weights[held_out])
    tree = GainTreeClassifier(pruning=method).fit(X, y, weights)
    assert tree.tree_.equals(prune.prune(whole, method, held_out=counts))
    assert tree.tree_.n_leaves < whole.n_leaves
    assert tree.tree_.n_node_samples[0] == len(known)


def test_shares_of_all_samples_are_shares_of_those_that_the_tree_grows_from():
    tree = GainTreeClassifier(pruning="reduced_error", min_samples_leaf=0.1).fit(X, y)
    leaf_sizes = tree.tree_.n_node_samples[tree.tree_.is_leaf]
    assert leaf_sizes.min() >= 30
    assert tree.tree_.n_node_samples[0] == 300


def test_cost_complexity_comes_first():
    both = GainTreeClassifier(ccp_alpha=0.01, pruning="error_based").fit(X, y).tree_
    cost_complexity = GainTreeClassifier(ccp_alpha=0.01).fit(X, y).tree_
    assert both.equals(prune.prune(cost_complexity, "error_based"))


def test_the_path_is_that_of_the_whole_tree():
    paths = [
        tree.cost_complexity_pruning_path(X, y)
        for tree in (GainTreeClassifier(), GainTreeClassifier(pruning="mdl", ccp_alpha=0.1))
    ]
    np.testing.assert_array_equal(paths[0].ccp_alphas, paths[1].ccp_alphas)


def test_a_search_over_methods():
    grid = {"pruning": [None, "mdl", prune.ErrorBased(confidence=0.1)]}
    search = GridSearchCV(GainTreeClassifier(), grid, cv=3).fit(X, y)
    assert len(set(search.cv_results_["mean_test_score"])) == 3


# Bad input


@pytest.mark.parametrize("pruning", ["error-based", 3, prune.ErrorBased])
def test_unknown_methods(pruning):
    with pytest.raises(InvalidParameterError, match=r"'pruning' parameter .*'error_based'"):
        GainTreeClassifier(pruning=pruning).fit(X, y)


@pytest.mark.parametrize("bad", [0, 1, -0.1, 0.6])
def test_confidences_out_of_range(bad):
    with pytest.raises(InvalidParameterError, match=rf"'confidence' .* Got {bad} instead"):
        prune.ErrorBased(confidence=bad)


@pytest.mark.parametrize("bad", [0.0, 1.0, 2])
def test_fractions_out_of_range(bad):
    with pytest.raises(InvalidParameterError, match="'validation_fraction'"):
        prune.ReducedError(validation_fraction=bad)


@pytest.mark.parametrize("method", ["fisher", "permutation"])
def test_counts_need_whole_weights(method):
    weights = np.random.default_rng(0).random(len(y))
    message = f"pruning by '{method}' counts samples.*weights are whole numbers"
    with pytest.raises(ValueError, match=message):
        GainTreeClassifier(pruning=method).fit(X, y, weights)


@pytest.mark.parametrize("labels", [[0, 0, 0, 1], [0, 1, 2, 3, 0, 1, 2, 3]])
def test_too_few_samples_to_hold_out(labels):
    message = r"pruning='reduced_error' holds out validation_fraction=0\.25"
    with pytest.raises(ValueError, match=message):
        GainTreeClassifier(pruning="reduced_error").fit(X[: len(labels)], labels)


def test_subtree_raising():
    X, y = make_classification(150, 4, flip_y=0.2, random_state=7)
    weights = np.arange(150) % 3
    method = prune.ErrorBased(confidence=0.1, raising=True)
    whole = GainTreeClassifier(criterion="gini").fit(X, y, weights).tree_
    expected = prune.prune_and_raise(whole, X, y, "gini", method, weights)
    found = GainTreeClassifier(criterion="gini", pruning=method).fit(X, y, weights).tree_
    assert found.equals(expected)
    assert found.n_leaves < prune.prune(whole, prune.ErrorBased(confidence=0.1)).n_leaves


def test_subtree_raising_leaves_one_tree_and_breaks_constraints():
    X, y = np.arange(20.0).reshape(10, 2), np.arange(10) % 2
    method = prune.ErrorBased(raising=True)
    with pytest.raises(ValueError, match="on no path of nested ones: call prune_and_raise"):
        prune.prune(GainTreeClassifier().fit(X, y).tree_, method)
    with pytest.raises(ValueError, match="leaves a single tree, not one for each level"):
        GainTreeClassifierCV(pruning=method, cv=2).fit(X, y)
    with pytest.raises(ValueError, match="can undo monotonic_cst, because samples change"):
        GainTreeClassifier(pruning=method, monotonic_cst=[1, 0]).fit(X, y)
