"""Score every cut of every column of a node.

A node's samples stand in ``words[f, start:end]`` sorted by value, missing values from `stop` on. A
cut at i sends ``[start:i]`` left and the missing values to a given side:

    start           i          stop     end
    |  1  2  2  5   |  7  7  9  |  ?  ?  |      a cut at i = start + 4
    +----- left ----+-- right --+--------+

With missing values on the right, "values left, missing right" is a cut too, at i = `stop`. With
them on the left, the column is scanned once more. A column is searched if it is not constant in
the node.
"""

import numpy as np

from gaintree._jit import subkernel
from gaintree.encode import rank_of, sample_of
from gaintree.grow.scratch import CORNER, LEFT, WEIGHTS_LEFT, WEIGHTS_RIGHT
from gaintree.grow.split import NOWHERE, takes_lead, tie_with
from gaintree.grow.tables import table_for


@subkernel
def first_missing(row, start, end, n_values):
    """Where the missing values of ``row[start:end]`` begin."""
    if rank_of(row[end - 1]) < n_values:
        return end
    while start < end:
        middle = (start + end) // 2
        if rank_of(row[middle]) < n_values:
            start = middle + 1
        else:
            end = middle
    return start


@subkernel
def scan_counts(words, n_values, start, end, node, labels, tables, rules, best, s):
    """Offer all cuts of a node to `best`, scored by tables: each sample counts one.

    The sums of phi over the class counts of each side are kept up to date by what one sample
    changes. They are integers, so a cost depends on the counts alone, not on the way to them.
    """
    phi, factor = table_for(end - start, tables)
    classes, last_factor = labels.classes, len(factor) - 1
    left, right, least = s.tallies[LEFT], s.tallies[CORNER], rules.min_samples_leaf
    n_classes, n_samples = len(node), end - start
    near = tie_with(best.cost)
    for n_drawn in range(len(words)):
        if n_drawn >= rules.max_features and best.feature != NOWHERE:
            return
        feature = s.features[n_drawn]
        row = words[feature]
        if rank_of(row[start]) == rank_of(row[end - 1]):
            continue
        stop = first_missing(row, start, end, n_values[feature])
        for side in range(1 if stop == end else 2):
            for k in range(n_classes):
                left[k] = 0
            n_left = 0
            if side == 1:
                n_left = end - stop
                for i in range(stop, end):
                    left[classes[sample_of(row[i])]] += 1
            n_right = n_samples - n_left
            phi_left, phi_right = 0, 0
            for k in range(n_classes):
                right[k] = node[k] - left[k]
                phi_left += phi[left[k]]
                phi_right += phi[right[k]]
            last = stop if stop < end and side == 0 else stop - 1
            following = row[start]
            for i in range(start, last):
                word, following = following, row[np.uint64(i + 1)]
                k = np.uint64(classes[sample_of(word)])
                count_left, count_right = left[k], right[k] - 1
                left[k], right[k] = count_left + 1, count_right
                phi_left += phi[np.uint64(count_left + 1)] - phi[np.uint64(count_left)]
                phi_right -= phi[np.uint64(count_right + 1)] - phi[np.uint64(count_right)]
                n_left += 1
                n_right -= 1
                if rank_of(word) == rank_of(following):
                    continue
                m_left, m_right = np.uint64(n_left), np.uint64(n_right)
                cost = factor[np.uint64(min(n_left, last_factor))] * (phi[m_left] - phi_left)
                cost += factor[np.uint64(min(n_right, last_factor))] * (phi[m_right] - phi_right)
                if cost <= near and n_left >= least and n_right >= least:
                    if takes_lead(best, cost, feature, i + 1 - start):
                        best.feature, best.n_before = feature, i + 1 - start
                        best.missing_left = side == 1
                    near = tie_with(best.cost)


@subkernel
def scan_weights(words, n_values, start, end, node, labels, scorer, rules, best, s):
    """Offer all cuts of a node to `best`, scored by the criterion's formula on weights."""
    left, n_classes, least = s.tallies[LEFT], len(labels.class_weight), rules.min_samples_leaf
    classes, coarse, fine = labels.classes, labels.coarse, labels.fine
    is_weighted = len(coarse) > 0
    for n_drawn in range(len(words)):
        if n_drawn >= rules.max_features and best.feature != NOWHERE:
            return
        feature = s.features[n_drawn]
        row = words[feature]
        if rank_of(row[start]) == rank_of(row[end - 1]):
            continue
        stop = first_missing(row, start, end, n_values[feature])
        for side in range(1 if stop == end else 2):
            for j in range(len(node)):
                left[j] = 0
            # Missing values come first if they go left, and no cut is among them.
            n_missing = end - stop if side == 1 else 0
            last = stop if stop < end and side == 0 else stop - 1
            for i in range(start - n_missing, last):
                word = row[i + n_missing - start + stop] if i < start else row[i]
                sample = sample_of(word)
                k = classes[sample]
                left[k] += 1
                if is_weighted:
                    left[n_classes + k] += coarse[sample]
                    left[2 * n_classes + k] += fine[sample]
                if i < start or rank_of(word) == rank_of(row[i + 1]):
                    continue
                n_left = i + 1 - start + n_missing
                if min(n_left, end - start - n_left) < least:
                    continue
                cost = cost_of_weights(left, node, labels, scorer, s)
                if s.best[0].lightest >= rules.min_weight_leaf and takes_lead(
                    best, cost, feature, i + 1 - start
                ):
                    best.feature, best.n_before = feature, i + 1 - start
                    best.missing_left = side == 1


@subkernel
def cost_of_weights(left, node, labels, scorer, s):
    """Cost of sending `left` of `node` to the left; notes the weight of the lighter side."""
    n_classes, class_weight = len(labels.class_weight), labels.class_weight
    weights_left, weights_right = s.weights[WEIGHTS_LEFT], s.weights[WEIGHTS_RIGHT]
    total_left, total_right = 0.0, 0.0
    for k in range(n_classes):
        if len(labels.coarse) == 0:
            weight_left = left[k] * class_weight[k]
            weight_right = (node[k] - left[k]) * class_weight[k]
        else:
            c, f = n_classes + k, 2 * n_classes + k
            weight_left = left[c] * labels.coarse_unit + left[f] * labels.fine_unit
            weight_right = (node[c] - left[c]) * labels.coarse_unit
            weight_right += (node[f] - left[f]) * labels.fine_unit
        weights_left[k], weights_right[k] = weight_left, weight_right
        total_left += weight_left
        total_right += weight_right
    s.best[0].lightest = min(total_left, total_right)
    return -scorer.score(weights_left, weights_right, total_left, total_right, scorer.parameter)
