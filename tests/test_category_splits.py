"""Splits of columns of categories: the best set at every node, whichever engine finds it."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st

from gaintree import GainTreeClassifier, criteria
from gaintree.grow import Rules, engines, grow_tree
from test_engines import RULES, assert_same, labels_of, property_test, rules


@pytest.fixture(autouse=True)
def _threads_for_all(monkeypatch):
    monkeypatch.setattr(engines, "_LEAST_IN_THREADS", 0)


CHARGES = st.sampled_from([0.0, 0.0, 0.3, 1.0])


@st.composite
def tables(draw, sizes=(30, 300, 1500, 3000), levels=(1, 2, 4, 8, 12, 30, 200, 300, 900)):
    """A table of numbers and categories, its labels and weights."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, n_classes = draw(st.sampled_from(sizes)), draw(st.sampled_from([2, 2, 3, 6]))
    n_categories, columns = [], []
    for _ in range(draw(st.integers(1, 4))):
        c = draw(st.sampled_from([0, *levels]))
        n_categories.append(c)
        if c == 0:
            columns.append(rng.normal(size=n))
        elif rng.random() < 0.5:
            columns.append(rng.integers(0, c, n))
        else:
            columns.append(np.minimum(rng.zipf(1.5, n), c) - 1)
    X = np.column_stack(columns).astype(draw(st.sampled_from([np.float32, np.float64])))
    if draw(st.booleans()):
        X[rng.random(X.shape) < 0.2] = np.nan
    y = (np.nan_to_num(X[:, rng.integers(X.shape[1])]) * 7919).astype(int) % n_classes
    y = np.where(rng.random(n) < 0.2, labels_of(rng, X, n_classes, "noise"), y).astype(np.int32)
    sample_weight = class_weight = None
    weighted = draw(st.sampled_from(["no", "no", "by class", "by sample"]))
    if weighted == "by class":
        class_weight = rng.choice([1.0, 0.1, 2.5, 1 / 3], n_classes)
    elif weighted == "by sample":
        sample_weight = rng.random(n) * 10.0 ** rng.integers(-9, 9, n)
    return X, y, n_classes, sample_weight, class_weight, np.array(n_categories)


@pytest.mark.slow
@property_test(
    tables(),
    rules(),
    st.sampled_from(["entropy", "gini"]),
    st.sampled_from([None, 1, 20]),
    st.sampled_from([255, 3]),
    st.sampled_from([1, 2, 5]),
    st.sampled_from([1024, 1024, 256, 64, 0]),
    st.sampled_from([False, False, False, True]),
    CHARGES,
    n=500,
)
def test_engines_grow_the_same_tree(
    table, rules, criterion, n_small, n_bins, n_threads, n_bits, exhaustive, charge
):
    *table, n_categories = table
    max_features = min(rules.max_features, len(n_categories))
    rules = rules._replace(max_features=max_features, category_charge=charge)
    arguments = (*table, criteria.get(criterion), rules, 0)
    expected = grow_tree(
        *arguments, n_threads=1, exhaustive=True, n_bits=0, n_categories=n_categories
    )
    tree = grow_tree(
        *arguments, n_threads, exhaustive, n_small, n_bins, n_bits, n_categories=n_categories
    )
    assert_same(expected, tree)


def impurity(counts, criterion):
    p = counts[counts > 0] / counts.sum()
    return -(p * np.log2(p)).sum() if criterion == "entropy" else 1 - (p**2).sum()


def weighted_impurity(y, left, n_classes, criterion, least=1):
    """Of both sides, or infinity if one of them has fewer than `least` samples."""
    if min(left.sum(), (~left).sum()) < least:
        return np.inf
    return sum(
        side.sum() * impurity(np.bincount(y[side], minlength=n_classes), criterion)
        for side in (left, ~left)
    )


def every_split(column, is_categorical):
    """Masks of what goes left, of all splits of a column."""
    missing, values = np.isnan(column), np.unique(column[~np.isnan(column)])
    if is_categorical:
        below = (
            np.isin(column, subset)
            for size in range(len(values) + 1)
            for subset in itertools.combinations(values, size)
        )
    else:
        below = (column <= value for value in values)
    for mask in below:
        yield mask & ~missing
        yield mask | missing


def nodes_of(tree, X):
    """The rows at each node, by the tree's own rules."""
    rows = {0: np.arange(len(X))}
    for node in range(tree.node_count):
        if tree.children_left[node] < 0:
            continue
        column = X[rows[node], tree.feature[node]]
        left = column <= tree.threshold[node]
        if tree.category_set[node] >= 0:
            left = tree.goes_left(node)[np.nan_to_num(column).astype(int)]
        left = np.where(np.isnan(column), tree.missing_go_to_left[node] == 1, left)
        rows[tree.children_left[node]] = rows[node][left]
        rows[tree.children_right[node]] = rows[node][~left]
        yield node, rows[node], left


@pytest.mark.slow
@property_test(
    tables(sizes=(8, 20, 40), levels=(2, 4, 7)),
    st.sampled_from(["entropy", "gini"]),
    st.sampled_from([1, 1, 2, 5]),
    st.booleans(),
    CHARGES,
    n=200,
)
def test_every_node_has_the_best_of_all_sets(table, criterion, least, exhaustive, charge):
    X, y, n_classes, _, _, n_categories = table
    limits = RULES._replace(max_features=99, min_samples_leaf=least, category_charge=charge)
    tree = grow_tree(
        X, y, n_classes, None, None, criteria.get(criterion), limits, 0, 1, exhaustive=exhaustive,
        n_categories=n_categories,
    )  # fmt: skip

    def charge_of(column, c):
        n_present = len(np.unique(column[~np.isnan(column)]))
        return charge * (n_present - 1) if c > 0 and n_present > 1 else 0.0

    def best_of(rows):
        """The least cost of a split that pays for its charge."""
        whole = len(rows) * impurity(np.bincount(y[rows], minlength=n_classes), criterion)
        best = np.inf
        for f, c in enumerate(n_categories):
            charged = charge_of(X[rows, f], c)
            costs = (
                weighted_impurity(y[rows], mask, n_classes, criterion, least) + charged
                for mask in every_split(X[rows, f], c > 0)
            )
            cheapest = min(costs, default=np.inf)
            if charged == 0.0 or cheapest < whole - 1e-9:
                best = min(best, cheapest)
        return best

    splits = set()
    for node, rows, left in nodes_of(tree, X):
        splits.add(node)
        assert len(rows) == tree.n_node_samples[node]
        column, feature = X[rows, tree.feature[node]], tree.feature[node]
        found = weighted_impurity(y[rows], left, n_classes, criterion, least)
        found += charge_of(column, n_categories[feature])
        assert found == pytest.approx(best_of(rows), abs=1e-9)
    if 0 not in splits and tree.impurity[0] > 0.0:
        assert best_of(np.arange(len(y))) == np.inf


def test_names_are_charged_for():
    rng = np.random.default_rng(0)
    names, size = rng.integers(0, 200, 400), rng.normal(size=400)
    y = (size + 2 * rng.normal(size=400) > 0).astype(int)
    X = np.column_stack([names, size])
    options = {"categorical_features": [0], "max_depth": 1}
    for model, feature in (
        (GainTreeClassifier(**options), 0),
        (GainTreeClassifier(**options, category_charge=1.0), 1),
        (GainTreeClassifier(**options, category_charge=0.5, criterion="gini"), 1),
        (GainTreeClassifier(**options, category_charge=1.0, class_weight="balanced"), 1),
    ):
        assert model.fit(X, y).tree_.feature[0] == feature
    alone = GainTreeClassifier(categorical_features=[0], category_charge=1.0).fit(X[:, :1], y)
    assert alone.get_n_leaves() == 1
    twice = GainTreeClassifier(categorical_features=[0], category_charge=1.0)
    assert twice.fit(X[:, :1] % 2, X[:, 0] % 2).get_n_leaves() == 2


def test_the_ordering_of_many_categories_is_close_to_the_best_set():
    """12 categories of 3 classes, too many for all sets: the cost is compared with theirs."""
    rng = np.random.default_rng(0)
    shares = []
    for _ in range(20):
        p = rng.dirichlet(np.ones(3), 12)
        x = rng.integers(0, 12, 600)
        y = np.array([rng.choice(3, p=p[c]) for c in x], dtype=np.int32)
        X = x[:, None].astype(float)
        only = RULES._replace(max_features=1, max_depth=1)
        tree = grow_tree(
            X, y, 3, None, None, criteria.get("entropy"), only, 0, 1, n_categories=np.array([12])
        )
        found = weighted_impurity(y, tree.goes_left(0)[x], 3, "entropy")
        counts = np.array([np.bincount(y[x == c], minlength=3) for c in range(12)])
        best = np.inf
        for number in range(1, 2**11):
            left = counts[(number >> np.arange(12)) & 1 == 1].sum(axis=0)
            right = counts.sum(axis=0) - left
            best = min(best, sum(side.sum() * impurity(side, "entropy") for side in (left, right)))
        shares.append((found - best) / best)
    assert min(shares) > -1e-9
    assert np.median(shares) < 1e-9
    assert max(shares) < 0.01


def frame():
    return pd.DataFrame(
        {
            "colour": pd.Categorical(["red", "green", "blue", "red", "green", "blue", "red"] * 3),
            "size": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0] * 3,
        }
    )


def test_a_set_is_one_split():
    X = frame()
    y = np.where(X["colour"].isin(["red", "blue"]), "warm or cold", "neither")
    tree = GainTreeClassifier().fit(X, y)
    assert tree.get_n_leaves() == 2
    assert (tree.predict(X) == y).all()


@pytest.mark.parametrize("missing_at_fit", [False, True])
def test_an_unseen_category_goes_where_missing_values_go(missing_at_fit):
    X, y = frame(), np.array([0, 1, 0, 0, 1, 0, 0] * 3)
    if missing_at_fit:
        X = pd.concat([X, X.assign(colour=pd.Categorical([None] * len(X)))], ignore_index=True)
        y = np.concatenate([y, np.ones(len(y), dtype=int)])
    tree = GainTreeClassifier(max_depth=1).fit(X, y)
    new = pd.DataFrame({"colour": ["purple", None], "size": [1.0, 1.0]})
    larger = int(missing_at_fit)  # of 21 samples, 15 are red or blue
    assert tree.predict(new).tolist() == [larger, larger]


def test_a_category_that_a_node_has_not_seen_goes_to_its_larger_child():
    X = pd.DataFrame({"a": [0.0] * 4 + [1.0] * 6, "c": list("xxxx") + list("uuuuvv")})
    y = [2, 2, 2, 2, 0, 0, 0, 0, 1, 1]
    tree = GainTreeClassifier(categorical_features=["c"]).fit(X, y)
    under = pd.DataFrame({"a": [1.0], "c": ["x"]})
    assert tree.tree_.feature[0] == 0
    assert tree.predict(under).tolist() == [0]


def test_many_levels():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 5000, 20_000)
    X = pd.DataFrame({"plane": [f"N{code}" for code in codes], "x": rng.normal(size=20_000)})
    y = rng.integers(0, 2, 5000)[codes]
    tree = GainTreeClassifier().fit(X, y)
    assert tree.get_n_leaves() == 2
    assert tree.score(X, y) == 1.0
    assert tree.tree_.equals(GainTreeClassifier(n_jobs=5).fit(X, y).tree_)


def test_two_orders_of_rows_and_of_labels_give_the_same_partition():
    rng = np.random.default_rng(1)
    X = rng.integers(0, 9, (400, 3)).astype(float)
    y = rng.integers(0, 2, 400).astype(np.int32)
    arguments = (2, None, None, criteria.get("gini"), Rules(*RULES)._replace(max_features=3), 0, 1)
    n_categories = np.array([9, 9, 9])
    tree = grow_tree(X, y, *arguments, n_categories=n_categories)
    mirrored = grow_tree(X, 1 - y, *arguments, n_categories=n_categories)
    np.testing.assert_array_equal(tree.gains()[0], mirrored.gains()[0])
    shuffled = rng.permutation(400)
    assert tree.equals(grow_tree(X[shuffled], y[shuffled], *arguments, n_categories=n_categories))
