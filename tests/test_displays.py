"""What the pictures draw: numbers, not pixels."""

import builtins

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

from gaintree import GainTreeClassifier
from gaintree.inspection import (
    ConcavityDisplay,
    GainCurveDisplay,
    ImportanceDisplay,
    PartitionDisplay,
    PathDisplay,
    TreeDisplay,
    bits_on,
    explain_prediction,
)
from gaintree.tree import LEAF
from splits import gain_of

matplotlib.use("Agg")
IRIS, SPECIES = load_iris(return_X_y=True, as_frame=True)
TREE = GainTreeClassifier().fit(IRIS, SPECIES)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def mixed(n=200, seed=0):
    """Numbers and categories, some missing."""
    rng = np.random.default_rng(seed)
    colours = rng.choice(["red", "green", "blue", None], n)
    numbers = np.where(rng.random(n) < 0.2, np.nan, rng.integers(0, 9, n))
    y = ((colours == "red") | (numbers > 5)) ^ (rng.random(n) < 0.1)
    return pd.DataFrame({"colour": colours, "number": numbers}), np.where(y, "yes", "no")


# Gain curves.


def test_a_gain_curve_told_plainly():
    display = GainCurveDisplay.from_estimator(TREE, IRIS, SPECIES, "sepal width (cm)",
                                              n_permutations=0)  # fmt: skip
    (curve,) = display.curves
    column = IRIS["sepal width (cm)"].to_numpy()
    values = np.unique(column)
    np.testing.assert_allclose(curve.thresholds, (values[1:] + values[:-1]) / 2)
    for threshold, gain in zip(curve.thresholds, curve.gains, strict=True):
        sides = [SPECIES[column <= threshold], SPECIES[column > threshold]]
        assert gain == pytest.approx(gain_of([np.bincount(side, minlength=3) for side in sides]))
    assert curve.is_admissible.all()
    drawn = {line.get_label(): line for line in display.axes_[0].lines}
    np.testing.assert_allclose(drawn["gain"].get_xdata(), curve.thresholds)
    np.testing.assert_allclose(drawn["gain"].get_ydata(), curve.gains)
    # What was chosen is another feature's, and a line across.
    assert drawn["chosen: petal length (cm) <= 2.45"].get_ydata()[0] == pytest.approx(0.918296)


@pytest.mark.parametrize("weighted", [False, True])
def test_the_top_of_each_curve_is_in_the_ledger(weighted):
    X, y = mixed()
    weights = np.random.default_rng(1).random(len(X)) + 0.5 if weighted else None
    tree = GainTreeClassifier(min_samples_leaf=25).fit(X, y, weights)
    n_inadmissible = 0
    for node in np.flatnonzero(~tree.tree_.is_leaf)[:6]:
        display = GainCurveDisplay.from_estimator(
            tree, X, y, node=int(node), sample_weight=weights, n_permutations=0
        )
        for curve in display.curves:
            i = int(np.flatnonzero(display.ledger.feature == curve.feature)[0])
            highest = curve.gains[curve.is_admissible].max(initial=0.0)
            assert highest <= display.ledger.gain[i] + 1e-12
            if np.isfinite(display.ledger.threshold[i]):
                assert highest == pytest.approx(display.ledger.gain[i])
            n_inadmissible += (~curve.is_admissible).sum()
    assert n_inadmissible > 0


def test_the_best_set_of_two_classes_is_on_the_curve():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"letter": rng.choice(list("abcdefgh"), 200)})
    y = (X["letter"].isin(list("aceg")) ^ (rng.random(200) < 0.3)).to_numpy()
    tree = GainTreeClassifier().fit(X, y)
    display = GainCurveDisplay.from_estimator(tree, X, y, n_permutations=0)
    (curve,) = display.curves
    assert curve.gains.max() == pytest.approx(tree.tree_.gains()[0])
    shares = [y[X["letter"] == letter].mean() for letter in curve.categories]
    assert shares == sorted(shares)
    (chosen,) = [line for line in display.axes_[0].lines if line.get_label() == "chosen"]
    assert chosen.get_xdata()[0] == curve.thresholds[curve.gains.argmax()]


def test_marks_and_noise():
    display = GainCurveDisplay.from_estimator(
        TREE, IRIS, SPECIES, n_permutations=19, random_state=0
    )
    assert [curve.feature for curve in display.curves] == [2, 3, 0, 1]
    first, second = display.axes_[:2]
    (chosen,) = [line for line in first.lines if line.get_label() == "chosen"]
    assert chosen.get_xdata()[0] == TREE.tree_.threshold[0]
    assert chosen.get_ydata()[0] == pytest.approx(TREE.tree_.gains()[0])
    (other,) = [line for line in second.lines if line.get_label() == "best of the other features"]
    assert other.get_xdata()[0] == pytest.approx(0.8)
    assert set(display.noise) == {0, 1, 2, 3}
    assert all(0.0 < high < 0.2 for high in display.noise.values())
    again = GainCurveDisplay.from_estimator(TREE, IRIS, SPECIES, n_permutations=19, random_state=0)
    assert again.noise == display.noise


def test_panels_stand_where_they_are_told_to():
    _, axes = plt.subplots(1, 2)
    display = GainCurveDisplay.from_estimator(TREE, IRIS, SPECIES, n_permutations=0, ax=axes[0])
    assert len(display.axes_) == 4
    one = GainCurveDisplay.from_estimator(TREE, IRIS, SPECIES, 0, n_permutations=0, ax=axes[1])
    assert one.axes_ == [axes[1]]


# Concavity.


@pytest.mark.parametrize("criterion", ["entropy", "gini"])
def test_the_gap_is_the_gain(criterion):
    X, y = load_breast_cancer(return_X_y=True)
    tree = GainTreeClassifier(criterion=criterion).fit(X, y)
    for node in np.flatnonzero(~tree.tree_.is_leaf)[:5]:
        display = ConcavityDisplay.from_estimator(tree, X, y, int(node))
        assert display.gains[criterion] == pytest.approx(tree.tree_.gains()[node])
        assert next(iter(display.gains)) == criterion
        left, right = (tree.tree_.children_left[node], tree.tree_.children_right[node])
        shares = tree.tree_.value[[node, left, right], 0, 1]
        assert (display.p_node, display.p_left, display.p_right) == pytest.approx(tuple(shares))
        gaps = [np.ptp(bar.get_segments()[0][:, 1]) for bar in display.ax_.collections]
        np.testing.assert_allclose(gaps, list(display.gains.values()))


def test_of_three_classes_two_count_as_one():
    display = ConcavityDisplay.from_estimator(TREE, IRIS, SPECIES, target=0)
    assert (display.p_left, display.p_right) == (1.0, 0.0)
    assert display.gains["entropy"] == pytest.approx(gain_of([[50, 0], [0, 100]]))
    with pytest.raises(ValueError, match="target=5 is no class of the tree"):
        ConcavityDisplay.from_estimator(TREE, IRIS, SPECIES, target=5)
    with pytest.raises(ValueError, match=r"node=1 has no split to show. A leaf: it has one class"):
        ConcavityDisplay.from_estimator(TREE, IRIS, SPECIES, node=1)


# The tree.


@pytest.mark.parametrize("max_depth", [0, 1, 3, None])
def test_the_layout_of_a_tree(max_depth):
    X, y = load_breast_cancer(return_X_y=True)
    estimator = GainTreeClassifier().fit(X, y)
    tree = estimator.tree_
    display = TreeDisplay.from_estimator(estimator, max_depth=max_depth)
    limit = tree.max_depth if max_depth is None else max_depth
    assert set(display.places) == set(np.flatnonzero(tree.depths <= limit))
    ends = [n for n in display.places if tree.is_leaf[n] or tree.depths[n] == limit]
    assert sorted(display.places[n][1] for n in ends) == list(range(len(ends)))
    for node, (depth, row) in display.places.items():
        assert depth == tree.depths[node]
        left, right = tree.children_left[node], tree.children_right[node]
        if left != LEAF and depth < limit:
            assert display.places[left][1] < row < display.places[right][1]
        np.testing.assert_allclose(display.counts(node).sum(), tree.n_node_samples[node])
    texts = [text.get_text() for text in display.ax_.texts]
    assert sum("bits" in text for text in texts) == sum(~tree.is_leaf[list(display.places)])
    folded = sum(tree.is_leaf[n : tree.ends[n]].sum() for n in ends if not tree.is_leaf[n])
    assert folded == sum(int(text.split("▸ ")[1].split()[0]) for text in texts if "▸" in text)


def test_no_text_of_a_deep_tree_overlaps_another():
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    display = TreeDisplay.from_estimator(GainTreeClassifier(max_depth=5).fit(X, y))
    display.figure_.canvas.draw()
    boxes = [text.get_window_extent() for text in display.ax_.texts]
    for i, one in enumerate(boxes):
        assert not any(one.overlaps(other) for other in boxes[:i])
    whole = display.figure_.bbox
    assert all(whole.x0 <= box.x0 and box.x1 <= whole.x1 for box in boxes)


def test_a_subtree_and_a_lone_leaf():
    display = TreeDisplay.from_estimator(TREE, node=2, max_depth=1)
    assert display.places[2] == (0, 0.5)
    lone = TreeDisplay.from_estimator(GainTreeClassifier().fit([[1.0], [2.0]], [1, 1]))
    assert lone.places == {0: (0, 0.0)}
    with pytest.raises(ValueError, match="max_depth=-1"):
        TreeDisplay.from_estimator(TREE, max_depth=-1)


# The partition.


def test_regions_are_the_trees_leaves():
    X = IRIS.iloc[:, [2, 3]]
    tree = GainTreeClassifier().fit(X, SPECIES)
    display = PartitionDisplay.from_estimator(tree, X, SPECIES, ("petal length (cm)", 1))
    assert sorted(region.leaf for region in display.regions) == list(
        np.flatnonzero(tree.tree_.is_leaf)
    )
    grid = np.random.default_rng(0).uniform([0, 0], [8, 3], (300, 2))
    leaves = tree.apply(pd.DataFrame(grid, columns=X.columns))
    for point, leaf in zip(grid, leaves, strict=True):
        (there,) = [
            r.leaf for r in display.regions if (point > r.low).all() and (point <= r.high).all()
        ]
        assert there == leaf
    assert display.held == []
    assert len(display.ax_.patches) == len(display.regions)
    assert sum(len(dots.get_offsets()) for dots in display.ax_.collections) == 150


def test_other_features_are_held_at_the_median():
    display = PartitionDisplay.from_estimator(TREE, IRIS, SPECIES, (0, 1))
    median = IRIS.median().to_numpy()
    for region in display.regions:
        inside = median.copy()
        inside[:2] = np.clip([6.0, 3.0], np.nextafter(region.low, np.inf), region.high)
        assert TREE.apply(pd.DataFrame([inside], columns=IRIS.columns))[0] == region.leaf
    assert set(display.held) == {"petal length (cm)", "petal width (cm)"}
    assert "2 other features" in display.ax_.get_title()


def test_a_partition_needs_two_columns_of_numbers():
    X, y = mixed()
    tree = GainTreeClassifier().fit(X, y)
    for features, message in {
        ("colour", "number"): "'colour' holds categories",
        ("number", "number"): "two different features",
        ("number",): "must be two features",
        ("number", "size"): "features='size' is none of the tree's",
        (0, 7): "features=7 must be from 0 to 1",
    }.items():
        with pytest.raises(ValueError, match=message):
            PartitionDisplay.from_estimator(tree, X, y, features)


# Paths.


def test_bits_of_a_path_add_up():
    X, y = load_breast_cancer(return_X_y=True)
    tree = GainTreeClassifier(max_depth=4).fit(X, y)
    proba, prior = tree.predict_proba(X), np.bincount(y) / len(y)
    for i in range(0, len(X), 40):
        path = explain_prediction(tree, X[i : i + 1])
        k = tree.predict(X[i : i + 1])[0]
        assert path.target == k
        assert path.bits.sum() == pytest.approx(np.log2(proba[i, k] / prior[k]))
        assert path.total == pytest.approx(path.bits.sum())
        assert path.nodes.tolist() == tree.decision_path(X[i : i + 1]).indices.tolist()
    display = PathDisplay(path).plot()
    widths = [bar.get_width() for bar in display.ax_.patches]
    np.testing.assert_allclose(widths, [*path.bits, path.total], atol=1e-12)


def test_conditions_hold_of_the_sample():
    X, y = mixed()
    tree = GainTreeClassifier().fit(X, y)
    for i in range(0, 40, 5):
        path = explain_prediction(tree, X.iloc[[i]])
        for condition, feature, node, child in zip(
            path.conditions, path.features, path.nodes[:-1], path.nodes[1:], strict=True
        ):
            value = X.iloc[i, feature]
            if feature == 1 and not pd.isna(value) and "missing" not in condition:
                relation, number = condition.split()[1:]
                assert (value <= float(number)) == (relation == "<=")
            assert (child == tree.tree_.children_left[node]) or (
                child == tree.tree_.children_right[node]
            )


def test_a_class_that_is_lost_on_the_way():
    path = explain_prediction(TREE, IRIS.iloc[[0]], target=2)
    assert path.bits[0] == -np.inf
    assert path.total == -np.inf
    assert "-inf" in str(path)
    PathDisplay(path).plot()


def test_one_sample_at_a_time():
    with pytest.raises(ValueError, match="X has 150 samples; one is explained"):
        explain_prediction(TREE, IRIS)
    with pytest.raises(ValueError, match="target='x' is no class of the tree"):
        explain_prediction(TREE, IRIS[:1], target="x")
    with pytest.raises(NotFittedError):
        explain_prediction(GainTreeClassifier(), IRIS[:1])
    with pytest.raises(TypeError, match="must be a GainTreeClassifier"):
        explain_prediction(DecisionTreeClassifier().fit(IRIS, SPECIES), IRIS[:1])


# Importance.


@pytest.mark.parametrize("weighted", [False, True])
def test_bits_saved_are_the_log_loss_that_the_root_has_more(weighted):
    X, y = load_breast_cancer(return_X_y=True)
    train, test = np.arange(0, len(X), 2), np.arange(1, len(X), 2)
    weights = np.random.default_rng(0).random(len(X)) if weighted else np.ones(len(X))
    tree = GainTreeClassifier(min_samples_leaf=5).fit(X[train], y[train], weights[train])
    t = tree.tree_
    smoothed = t.value[:, 0] * t.weighted_n_node_samples[:, None] + 0.5
    smoothed /= smoothed.sum(axis=1, keepdims=True)
    leaves = tree.apply(X[test])
    at_leaf = log_loss(y[test], smoothed[leaves], sample_weight=weights[test]) / np.log(2)
    at_root = log_loss(
        y[test], np.repeat(smoothed[:1], len(test), axis=0), sample_weight=weights[test]
    ) / np.log(2)
    bits = bits_on(tree, X[test], y[test], weights[test])
    assert bits.sum() == pytest.approx(at_root - at_leaf)
    assert (bits[~np.isin(np.arange(30), t.feature)] == 0.0).all()


def test_noise_gains_in_the_fit_and_loses_on_samples_held_out():
    X, y = mixed(400)
    X["noise"] = np.random.default_rng(0).random(len(X))
    tree = GainTreeClassifier().fit(X, y)
    display = ImportanceDisplay.from_estimator(tree, X, y)
    assert display.held_out.shape == (5, 3)
    assert display.fitted[2] > 0.1
    assert display.held_out[:, 2].mean() < 0.0
    assert (display.held_out[:, :2].mean(axis=0) > 0.05).all()
    drawn = sorted(bar.get_width() for bar in display.ax_.patches)
    np.testing.assert_allclose(
        drawn, sorted([*display.fitted, *display.held_out.mean(axis=0)]), atol=1e-12
    )
    folds = StratifiedKFold(5).split(X, y)
    train, test = next(iter(folds))
    plain = bits_on(GainTreeClassifier().fit(X.iloc[train], y[train]), X.iloc[test], y[test])
    np.testing.assert_allclose(display.held_out[0], plain)


def test_samples_held_out_already():
    X, y = load_breast_cancer(return_X_y=True)
    tree = GainTreeClassifier(max_depth=3).fit(X[::2], y[::2])
    display = ImportanceDisplay.from_estimator(tree, X[1::2], y[1::2], cv="prefit")
    np.testing.assert_array_equal(display.held_out, [bits_on(tree, X[1::2], y[1::2])])


# All of them.


def everything():
    pair = (2, 3)
    return {
        "GainCurveDisplay": lambda: GainCurveDisplay.from_estimator(TREE, IRIS, SPECIES),
        "ConcavityDisplay": lambda: ConcavityDisplay.from_estimator(TREE, IRIS, SPECIES),
        "TreeDisplay": lambda: TreeDisplay.from_estimator(TREE),
        "PartitionDisplay": lambda: PartitionDisplay.from_estimator(TREE, IRIS, SPECIES, pair),
        "PathDisplay": lambda: PathDisplay.from_estimator(TREE, IRIS[:1]),
        "ImportanceDisplay": lambda: ImportanceDisplay.from_estimator(TREE, IRIS, SPECIES),
    }


@pytest.mark.parametrize("name", everything())
def test_matplotlib_is_named_where_it_is_missed(name, monkeypatch):
    real = builtins.__import__

    def without_matplotlib(module, *args, **kwargs):
        if module.startswith("matplotlib"):
            raise ImportError(module)
        return real(module, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_matplotlib)
    with pytest.raises(ImportError, match=rf"{name}.plot needs matplotlib: .*gaintree\[plot\]"):
        everything()[name]()


def test_names_with_dollar_signs_are_no_formulas():
    """Half a formula would be an error of matplotlib's at drawing."""
    X, y = mixed()
    X.columns = ["$\\frac", "a$b^{"]
    labels = np.where(y == "yes", "$x_", "^$")
    tree = GainTreeClassifier(max_depth=3).fit(X, labels)
    for display in (
        GainCurveDisplay.from_estimator(tree, X, labels, n_permutations=0),
        ConcavityDisplay.from_estimator(tree, X, labels),
        TreeDisplay.from_estimator(tree),
        PathDisplay.from_estimator(tree, X.iloc[[0]]),
        ImportanceDisplay.from_estimator(tree, X, labels, cv=2),
    ):
        display.figure_.canvas.draw()


def test_many_classes():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(300, 2)), np.arange(300) % 100
    tree = GainTreeClassifier(max_depth=3).fit(X, y)
    for display in (
        TreeDisplay.from_estimator(tree),
        PartitionDisplay.from_estimator(tree, X, y, (0, 1)),
    ):
        display.figure_.canvas.draw()
        legend = display.ax_.get_legend()
        assert len(legend.get_texts()) == 12
        assert legend.get_title().get_text() == "12 of 100 classes"
