"""Criteria in the engines: what is compiled, what is refused, and functions of a user's own."""

import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV

from gaintree import GainTreeClassifier, criteria
from gaintree.criteria import _terms as terms
from gaintree.grow import grow_tree
from gaintree.grow.exhaustive import grow_exhaustive
from gaintree.grow.histogram_tree import grow_histogram
from test_engines import RULES

ALL = [entry.name for entry in criteria.available()]
OTHERS = [criteria.Tsallis(q=0.5), criteria.Tsallis(q=3), criteria.Renyi(2), criteria.BDeu(10)]


def table(n=400, n_classes=2, n_features=4, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, n_features)).round(1)
    y = np.digitize(X[:, 0] + rng.normal(size=n), np.linspace(-0.7, 0.7, n_classes - 1))
    return X, y.astype(np.int32)


def gini_gain(left, right):
    """As a user would write it."""
    n_left, n_right = left.sum(), right.sum()
    node = left + right
    after = n_left - (left**2).sum() / n_left + n_right - (right**2).sum() / n_right
    return 1.0 - ((node / node.sum()) ** 2).sum() - after / node.sum()


@numba.njit
def compiled_gain(left, right):
    return gini_of(left + right) - gini_of(left) - gini_of(right)


@numba.njit
def gini_of(counts):
    return counts.sum() - (counts**2).sum() / counts.sum()


# Tables and formulas.


def counts_by_dice(n_classes, n=50):
    rng = np.random.default_rng(0)
    for size in rng.integers(1, 60, n):
        counts = rng.integers(0, size, n_classes).astype(float)
        counts[rng.integers(n_classes)] += 1
        yield counts


@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize("criterion", [*map(criteria.get, ALL), *OTHERS], ids=repr)
def test_tables_are_the_formulas(criterion, n_classes):
    cost_tables, tables = criterion.cost_tables(300, n_classes), criterion.tables(300)
    for counts in counts_by_dice(n_classes):
        n, places = int(counts.sum()), counts.astype(int)
        if cost_tables is not None:
            factor = cost_tables.factor[min(n, len(cost_tables.factor) - 1)]
            cost = cost_tables.whole[n] - factor * cost_tables.phi[places].sum()
            expected = criterion.cost(counts, counts.sum(), criterion.parameter)
            assert cost == pytest.approx(expected, rel=1e-9, abs=1e-9)
        if tables is not None:
            phi = tables.phi[tables.starts[1] :]
            factor = tables.factor[tables.factor_starts[1] :]
            cost = factor[min(n, len(factor) - 1)] * (phi[n] - phi[places].sum())
            assert cost / n == pytest.approx(criterion.impurity_of(counts), abs=1e-9)


def test_chances_far_out():
    from scipy.stats import chi2

    from gaintree.criteria.significance import log_chi2_tail

    for df in (1, 2, 9, 200):
        for x in (1e-9, 0.3, df - 0.5, df + 2.5, 2.0 * df + 20.0):
            expected = chi2.logsf(x, df)
            assert log_chi2_tail(x, df) == pytest.approx(expected, rel=1e-9, abs=1e-15)
    for x in (1.0, 1e3, 1e6):  # far beyond the least float
        assert log_chi2_tail(x, 2) == pytest.approx(-x / 2)
        assert log_chi2_tail(x, 4) == pytest.approx(-x / 2 + np.log1p(x / 2))
    for log_p in (-1e-20, -0.1, -2.0, -200.0):
        rest = terms.log_of_rest(log_p)
        assert np.exp(rest) == pytest.approx(-np.expm1(log_p))


def powers_that_are_close():
    """Two columns whose best splits differ by 2e-8 of what they cost; the second is the better."""
    y = np.repeat([0, 1], [4000, 97])
    X = np.ones((4097, 2))
    for column, (n_zeros, n_ones) in enumerate([(1565, 61), (969, 44)]):
        X[:n_zeros, column] = X[4000 : 4000 + n_ones, column] = 0.0
    return X, y


@pytest.mark.parametrize("q", [4, 8.0])
def test_a_large_power_is_left_to_the_formula(q):
    """In fixed point it would be short of bits."""
    X, y = powers_that_are_close()
    criterion = criteria.Tsallis(q=q)
    assert criterion.tables(len(y)) is None
    gains = []
    for column in X.T:
        sides = [np.bincount(y[column == side], minlength=2) for side in (0, 1)]
        gains.append(criterion.value_of(*sides))
    tree = GainTreeClassifier(criterion=criterion, max_depth=1).fit(X, y).tree_
    assert tree.feature[0] == np.argmax(gains)


def test_the_bits_that_a_power_loses_are_few():
    assert criteria.Tsallis(q=3).tables(10**6) is not None
    assert criteria.Tsallis(q=3.5).tables(1000) is None
    assert criteria.Tsallis(q=3).tables(2**24) is None


# Engines.


@pytest.mark.parametrize("criterion", [*map(criteria.get, ALL), *OTHERS], ids=repr)
def test_engines_agree_and_so_do_threads(criterion):
    X, y = table(1500)
    X[np.random.default_rng(1).random(X.shape) < 0.05] = np.nan
    arguments = (X, y, 2, None, None, criterion, RULES._replace(max_depth=8), 5)
    tree = grow_tree(*arguments, 1)
    assert tree.equals(grow_tree(*arguments, 1, exhaustive=True))
    assert tree.equals(grow_tree(*arguments, 2))


@pytest.mark.parametrize("name", ALL)
def test_all_of_the_rest_works(name):
    """max_leaf_nodes, min_samples_leaf, a random splitter, drawn features, constraints, weights."""
    X, y = table(200)
    whole = np.random.default_rng(0).integers(0, 3, len(y))
    for parameters in (
        {"max_leaf_nodes": 6, "min_samples_leaf": 7},
        {"splitter": "random", "max_features": 2, "max_depth": 4},
        {"max_features": 1, "max_depth": 4, "n_jobs": 2},
        {"monotonic_cst": [1, 0, 0, 0], "max_depth": 4},
        {"ccp_alpha": 0.01},
    ):
        model = GainTreeClassifier(criterion=name, random_state=0, **parameters)
        tree = model.fit(X, y, whole).tree_
        assert tree.n_leaves <= parameters.get("max_leaf_nodes", 10_000)
        least = parameters.get("min_samples_leaf", 1)
        assert tree.n_node_samples[tree.is_leaf].min() >= least
        repeated = np.repeat(np.arange(len(y)), whole)
        if least == 1 and name != "random":
            again = clone(model).fit(X[repeated], y[repeated]).tree_
            assert np.array_equal(again.feature, tree.feature)
            assert np.array_equal(again.threshold, tree.threshold)
        assert (tree.gains() >= 0).all()


def test_gains_that_are_not_positive_stop():
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 5, dtype=float)
    y = (X[:, 0] != X[:, 1]).astype(int)
    leaves = {}
    for entry in criteria.available():
        leaves[entry.name] = GainTreeClassifier(criterion=entry.name).fit(X, y).get_n_leaves()
        assert (leaves[entry.name] == 1) == entry.self_stopping or entry.name == "random"
    assert leaves["entropy"] == leaves["gain_ratio"] == 4


def test_a_level_of_significance_stops():
    X, y = np.random.default_rng(0).random((100, 3)), np.arange(100) % 2
    for criterion in (criteria.Chi2(level=0.05), criteria.GTest(level=0.05)):
        assert criterion.self_stopping
        assert GainTreeClassifier(criterion=criterion).fit(X, y).get_n_leaves() == 1
        assert GainTreeClassifier(criterion=criterion).fit(X + 3 * y[:, None], y).get_depth() == 1


def test_histograms_of_few_bins_need_a_bounded_criterion():
    X, y = table(n_classes=3)
    GainTreeClassifier(criterion="tsallis", max_bins=9).fit(X, y)
    with pytest.raises(ValueError, match="max_bins=9 with criterion='dkm' is for two classes"):
        GainTreeClassifier(criterion="dkm", max_bins=9).fit(X, y)
    with pytest.raises(ValueError, match=r"concave criterion, not .*'twoing'"):
        GainTreeClassifier(criterion="twoing", max_bins=9).fit(X, y)
    with pytest.raises(ValueError, match="'misclassification' needs a strictly concave"):
        GainTreeClassifier(criterion="misclassification", max_bins=9).fit(X, y > 0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: criteria.Tsallis(q=0), "q=0"),
        (lambda: criteria.Renyi(alpha=-1), "alpha=-1"),
        (lambda: criteria.Laplace(a=0), "a=0"),
        (lambda: criteria.BDeu(ess=0), "ess=0"),
        (lambda: criteria.Tsallis(q=np.nan), "q=nan"),
        (lambda: criteria.get(3), "criterion=3 is unknown"),
        (lambda: criteria.get(["gini"]), "criterion=.'gini'. is unknown"),
        (lambda: criteria.K2(prior=np.inf), "prior=inf"),
        (lambda: criteria.Chi2(level=0), "level=0"),
        (lambda: criteria.get("gini").value_of([1, 1], [1, 1, 0]), "2 classes and right 3"),
        (lambda: criteria.get("gini").value_of([1, 1], [0, 0]), "right="),
    ],
)
def test_wrong_parameters_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: criteria.Tsallis(q="2"), "q='2' must be a number, not str"),
        (lambda: criteria.Renyi(alpha=None), "alpha=None must be a number"),
        (lambda: criteria.Laplace(a=True), "a=True must be a number"),
        (lambda: criteria.BDeu(ess=[1]), "ess=.1. must be a number"),
        (lambda: criteria.K2(prior="a"), "prior='a' must be a number"),
        (lambda: criteria.Chi2(level="a"), "level='a' must be a number"),
        (lambda: criteria.get(criteria.Tsallis), "criterion=Tsallis is a class"),
    ],
)
def test_what_is_no_number_and_no_object_is_named(make, message):
    with pytest.raises(TypeError, match=message):
        make()


# What is compiled.


def test_a_criterion_more_compiles_no_engine():
    X, y = table(1500)
    for name in ("entropy", "gain_ratio"):
        GainTreeClassifier(criterion=name).fit(X, y)
    compiled = [set(engine.overloads) for engine in (grow_exhaustive, grow_histogram)]
    for criterion in ("tsallis", "k2", "chi2", gini_gain, lambda left, right: 0.0):
        GainTreeClassifier(criterion=criterion, random_state=0).fit(X, y)
    assert [set(engine.overloads) for engine in (grow_exhaustive, grow_histogram)] == compiled


def test_an_edited_criterion_leaves_what_is_compiled(tmp_path):
    """Only what is compiled of criteria is compiled anew."""
    source, copy = Path(criteria.__file__).parents[1], tmp_path / "gaintree"
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r});"
        "from gaintree import _cache, criteria; from gaintree.grow.draw import uniform;"
        "print(*(_cache._kernel_stamp(_cache._uses_criteria(f)).hex()"
        " for f in (uniform.py_func, criteria.Gini.score, criteria.Hellinger.value)))"
    )

    def stamps():
        command = [sys.executable, "-c", code]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    kernel, gini, hellinger = stamps()
    assert gini == hellinger != kernel
    file = copy / "criteria" / "impurity.py"
    file.write_text(file.read_text() + "\n# it has changed\n")
    edited = stamps()
    assert edited[0] == kernel
    assert edited[1] == edited[2] != gini


# Functions of a user's own.


@pytest.mark.parametrize("function", [gini_gain, compiled_gain])
@pytest.mark.parametrize("n_classes", [2, 4])
def test_a_function_of_ones_own(function, n_classes):
    X, y = table(n_classes=n_classes)
    model = GainTreeClassifier(criterion=function, max_depth=5).fit(X, y)
    ours = GainTreeClassifier(criterion="gini", max_depth=5).fit(X, y)
    assert np.array_equal(model.tree_.feature, ours.tree_.feature)
    assert np.array_equal(model.tree_.threshold, ours.tree_.threshold)
    entropy = criteria.get("entropy").impurity_of(np.bincount(y))
    assert model.tree_.impurity[0] == pytest.approx(entropy)
    assert clone(model).criterion is function
    assert pickle.loads(pickle.dumps(model)).tree_.equals(model.tree_)
    weights = np.random.default_rng(0).random(len(y))
    assert model.fit(X, y, weights).tree_.equals(clone(model).fit(X, y, weights * 4).tree_) is False
    assert criteria.Own(function).value_of([4, 1], [1, 4]) > 0


def test_a_grid_may_hold_functions():
    X, y = load_iris(return_X_y=True)
    grid = {"criterion": ["entropy", gini_gain, criteria.Tsallis(q=0.7)]}
    search = GridSearchCV(GainTreeClassifier(), grid, error_score="raise").fit(X, y)
    assert search.best_score_ > 0.9


def changes(left, right):
    left[0] = 0.0
    return 0.0


@pytest.mark.parametrize(
    ("function", "kind", "message"),
    [
        (lambda left, right: left.sum(), ValueError, "same with left and right exchanged"),
        (lambda left, right: np.log(left[0] * right[0]), ValueError, "must be finite, but is -inf"),
        (lambda left, right: "a", TypeError, "number"),
        (lambda left: 1.0, TypeError, "function of two arrays of float64"),
        (lambda left, right: missing(left), TypeError, "numba says"),  # noqa: F821
        (changes, ValueError, "must not change its arguments"),
        (min, TypeError, "criterion=min must be a function of two arrays"),
        (3.5, ValueError, "criterion"),
    ],
)
def test_functions_that_do_not_do(function, kind, message):
    X, y = table(50)
    with pytest.raises(kind, match=message):
        GainTreeClassifier(criterion=function).fit(X, y)


def raises_for_many(left, right):
    if left.sum() + right.sum() == 3000.0 and left[0] > 20.0:
        raise ValueError
    return compiled_gain(left, right)


def test_a_cut_that_raises_is_not_made(capfd):
    X, y = table(3000, n_features=1)
    tree = GainTreeClassifier(criterion=raises_for_many, max_depth=1).fit(X, y).tree_
    assert 0 < tree.value[1, 0, 0] * tree.n_node_samples[1] <= 20.5
    assert "Error" not in capfd.readouterr().err


def test_an_unknown_name_is_refused():
    X, y = table(50)
    with pytest.raises(ValueError, match="'criterion' parameter"):
        GainTreeClassifier(criterion="gain").fit(X, y)


# The table.


def test_the_table_is_shown_in_each_form():
    catalogue = criteria.available()
    assert len(catalogue) == len(set(ALL)) == len(list(catalogue))
    lines = repr(catalogue).splitlines()
    assert len(lines) == len(catalogue) + 2
    assert lines[2].startswith("entropy ")
    html = catalogue._repr_html_()
    assert html.count("<tr>") == len(catalogue) + 1
    assert "&gt;" in html
    markdown = catalogue.to_markdown().splitlines()
    assert len(markdown) == len(catalogue) + 2
    assert len({line.replace("\\|", "").count("|") for line in markdown}) == 1
    frame = catalogue.to_frame()
    assert list(frame.index) == ALL
    assert bool(frame.loc["gini", "concave"])
    assert [entry.name for entry in catalogue[:2]] == ["entropy", "gini"]
    for entry in catalogue:
        assert entry.formula
        assert entry.source
        assert entry.weights in ("real", "integer")


def test_the_page_of_criteria_is_the_table():
    """To write it anew: print(criteria.available().to_markdown())."""
    page = Path(__file__).parents[1] / "CRITERIA.md"
    assert page.read_text(encoding="utf-8").endswith("\n\n" + criteria.available().to_markdown())
