"""Each pruning method against its formula told plainly, and against figures of the literature."""

import math

import numpy as np
import pytest
from hypothesis import strategies as st
from scipy import stats
from sklearn.datasets import load_iris

import reference_pruning as plain
from gaintree import GainTreeClassifier, prune
from gaintree.chance import log_any, log_chi_squared, log_far_end
from gaintree.prune import passes
from gaintree.prune._base import Nodes
from trees import WHOLE, for_all, tree_of, trees

# Tennis: days without and with play on either side of a split.
HUMIDITY = tree_of(([4, 3], [1, 6]))
WIND = tree_of(([2, 6], [3, 3]))


def close(expected):
    """As many digits as the worked examples have."""
    return pytest.approx(expected, abs=1e-6)


def score_of(tree, method):
    return method.scores(Nodes(tree))[0]


# Costs of leaves


@pytest.mark.parametrize(
    ("method", "cost"),
    [
        (prune.CostComplexity(loss="error"), lambda counts, root: plain.errors(counts) / sum(root)),
        (
            prune.CostComplexity(loss="log_loss"),
            lambda counts, root: plain.entropy(counts) * sum(counts) / sum(root),
        ),
        (
            prune.CostComplexity(),  # the impurity of these trees is their entropy
            lambda counts, root: plain.entropy(counts) * sum(counts) / sum(root),
        ),
        (
            prune.MinimumError(m=3.5),
            lambda counts, root: plain.expected_errors(counts, root, 3.5, "root"),
        ),
        (
            prune.MinimumError(m=4, prior="uniform"),
            lambda counts, root: plain.expected_errors(counts, root, 4, "uniform"),
        ),
        (prune.MDL(), lambda counts, root: plain.bits_of_leaf(counts)),
        *(
            (
                prune.ErrorBased(confidence=confidence, z=z),
                lambda counts, root, confidence=confidence, z=z: (
                    plain.errors(counts)
                    + plain.extra_errors(sum(counts), plain.errors(counts), confidence, z)
                ),
            )
            for confidence in (0.01, 0.25, 0.5)
            for z in ("exact", "c45")
        ),
    ],
    ids=repr,
)
@for_all(trees(max_leaves=12))
def test_costs_are_those_of_the_formula(method, cost, tree):
    nodes = Nodes(tree)
    counts = nodes.counts.tolist()
    expected = [cost(of_node, counts[0]) for of_node in counts]
    np.testing.assert_allclose(method.leaf_cost(nodes), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("z", "golden"),
    [
        ("exact", {(6, 0): 1.237797, (9, 0): 1.284804, (1, 0): 0.75, (16, 1): 1.475715}),
        ("exact", {(14, 5): 1.761120}),
        ("c45", {(6, 0): 1.237797, (9, 0): 1.284804, (1, 0): 0.75, (16, 1): 1.506894}),
        ("c45", {(14, 5): 1.794993}),
    ],
)
def test_extra_errors_of_worked_examples(z, golden):
    n_samples, n_errors = np.array(list(golden)).T
    extra = prune.extra_errors(n_samples, n_errors, z=z)
    assert extra == close(list(golden.values()))


def test_extra_errors_broadcast():
    extra = prune.extra_errors([[5.0], [7.5]], [0, 0.5, 5], confidence=0.1)
    assert extra.shape == (2, 3)
    expected = [[plain.extra_errors(n, e, 0.1, "exact") for e in (0, 0.5, 5)] for n in (5, 7.5)]
    np.testing.assert_allclose(extra, expected)
    assert prune.extra_errors(3, 1).shape == ()


def test_the_branch_of_the_book_costs_more_than_a_leaf():
    """Leaves of 6, 9 and 1 votes without an error cost 3.273 errors, one leaf of all 2.512."""
    branch = tree_of((([6, 0], [9, 0]), [0, 1]))
    cost = prune.ErrorBased(z="c45").leaf_cost(Nodes(branch))
    assert cost[branch.is_leaf].sum() == pytest.approx(3.273, abs=5e-4)
    assert cost[0] == pytest.approx(16 * 0.157, abs=1e-2)  # the book rounds to three digits


def test_the_tree_of_iris_that_weka_grows():
    """J48 with its defaults: leaves of 50, 48 (one wrong), 3, 3 (one wrong) and 46 (one wrong)."""
    X, y = load_iris(return_X_y=True)
    whole = GainTreeClassifier(min_samples_leaf=2).fit(X, y).tree_
    for tree in (
        prune.prune(whole, "error_based"),
        prune.prune_and_raise(whole, X, y, "entropy"),
    ):
        nodes = Nodes(tree)
        assert nodes.size[tree.is_leaf].tolist() == [50, 48, 3, 3, 46]
        assert nodes.errors[tree.is_leaf].tolist() == [0, 1, 0, 1, 1]
        assert tree.threshold[~tree.is_leaf] == pytest.approx([2.45, 1.75, 4.95, 1.55])


def test_a_smaller_confidence_charges_more():
    n, e = np.indices((50, 50))
    n, e = n[e < n], e[e < n]
    for z in ("exact", "c45"):
        extra = [prune.extra_errors(n, e, confidence, z) for confidence in (0.5, 0.25, 0.1, 0.001)]
        assert (np.diff(extra, axis=0) >= 0).all()


@for_all(trees(max_leaves=12, n_classes=(2, 3)))
def test_splits_are_paid_for_in_bits(tree):
    nodes, n_features = Nodes(tree), tree.n_features
    for candidates in (None, prune.Candidates(*np.arange(2 * tree.node_count).reshape(2, -1))):
        nodes = Nodes(tree, None, candidates)
        cost = prune.MDL().split_cost(nodes)
        for node in nodes.splits:
            n_cuts = tree.n_node_samples[node] - 1 if candidates is None else node
            expected = 1 + math.log2(n_features) + math.log2(max(n_cuts, 1))
            assert cost[node] == pytest.approx(expected)


def test_one_sample_takes_the_bits_of_its_class():
    for n_classes in (4, 10, 1000):
        leaf = tree_of(np.eye(n_classes)[0])
        assert prune.MDL().leaf_cost(Nodes(leaf)) == pytest.approx([1 + math.log2(n_classes)])


# Scores of splits


@pytest.mark.parametrize(
    ("method", "humidity", "wind"),
    [
        (prune.CriticalValue(), 0.151836, 0.048127),
        (prune.BayesStop(prior="k2"), 0.937479, -0.232446),
        (prune.BayesStop(prior="kt"), 0.787006, -0.628031),
        (prune.BayesStop(prior="bdeu", strength=1.0), -0.311181, -1.896143),
    ],
    ids=repr,
)
def test_scores_of_tennis(method, humidity, wind):
    assert score_of(HUMIDITY, method) == close(humidity)
    assert score_of(WIND, method) == close(wind)


@pytest.mark.parametrize(
    ("test", "humidity", "wind"), [("chi2", 0.0943, 0.3340), ("g", 0.0860, 0.3338)]
)
def test_p_values_of_tennis(test, humidity, wind):
    method = prune.Significance(test=test, correction=None)
    for tree, p in ((HUMIDITY, humidity), (WIND, wind)):
        assert 10 ** -score_of(tree, method) == pytest.approx(p, abs=5e-5)


@pytest.mark.parametrize("test", ["g", "chi2"])
@for_all(trees(max_leaves=12, n_classes=(2, 3, 5)))
def test_chi_squared_is_that_of_scipy(test, tree):
    nodes = Nodes(tree)
    expected = [plain.chi_squared_p(*sides, test) for sides in zip(*nodes.tables(), strict=True)]
    found = prune.Significance(test=test).log_p(nodes)
    np.testing.assert_allclose(np.exp(found), expected, rtol=1e-6, atol=1e-300)


@for_all(trees(max_leaves=12, counts=WHOLE, n_classes=(1, 2, 3)))
def test_fishers_test_is_that_of_scipy(tree):
    nodes = Nodes(tree)
    expected = [plain.fisher_p(*sides) for sides in zip(*nodes.tables(), strict=True)]
    found = prune.Fisher().log_p(nodes)
    np.testing.assert_allclose(np.exp(found), expected, rtol=1e-9, atol=1e-300)


SMALL = [counts for counts in WHOLE if counts.__name__ != "many"]


@for_all(trees(max_leaves=4, counts=SMALL, n_classes=(1, 2, 3)), max_examples=40)
def test_permutations_of_few_classes_are_exact(tree):
    nodes = Nodes(tree)
    expected = [plain.permutation_p(*sides) for sides in zip(*nodes.tables(), strict=True)]
    np.testing.assert_allclose(np.exp(prune.Permutation().log_p(nodes)), expected, rtol=1e-9)


@for_all(st.lists(st.tuples(*[st.integers(0, 2)] * 2), min_size=4, max_size=6), max_examples=40)
def test_permutations_of_few_samples_are_exact(table):
    left, right = np.array(table).T
    if min(left.sum(), right.sum()) == 0:
        return
    log_p = prune.Permutation(max_p=0.5, correction=None).log_p(Nodes(tree_of((left, right))))
    expected = plain.permutation_p(left.astype(float), right.astype(float))
    if min(left.sum(), right.sum()) <= 3:  # all are enumerated
        assert math.exp(log_p[0]) == pytest.approx(expected, rel=1e-9)
    else:
        assert abs(math.exp(log_p[0]) - expected) < 6 * expected / math.sqrt(20)


SIX = ([3, 2, 2, 0, 1, 1], [0, 1, 1, 3, 2, 2])  # samples drawn one by one
THREE = ([75, 70, 60], [60, 66, 90])  # and class by class


@pytest.mark.parametrize("sides", [SIX, THREE], ids=["six", "three"])
def test_drawn_permutations_are_right_on_average(sides):
    """Where draw l is the 20th that gains as much, 19 / (l - 1) is right on average."""
    nodes, found = Nodes(tree_of(sides)), []
    for seed in range(400):
        method = prune.Permutation(n_permutations=9_999, correction=None, random_state=seed)
        found.append(19 / (20 / math.exp(method.log_p(nodes)[0]) - 1))
    assert len(set(found)) > 20  # each seed draws for itself
    expected = plain.permutation_p(*map(np.array, sides), of_three=len(sides[0]) == 3)
    assert 0.01 < expected < 0.9
    assert np.mean(found) == pytest.approx(expected, rel=5 / math.sqrt(20 * 400))


def test_tables_that_no_permutation_reaches():
    left, right = np.diag([20] * 6)[:3].sum(axis=0), np.diag([20] * 6)[3:].sum(axis=0)
    for n in (99, 9_999):
        method = prune.Permutation(n_permutations=n, correction=None)
        assert method.log_p(Nodes(tree_of((left, right))))[0] == math.log(1 / (1 + n))


@pytest.mark.parametrize("sides", [SIX, THREE], ids=["six", "three"])
def test_permutations_follow_their_seed_and_the_table(sides):
    def log_p(sides, seed=0):
        return prune.Permutation(random_state=seed).log_p(Nodes(tree_of(sides)))[0]

    left, right = map(np.array, sides)
    assert log_p(sides) == log_p(sides) != log_p(sides, seed=1)
    assert log_p((right, left)) == log_p((left[::-1], right[::-1])) == log_p(sides)
    assert log_p((left, (right, 2 * left))) != log_p(sides)


def noise(n_classes, n=1500):
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(n, 3)), rng.integers(0, n_classes, n)
    return GainTreeClassifier().fit(X, y).tree_


@pytest.mark.parametrize("correction", ["features", "candidates"])
@pytest.mark.parametrize("n_classes", [4, 9])
def test_permutations_that_do_not_matter_are_not_missed(n_classes, correction):
    """The trees are the same as if each split were tested to the end."""
    tree = noise(n_classes)
    given = {"correction": correction, "max_p": 0.3, "n_permutations": 20_000}
    nodes = Nodes(tree)
    levels = np.full(tree.node_count, -np.inf)
    for split, *sides in zip(nodes.splits, *nodes.tables(), strict=True):
        levels[split] = score_of(tree_of(tuple(sides)), prune.Permutation(**given))
    for stop in (True, False):
        expected = levels.copy()
        if not stop:
            passes.lift(tree.children_left, tree.children_right, expected)
        passes.cap(tree.children_left, tree.children_right, expected)
        found = prune.path(tree, prune.Permutation(stop=stop, **given)).split_levels
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_too_few_permutations_are_refused():
    three = tree_of(([100, 0, 0], [0, 100, 100]), n_features=40)
    with pytest.raises(ValueError, match=r"n_permutations=99 .* chosen from 40: .* at least 780"):
        prune.prune(three, prune.Permutation(n_permutations=99))
    assert prune.prune(three, prune.Permutation(n_permutations=780)).n_leaves == 2
    for enumerated in (([30, 0], [0, 30]), ([30, 0, 0], [0, 30, 30])):
        tree = tree_of(enumerated, n_features=40)
        assert prune.prune(tree, prune.Permutation(n_permutations=99)).n_leaves == 2


@for_all(trees(max_leaves=12, counts=WHOLE, n_classes=(2, 3, 5)))
def test_mdlp_is_its_formula(tree):
    nodes = Nodes(tree)
    n_samples = tree.n_node_samples[nodes.splits]
    sides = zip(*nodes.tables(), n_samples, strict=True)
    expected = [plain.mdlp_score(*of_split) for of_split in sides]
    np.testing.assert_allclose(prune.MDLPStop().scores(nodes), expected, rtol=1e-9, atol=1e-9)


@for_all(trees(max_leaves=12, n_classes=(2, 3, 5)))
def test_bayes_factors_are_their_formula(tree):
    nodes = Nodes(tree)
    for prior, in_node, in_side in (("kt", 0.5, 0.5), ("k2", 1, 1), ("bdeu", 7, 3.5)):
        strength = 7.0 * tree.n_classes
        expected = [
            plain.bayes_score(*sides, in_node, in_side)
            for sides in zip(*nodes.tables(), strict=True)
        ]
        found = prune.BayesStop(prior=prior, strength=strength).scores(nodes)
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    ("column", "cuts"),
    [(0, [5.55, 6.15]), (1, [2.95, 3.35]), (2, [2.45, 4.75]), (3, [0.8, 1.75])],
    ids=load_iris().feature_names,
)
def test_mdlp_cuts_of_iris(column, cuts):
    X, y = load_iris(return_X_y=True)
    tree = GainTreeClassifier().fit(X[:, [column]], y).tree_
    pruned = prune.prune(tree, "mdlp_stop")
    assert sorted(pruned.threshold[~pruned.is_leaf]) == pytest.approx(cuts)


# Numbers too small or too many


def test_p_values_do_not_underflow():
    """A chi-squared of 2e5 has a p-value of 10^-43431."""
    tree = tree_of(([100_000, 0], [0, 100_000]))
    for test in ("g", "chi2"):
        statistic = {"g": 400_000 * math.log(2), "chi2": 200_000}[test]
        # The first terms of Laplace's continued fraction of a normal variable's tail.
        z = math.sqrt(statistic)
        expected = statistic / 2 + math.log(z * math.sqrt(math.pi / 2)) + 1 / statistic
        found = -prune.Significance(test=test).log_p(Nodes(tree))[0]
        assert found == pytest.approx(expected, rel=1e-12)
    chance = math.lgamma(200_001) - 2 * math.lgamma(100_001)
    found = -prune.Fisher().log_p(Nodes(tree))[0]
    assert found == pytest.approx(chance - math.log(2), rel=1e-12)


@pytest.mark.parametrize("degrees", [1, 2, 5, 50])
def test_the_far_end_of_chi_squared_joins_the_near_one(degrees):
    statistics = np.linspace(900, 1300, 9)
    near = log_chi_squared(statistics, np.full(9, degrees))
    np.testing.assert_allclose(near, stats.chi2.logsf(statistics, degrees), rtol=1e-12)
    far = log_far_end(np.full(9, degrees / 2), statistics / 2)
    np.testing.assert_allclose(far, near, rtol=1e-12)
    if degrees == 2:  # exponential
        far = log_chi_squared(np.array([1e5]), np.array([2]))
        np.testing.assert_allclose(far, [-5e4], rtol=1e-12)


def test_the_least_of_many_p_values():
    p, n = np.array([0.3, 1e-3, 1e-10]), np.array([5, 100, 10**6])
    np.testing.assert_allclose(np.exp(log_any(np.log(p), n)), -np.expm1(n * np.log1p(-p)))
    assert log_any(np.zeros(1), np.array([3])) == [0.0]
    np.testing.assert_allclose(log_any(np.array([-1e4]), np.array([1000])), math.log(1000) - 1e4)


def test_large_tables_are_exact():
    tree = tree_of(([500_300, 499_700], [499_600, 500_400]))
    table = [[500_300, 499_700], [499_600, 500_400]]
    log_p = prune.Fisher().log_p(Nodes(tree))[0]
    assert math.exp(log_p) == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-5)
    symmetric = tree_of(([500_300, 499_700], [499_700, 500_300]))
    table = stats.hypergeom(2_000_000, 1_000_000, 1_000_000)
    for method in (prune.Fisher(), prune.Permutation()):
        both_ends = 2 * table.sf(500_299)
        assert math.exp(method.log_p(Nodes(symmetric))[0]) == pytest.approx(both_ends, rel=1e-5)


# What they are for


TUNED = {  # those whose defaults prune little or nothing
    "cost_complexity": prune.CostComplexity(alpha=0.02),
    "critical_value": prune.CriticalValue(gain=0.4, stop=True),
    "min_error": prune.MinimumError(m=20),
}


@pytest.mark.parametrize("method", [TUNED.get(name, name) for name in prune.names()], ids=repr)
def test_noise_is_pruned_and_signal_is_not(method):
    rng = np.random.default_rng(5)
    X = rng.normal(size=(600, 5))
    y = ((X[:, 0] > 0.3) ^ (rng.random(600) < 0.1)).astype(int)
    tree = GainTreeClassifier().fit(X[:400], y[:400]).tree_
    assert tree.n_leaves > 50
    held_out = prune.class_counts(tree, X[400:], y[400:])
    path = prune.path(tree, method, held_out=held_out)
    chosen = path.chosen()
    assert chosen.n_leaves >= 2
    assert chosen.feature[0] == 0
    assert chosen.n_leaves < 0.8 * tree.n_leaves
    losses = path.held_out_loss("error")
    assert losses[path.index()] < losses[0]
    assert losses[path.index()] < losses[-1]


@pytest.mark.parametrize(
    "method",
    ["significance", "fisher", "mdl", "mdlp_stop", prune.Permutation(correction="candidates")],
    ids=repr,
)
def test_a_tree_on_noise_stays_a_stump(method):
    rng, n_stumps = np.random.default_rng(0), 0
    for _ in range(100):
        X, y = rng.normal(size=(80, 4)), rng.integers(0, 2, 80)
        n_stumps += prune.prune(GainTreeClassifier().fit(X, y).tree_, method).n_leaves == 1
    assert n_stumps >= 95


def test_weights_count_as_samples():
    """Two of a sample are a sample of weight 2, but for the cuts between samples."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(150, 3)), rng.integers(0, 3, 150)
    weights = rng.integers(1, 4, 150)
    weighted = GainTreeClassifier().fit(X, y, weights).tree_
    repeated = GainTreeClassifier().fit(np.repeat(X, weights, axis=0), np.repeat(y, weights)).tree_
    candidates = prune.count_candidates(weighted, X)
    for name in set(prune.names()) - {"reduced_error", "mdlp_stop"}:
        found, expected = (
            prune.path(tree, name, candidates=candidates) for tree in (weighted, repeated)
        )
        np.testing.assert_allclose(found.split_levels, expected.split_levels, atol=1e-9)
