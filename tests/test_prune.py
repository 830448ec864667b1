"""Pruning against all pruned subtrees of small trees, and what holds of every path."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import log_loss
from sklearn.utils._param_validation import InvalidParameterError

import reference_pruning as plain
from gaintree import GainTreeClassifier, prune
from gaintree.prune._base import Nodes
from gaintree.tree import LEAF, Tree
from trees import WHOLE, for_all, tree_of, trees, trees_with_held_out

LEAST_COST = [
    prune.CostComplexity(),
    prune.CostComplexity(loss="error"),
    prune.CostComplexity(loss="log_loss"),
    prune.ReducedError(),
    prune.ErrorBased(slack=0.0),
    prune.MinimumError(),
    prune.MDL(),
]
SPLIT_SCORE = [
    prune.CriticalValue(),
    prune.Significance(),
    prune.Fisher(),
    prune.Permutation(n_permutations=99, correction=None, max_p=0.3),
    prune.MDLPStop(),
    prune.BayesStop(),
]
METHODS = [*LEAST_COST, *SPLIT_SCORE, prune.Pessimistic(), prune.ErrorBased()]


def of_name(method):
    return repr(method).removesuffix("()")


def kept_at(path, level):
    """The splits that are kept at a level, none of them below one that is not."""
    return frozenset(np.flatnonzero((path.split_levels > level) & ~path.tree.is_leaf).tolist())


def between(levels):
    """Levels that no tree begins at."""
    levels = levels[1:]
    wide = np.flatnonzero(np.diff(levels) > 1e-6 * (1 + np.abs(levels[:-1])))
    return [levels[0] - 1.0, *(levels[wide] + levels[wide + 1]) / 2, levels[-1] + 1.0]


@pytest.mark.parametrize("method", LEAST_COST, ids=of_name)
@for_all(trees_with_held_out(counts=WHOLE))
def test_least_cost_is_the_least_of_all_subtrees(method, case):
    tree, held_out = case
    nodes = Nodes(tree, held_out)
    cost, split_cost = method.leaf_cost(nodes), method.split_cost(nodes)
    path = prune.path(tree, method, held_out=held_out)
    if tree.n_leaves == 1:
        assert path.tree_at(-1).equals(tree)
        return
    for level in between(path.levels):
        if isinstance(method, prune.CostComplexity):
            level = abs(level)
        expected, _ = plain.smallest_cheapest(tree, cost, split_cost, level)
        assert kept_at(path, level) == expected
    # At a level of the path itself costs are tied, and levels that should be equal need not be.
    for level in path.levels[1:]:
        kept = kept_at(path, level + 1e-11 * (1 + abs(level)))
        ends = plain.leaves(tree, kept)
        found = cost[ends].sum() + split_cost[list(kept)].sum() + level * len(ends)
        expected, least = plain.smallest_cheapest(tree, cost, split_cost, level)
        assert found == pytest.approx(least, rel=1e-9, abs=1e-9)
        assert len(kept) == len(expected)


@pytest.mark.parametrize("method", LEAST_COST, ids=of_name)
@for_all(trees_with_held_out())
def test_its_own_level_is_the_least_cost(method, case):
    tree, held_out = case
    nodes = Nodes(tree, held_out)
    cost, split_cost = method.leaf_cost(nodes), method.split_cost(nodes)
    expected, _ = plain.smallest_cheapest(tree, cost, split_cost, tolerance=1e-12)
    assert kept_at(prune.path(tree, method, held_out=held_out), 0.0) == expected
    assert prune.prune(tree, method, held_out=held_out).n_leaves == len(expected) + 1


@pytest.mark.parametrize("method", SPLIT_SCORE, ids=of_name)
@pytest.mark.parametrize("stop", [False, True])
@for_all(trees(counts=WHOLE))
def test_splits_are_kept_by_their_score(method, stop, tree):
    method = type(method)(**{**vars(method), "stop": stop})
    nodes, path = Nodes(tree), prune.path(tree, method)
    scores = dict(zip(nodes.splits.tolist(), method.scores(nodes), strict=True))
    for level in [method.level, *path.levels]:
        good = frozenset(node for node, score in scores.items() if score > level)
        choose = plain.largest_within if stop else plain.smallest_with
        assert kept_at(path, level) == choose(tree, good)


@for_all(trees())
def test_pessimistic_parts_the_whole_tree_from_the_top(tree):
    nodes = Nodes(tree)
    path = prune.path(tree, prune.Pessimistic())
    levels = {n: plain.pessimistic_level(tree, nodes.counts, n) for n in nodes.splits.tolist()}
    for level in [1.0, 0.0, 2.5]:
        if any(abs(own - level) < 1e-9 for own in levels.values()):
            continue
        good = frozenset(node for node, own in levels.items() if own > level)
        assert kept_at(path, level) == plain.largest_within(tree, good)


def test_pessimistic_levels_are_finite_without_any_standard_error():
    """Half an error a leaf is more than all samples weigh."""
    tree = tree_of((([0.01, 0], [0, 0.02]), [0.01, 0.01]))
    path = prune.path(tree, "pessimistic")
    assert np.isfinite(path.levels[1:]).all()
    assert path.chosen().n_leaves == 1


@pytest.mark.parametrize("slack", [0.0, 0.1, 1.0])
@for_all(trees(max_leaves=30))
def test_error_based_is_the_rule_of_c45(slack, tree):
    method = prune.ErrorBased(slack=slack)
    cost = method.leaf_cost(Nodes(tree))
    low, high = (plain.error_based(tree, cost, slack + by)[0] for by in (-1e-9, 1e-9))
    kept = kept_at(prune.path(tree, method), 0.0)
    assert high <= kept <= low
    assert prune.prune(tree, method).n_leaves == len(kept) + 1


# What holds of every path


def pruned_plainly(tree, kept):
    """The arrays of what is left, by looking at each node."""
    numbers = sorted([*kept, *plain.leaves(tree, kept)])
    place = {node: i for i, node in enumerate(numbers)}
    arrays = tree.arrays()
    all_sets, sets = arrays.pop("left_categories"), []
    arrays = {name: array[numbers] for name, array in arrays.items()}
    for i, node in enumerate(numbers):
        is_kept = node in kept
        for name in ("children_left", "children_right"):
            arrays[name][i] = place[int(getattr(tree, name)[node])] if is_kept else LEAF
        if not is_kept:
            arrays["feature"][i] = arrays["threshold"][i] = -2
            arrays["missing_go_to_left"][i] = 0
            arrays["category_set"][i] = -1
        elif tree.category_set[node] >= 0:
            arrays["category_set"][i] = len(sets)
            sets.append(all_sets[tree.category_set[node]])
    sets = np.array(sets, dtype=np.uint64).reshape(len(sets), all_sets.shape[1])
    return Tree(n_features=tree.n_features, left_categories=sets, **arrays)


@pytest.mark.parametrize("method", METHODS, ids=of_name)
@for_all(trees_with_held_out(max_leaves=40, counts=WHOLE))
def test_trees_of_a_path_are_nested(method, case):
    tree, held_out = case
    path = prune.path(tree, method, held_out=held_out)
    assert path.tree_at(0).equals(tree)
    assert path.tree_at(-1).node_count == 1
    assert len(path) == len(path.levels) == len(path.n_leaves)
    assert (np.diff(path.levels) > 0).all()
    assert (np.diff(path.n_leaves) < 0).all()
    assert np.isfinite(path.levels[1:]).all()
    kept = [kept_at(path, level) for level in path.levels]
    for i, of_tree in enumerate(kept):
        assert i == 0 or of_tree < kept[i - 1]
        assert path.tree_at(i).equals(pruned_plainly(tree, of_tree))
        assert path.n_leaves[i] == len(of_tree) + 1
        assert path.index(path.levels[i]) == i
    chosen = prune.prune(tree, method, held_out=held_out)
    assert chosen.equals(path.tree_at(path.index()))
    assert chosen.equals(path.chosen())


@pytest.mark.parametrize("kind", ["error", "log_loss"])
@for_all(trees_with_held_out(max_leaves=20, n_classes=(2, 3)))
def test_losses_are_those_of_the_trees(kind, case):
    tree, held_out = case
    path = prune.path(tree, "cost_complexity", held_out=held_out)
    training = Nodes(tree).counts
    for i in range(len(path)):
        ends = plain.leaves(tree, kept_at(path, path.levels[i]))
        for counts, losses in ((training, path.loss(kind)), (held_out, path.held_out_loss(kind))):
            expected = plain_loss(tree.value[ends, 0], counts[ends], kind)
            assert losses[i] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def plain_loss(shares, counts, kind):
    """The loss of samples, each of a class in a leaf, as scikit-learn counts it."""
    leaf, of_class = (axis.ravel() for axis in np.indices(counts.shape))
    weight = counts.ravel()
    if kind == "error":
        return np.average(shares.argmax(axis=1)[leaf] != of_class, weights=weight)
    labels = np.arange(counts.shape[1])
    return log_loss(of_class, shares[leaf], sample_weight=weight, labels=labels) / np.log(2)


@for_all(trees(n_classes=(2, 3)))
def test_training_loss_grows_as_leaves_are_lost(tree):
    for kind in ("error", "log_loss"):
        assert (np.diff(prune.path(tree, "min_error").loss(kind)) >= -1e-12).all()


@pytest.mark.parametrize("method", METHODS, ids=of_name)
def test_paths_are_the_same_each_time(method):
    X, y = load_breast_cancer(return_X_y=True)
    tree = GainTreeClassifier().fit(X[::2], y[::2]).tree_
    held_out = prune.class_counts(tree, X[1::2], y[1::2])
    first, second = (prune.path(tree, method, held_out=held_out) for _ in range(2))
    np.testing.assert_array_equal(first.split_levels, second.split_levels)
    assert not first.split_levels.flags.writeable


def test_a_tree_of_one_node_stays():
    tree = tree_of([3, 4])
    for method in METHODS:
        path = prune.path(tree, method, held_out=[[1.0, 2.0]])
        assert (path.levels, path.n_leaves) == ([-np.inf], [1])
        assert path.held_out_loss("error") == [1 / 3]
        assert prune.prune(tree, method, held_out=[[1.0, 2.0]]).equals(tree)


# Chains as deep as there are samples: nothing recurses


@pytest.fixture(scope="module", params=["left", "right"])
def chain(request):
    """Alternating labels, a sample peeled off at a time."""
    n_leaves = 100_000
    labels = np.eye(2)[np.arange(n_leaves) % 2]
    n_nodes, nodes = 2 * n_leaves - 1, np.arange(n_leaves - 1)
    arrays = {"children_left": np.full(n_nodes, LEAF), "children_right": np.full(n_nodes, LEAF)}
    below = np.cumsum(labels[::-1], axis=0)[::-1]
    if request.param == "left":  # all splits come first, then their right children backwards
        splits, ends = nodes, np.arange(n_nodes - 1, n_leaves - 2, -1)
        arrays["children_left"][splits] = splits + 1
        arrays["children_right"][splits] = ends[:-1]
    else:
        splits, ends = 2 * nodes, np.append(2 * nodes + 1, n_nodes - 1)
        arrays["children_left"][splits] = ends[:-1]
        arrays["children_right"][splits] = splits + 2
    counts = np.empty((n_nodes, 2))
    counts[splits], counts[ends] = below[:-1], labels
    is_leaf = arrays["children_left"] == LEAF
    weight = counts.sum(axis=1)
    p = counts / weight[:, None]
    tree = Tree(
        n_features=1,
        feature=np.where(is_leaf, -2, 0),
        threshold=np.where(is_leaf, -2.0, 0.5),
        missing_go_to_left=np.zeros(n_nodes, dtype=np.uint8),
        impurity=-(p * np.log2(np.where(p > 0, p, 1))).sum(axis=1),
        n_node_samples=weight.astype(np.int64),
        weighted_n_node_samples=weight,
        value=p[:, None],
        **arrays,
    )
    assert tree.max_depth == n_leaves - 1
    return tree, counts


@pytest.mark.parametrize("name", prune.names())
def test_a_chain_is_pruned(name, chain):
    tree, counts = chain
    path = prune.path(tree, name, held_out=counts)
    assert path.n_leaves[0] == tree.n_leaves
    assert path.n_leaves[-1] == 1
    assert path.loss("error")[0] == 0.0
    assert path.loss("error")[-1] == pytest.approx(0.5)
    assert path.held_out_loss("log_loss")[-1] == pytest.approx(1.0)
    n_leaves = prune.prune(tree, name, held_out=counts).n_leaves
    assert n_leaves == path.n_leaves[path.index()]
    if name in ("cost_complexity", "reduced_error", "critical_value", "min_error"):
        assert n_leaves == tree.n_leaves  # each split lowers the errors, and all gain something
    else:
        assert n_leaves < 50


# Held-out samples and candidates


@for_all(st.integers(0, 2**32 - 1), st.booleans())
def test_class_counts_are_those_of_the_samples_that_pass(seed, weighted):
    rng = np.random.default_rng(seed)
    X, y = rng.integers(0, 6, (60, 3)).astype(float), rng.integers(0, 3, 60)
    X[rng.random(X.shape) < 0.1] = np.nan
    weights = rng.random(60) if weighted else None
    estimator = GainTreeClassifier(max_depth=4).fit(X[:30], y[:30] % 2 + (y[:30] == 2))
    tree = estimator.tree_
    y = np.minimum(y, tree.n_classes - 1)
    passed = estimator.decision_path(X).toarray()
    one_hot = np.eye(tree.n_classes)[y] * (1.0 if weights is None else weights[:, None])
    counts = prune.class_counts(tree, X, y, weights)
    np.testing.assert_allclose(counts, passed.T @ one_hot, atol=1e-12)


@for_all(st.integers(0, 2**32 - 1), st.booleans())
def test_candidates_are_counted_node_by_node(seed, missing):
    rng = np.random.default_rng(seed)
    X, y = rng.integers(0, 8, (50, 3)).astype(float), rng.integers(0, 2, 50)
    X[:, 2] = rng.normal(size=50)
    if missing:
        X[rng.random(X.shape) < 0.2] = np.nan
        X[:, 1][rng.random(50) < 0.8] = np.nan
    estimator = GainTreeClassifier().fit(X, y)
    tree, passed = estimator.tree_, estimator.decision_path(X).toarray().astype(bool)
    candidates = prune.count_candidates(tree, X)
    for node in range(tree.node_count):
        n_cuts = []
        for column in X[passed[:, node]].T:
            any_missing = np.isnan(column).any()
            n_values = len(np.unique(column[~np.isnan(column)]))
            if n_values == 0:
                n_cuts.append(0)
            else:
                n_cuts.append((n_values - 1) * (2 if any_missing else 1) + any_missing)
        assert candidates.of_all[node] == sum(n_cuts)
        own = 0 if tree.is_leaf[node] else n_cuts[tree.feature[node]]
        assert candidates.of_feature[node] == own


def test_known_candidates_count():
    """Few distinct values are few candidates: less to pay for, less to correct for."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, 2, (200, 4)).astype(float)
    y = (X[:, 0] + (rng.random(200) < 0.2)) % 2
    tree = GainTreeClassifier().fit(X, y).tree_
    candidates = prune.count_candidates(tree, X)
    assert (candidates.of_feature[~tree.is_leaf] == 1).all()
    for name in ("mdl", "significance", "fisher"):
        bound, known = (prune.path(tree, name, candidates=c) for c in (None, candidates))
        assert known.split_levels[0] > bound.split_levels[0]
    uncorrected = prune.Significance(correction=None)
    np.testing.assert_array_equal(
        prune.path(tree, uncorrected).split_levels,
        prune.path(tree, uncorrected, candidates=candidates).split_levels,
    )


# The registry, and what bad input gets


def test_methods_are_found_by_name():
    assert len(prune.names()) == 12
    for name in prune.names():
        method = prune.get(name)
        assert method.name == name
        assert prune.get(method) is method
        assert set(vars(method)) == set(method.ranges)  # each parameter has its range
        assert method == pickle.loads(pickle.dumps(method)) == copy.deepcopy(method)
        assert method.scale


@pytest.mark.parametrize(
    ("method", "parameters", "named"),
    [
        (prune.CostComplexity, {"alpha": -0.1}, "'alpha'.*-0.1"),
        (prune.CostComplexity, {"loss": "gini"}, "'loss'.*'gini'"),
        (prune.Pessimistic, {"standard_errors": -1}, "'standard_errors'.*-1"),
        (prune.ErrorBased, {"confidence": 0.0}, "'confidence'.*0.0"),
        (prune.ErrorBased, {"confidence": 1.0}, "'confidence'.*1.0"),
        (prune.ErrorBased, {"z": "table"}, "'z'.*'table'"),
        (prune.ErrorBased, {"slack": -0.1}, "'slack'.*-0.1"),
        (prune.MinimumError, {"m": -1.0}, "'m'.*-1.0"),
        (prune.MinimumError, {"prior": "leaf"}, "'prior'.*'leaf'"),
        (prune.CriticalValue, {"gain": -0.1}, "'gain'.*-0.1"),
        (prune.CriticalValue, {"stop": "yes"}, "'stop'.*'yes'"),
        (prune.Significance, {"max_p": 0.0}, "'max_p'.*0.0"),
        (prune.Significance, {"max_p": 1.0}, "'max_p'.*1.0"),
        (prune.Significance, {"test": "t"}, "'test'.*'t'"),
        (prune.Fisher, {"correction": "holm"}, "'correction'.*'holm'"),
        (prune.Permutation, {"n_permutations": 9}, "'n_permutations'.*9"),
        (prune.Permutation, {"random_state": -1}, "'random_state'.*-1"),
        (prune.MDLPStop, {"bits": np.inf}, "'bits'.*inf"),
        (prune.BayesStop, {"prior": "flat"}, "'prior'.*'flat'"),
        (prune.BayesStop, {"strength": 0.0}, "'strength'.*0.0"),
    ],
)
def test_parameters_out_of_range(method, parameters, named):
    with pytest.raises(InvalidParameterError, match=f"{named}"):
        method(**parameters)


TREE = tree_of(([3, 0], [1, 4]))
BY_CATEGORY = replace(
    TREE,
    feature=np.array([1, -2, -2]),
    threshold=np.array([np.nan, -2.0, -2.0]),
    category_set=np.array([0, -1, -1]),
    left_categories=np.array([[5]], dtype=np.uint64),
)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: prune.prune(TREE, "ccp"), "method='ccp' is unknown; it must be one of"),
        (lambda: prune.prune(TREE, ["mdl"]), r"method=\['mdl'\] is unknown"),
        (lambda: prune.prune(TREE, "reduced_error"), "'reduced_error' needs samples .* held_out="),
        (lambda: prune.path(TREE, "mdl", held_out=[[1.0, 2.0]]), r"n_classes\) = \(3, 2\)"),
        (lambda: prune.path(TREE, "mdl", held_out=np.zeros((3, 2))), "held_out must hold weights"),
        (lambda: prune.path(TREE, "mdl", held_out=np.full((3, 2), -1.0)), "not negative"),
        (lambda: prune.path(TREE, "mdl", candidates=([1], [1])), "candidates must have 3 entries"),
        (lambda: prune.path(TREE, "mdl").held_out_loss(), "held_out_loss needs a path made with"),
        (lambda: prune.path(TREE, "mdl").loss("brier"), "kind='brier' is unknown"),
        (lambda: prune.class_counts(TREE, np.zeros((2, 4)), [0, 1]), "X must be a matrix .* 3 col"),
        (lambda: prune.class_counts(TREE, np.zeros((2, 3), int), [0, 1]), "float32 or float64"),
        (lambda: prune.class_counts(TREE, np.full((2, 3), np.inf), [0, 1]), "infinity"),
        (lambda: prune.class_counts(BY_CATEGORY, np.full((2, 3), 64.0), [0, 1]), "column 1 .*64.0"),
        (lambda: prune.class_counts(BY_CATEGORY, np.full((2, 3), 0.5), [0, 1]), "column 1 .* 0.5"),
        (lambda: prune.class_counts(BY_CATEGORY, np.full((2, 3), -1.0), [0, 1]), "column 1 .*-1.0"),
        (lambda: prune.class_counts(TREE, np.zeros((2, 3)), [0, 2]), "integers from 0 to 1"),
        (lambda: prune.class_counts(TREE, np.zeros((2, 3)), [0.0, 1.0]), "integers from 0 to 1"),
        (lambda: prune.class_counts(TREE, np.zeros((2, 3)), [0]), r"y must have shape \(2,\)"),
        (lambda: prune.class_counts(TREE, np.zeros((2, 3)), [0, 1], [1.0, -1.0]), "sample_weight"),
        (lambda: prune.prune(tree_of(([1.5, 0], [1, 4])), "fisher"), "'fisher' counts samples"),
        (lambda: prune.prune(tree_of(([1.5, 0], [1, 4])), "permutation"), "whole numbers"),
    ],
)
def test_what_cannot_be_done(call, message):
    with pytest.raises(ValueError, match=message):
        call()
