"""Flags of the plain criteria: what is claimed is looked for in vain, what is denied is found."""

import itertools
import math
from functools import cache

import numpy as np
import pytest

import reference_criteria as plain
from reference_criteria import CRITERIA
from test_criteria_reference import close, tables

names = pytest.mark.parametrize("name", CRITERIA)
NOISE = 1e-12  # of scores


def children_of_reals(n_classes, n=500):
    rng = np.random.default_rng(0)
    for _ in range(n):
        yield (rng.random((2, n_classes)) * 10.0 ** rng.integers(-3, 4, (2, n_classes))).tolist()


def loses(impurity, children):
    """Whether the impurity of the children is more than that of the node."""
    return plain.gain(children, impurity) < -1e-9


@pytest.mark.parametrize("name", [name for name in CRITERIA if CRITERIA[name].impurity])
def test_concave(name):
    criterion = CRITERIA[name]
    splits_of = children_of_reals if criterion.real_weights else tables
    splits = [split for k in (2, 3, 5) for split in splits_of(k)]
    assert any(loses(criterion.impurity, children) for children in splits) != criterion.concave


def sequences():
    """Classes of samples in the order of their values, which all differ."""
    for k, longest in ((2, 11), (3, 7)):
        for n in range(2, longest + 1):
            for others in itertools.product(range(k), repeat=n - 1):
                if any(others):
                    yield k, (0, *others)


# Where those are too short for BDeu(1), and have too few classes that do not occur for James-Stein.
ONE_AMONG_MANY = [(2, (0,) * 26 + (1,) + (0,) * 26), (5, (0, 0, 0, 1, 0, 0, 0))]
SEQUENCES = [*sequences(), *ONE_AMONG_MANY]


def cuts_of(classes, k):
    """The children of every cut, and whether it is between two classes."""
    left, right = [0] * k, [classes.count(j) for j in range(k)]
    for before, behind in itertools.pairwise(classes):
        left[before] += 1
        right[before] -= 1
        yield (tuple(left), tuple(right)), before != behind


def scored_cuts(name):
    """For each sequence the scores of its cuts, and whether they are between two classes."""
    criterion = CRITERIA[name]
    score = cache(lambda children: criterion.score(children))
    for k, classes in SEQUENCES:
        if k == 2 or not criterion.two_classes:
            yield k, [(score(children), between) for children, between in cuts_of(classes, k)]


@pytest.mark.parametrize("name", [name for name in CRITERIA if name != "c45"])
def test_boundary_exact(name):
    def is_exact(cuts):
        top = max(cuts)[0]
        return next(between for score, between in cuts if score >= top - NOISE)

    found = all(is_exact(cuts) for _, cuts in scored_cuts(name))
    assert found == CRITERIA[name].boundary_exact


def test_grassberger_cuts_within_runs_of_13_8_percent_of_the_sequences():
    def loses(cuts):
        best = [max((s for s, at in cuts if at == side), default=-math.inf) for side in (0, 1)]
        return best[0] > best[1] + NOISE

    of_two = [loses(cuts) for k, cuts in scored_cuts("grassberger") if k == 2]
    assert np.mean(of_two) == pytest.approx(0.138, abs=1e-3)


@names
def test_scores_do_not_know_left_from_right_nor_one_class_from_another(name):
    criterion = CRITERIA[name]
    for k in (2,) if criterion.two_classes else (2, 3, 4):
        for children in tables(k, n=40):
            score = criterion.score(children)
            assert criterion.score(children[::-1]) == close(score, abs=1e-10)
            if name != "ordered_twoing" or k == 2:
                mirrored = [child[::-1] for child in children]
                assert criterion.score(mirrored) == close(score, abs=1e-10)
