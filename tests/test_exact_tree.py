"""The tree is the exact one: at every node the best admissible split, ties decided by rule."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from gaintree import GainTreeClassifier
from gaintree.criteria import Entropy, Gini
from reference import LEAF, best_first, check_tree
from strategies import CRITERIA, INTEGER_WEIGHTS, WEIGHTS, data, stopping_of, stopping_parameters

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


def test_midpoints_neither_overflow_nor_round_up():
    largest = np.finfo(np.float64).max
    assert grow([[largest / 2], [largest]], [0, 1]).threshold[0] == largest * 0.75
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


@pytest.mark.parametrize("weights", [None, np.full(11, 2.0)])
def test_costs_that_rounding_tells_apart_tie(weights):
    """Cuts at 0.5 and 5.5 both cost 28 / 5, in floats 5.6000000000000005 and 5.6."""
    y = [0, 2, 1, 2, 1, 0, 2, 2, 2, 0, 2]
    assert grow(np.arange(11.0)[:, None], y, weights, criterion="gini").threshold[0] == 0.5


def test_a_tiny_weight_is_not_lost_beside_a_huge_one():
    """The first feature leaves 1 : 2 on the right, the second 1 : 1, which costs less."""
    X, weights = [[0, 0], [1, 1], [1, 1], [1, 0]], [1e8, 1e-9, 1e-9, 1e-9]
    assert grow(X, [0, 1, 0, 0], weights).feature[0] == 1


@pytest.mark.parametrize("seed", range(30))
def test_pure_children_tie_whatever_the_order_of_their_weights(seed):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, 50)
    X = rng.random((50, 3)) + y[:, None] * [0, 1, 1]
    tree = grow(X, y, 10.0 ** rng.uniform(-9, 9, 50))
    assert (tree.node_count, tree.feature[0]) == (3, 1)


@pytest.mark.parametrize("y", [[0, 1, 1, 1], [1, 1, 1, 0]])
@pytest.mark.parametrize("weight", [1.0, 2.0])
@pytest.mark.parametrize(
    ("enough", "too_much"),
    [
        ({"min_samples_leaf": 1}, {"min_samples_leaf": 2}),
        ({"min_samples_leaf": 0.25}, {"min_samples_leaf": 0.26}),
        ({"min_samples_split": 4}, {"min_samples_split": 5}),
        ({"min_samples_split": 1.0}, {"min_samples_split": 5}),
        ({"min_weight_fraction_leaf": 0.25}, {"min_weight_fraction_leaf": 0.26}),
        ({"min_impurity_decrease": 0.375}, {"min_impurity_decrease": 0.376}),
    ],
)
def test_limits_may_be_reached(enough, too_much, weight, y):
    """The best split parts one sample of four from the others and gains all the impurity."""
    X, weights = np.arange(4.0)[:, None], np.full(4, weight)
    best = 0.5 if y[0] == 0 else 2.5
    assert grow(X, y, weights, criterion="gini", **enough).threshold[0] == best
    assert grow(X, y, weights, criterion="gini", **too_much).threshold[0] != best


@pytest.mark.parametrize("factor", [0.1, 0.3, 7.0])
def test_limits_and_ties_do_not_depend_on_the_scale_of_weights(factor):
    """0.3 + 0.3 is less than half of the rounded sum of four."""
    leaf = {"min_weight_fraction_leaf": 0.5}
    X, y = np.arange(4.0)[:, None], [1, 0, 0, 0]
    assert_same_structure(grow(X, y, **leaf), grow(X, y, np.full(4, factor), **leaf))
    X, y = [[9], [9], [8], [10], [9], [8], [8], [7]], [2, 1, 2, 1, 0, 2, 1, 1]
    tree = grow(X, y, max_leaf_nodes=3)
    assert_same_structure(tree, grow(X, y, np.full(8, factor), max_leaf_nodes=3))


def test_a_tie_in_a_small_node_is_a_tie_in_a_large_table():
    """Counts (1, 3, 0) and (0, 0, 3), or (1, 0, 3) and (0, 3, 0): the first column, at any n."""
    for n_samples in (1000, 300_000):
        X, y = np.zeros((n_samples, 3)), np.full(n_samples, 3)
        X[:7, 0], y[:7] = 1.0, [0, 1, 1, 1, 2, 2, 2]
        for columns in ([1, 2], [2, 1]):
            X[:7, columns[0]], X[:7, columns[1]] = y[:7] == 2, y[:7] == 1
            tree = grow(X, y)
            assert tree.feature[tree.children_right[0]] == 1


@pytest.mark.parametrize("criterion", [Entropy(), Gini()])
def test_small_nodes_have_tables_of_their_own(criterion):
    small, large = criterion.tables(256), criterion.tables(100_000)
    n_small = small.starts[-1]
    assert len(small.starts) == 2
    assert list(np.diff(large.starts)) == [257, 4097, 65537, 100_001]
    np.testing.assert_array_equal(small.phi, large.phi[:n_small])
    n_factors = len(small.factor)  # one, if the factor is the same for all
    np.testing.assert_array_equal(small.factor, large.factor[:n_factors])
    for first, last in itertools.pairwise(large.starts):
        counts = np.arange(last - first, dtype=float)
        phi = large.phi[first:last]
        unit = phi[-1] / criterion.phi(counts[-1:], 0.0)
        np.testing.assert_allclose(phi / unit, criterion.phi(counts, 0.0), rtol=1e-13, atol=1e-12)
        assert 2**60 < phi[-1] < 2**62


@pytest.mark.parametrize("criterion", ["entropy", "gini"])
def test_figures_stay_figures_at_extreme_weights(criterion):
    for weights in ([1e199, 1e-158, 1e-253, 1e-135], [1e5, 1e4, 1e-6, 1e-9], [1e299] * 4):
        tree = grow([[0.0], [1.0], [1.0], [2.0]], [1, 1, 0, 0], weights, criterion=criterion)
        assert (tree.impurity >= 0.0).all()
        assert (tree.gains() >= 0.0).all()
        assert np.isfinite(tree.compute_feature_importances()).all()
