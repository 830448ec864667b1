"""Every criterion of the package: its scores, its flags and its trees, against the plain ones."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gaintree import GainTreeClassifier
from reference_criteria import CRITERIA
from reference_search import Node, check_tree
from strategies import INTEGER_WEIGHTS, WEIGHTS, data

PACKAGE = {"entropy": "entropy", "gini": "gini"}
MOST_ROWS = 21
cases = pytest.mark.parametrize("name", PACKAGE)


def trees_test(n):
    return settings(
        max_examples=n,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def classes_of(name):
    return (2,) if CRITERIA[name].two_classes else (2, 3, 5)


def tables_for(name, weights, **options):
    return data(weights=weights, classes=classes_of(name), most_rows=MOST_ROWS, **options)


def grow_and_check(name, table, **options):
    X, y, weights = table
    model = GainTreeClassifier(criterion=PACKAGE[name], **options)
    tree = model.fit(X, y, weights).tree_
    codes = np.unique(y, return_inverse=True)[1]
    options.pop("categorical_features", None)
    check_tree(tree, Node.of(X, codes, weights), name, **options)


@cases
@trees_test(20)
@given(st.data(), st.sampled_from([1, 1, 2, 3]))
def test_trees_of_counts(name, dice, min_samples_leaf):
    table = dice.draw(tables_for(name, [None]))
    grow_and_check(name, table, min_samples_leaf=min_samples_leaf)


@cases
@trees_test(15)
@given(st.data())
def test_trees_of_weights(name, dice):
    kinds = WEIGHTS if CRITERIA[name].real_weights else INTEGER_WEIGHTS
    grow_and_check(name, dice.draw(tables_for(name, kinds)))
