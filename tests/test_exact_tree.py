"""The tree is the exact one: at every node the best admissible split, ties decided by rule."""

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gaintree import GainTreeClassifier
from reference import LEAF, best_first, check_tree
from strategies import (
    CRITERIA,
    INTEGER_WEIGHTS,
    WEIGHTS,
    data,
    stopping_of,
    stopping_parameters,
)

STRUCTURE = ("children_left", "children_right", "feature", "threshold", "missing_go_to_left")
SEEDS = st.integers(0, 2**31 - 1)


def property_test(*args, n=200):
    """Check a property on `n` examples, the same ones at every run."""
    chosen = settings(
        max_examples=n,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    return lambda test: chosen(given(*args)(test))


def grow(X, y, weights=None, **parameters):
    return GainTreeClassifier(**parameters).fit(X, y, weights).tree_


def codes(y):
    return np.unique(y, return_inverse=True)[1]


def check(tree, table, criterion, parameters, **search):
    stopping = stopping_of(parameters, table.weights, len(table.y))
    check_tree(tree, table.X, codes(table.y), table.weights, criterion, stopping, **search)


def assert_same_structure(tree, other, names=STRUCTURE):
    for name in names:
        np.testing.assert_array_equal(getattr(tree, name), getattr(other, name), err_msg=name)


def assert_same_figures(tree, other, factor=1.0):
    """Impurities and values are equal but for rounding, weights but for a factor."""
    weight = tree.weighted_n_node_samples
    np.testing.assert_allclose(weight * factor, other.weighted_n_node_samples, rtol=1e-12)
    np.testing.assert_allclose(tree.impurity, other.impurity, atol=1e-13)
    np.testing.assert_allclose(tree.value, other.value, atol=1e-13)


def assert_cut_back(tree, whole, split):
    """The tree is the whole one of which only the given nodes are split."""
    stack = [(0, 0)]
    while stack:
        node, other = stack.pop()
        names = ["impurity", "n_node_samples", "weighted_n_node_samples", "value"]
        if node in split:
            names += ["feature", "threshold", "missing_go_to_left"]
            for side in ("children_right", "children_left"):
                stack.append((getattr(whole, side)[node], getattr(tree, side)[other]))
        assert (node in split) == (tree.children_left[other] != LEAF)
        for name in names:
            np.testing.assert_array_equal(getattr(whole, name)[node], getattr(tree, name)[other])


@property_test(data(weights=[None]), CRITERIA, stopping_parameters(), n=400)
def test_every_split_is_the_best_of_counts(table, criterion, parameters):
    tree = grow(table.X, table.y, criterion=criterion, **parameters)
    check(tree, table, criterion, parameters)


@property_test(data(weights=WEIGHTS), CRITERIA, stopping_parameters(), n=400)
def test_every_split_is_the_best_of_weights(table, criterion, parameters):
    tree = grow(*table, criterion=criterion, **parameters)
    check(tree, table, criterion, parameters)


@property_test(data(), CRITERIA, st.sampled_from(["best", "random"]))
def test_samples_end_in_the_leaves_that_count_them(table, criterion, splitter):
    X, y, weights = table
    model = GainTreeClassifier(criterion=criterion, splitter=splitter, random_state=0)
    tree = model.fit(X, y, weights).tree_
    leaves = model.apply(X if weights is None else X[weights > 0])
    counts = np.bincount(leaves, minlength=tree.node_count)
    np.testing.assert_array_equal(counts, np.where(tree.is_leaf, tree.n_node_samples, 0))


@property_test(data(weights=[None]), CRITERIA, stopping_parameters())
def test_equal_weights_change_nothing(table, criterion, parameters):
    tree = grow(table.X, table.y, criterion=criterion, **parameters)
    weights = np.full(len(table.y), 3.0)
    weighted = grow(table.X, table.y, weights, criterion=criterion, **parameters)
    assert_same_structure(tree, weighted, (*STRUCTURE, "n_node_samples"))
    assert_same_figures(tree, weighted, factor=3.0)


@property_test(data(weights=INTEGER_WEIGHTS), CRITERIA, st.integers(1, 6))
def test_a_weight_counts_as_repeated_rows(table, criterion, max_depth):
    X, y, weights = table
    weighted = grow(X, y, weights, criterion=criterion, max_depth=max_depth)
    times = weights.astype(int)
    assume(set(y[times > 0]) == set(y))
    repeated = grow(
        X.repeat(times, axis=0), y.repeat(times), criterion=criterion, max_depth=max_depth
    )
    # Which child has more samples is not what repetition keeps.
    assert_same_structure(repeated, weighted, STRUCTURE[:-1])
    assert_same_figures(repeated, weighted)


@property_test(data(weights=WEIGHTS), CRITERIA, st.integers(1, 4), st.integers(2, 9))
def test_rows_of_weight_zero_are_none(table, criterion, min_samples_leaf, min_samples_split):
    X, y, weights = table
    kept = weights > 0
    assume(set(y[kept]) == set(y))
    parameters = {
        "criterion": criterion,
        "min_samples_leaf": min_samples_leaf,
        "min_samples_split": min_samples_split,
    }
    tree = grow(X, y, weights, **parameters)
    assert tree.equals(grow(X[kept], y[kept], weights[kept], **parameters))


@property_test(data(weights=[None]), CRITERIA, SEEDS)
def test_the_order_of_rows_does_not_matter(table, criterion, seed):
    order = np.random.default_rng(seed).permutation(len(table.y))
    tree = grow(table.X, table.y, criterion=criterion)
    assert tree.equals(grow(table.X[order], table.y[order], criterion=criterion))


@property_test(data(), CRITERIA, stopping_parameters())
def test_only_the_order_of_values_matters(table, criterion, parameters):
    ranks = np.column_stack([np.unique(x, return_inverse=True)[1] for x in table.X.T])
    ranks = np.where(np.isnan(table.X), np.nan, ranks)
    tree = grow(*table, criterion=criterion, **parameters)
    of_ranks = grow(ranks, table.y, table.weights, criterion=criterion, **parameters)
    names = [name for name in tree.arrays() if name != "threshold"]
    assert_same_structure(tree, of_ranks, names)


@property_test(data(weights=WEIGHTS), CRITERIA, stopping_parameters(), st.integers(-30, 30))
def test_the_unit_of_weights_does_not_matter(table, criterion, parameters, exponent):
    X, y, weights = table
    tree = grow(X, y, weights, criterion=criterion, **parameters)
    scaled = grow(X, y, weights * 2.0**exponent, criterion=criterion, **parameters)
    names = [name for name in tree.arrays() if name != "weighted_n_node_samples"]
    assert_same_structure(tree, scaled, names)
    weight = tree.weighted_n_node_samples * 2.0**exponent
    np.testing.assert_array_equal(weight, scaled.weighted_n_node_samples)


@property_test(data(), CRITERIA, st.sampled_from(["best", "random"]), SEEDS, n=100)
def test_the_tree_is_the_same_at_every_fit(table, criterion, splitter, seed):
    parameters = {
        "criterion": criterion,
        "splitter": splitter,
        "max_features": "sqrt",
        "random_state": seed,
    }
    tree = grow(*table, **parameters)
    assert tree.equals(grow(*table, **parameters))
    assert tree.equals(grow(*table, n_jobs=2, **parameters))


@property_test(data(), CRITERIA, st.integers(1, 3), st.integers(1, 5), SEEDS)
def test_each_split_is_the_best_of_its_drawn_feature(
    table, criterion, max_features, min_samples_leaf, seed
):
    parameters = {"min_samples_leaf": min_samples_leaf}
    tree = grow(
        *table, criterion=criterion, max_features=max_features, random_state=seed, **parameters
    )
    drawn = "feature" if max_features < table.X.shape[1] else "all"
    check(tree, table, criterion, parameters, search=drawn)


@property_test(data(), CRITERIA, st.sampled_from([1, 2, None]), SEEDS)
def test_drawn_thresholds_lie_among_the_values(table, criterion, max_features, seed):
    tree = grow(
        *table, criterion=criterion, splitter="random", max_features=max_features, random_state=seed
    )
    check(tree, table, criterion, {}, search="drawn")


@property_test(data(missing=False), CRITERIA, st.integers(2, 5), SEEDS)
def test_drawn_splits_leave_enough_samples(table, criterion, min_samples_leaf, seed):
    tree = grow(
        *table,
        criterion=criterion,
        splitter="random",
        min_samples_leaf=min_samples_leaf,
        random_state=seed,
    )
    assert tree.n_node_samples[tree.is_leaf].min() >= min(min_samples_leaf, tree.n_node_samples[0])


@property_test(
    data(least_rows=5),
    CRITERIA,
    stopping_parameters(),
    st.sampled_from([{}, {"splitter": "random"}, {"max_features": 1}]),
    st.integers(2, 12),
    n=400,
)
def test_leaves_are_spent_on_the_greatest_gain(table, criterion, parameters, drawn, max_leaf_nodes):
    """What a node draws does not depend on when it is split."""
    parameters = {"criterion": criterion, "random_state": 0, **parameters, **drawn}
    whole = grow(*table, **parameters)
    tree = grow(*table, max_leaf_nodes=max_leaf_nodes, **parameters)
    assert tree.n_leaves == min(max_leaf_nodes, whole.n_leaves)
    split = best_first(whole, max_leaf_nodes)
    assume(split is not None)
    assert_cut_back(tree, whole, split)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinity_is_refused(value, dtype):
    X = np.array([[0.0], [value], [1.0]], dtype=dtype)
    with pytest.raises(ValueError, match="infinity"):
        GainTreeClassifier().fit(X, [0, 1, 0])
    tree = GainTreeClassifier().fit(X[[0, 2]], [0, 1])
    with pytest.raises(ValueError, match="infinity"):
        tree.predict(X)


def test_halfway_between_the_largest_floats_is_no_overflow():
    largest = np.finfo(np.float64).max
    tree = grow([[largest / 2], [largest]], [0, 1])
    assert tree.threshold[0] == largest * 0.75


def test_a_midpoint_that_rounds_to_the_upper_value_is_the_lower_one():
    low = 3 * np.finfo(np.float64).smallest_subnormal
    high = np.nextafter(low, 1.0)
    assert low / 2 + high / 2 == high
    assert grow([[low], [high]], [0, 1]).threshold[0] == low


def test_a_split_without_gain_is_made_whatever_its_rounding():
    """Six classes, all equally frequent on both sides."""
    X = np.repeat([[0.0], [1.0]], [6, 30], axis=0)
    assert grow(X, np.tile(np.arange(6), 6)).node_count == 3


def test_a_random_split_parts_one_value_from_missing_values():
    for seed in range(20):
        assert grow([[1.0], [np.nan]], [0, 1], splitter="random", random_state=seed).n_leaves == 2


def test_of_cuts_that_tie_with_the_best_the_lowest_is_taken():
    """Costs relative to the best: + 1.011e-12 at 2.5, + 1.0e-13 at 3.5, + 0.9e-13 at 4.5, 0."""
    weights = np.array([1e5, 1e6, 1e-5, 1e-6, 1e-9, 1e-7, 1e7])
    tree = grow(np.arange(7.0)[:, None], [3, 0, 2, 1, 0, 2, 4], weights, criterion="gini")
    assert tree.threshold[0] == 3.5
