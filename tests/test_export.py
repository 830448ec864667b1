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
    for name, array in ours.tree_.arrays().items():
        np.testing.assert_array_equal(getattr(theirs.tree_, name), array)
    assert (theirs.get_depth(), theirs.get_n_leaves()) == (ours.get_depth(), ours.get_n_leaves())
    assert list(theirs.feature_names_in_) == list(frame.columns)
    assert theirs.criterion in ("entropy", "gini")


def test_to_sklearn_opens_plot_tree():
    import matplotlib as mpl

    mpl.use("agg")
    boxes = plot_tree(GainTreeClassifier(max_depth=1).fit(X, y).to_sklearn())
    assert "entropy = 1.585" in boxes[0].get_text()
