"""Find the best split of a node: the best cut of its best column.

A column is searched if it is not constant in the node. With ``max_features`` the columns are
drawn without replacement, and drawing goes on until one of them has an admissible cut.
"""

from typing import NamedTuple

import numpy as np

from gaintree._jit import kernel
from gaintree.criteria import Tables
from gaintree.encode import rank_of
from gaintree.grow.cut import (
    NOWHERE,
    TIE,
    Segment,
    clearly_better,
    cut_at,
    draw_threshold,
    scan_counts,
    scan_weights,
)
from gaintree.grow.draw import FIRST_DRAW, SIDE_DRAW, derive, draw_next, uniform


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
def _tables_for(n_samples, tables):
    """The finest of the tables that reaches up to `n_samples`."""
    starts = tables.starts
    for i in range(len(starts) - 1):
        first, last = starts[i], starts[i + 1]
        if n_samples < last - first:
            return Tables(
                tables.phi[first:last], tables.step[first:last], tables.factor[first:last], starts
            )
    return tables


@kernel
def _comes_first(feature, position, best):
    return feature < best.feature or (feature == best.feature and position < best.position)


@kernel
def _sides_to_try(segment, rules, key):
    """Where missing values are sent: right, then left; at random one of the two."""
    row, start, stop, end = segment
    if stop == end:
        return 0, 1
    if not rules.random_thresholds:
        return 0, 2
    if rank_of(row[start]) == rank_of(row[stop - 1]):  # there is nothing else on the right
        return 0, 1
    side = int(uniform(derive(key, SIDE_DRAW)) < 0.5)
    return side, side + 1


@kernel
def _search(columns, labels, tables, formulas, rules, node, start, end, key, limit):
    """Best split, and whether others came near it; or the first split that reaches `limit`.

    Arguments stand apart: to pass a tuple of tuples costs more than to search a small node.
    """
    n_features = len(columns.words)
    features = np.arange(n_features)
    best, near_tie = Split(-np.inf, NOWHERE, start, end, 0.0, False), False
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
        draw_key = derive(key, FIRST_DRAW + n_features + feature)
        drawn = draw_threshold(segment, values, draw_key) if rules.random_thresholds else 0.0
        first_side, last_side = _sides_to_try(segment, rules, draw_key)
        for side in range(first_side, last_side):
            left = side == 1
            if rules.random_thresholds:
                cut = cut_at(segment, left, drawn, values, labels, node, formulas, rules)
            elif len(tables.phi) > 0:
                cut = scan_counts(segment, left, limit, labels, node, tables, rules)
            else:
                cut = scan_weights(segment, left, limit, labels, node, formulas, rules)
            score = min(cut.score, limit)  # all that reach the limit are tied
            if cut.position == NOWHERE or clearly_better(best.score, score):
                continue
            if clearly_better(score, best.score):
                near_tie = cut.near_tie
            else:
                near_tie = near_tie or cut.near_tie or score != best.score
                if score < best.score or (
                    score == best.score and not _comes_first(feature, cut.position, best)
                ):
                    continue
            threshold = threshold_of(segment, cut.position, values)
            if rules.random_thresholds and cut.position < stop:
                threshold = drawn
            best = Split(score, feature, cut.position, stop, threshold, left)
    return best, near_tie


@kernel
def best_split(columns, labels, tables, formulas, rules, node, start, end, key):
    """Best admissible split of the node whose samples stand in ``words[:, start:end]``.

    Of the splits that come within a tie of the best score the first wins: the first column, then
    the lowest threshold, then missing values on the right.
    """
    tables = _tables_for(end - start, tables)
    best, near_tie = _search(
        columns, labels, tables, formulas, rules, node, start, end, key, np.inf
    )
    if near_tie and not rules.random_thresholds:
        limit = best.score - TIE * abs(best.score)
        best, _ = _search(columns, labels, tables, formulas, rules, node, start, end, key, limit)
    return best
