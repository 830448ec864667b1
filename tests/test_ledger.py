"""The ledger of candidates: against every split told plainly, and against the tree."""

import builtins
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st
from scipy.stats import chi2, chi2_contingency
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.tree import DecisionTreeClassifier

import reference
from gaintree import GainTreeClassifier, criteria
from gaintree.inspection import split_candidates
from reference import Table
from splits import gain_of
from strategies import CRITERIA, data, stopping_of, stopping_parameters
from trees import for_all

IRIS, SPECIES = load_iris(return_X_y=True, as_frame=True)


def rows_below(tree, X, node):
    """The rows that reach a node, told plainly."""
    rows = np.arange(len(X))
    path = [node]
    while tree.parents[path[-1]] >= 0:
        path.append(int(tree.parents[path[-1]]))
    for parent, child in zip(path[:0:-1], path[-2::-1], strict=True):
        values = X[rows, tree.feature[parent]].astype(np.float64)
        missing = np.isnan(values)
        if tree.category_set[parent] >= 0:
            goes_left = tree.goes_left(parent)[np.where(missing, 0, values).astype(int)]
        else:
            goes_left = values <= tree.threshold[parent]
        goes_left = np.where(missing, tree.missing_go_to_left[parent] == 1, goes_left)
        rows = rows[goes_left == (tree.children_left[parent] == child)]
    return rows


def sides_of(ledger, i, X):
    """What a candidate sends left, told from its numbers."""
    values = X[:, ledger.feature[i]].astype(np.float64)
    missing = np.isnan(values)
    if np.isnan(ledger.threshold[i]):
        codes = np.where(missing, 0, values).astype(int)
        goes_left = np.array([ledger.sets[i, 0, c // 64] >> np.uint64(c % 64) & 1 for c in codes])
    else:
        goes_left = values <= ledger.threshold[i]
    return np.where(missing, ledger.missing_left[i], goes_left == 1)


def counts(codes, n_classes):
    return np.bincount(codes, minlength=n_classes)


@for_all(data(), CRITERIA, stopping_parameters(), st.booleans(), max_examples=50)
def test_every_feature_at_every_node_against_all_splits(d, criterion, parameters, one_by_one):
    tree = GainTreeClassifier(criterion=criterion, **parameters).fit(d.X, d.y, d.weights)
    stopping = stopping_of(parameters, d.weights, len(d.X))
    ledger = split_candidates(tree, d.X, d.y, None, None, sample_weight=d.weights)
    kept = np.ones(len(d.X), bool) if d.weights is None else d.weights > 0
    X, codes = d.X[kept], np.unique(d.y, return_inverse=True)[1][kept]
    weights = np.ones(len(X)) if d.weights is None else d.weights[kept]
    slack = 1e-9 if d.weights is not None else 0.0
    for node in np.flatnonzero(~tree.tree_.is_leaf)[:4]:
        here = ledger.at(node)
        if one_by_one:
            alone = split_candidates(tree, d.X, d.y, int(node), None, sample_weight=d.weights)
            np.testing.assert_array_equal(alone.left_counts, here.left_counts)
            np.testing.assert_array_equal(alone.threshold, here.threshold)
            np.testing.assert_array_equal(alone.chosen, here.chosen)
        assert here.chosen[0], "the first is what the tree does"
        assert (here.feature[0], here.threshold[0]) == (
            tree.tree_.feature[node],
            tree.tree_.threshold[node],
        )
        rows = rows_below(tree.tree_, X, node)
        table = Table.of(X[rows], codes[rows], weights[rows], len(tree.classes_))
        for i, feature in enumerate(here.feature):
            splits = reference.all_splits(table, criterion, [feature])
            weight = np.minimum(splits.weight_left, splits.weight_right)
            enough = np.minimum(splits.n_left, splits.n_right) >= stopping.min_samples_leaf
            enough &= weight >= stopping.min_weight_leaf * (1 + slack)
            if not enough.any():
                continue
            best = table.impurity(criterion) - float(splits.cost[enough].min()) / table.weight()
            assert here.values[criterion][i] == pytest.approx(best, abs=1e-9)
            goes_left = sides_of(here, i, X[rows])
            expected = counts(codes[rows][goes_left], len(tree.classes_))
            np.testing.assert_array_equal(here.left_counts[i], expected)
        if d.weights is None or (d.weights > 1e-6).all():
            children = [here.left_weights[0], here.right_weights[0]]
            assert here.gain[0] == pytest.approx(gain_of(children), abs=1e-9)


def categorical_table(rng, n, n_classes):
    colours = rng.choice(["red", "green", "blue", "white", "black", None], n)
    numbers = np.where(rng.random(n) < 0.2, np.nan, rng.integers(0, 5, n))
    X = pd.DataFrame({"colour": colours, "number": numbers, "other": rng.choice(list("xyz"), n)})
    signal = (colours == "red") | (numbers > 2)
    return X, np.where(rng.random(n) < 0.7, signal, rng.integers(0, n_classes, n)).astype(int)


@for_all(
    st.integers(0, 2**32 - 1), st.sampled_from([2, 4]), CRITERIA, st.booleans(), max_examples=25
)
def test_categories_and_missing_values(seed, n_classes, criterion, is_weighted):
    rng = np.random.default_rng(seed)
    X, y = categorical_table(rng, int(rng.integers(5, 80)), n_classes)
    weights = rng.random(len(X)) + 0.1 if is_weighted else None
    tree = GainTreeClassifier(criterion=criterion).fit(X, y, weights)
    if tree.tree_.node_count == 1:
        return
    ledger = split_candidates(tree, X, y, node=None, sample_weight=weights)
    encoded, codes = tree._encoder.transform(X), np.unique(y, return_inverse=True)[1]
    assert ledger.top(1).chosen.all()
    assert len(ledger.top(1)) == (~tree.tree_.is_leaf).sum()
    for i in rng.permutation(len(ledger))[:20]:
        rows = rows_below(tree.tree_, encoded, ledger.node[i])
        goes_left = sides_of(ledger, i, encoded[rows])
        expected = counts(codes[rows][goes_left], len(tree.classes_))
        np.testing.assert_array_equal(ledger.left_counts[i], expected)


def test_threads_change_nothing():
    X, y = load_breast_cancer(return_X_y=True)
    one = split_candidates(GainTreeClassifier().fit(X, y), X, y, node=None)
    two = split_candidates(GainTreeClassifier(n_jobs=2).fit(X, y), X, y, node=None)
    for name in ("feature", "threshold", "left_counts", "gain", "ranks", "margin", "ties"):
        np.testing.assert_equal(getattr(one, name), getattr(two, name))


def test_a_tree_of_another_criterion_would_take_its_rank_1():
    """Sepal length is cut elsewhere by Gini; the root of a Gini tree on each column says where."""
    tree = GainTreeClassifier().fit(IRIS, SPECIES)
    ledger = split_candidates(tree, IRIS, SPECIES, criteria=["gini", "entropy"])
    assert list(ledger.values) == ["entropy", "gini"]
    cuts = {(int(f), t) for f, t in zip(ledger.feature, ledger.threshold, strict=True)}
    assert {(0, 5.55), (0, 5.45)} <= {(f, round(t, 6)) for f, t in cuts}
    for feature in range(4):
        column = IRIS.iloc[:, [feature]]
        gini = GainTreeClassifier(criterion="gini", max_depth=1).fit(column, SPECIES)
        of_feature = np.flatnonzero(ledger.feature == feature)
        best = of_feature[ledger.ranks["gini"][of_feature].argmin()]
        assert ledger.threshold[best] == gini.tree_.threshold[0]
        assert ledger.values["gini"][best] == pytest.approx(gini.tree_.gains()[0])


@pytest.mark.parametrize("name", [each.name for each in criteria.available()])
def test_every_criterion_first_takes_what_the_tree_took(name):
    """What a criterion draws is drawn anew, so only that it is among them can be asked."""
    X, y = load_breast_cancer(return_X_y=True)
    X, y = X[:150, :6].round(1), y[:150]
    tree = GainTreeClassifier(criterion=name, max_depth=4).fit(X, y)
    ledger = split_candidates(tree, X, y, None, None)
    inner = np.flatnonzero(~tree.tree_.is_leaf)
    np.testing.assert_array_equal(ledger.nodes, inner)
    assert ledger.chosen.sum() == len(inner)
    if not criteria.get(name).is_random:
        assert ledger.top(1).chosen.all()
    everything = split_candidates(tree, X, y, criteria="all")
    assert len(everything.values) > 15
    assert all((everything.ranks[each] >= 1).all() for each in everything.ranks)
    assert name in str(everything) or name == "entropy"


@pytest.mark.parametrize("name", ["gain_ratio", "c45", "hellinger", "bdeu", "renyi"])
@pytest.mark.parametrize("is_weighted", [False, True])
def test_other_criteria_on_categories_missing_values_and_weights(name, is_weighted):
    rng = np.random.default_rng(0)
    X, y = categorical_table(rng, 150, 2)
    weights = rng.random(150) + 0.1 if is_weighted else None
    tree = GainTreeClassifier(criterion=name, max_depth=5).fit(X, y, weights)
    ledger = split_candidates(tree, X, y, None, None, sample_weight=weights)
    assert len(ledger.nodes) > 1
    assert ledger.top(1).chosen.all()


def test_ranks_ties_and_margins():
    tree = GainTreeClassifier().fit(IRIS, SPECIES)
    ledger = split_candidates(tree, IRIS, SPECIES)
    np.testing.assert_array_equal(ledger.rank, [1, 1, 3, 4])
    np.testing.assert_array_equal(ledger.ties, [1, 1, 0, 0])
    gains = ledger.gain
    np.testing.assert_allclose(ledger.margin, [0, 0, gains[2] - gains[0], gains[3] - gains[0]])
    alone = split_candidates(GainTreeClassifier().fit(IRIS.iloc[:, :1], SPECIES),
                             IRIS.iloc[:, :1], SPECIES)  # fmt: skip
    assert np.isnan(alone.margin[0])
    assert len(split_candidates(tree, IRIS, SPECIES, top=2)) == 2


def test_a_tree_that_did_not_look_everywhere_shows_its_split_besides():
    tree = GainTreeClassifier(splitter="random", random_state=0, max_depth=2).fit(IRIS, SPECIES)
    ledger = split_candidates(tree, IRIS, SPECIES, top=1)
    assert len(ledger) == 2
    np.testing.assert_array_equal(ledger.chosen, [False, True])
    assert ledger.threshold[1] == tree.tree_.threshold[0]
    assert ledger.left_counts[1].sum() == tree.tree_.n_node_samples[1]
    np.testing.assert_allclose(ledger.gain[1], tree.tree_.gains()[0])
    assert ledger.rank[1] > 1


# Chance.


def test_the_bound_of_the_g_test():
    """A column is charged for the cuts or sets that it has, and for being one of three."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(
        {"a": np.arange(40.0), "b": np.arange(40) % 4, "c": rng.choice(list("xyz"), 40)}
    )
    X.loc[:4, "b"] = np.nan
    y = (np.arange(40) + rng.integers(0, 25, 40) > 32).astype(int)
    ledger = split_candidates(GainTreeClassifier().fit(X, y), X, y)
    np.testing.assert_array_equal(ledger.n_cuts, [39 + (2 * 3 + 1) + 3])
    for i in range(len(ledger)):
        table = np.array([ledger.left_counts[i], ledger.right_counts[i]])
        g, p = chi2_contingency(table, correction=False, lambda_="log-likelihood")[:2]
        whole = chi2.sf(g, 2)  # of the three categories as they are
        quiet = [(1 - p) ** 39, (1 - p) ** 7, max((1 - p) ** 3, 1 - whole)][ledger.feature[i]]
        assert ledger.p_value[i] == pytest.approx(1 - quiet**3, rel=1e-6)


@pytest.mark.parametrize("least", [1, 3, 9])
def test_only_cuts_that_leave_enough_samples_are_charged_for(least):
    rng = np.random.default_rng(least)
    X = rng.integers(0, 12, (60, 4)).astype(np.float64)
    X[:, 1] = rng.integers(0, 2, 60)
    X[rng.random(60) < 0.2, 2], X[:, 3] = np.nan, rng.normal(size=60)
    X[5:9, 3], y = np.nan, rng.integers(0, 2, 60)
    model = GainTreeClassifier(min_samples_leaf=least).fit(X, y)
    ledger = split_candidates(model, X, y, node=None)
    for place, node in enumerate(ledger.nodes):
        here = X[rows_below(model.tree_, X, node)]
        for feature, column in enumerate(here.T):
            sides = set()
            for threshold in np.unique(column[~np.isnan(column)]):
                for missing_left in {False, bool(np.isnan(column).any())}:
                    left = np.where(np.isnan(column), missing_left, column <= threshold)
                    if min(left.sum(), (~left).sum()) >= least:
                        sides.add(tuple(left))
            assert ledger.n_thresholds[place, feature] == len(sides)


def test_a_column_of_two_values_is_not_charged_for_the_cuts_of_another():
    """Noise is called a signal no oftener than it says, and the column of two values as often."""
    rng = np.random.default_rng(1)
    n, low, of_two = 400, 0, 0
    for _ in range(n):
        X = np.column_stack([rng.normal(size=80), rng.permutation(80) % 2])
        ledger = split_candidates(
            GainTreeClassifier(max_depth=1).fit(X, y := rng.permutation(80) % 3 > 0), X, y
        )
        low += ledger.p_value.min() <= 0.1
        of_two += ledger.p_value[ledger.feature == 1][0] <= 0.1
    assert low <= 0.1 * n + 3 * np.sqrt(0.09 * n)
    assert abs(of_two - 0.0513 * n) <= 3 * np.sqrt(0.05 * n)  # 1 - sqrt(0.9)


def test_noise_is_seldom_called_a_signal():
    rng = np.random.default_rng(0)
    low = shuffled = 0
    for _ in range(100):
        X, y = rng.normal(size=(50, 3)), rng.integers(0, 2, 50)
        ledger = split_candidates(
            GainTreeClassifier(max_depth=1, min_samples_leaf=5).fit(X, y), X, y, n_permutations=19,
            random_state=rng.integers(1000),
        )  # fmt: skip
        low += ledger.p_value[0] <= 0.05
        shuffled += ledger.p_permutation[0] <= 0.05
    assert low <= 10
    assert shuffled <= 12  # 1 in 20 on average


def test_a_signal_is_called_one():
    ledger = split_candidates(
        GainTreeClassifier().fit(IRIS, SPECIES), IRIS, SPECIES, n_permutations=49, n_bootstrap=20,
        random_state=0,
    )  # fmt: skip
    assert (ledger.p_value < 1e-9).all()
    np.testing.assert_array_equal(ledger.p_permutation, np.full(4, 0.02))
    assert ledger.returns_feature[:2].sum() == 1.0
    assert ledger.returns_split[0] <= ledger.returns_feature[0]


def test_permutations_and_bootstrap_told_plainly():
    rng = np.random.RandomState(3)
    X, y = rng.normal(size=(30, 3)), rng.randint(0, 3, 30)
    tree = GainTreeClassifier(max_depth=1).fit(X, y)
    ledger = split_candidates(
        tree, X, y, n_permutations=9, n_bootstrap=11, random_state=np.random.RandomState(7)
    )
    rng, classes, reached = np.random.RandomState(7), y.astype(np.int32), 1
    for _ in range(9):
        rng.shuffle(classes)
        shuffled = GainTreeClassifier(max_depth=1).fit(X, classes)
        reached += shuffled.tree_.gains()[0] >= ledger.gain[0] - 1e-12
    assert ledger.p_permutation[0] == reached / 10
    winners, alike = np.zeros(3), 0
    for _ in range(11):
        rows = rng.randint(30, size=30)
        drawn = GainTreeClassifier(max_depth=1).fit(X[rows], y[rows])
        winners[drawn.tree_.feature[0]] += 1
        alike += (drawn.apply(X) == tree.apply(X)).all() and (
            drawn.tree_.feature[0] == tree.tree_.feature[0]
        )
    np.testing.assert_allclose(ledger.returns_feature, winners[ledger.feature] / 11)
    assert ledger.returns_split[0] == pytest.approx(alike / 11)


# What is shown.


def test_the_text():
    ledger = split_candidates(GainTreeClassifier(max_depth=1).fit(IRIS, SPECIES), IRIS, SPECIES)
    lines = str(ledger).splitlines()
    assert lines[0] == "Node 0: 150 samples (0 50, 1 50, 2 50), 1.585 bits of entropy."
    assert "petal length (cm) <= 2.45" in lines[3]
    assert lines[3].startswith("1*")
    assert lines[4].startswith("1 ")
    assert "50/0/0" in lines[3]
    assert "0.9183" in lines[3]
    assert repr(ledger) == "SplitLedger(4 candidates of 1 node)"


def test_the_frame():
    ledger = split_candidates(
        GainTreeClassifier().fit(IRIS, SPECIES), IRIS, SPECIES, None, criteria="gini"
    )
    frame = ledger.to_frame()
    assert len(frame) == len(ledger)
    assert {"node", "split", "gain", "p_value", "gini_value", "gini_rank", "left_2"} <= set(frame)
    assert (frame.groupby("node")["rank"].min() == 1).all()


def test_many_nodes_are_cut_short():
    X, y = load_breast_cancer(return_X_y=True)
    ledger = split_candidates(GainTreeClassifier().fit(X, y), X, y, node=None)
    assert str(ledger).endswith(f"{len(ledger.nodes) - 10} more nodes; at(node) shows one")
    with pytest.raises(ValueError, match="node=99999 is not in this ledger"):
        ledger.at(99999)


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.text = set(), ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


def test_names_are_escaped_in_html():
    evil = "<script>alert('&')</script>"
    X = pd.DataFrame({evil: ["<b>", "c", "<b>", "c"] * 3})
    y = np.array(["<i>", "j"] * 6)
    page = Tags(split_candidates(GainTreeClassifier().fit(X, y), X, y)._repr_html_())
    assert page.tags == {"div", "p", "br", "table", "thead", "tr", "th", "td"}
    assert evil in page.text
    assert "{<b>}" in page.text
    assert "<i> 6" in page.text


def test_categories_are_named():
    X = pd.DataFrame({"colour": ["red", "green", "blue", "red"] * 5, "size": [1, None, 2, 3.0] * 5})
    y = [0, 1, 1, 0] * 5
    ledger = split_candidates(GainTreeClassifier().fit(X, y), X, y)
    assert ledger.conditions(0) == ("colour in {red}", "colour not in {red}")
    assert ledger.conditions(1)[0].startswith("size <= ")
    assert "missing" in "".join(ledger.conditions(1))


# What is refused, and what is said.


def test_a_leaf_says_why_it_is_one():
    X, y = load_breast_cancer(return_X_y=True)
    reasons = {
        "max_depth=1": GainTreeClassifier(max_depth=1),
        "min_samples_split=300": GainTreeClassifier(min_samples_split=300),
        "min_impurity_decrease=0.4": GainTreeClassifier(min_impurity_decrease=0.4),
        "max_leaf_nodes=3": GainTreeClassifier(max_leaf_nodes=3),
        "no cut leaves enough": GainTreeClassifier(min_samples_leaf=150),
        "pruned": GainTreeClassifier(ccp_alpha=0.1),
        "one class": GainTreeClassifier(),
    }
    for reason, estimator in reasons.items():
        tree = estimator.fit(X, y).tree_
        leaves = np.flatnonzero(tree.is_leaf)
        leaf = leaves[tree.impurity[leaves].argmax()]
        ledger = split_candidates(estimator, X, y, int(leaf))
        assert reason in ledger.notes[0]
        assert ledger.notes[0] in str(ledger)
        assert not ledger.chosen.any()
        assert (len(ledger) > 0) == (reason not in ("one class", "no cut leaves enough"))


def test_other_samples_are_told_and_still_shown():
    tree = GainTreeClassifier().fit(IRIS, SPECIES)
    with pytest.warns(UserWarning, match="node 0 was grown with 150 samples and has 60"):
        ledger = split_candidates(tree, IRIS[:60], SPECIES[:60])
    assert ledger.node_counts.tolist() == [[50, 10, 0]]
    with pytest.warns(UserWarning, match="not what the tree was fitted on"):
        ledger = split_candidates(tree, IRIS[:50], SPECIES[:50], node=2)
    assert "none of the samples" in str(ledger)
    assert len(ledger) == 0


def test_bad_input():
    tree = GainTreeClassifier(max_depth=1).fit(IRIS, SPECIES)

    def ask(*args, estimator=tree, X=IRIS, y=SPECIES, **parameters):
        return split_candidates(estimator, X, y, *args, **parameters)

    with pytest.raises(ValueError, match=r"node=3 does not exist.*0 to 2"):
        ask(3)
    with pytest.raises(TypeError, match=r"node=1\.5"):
        ask(1.5)
    with pytest.raises(NotFittedError):
        ask(estimator=GainTreeClassifier())
    with pytest.raises(TypeError, match="GainTreeClassifier"):
        ask(estimator=DecisionTreeClassifier().fit(IRIS, SPECIES))
    with pytest.raises(ValueError, match=r"labels that the tree was not fitted on: \[7\]"):
        ask(y=SPECIES.replace(2, 7))
    with pytest.raises(ValueError, match="150 samples, but y has 149"):
        ask(y=SPECIES[:-1])
    with pytest.raises(ValueError, match="feature names"):
        ask(X=IRIS.iloc[:, ::-1])
    with pytest.raises(ValueError, match="'nonsense'"):
        ask(criteria=["nonsense"])
    with pytest.raises(ValueError, match="'hellinger' is for two classes, but y has 3"):
        ask(criteria=["hellinger"])
    with pytest.raises(ValueError, match=r"top=0 must be at least 1"):
        ask(top=0)
    with pytest.raises(TypeError, match=r"n_bootstrap=2\.5"):
        ask(n_bootstrap=2.5)
    with pytest.raises(ValueError, match="asks about one node"):
        ask(node=None, n_permutations=3)


def test_pandas_is_named_where_it_is_missed(monkeypatch):
    ledger = split_candidates(GainTreeClassifier().fit(IRIS, SPECIES), IRIS, SPECIES)
    real = builtins.__import__

    def without_pandas(name, *args, **kwargs):
        if name == "pandas":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_pandas)
    with pytest.raises(ImportError, match=r"gaintree\[data\]"):
        ledger.to_frame()


def test_importing_does_not_bring_matplotlib():
    code = "import sys, gaintree; assert 'matplotlib' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
