"""Trees written for others: text, and scikit-learn's own class."""

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.tree import export_text as sklearn_export_text
from sklearn.tree import plot_tree

from gaintree import GainTreeClassifier, export_text
from gaintree.criteria import Gini

X, y = load_iris(return_X_y=True)


def rules(text):
    """Lines without what gaintree adds in brackets, and without leaves' numbers."""
    return [line.split(" (gains")[0].split(" (")[0] for line in text.splitlines()]


def test_rules_are_those_of_scikit_learn():
    tree = GainTreeClassifier(max_depth=3).fit(X, y)
    theirs = sklearn_export_text(tree.to_sklearn(), feature_names=["a", "b", "c", "d"], decimals=3)
    ours = export_text(tree, feature_names=["a", "b", "c", "d"], decimals=3)
    assert rules(ours) == rules(theirs)


def test_gains_and_samples_are_shown():
    lines = export_text(GainTreeClassifier(max_depth=1).fit(X, y)).splitlines()
    assert lines == [
        "|--- feature_2 <= 2.45 (gains 0.918 bits, 150 samples)",
        "|   |--- class: 0 (50 samples)",
        "|--- feature_2 >  2.45",
        "|   |--- class: 1 (100 samples)",
    ]
    by_gini = export_text(GainTreeClassifier(criterion=Gini(), max_depth=1).fit(X, y))
    assert "gains 0.333, 150 samples" in by_gini


def test_names_come_from_the_frame_and_the_labels():
    frame = pd.DataFrame(X, columns=["sl", "sw", "pl", "pw"])
    named = GainTreeClassifier(max_depth=1).fit(frame, np.array(["s", "ve", "vi"])[y])
    text = export_text(named)
    assert "pl <= 2.45" in text
    assert "class: ve" in text
    assert "class: virginica" in export_text(
        GainTreeClassifier().fit(X, y), class_names=["setosa", "versicolor", "virginica"]
    )


def test_weights_and_depth():
    tree = GainTreeClassifier().fit(X, y, sample_weight=np.full(len(X), 0.5))
    text = export_text(tree, show_weights=True, max_depth=0, spacing=1)
    assert text.splitlines()[1] == "| |- weights: [25.00, 0.00, 0.00] class: 0 (50 samples)"
    assert text.splitlines()[-1] == f"| |- truncated branch of depth {tree.get_depth() - 1}"


def test_a_split_on_being_missing_says_so():
    tree = GainTreeClassifier().fit([[1.0], [2.0], [np.nan]], [0, 0, 1])
    assert export_text(tree).splitlines()[::2] == [
        "|--- feature_0 is not missing (gains 0.918 bits, 3 samples)",
        "|--- feature_0 is missing",
    ]


def rows_of(text):
    """What is said of the splits, in order."""
    lines = [line.split("--- ")[1] for line in text.splitlines()]
    return [line.split(" (")[0] for line in lines if not line.startswith("class")]


def test_categories_are_named():
    X = pd.DataFrame({"colour": ["red", "blue", "green", "pink", "pink"]})
    tree = GainTreeClassifier().fit(X, [0, 0, 1, 1, 1])
    assert rows_of(export_text(tree)) == ["colour in {blue, red}", "colour not in {blue, red}"]
    tree.fit(X, [0, 1, 1, 1, 1])
    assert rows_of(export_text(tree)) == ["colour in {red}", "colour not in {red}"]
    numbered = GainTreeClassifier(categorical_features=[0]).fit([[7], [8], [9]], [0, 1, 0])
    assert rows_of(export_text(numbered)) == ["feature_0 not in {8}", "feature_0 in {8}"]


def test_where_missing_values_go_is_said():
    colours = ["red"] * 3 + ["blue"] * 3 + ["green"] * 3
    tree = GainTreeClassifier()
    for labels, missing, expected in [
        ([0, 0, 0, 1, 1, 1, 1, 1, 1], 0, ["not in {red} nor missing", "in {red} or missing"]),
        ([0, 0, 0, 1, 1, 1, 1, 1, 1], 1, ["not in {red}", "in {red}"]),
        ([0] * 9, 1, ["is not missing", "is missing"]),
    ]:
        X, y = pd.DataFrame({"colour": [*colours, None, None]}), [*labels, missing, missing]
        said = rows_of(export_text(tree.fit(X, y)))
        assert sorted(said) == [f"colour {words}" for words in sorted(expected)]
        left = tree.tree_.children_left[0]
        is_left = tree.apply(pd.DataFrame({"colour": [None]}))[0] == left
        assert is_left == (said[0] in ("colour in {red} or missing", "colour not in {red}"))


@pytest.mark.parametrize("seed", range(5))
def test_the_text_is_true_of_every_category(seed):
    """Read back and followed, it gives the predictions: of all categories, and missing values."""
    rng = np.random.default_rng(seed)
    X = pd.DataFrame({name: rng.choice(list("abcdefgh"), 80) for name in ("one", "two")})
    X = X.mask(rng.random(X.shape) < (0.2 if seed % 2 else 0.0))
    tree = GainTreeClassifier().fit(X, rng.integers(0, 3, 80))
    lines = export_text(tree, max_depth=99, max_categories=99).splitlines()
    table = pd.DataFrame([(a, b) for a in [*"abcdefgh", None] for b in [*"abcdefgh", None]])
    table.columns = X.columns
    for row, predicted in zip(table.itertuples(), tree.predict(table), strict=True):
        depth = 0
        for line in lines:
            at, text = line.count("|"), line.split("--- ")[1]
            if at != depth + 1:
                continue
            if text.startswith("class"):
                assert text.startswith(f"class: {predicted} ")
                break
            name, words = text.split(" (")[0].split(" ", 1)
            depth += is_true(words, getattr(row, name))
        else:
            pytest.fail("no leaf")


def is_true(words, value):
    if words in ("is missing", "is not missing"):
        return (words == "is missing") == pd.isna(value)
    in_set = not pd.isna(value) and value in words[words.index("{") + 1 : words.index("}")]
    if words.startswith("in"):
        return in_set or ("or missing" in words and pd.isna(value))
    return not in_set and not ("nor missing" in words and pd.isna(value))


def test_many_categories_are_counted():
    X = pd.DataFrame({"c": [f"{i:02}" for i in range(40)]})
    tree = GainTreeClassifier().fit(X, np.arange(40) >= 15)
    first = export_text(tree).splitlines()[0]
    assert "{00, 01, 02, 03, 04, 05, 06, 07, 08, 09, ... 5 more}" in first
    assert "{00, 01, ... 13 more}" in export_text(tree, max_categories=2)
    assert "more" not in export_text(tree, max_categories=15)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(1e-12, 2e-12, "1.5e-12"), (20170512, 20170513, "20170512.5"), (-1e300, 1e300, "0")],
)
def test_thresholds_are_shown_as_precisely_as_they_need(low, high, shown):
    tree = GainTreeClassifier().fit([[low], [high]], [0, 1])
    assert f"<= {shown} (" in export_text(tree)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"feature_names": ["a"]}, "feature_names has 1 entries, but the tree has 4 features"),
        ({"class_names": ["a"]}, "class_names has 1 entries, but the tree has 3 classes"),
        ({"max_depth": -1}, "max_depth=-1"),
        ({"spacing": 0}, "spacing=0"),
        ({"decimals": -2}, "decimals=-2"),
        ({"max_categories": 0}, "max_categories=0"),
    ],
)
def test_bad_arguments(parameters, message):
    with pytest.raises(ValueError, match=message):
        export_text(GainTreeClassifier().fit(X, y), **parameters)


def test_unfitted():
    with pytest.raises(NotFittedError):
        export_text(GainTreeClassifier())
    with pytest.raises(NotFittedError):
        GainTreeClassifier().to_sklearn()


@pytest.mark.parametrize("criterion", ["information_gain", Gini()])
def test_to_sklearn_holds_the_same_tree(criterion):
    names = np.array(["setosa", "versicolor", "virginica"])
    frame = pd.DataFrame(X.astype(np.float32), columns=["sl", "sw", "pl", "pw"])
    frame.iloc[::7, 2] = np.nan
    ours = GainTreeClassifier(criterion=criterion, max_leaf_nodes=6).fit(frame, names[y])
    theirs = ours.to_sklearn()
    assert (theirs.predict(frame) == ours.predict(frame)).all()
    np.testing.assert_array_equal(theirs.predict_proba(frame), ours.predict_proba(frame))
    np.testing.assert_array_equal(theirs.apply(frame), ours.apply(frame))
    np.testing.assert_allclose(theirs.feature_importances_, ours.feature_importances_)
    for name in ours.tree_.arrays().keys() - {"category_set", "left_categories"}:
        np.testing.assert_array_equal(getattr(theirs.tree_, name), getattr(ours.tree_, name))
    assert (theirs.get_depth(), theirs.get_n_leaves()) == (ours.get_depth(), ours.get_n_leaves())
    assert list(theirs.feature_names_in_) == list(frame.columns)
    assert theirs.criterion in ("entropy", "gini")


def test_to_sklearn_opens_plot_tree():
    import matplotlib as mpl

    mpl.use("agg")
    boxes = plot_tree(GainTreeClassifier(max_depth=1).fit(X, y).to_sklearn())
    assert "entropy = 1.585" in boxes[0].get_text()
