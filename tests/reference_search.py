"""The best split of a node by any criterion, told plainly: every split is listed and scored.

Splits are listed in the order in which ties are decided: the first feature, then the lowest
threshold, then missing values on the right. It shares no code with the package.
"""

import math
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from reference import EPSILON, LEAF, cuts
from reference_criteria import (
    CRITERIA,
    g_statistic,
    gain_ratio,
    information_gain,
    pearson_statistic,
    present,
    significance,
    split_information,
)

TIE = 1e-12
NOISE = 1e-10  # what a score may be wrong by, relatively; more than it ever is


class UndecidedError(Exception):
    """Sets of categories tie, and it matters which of them is taken."""


class Node(NamedTuple):
    """The samples of a node; those of weight zero are none."""

    X: np.ndarray
    one_hot: np.ndarray  # (n_samples, n_classes), the weight of each in the column of its class

    @classmethod
    def of(cls, X, classes, weights=None, n_classes=None):
        weights = np.ones(len(X)) if weights is None else np.asarray(weights, dtype=float)
        n_classes = classes.max() + 1 if n_classes is None else n_classes
        one_hot = np.zeros((len(X), n_classes))
        one_hot[np.arange(len(X)), classes] = weights
        return cls(X[weights > 0].astype(np.float64), one_hot[weights > 0])

    def take(self, mask):
        return Node(self.X[mask], self.one_hot[mask])

    def counts(self):
        return [math.fsum(column) for column in self.one_hot.T]


class Split(NamedTuple):
    feature: int
    threshold: float  # NaN if the feature holds categories
    missing_left: bool
    goes_left: np.ndarray  # (n_samples,)
    children: list  # class counts of the left child and of the right one
    n_sets: int  # ways to part the categories of the feature; 0 if it holds none


def category_cuts(column):
    """Yield every way to part categories, the mirrored one left out."""
    missing = np.isnan(column)
    values = np.unique(column[~missing])
    for size in range(1, len(values)):
        for chosen in combinations(values, size):
            below = np.isin(column, chosen)
            if missing.any() or below[0]:
                yield math.nan, False, below
    if missing.any() and len(values) > 0:
        yield math.nan, False, ~missing


def all_splits(node, features, categorical=(), min_samples_leaf=1):
    """Every split of a node that leaves so many samples on either side."""
    splits = []
    for feature in features:
        column = node.X[:, feature]
        listed = list(category_cuts(column) if feature in categorical else cuts(column))
        n_sets = len(listed) if feature in categorical else 0
        for threshold, missing_left, left in listed:
            if min(left.sum(), (~left).sum()) >= min_samples_leaf:
                children = [node.take(left).counts(), node.take(~left).counts()]
                splits.append(Split(feature, threshold, missing_left, left, children, n_sets))
    return splits


def scores_of(splits, name):
    """The score of every split of a node; minus infinity if it may not be chosen."""
    by_node = BY_NODE.get(name)
    if by_node is not None:
        return by_node(splits)
    return [_score(name, *map(tuple, split.children)) for split in splits]


@lru_cache(maxsize=10_000)
def _score(name, left, right):
    return float(CRITERIA[name].score([left, right]))


def by_feature(splits):
    return [
        [i for i, split in enumerate(splits) if split.feature == feature]
        for feature in sorted({split.feature for split in splits})
    ]


def corrected(splits, statistic):
    """Of the splits of a column any could have been the best: p is corrected for their number.

    Of thresholds those count that may be chosen, of sets of categories all there are.
    """
    scores = [-math.inf] * len(splits)
    for members in by_feature(splits):
        for i in members:
            n_cuts = splits[i].n_sets or len(members)
            scores[i] = significance(splits[i].children, statistic, n_cuts)
    return scores


def guarded_gain_ratio(splits):
    """The ratio, of splits that gain as much as the best splits of the columns do on average."""
    gains = [information_gain(split.children) for split in splits]
    best = [max(gains[i] for i in members) for members in by_feature(splits)]
    least = sum(best) / len(best) * (1 - TIE) - TIE
    return [
        gain_ratio(split.children) if gain >= least else -math.inf
        for split, gain in zip(splits, gains, strict=True)
    ]


def charged_gains(splits):
    """The cut of each column that gains most, and its gain less the price of having looked.

    A cut has to leave enough on both sides; log2 of how many do, over the samples, is the price.
    """
    return {tied[0]: gain for tied, gain in _charged(splits)}


def _charged(splits):
    """For each column the splits that gain most, sets of categories in no order, and the gain."""
    for members in by_feature(splits):
        tried = [i for i in members if _leaves_enough(splits[i].children)]
        if not tried:
            continue
        gains = [information_gain(splits[i].children) for i in tried]
        tied = [i for i, gain in zip(tried, gains, strict=True) if gain >= max(gains) - TIE]
        n_sets, n = splits[tied[0]].n_sets, sum(map(sum, splits[0].children))
        if not n_sets:
            del tied[1:]
        if len({min(map(sum, splits[i].children)) for i in tied}) > 1:
            raise UndecidedError
        yield tied, max(gains) - math.log2(n_sets or len(tried)) / n


def _leaves_enough(children):
    n, n_classes = sum(map(sum, children)), len(children[0])
    return min(map(sum, children)) >= min(max(0.1 * n / n_classes, 2), 25)


def c45(splits):
    """Quinlan's Release 8: the best ratio, of columns that gain the average."""
    scores = [-math.inf] * len(splits)
    columns = [(tied, gain) for tied, gain in _charged(splits) if gain > 0]
    for tied, gain in columns:
        width = split_information(splits[tied[0]].children)
        if gain >= sum(gain for _, gain in columns) / len(columns) - 1e-3 and width > 1e-3:
            for i in tied:
                scores[i] = gain / width
    return scores


BY_NODE = {
    "chi2": lambda splits: corrected(splits, pearson_statistic),
    "g_test": lambda splits: corrected(splits, g_statistic),
    "gain_ratio": guarded_gain_ratio,
    "c45": c45,
}


# Whole trees.


def check_tree(tree, root, name, categorical=(), min_samples_leaf=1, max_depth=math.inf):
    """Assert that at every node a tree has the best split, and stops where there is none."""
    stack, n_met = [(0, 0, root)], 0
    while stack:
        number, depth, node = stack.pop()
        assert number == n_met, "nodes are not numbered depth first"
        n_met += 1
        assert tree.n_node_samples[number] == len(node.X)
        may_split = present(node.counts()) > 1 and depth < max_depth
        may_split = may_split and tree.impurity[number] > EPSILON
        features = range(root.X.shape[1]) if may_split else ()
        splits = all_splits(node, features, categorical, min_samples_leaf)
        scores = scores_of(splits, name) if splits else []
        top = max(scores, default=-math.inf)
        if tree.children_left[number] == LEAF:
            stops = CRITERIA[name].self_stopping and top <= NOISE
            assert top == -math.inf or stops, f"leaf {number} has a split that scores {top}"
            continue
        left = _goes_left(tree, number, node)
        chosen = _find(tree, number, left, splits)
        assert scores[chosen] >= top - NOISE * max(abs(top), 1e-3), f"split {number} is beaten"
        assert scores[chosen] >= -NOISE or not CRITERIA[name].self_stopping
        rivals = [i for i in range(chosen) if splits[i].feature not in categorical]
        for i in rivals:
            tied = _same_children(splits[i], splits[chosen]) and _as_good(scores[i], scores[chosen])
            assert not tied, f"split {number} ties with an earlier one"
        stack.append((tree.children_right[number], depth + 1, node.take(~left)))
        stack.append((tree.children_left[number], depth + 1, node.take(left)))
    assert n_met == tree.node_count


def _goes_left(tree, number, node):
    column, missing_left = node.X[:, tree.feature[number]], tree.missing_go_to_left[number] == 1
    missing = np.isnan(column)
    if tree.category_set is not None and tree.category_set[number] >= 0:
        left = tree.goes_left(number)[np.where(missing, 0, column).astype(int)]
    else:
        left = column <= tree.threshold[number]
    return np.where(missing, missing_left, left)


def _find(tree, number, left, splits):
    """Number of a node's split among all there are; of a set of categories, in either direction."""
    for i, split in enumerate(splits):
        if split.feature == tree.feature[number] and (
            (math.isnan(split.threshold) and (split.goes_left != left).all())
            or (split.goes_left == left).all()
        ):
            assert math.isnan(split.threshold) or split.threshold == tree.threshold[number]
            return i
    raise AssertionError(f"split {number} is none that could be")


def _same_children(split, other):
    same = split.goes_left == other.goes_left
    whole = all(float(count).is_integer() for child in split.children for count in child)
    return (
        same.all() or not same.any() or (whole and sorted(split.children) == sorted(other.children))
    )


def _as_good(score, other):
    return abs(score - other) <= TIE / 10 * abs(other)


def best_split(splits, scores):
    """Number of the split to take, None if there is none."""
    top = max(scores, default=-math.inf)
    if top == -math.inf:
        return None
    return next(i for i, score in enumerate(scores) if score >= top - TIE * abs(top))
