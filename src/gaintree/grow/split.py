"""Find the best split of a node: the best cut of its best column.

A column is searched if it is not constant in the node. With ``max_features`` the columns are
drawn without replacement, and drawing goes on until one of them has an admissible cut.
"""

from typing import NamedTuple

import numpy as np

from gaintree._jit import kernel
from gaintree.encode import rank_of
from gaintree.grow.cut import (
    NOWHERE,
    Segment,
    clearly_better,
    cut_at,
    draw_threshold,
    scan_counts,
    scan_weights,
)
from gaintree.grow.draw import derive, draw_next, uniform


class Rules(NamedTuple):
    """What may be split, and how a split is searched; the names are the estimator's."""

    max_depth: int
    max_leaf_nodes: int
    min_samples_split: int
    min_samples_leaf: int
    min_weight_leaf: float
    min_impurity_decrease: float
    max_features: int
    random_thresholds: bool


class Split(NamedTuple):
    """The winning cut; `feature` is NOWHERE where the node has no admissible split."""

    score: float
    feature: int
    position: int  # non-missing samples from here on go right ...
    stop: int  # ... up to here, where missing values begin
    threshold: float
    missing_left: bool


@kernel
def midpoint(low, high):
    """Halfway between two values, without overflow, never rounded up to `high`."""
    middle = low / 2.0 + high / 2.0
    return middle if low <= middle < high else low


@kernel
def first_missing(row, start, end, n_values):
    """Where the missing values of ``row[start:end]`` begin."""
    while start < end:
        middle = (start + end) // 2
        if rank_of(row[middle]) < n_values:
            start = middle + 1
        else:
            end = middle
    return start


@kernel
def threshold_of(segment, position, values):
    """Threshold of a cut; infinite if it parts the values from the missing values."""
    if position == segment.stop:
        return np.inf
    return midpoint(
        values[rank_of(segment.row[position - 1])], values[rank_of(segment.row[position])]
    )


@kernel
def _beats(score, feature, position, best):
    """Whether a cut beats the best split so far; of tied ones the first in the table does."""
    if clearly_better(score, best.score):
        return True
    if clearly_better(best.score, score):
        return False
    return feature < best.feature or (feature == best.feature and position < best.position)


@kernel
def _sides_to_try(has_missing, rules, key):
    """Where missing values are sent: right, then left; at random one of the two."""
    if not has_missing:
        return 0, 1
    if rules.random_thresholds:
        side = int(uniform(derive(key, 0)) < 0.5)
        return side, side + 1
    return 0, 2


@kernel
def best_split(columns, labels, start, end, node, tables, formulas, rules, features, key):
    """Best admissible split of the node whose samples stand in ``words[:, start:end]``.

    Of tied columns the first wins, in whichever order they are drawn.
    """
    n_features = len(columns.words)
    for feature in range(n_features):
        features[feature] = feature
    best = Split(-np.inf, NOWHERE, start, end, 0.0, False)
    for n_drawn in range(n_features):
        if n_drawn >= rules.max_features and best.feature != NOWHERE:
            break
        feature = features[n_drawn]
        if rules.max_features < n_features:
            feature = draw_next(features, n_drawn, key)
        row, values = columns.words[feature], columns.values[feature]
        if rank_of(row[start]) == rank_of(row[end - 1]):
            continue
        stop = end
        if rank_of(row[end - 1]) == columns.n_values[feature]:
            stop = first_missing(row, start, end, columns.n_values[feature])
        segment = Segment(row, start, stop, end)
        draw_key = derive(key, n_features + feature)
        first_side, last_side = _sides_to_try(stop < end, rules, draw_key)
        for side in range(first_side, last_side):
            missing_left = side == 1
            threshold = draw_threshold(segment, values, draw_key)
            if rules.random_thresholds:
                cut = cut_at(
                    segment, threshold, missing_left, values, labels, node, formulas, rules
                )
            elif tables is None:
                cut = scan_weights(segment, missing_left, labels, node, formulas, rules)
            else:
                cut = scan_counts(segment, missing_left, labels, node, tables, rules)
            if cut.position == NOWHERE or not _beats(cut.score, feature, cut.position, best):
                continue
            if not rules.random_thresholds:
                threshold = threshold_of(segment, cut.position, values)
            best = Split(cut.score, feature, cut.position, stop, threshold, missing_left)
    return best
