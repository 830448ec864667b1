"""Find the best cut of one column in one node.

A node's samples stand in ``row[start:end]`` sorted by value, missing values from `stop` on. A cut
at i sends ``row[start:i]`` left and the missing values to a given side:

    start           i          stop     end
    |  1  2  2  5   |  7  7  9  |  ?  ?  |      a cut at i = start + 4
    +----- left ----+-- right --+--------+

With missing values on the right, "values left, missing right" is a cut too, at i = `stop`.

Of the cuts that come within a relative TIE of the best score the lowest wins. Scores that differ by
less than that are rare, as equal splits have equal scores but for rounding. So a scan looks for the
best score, says whether another came near it, and only then is asked again, for the first cut that
reaches a `limit`.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import kernel, unsigned
from gaintree.encode import rank_of, sample_of
from gaintree.grow.draw import uniform
from gaintree.grow.tally import add_samples, new_tally, side_weights, two_sum

TIE = 1e-12
NOWHERE = -1


class Segment(NamedTuple):
    """The samples of a node in one column: ``row[start:end]``, missing values from `stop` on."""

    row: npt.NDArray[np.uint64]
    start: int
    stop: int
    end: int


class Cut(NamedTuple):
    """A way to cut a column in a node; `position` is NOWHERE where none is admissible."""

    score: float
    position: int
    near_tie: bool  # whether a lower cut has a score that is less by no more than a tie


@kernel
def clearly_better(score, best):
    """Whether `score` beats `best` by more than a tie."""
    return score > best + TIE * abs(best) or (best == -np.inf and score > best)


@kernel
def scan_counts(segment, missing_left, limit, labels, node, tables, rules):
    """Best cut of a column by tables, each sample counting one.

    The sums of phi over the class counts of each side are kept up to date by what one sample
    changes. They are integers, so a score depends on the counts alone, not on the way to them.
    """
    row, start, stop, end = segment
    phi, step, factor, _ = tables
    classes, min_samples_leaf = labels.classes, rules.min_samples_leaf
    left, right = np.zeros_like(node.counts), node.counts.copy()
    n_left = 0
    if missing_left:
        n_left = end - stop
        for i in range(stop, end):
            left[classes[sample_of(row[i])]] += 1
    n_right = end - start - n_left
    phi_left, phi_right = 0, 0
    for k in range(len(left)):
        right[k] -= left[k]
        phi_left += phi[left[k]]
        phi_right += phi[right[k]]

    last = stop if stop < end and not missing_left else stop - 1
    best_cost = np.inf if limit == np.inf else np.nextafter(-limit, np.inf)
    position, near_tie = NOWHERE, False
    following = row[start]
    for i in range(start, last):
        word, following = following, row[unsigned(i + 1)]
        k = unsigned(classes[sample_of(word)])
        count_left, count_right = left[k], right[k] - 1
        left[k], right[k] = count_left + 1, count_right
        phi_left += step[unsigned(count_left)]
        phi_right -= step[unsigned(count_right)]
        n_left += 1
        n_right -= 1
        if rank_of(word) == rank_of(following):
            continue
        if n_left < min_samples_leaf or n_right < min_samples_leaf:
            continue
        m_left, m_right = unsigned(n_left), unsigned(n_right)
        cost = factor[m_left] * (phi[m_left] - phi_left)
        cost += factor[m_right] * (phi[m_right] - phi_right)
        if cost < best_cost:
            if limit < np.inf:
                return Cut(-cost, i + 1, False)
            near_tie = not clearly_better(-cost, -best_cost)
            best_cost, position = cost, i + 1
    return Cut(-best_cost, position, near_tie)


@kernel
def scan_weights(segment, missing_left, limit, labels, node, formulas, rules):
    """Best cut of a column by any criterion, each sample counting by its weight."""
    row, start, stop, end = segment
    n_classes = len(node.counts)
    left = new_tally(n_classes)
    if missing_left:
        add_samples(left, row, stop, end, labels)
    n_left = left.counts.sum()
    n_right = end - start - n_left
    counts, sums, rests = left
    node_counts, node_sums, node_rests = node
    classes, weights = labels.classes, labels.weights
    weights_left, weights_right = np.empty(n_classes), np.empty(n_classes)

    best_score, position, near_tie = -np.inf, NOWHERE, False
    last = stop if stop < end and not missing_left else stop - 1
    for i in range(start, last):
        sample = sample_of(row[i])
        k = unsigned(classes[sample])
        sums[k], lost = two_sum(sums[k], weights[sample])
        rests[k] += lost
        counts[k] += 1
        n_left += 1
        n_right -= 1
        if rank_of(row[i]) == rank_of(row[i + 1]):
            continue
        if n_left < rules.min_samples_leaf or n_right < rules.min_samples_leaf:
            continue
        total_left, total_right = 0.0, 0.0
        for k in range(n_classes):
            weights_left[k], weights_right[k] = side_weights(
                counts[k], sums[k], rests[k], node_counts[k], node_sums[k], node_rests[k]
            )
            total_left += weights_left[k]
            total_right += weights_right[k]
        if total_left < rules.min_weight_leaf or total_right < rules.min_weight_leaf:
            continue
        score = formulas.score(
            weights_left, weights_right, total_left, total_right, formulas.parameter
        )
        if score >= limit:
            return Cut(score, i + 1, False)
        if score > best_score:
            near_tie = not clearly_better(score, best_score)
            best_score, position = score, i + 1
    return Cut(best_score, position, near_tie)


@kernel
def draw_threshold(segment, values, key):
    """A threshold drawn uniformly between the least and the greatest value."""
    low = values[rank_of(segment.row[segment.start])]
    high = values[rank_of(segment.row[segment.stop - 1])]
    u = uniform(key)
    threshold = (1.0 - u) * low + u * high
    return threshold if low <= threshold < high else low


@kernel
def cut_at(segment, missing_left, threshold, values, labels, node, formulas, rules):
    """The cut at a given threshold."""
    row, start, stop, end = segment
    position = start
    while position < stop and values[rank_of(row[position])] <= threshold:
        position += 1
    left = new_tally(len(node.counts))
    add_samples(left, row, start, position, labels)
    if missing_left:
        add_samples(left, row, stop, end, labels)
    n_left = left.counts.sum()
    n_right = end - start - n_left
    weights_left, weights_right = np.empty_like(left.weights), np.empty_like(left.weights)
    for k in range(len(node.counts)):
        weights_left[k], weights_right[k] = side_weights(
            left.counts[k],
            left.weights[k],
            left.rest[k],
            node.counts[k],
            node.weights[k],
            node.rest[k],
        )
    total_left, total_right = weights_left.sum(), weights_right.sum()
    if min(n_left, n_right) < rules.min_samples_leaf:
        return Cut(-np.inf, NOWHERE, False)
    if min(total_left, total_right) < rules.min_weight_leaf:
        return Cut(-np.inf, NOWHERE, False)
    score = formulas.score(weights_left, weights_right, total_left, total_right, formulas.parameter)
    return Cut(score, position, False)
