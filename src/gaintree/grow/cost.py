"""The cost of a cut: the weighted impurity of both sides, by tables of counts or by formula."""

import numpy as np

from gaintree._jit import inlined, subkernel
from gaintree.grow.measure import value_of_weights
from gaintree.grow.scratch import WEIGHTS_LEFT, WEIGHTS_RIGHT
from gaintree.grow.tables import factor_of


@inlined
def cost_of_counts(left, node, phi, factor):
    """Cost of sending `left` of `node` to the left, by tables."""
    m_left, m_right, phi_left, phi_right = 0, 0, 0, 0
    for k in range(len(node)):
        count_left = left[np.uint64(k)]
        count_right = node[np.uint64(k)] - count_left
        m_left += count_left
        m_right += count_right
        phi_left += phi[np.uint64(count_left)]
        phi_right += phi[np.uint64(count_right)]
    cost = factor_of(m_left, factor) * (phi[np.uint64(m_left)] - phi_left)
    return cost + factor_of(m_right, factor) * (phi[np.uint64(m_right)] - phi_right)


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
    return -_score(
        weights_left, weights_right, total_left, total_right, scorer.score, scorer.measure,
        scorer.parameter, s.facts,
    )  # fmt: skip


@subkernel
def _score(left, right, weight_left, weight_right, score, measure, parameter, facts):
    """The score of an impurity, or else the value by a measure: one of the two is None."""
    found = -np.inf
    if score is not None:
        found = score(left, right, weight_left, weight_right, parameter)
    if measure is not None:
        found = value_of_weights(left, right, weight_left, weight_right, measure, parameter, facts)
    return found
