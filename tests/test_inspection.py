"""Where two trees part, and why."""

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.tree import DecisionTreeClassifier

from gaintree import GainTreeClassifier
from gaintree.inspection import find_parting

X, y = load_breast_cancer(return_X_y=True)


def sklearn_tree(X, y, **parameters):
    return DecisionTreeClassifier(criterion="entropy", random_state=0, **parameters).fit(X, y)


def test_the_same_tree_parts_nowhere():
    ours = GainTreeClassifier().fit(X, y)
    assert find_parting(ours, ours, X, y) is None
    assert find_parting(ours, ours.to_sklearn(), X, y) is None


def test_a_tie():
    """Both columns hold the same; scikit-learn's draw decides which it takes."""
    column = np.arange(8.0)[:, None]
    X, y = np.hstack([column, column]), [0] * 4 + [1] * 4
    ours = GainTreeClassifier().fit(X, y)
    second = DecisionTreeClassifier(criterion="entropy").fit(X[:, ::-1] * [0, 1], y)
    parting = find_parting(ours, second, X, y)
    assert (parting.features, parting.reason, parting.gains) == ((0, 1), "tie", (1.0, 1.0))
    assert (parting.depth, parting.n_samples, parting.nodes) == (0, 8, (0, 0))


def test_one_tree_stops():
    deep, shallow = GainTreeClassifier().fit(X, y), GainTreeClassifier(max_depth=1).fit(X, y)
    parting = find_parting(deep, shallow, X, y)
    assert parting.reason == "leaf"
    assert parting.depth == 1
    assert parting.features[1] is parting.thresholds[1] is parting.gains[1] is None
    assert parting.gains[0] == pytest.approx(deep.tree_.gains()[parting.nodes[0]])


@pytest.mark.parametrize("step", [1e-9, 5e-8])
def test_what_scikit_learn_cannot_see(step):
    """1 + 1e-9 is 1 in float32; 5e-8 is closer than scikit-learn looks."""
    base = 1.0 if step == 1e-9 else 0.0
    X = np.array([[base, 0.0], [base, 1.0], [base + step, 0.0], [base + step, 1.0]] * 3)
    y = [0, 0, 1, 1] * 3
    X[0, 1] = 5.0
    ours = GainTreeClassifier().fit(X, y)
    parting = find_parting(ours, sklearn_tree(X, y), X, y)
    assert parting.reason == "rounding"
    assert parting.gains[0] == pytest.approx(1.0)
    assert parting.gains[1] < 1.0


def test_a_worse_split():
    ours, gini = GainTreeClassifier().fit(X, y), GainTreeClassifier(criterion="gini").fit(X, y)
    parting = find_parting(ours, gini, X, y)
    assert parting.reason == "gain"
    assert parting.gains[0] > parting.gains[1]


def test_thresholds_may_differ_as_long_as_samples_do_not():
    """scikit-learn computes midpoints of rounded values."""
    ours = GainTreeClassifier(max_depth=1).fit(X, y)
    theirs = sklearn_tree(X, y, max_depth=1)
    assert ours.tree_.feature[0] == theirs.tree_.feature[0]
    assert find_parting(ours, theirs, X, y) is None


def test_missing_values_are_followed():
    X_missing = X.copy()
    X_missing[::3] = np.nan
    ours = GainTreeClassifier(max_depth=4).fit(X_missing, y)
    assert find_parting(ours, ours.to_sklearn(), X_missing, y) is None
