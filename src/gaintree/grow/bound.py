"""The cost of a cut, and a bound of the cost of all cuts inside a bin.

Let a and b be what is left of the two edges of a bin, class by class. A cut inside the bin has
some x left of it with a <= x <= b, so it lies in a box; which points of it there are depends on
the order of the samples inside, which a histogram does not know.

    class 1
      b1 +-----------+  b = right edge
         |        . :|
         |   . .x    |
         | .         |
      a1 +-----------+
         a0         b0   class 0

The cost, the weighted impurity of both sides, is a concave function of x where the impurity I is
concave: m * I(c / m) is concave, too (the perspective of I), and the other side is an affine image.
A concave function on a box is nowhere less than at its lowest corner: a and b, whose cost is known,
and those between.

So a bin none of whose corners reaches the best split so far holds no better one, and its samples
need not be looked at: nothing is lost. If just one class changes in a bin, the cost is concave
along a line, so its least value inside is that one sample from an end. If more than two of more
than three classes change, the 2 ** c corners give way to a bound of O(c): with cost(x) =
A(s) + A(m - s) - sum_k [B(s) phi(x_k) + B(m - s) phi(m_k - x_k)], where s = sum_k x_k, the terms
with A are least at an end or next to m / 2, and the terms with B, as phi is convex in x_k and B in
s, greatest at ends.
"""

import numpy as np

from gaintree._jit import inlined, subkernel
from gaintree.grow.cost import cost_of_counts, cost_of_weights
from gaintree.grow.scratch import CORNER, WEIGHTS, WEIGHTS_LEFT, WEIGHTS_RIGHT
from gaintree.grow.split import tie_with
from gaintree.grow.tables import factor_of
from gaintree.grow.tally import weigh

# Shares of the largest terms that rounding may have put on a cost.
_ROUNDING = 1e-13


@inlined
def may_win(bound, feature, n_before, best):
    """Whether a cut after the given ones may take the lead if it costs no less than `bound`."""
    if feature < best.feature or (feature == best.feature and n_before < best.n_before):
        return bound <= tie_with(best.cost)
    return bound < best.cost


@subkernel
def bound_of_counts(a, b, cost_a, cost_b, node, corner, phi, factor):
    """A lower bound of the cost of all cuts strictly between `a` and `b`, by tables.

    The tables are rounded to whole numbers, whose unit is at most the factor of the least or of the
    greatest number.
    """
    unit = max(factor_of(1, factor), factor_of(len(phi) - 1, factor))
    least = least_in_box(a, b, cost_a, cost_b, node, corner, phi, factor)
    return least - 4 * (len(node) + 1) * unit


@subkernel
def least_in_box(a, b, cost_a, cost_b, node, corner, phi, factor):
    """The same for tables that are not rounded."""
    n_classes = len(node)
    n_changed, one, other = 0, 0, 0
    for k in range(n_classes):
        corner[k] = a[k]
        if b[k] > a[k]:
            n_changed += 1
            one, other = other, k
    if n_changed == 1:
        corner[other] = a[other] + 1
        cost_a = cost_of_counts(corner, node, phi, factor)
        corner[other] = b[other] - 1
        return (1.0 - _ROUNDING) * min(cost_a, cost_of_counts(corner, node, phi, factor))
    if n_changed == 2:
        corner[other] = b[other]
        cost_c = cost_of_counts(corner, node, phi, factor)
        corner[one], corner[other] = b[one], a[other]
        cost_d = cost_of_counts(corner, node, phi, factor)
        return (1.0 - _ROUNDING) * min(min(cost_a, cost_b), min(cost_c, cost_d))
    if n_classes == 3:
        least = min(cost_a, cost_b)
        for chosen in range(1, 7):
            for k in range(n_classes):
                corner[k] = b[k] if chosen >> k & 1 else a[k]
            least = min(least, cost_of_counts(corner, node, phi, factor))
        return (1.0 - _ROUNDING) * least
    return _bound_of_many_counts(a, b, node, phi, factor)


@subkernel
def _bound_of_many_counts(a, b, node, phi, factor):
    n_classes, m, m_a, m_b = len(node), 0, 0, 0
    for k in range(n_classes):
        m += node[k]
        m_a += a[k]
        m_b += b[k]
    spread, shared = np.inf, -np.inf
    for left in (m_a, min(max(m // 2, m_a), m_b), m_b):
        right = m - left
        spread_here = factor_of(left, factor) * phi[left] + factor_of(right, factor) * phi[right]
        spread = min(spread, spread_here)
    for left in (m_a, m_b):
        factor_left, factor_right = factor_of(left, factor), factor_of(m - left, factor)
        total = 0.0
        for k in range(n_classes):
            at_a = factor_left * phi[a[k]] + factor_right * phi[node[k] - a[k]]
            at_b = factor_left * phi[b[k]] + factor_right * phi[node[k] - b[k]]
            total += max(at_a, at_b)
        shared = max(shared, total)
    return spread - shared - _ROUNDING * spread


@subkernel
def bound_of_weights(a, b, cost_a, cost_b, node, labels, scorer, s):
    """A lower bound of the cost of all cuts strictly between `a` and `b`, by formula."""
    n_classes, corner = len(labels.class_weight), s.tallies[CORNER]
    n_changed, one, other = 0, 0, 0
    for k in range(n_classes):
        if b[k] > a[k]:
            n_changed += 1
            one, other = other, k
    bound = min(cost_a, cost_b)
    weight = weigh(node, labels, s.weights[WEIGHTS])
    slack = _ROUNDING * (abs(bound) + weight)
    if n_changed == 1:
        return bound - slack
    if n_changed > 2:
        return _bound_of_many_weights(a, b, weight, labels, scorer, s) - slack
    for moved in (one, other):
        for j in range(len(node)):
            corner[j] = b[j] if j % n_classes == moved else a[j]
        bound = min(bound, cost_of_weights(corner, node, labels, scorer, s))
    return bound - slack


@subkernel
def _bound_of_many_weights(a, b, weight, labels, scorer, s):
    phi, factor, parameter = scorer.phi, scorer.factor, scorer.parameter
    weights_a, weights_b = s.weights[WEIGHTS_LEFT], s.weights[WEIGHTS_RIGHT]
    weights = s.weights[WEIGHTS]
    w_a, w_b = weigh(a, labels, weights_a), weigh(b, labels, weights_b)
    spread, shared = np.inf, -np.inf
    for left in (w_a, min(max(weight / 2.0, w_a), w_b), w_b):
        right = max(weight - left, 0.0)
        spread_here = factor(left, parameter) * phi(left, parameter)
        spread_here += factor(right, parameter) * phi(right, parameter)
        spread = min(spread, spread_here)
    for left in (w_a, w_b):
        factor_left, factor_right = (
            factor(left, parameter),
            factor(max(weight - left, 0.0), parameter),
        )
        total = 0.0
        for k in range(len(weights)):
            rest_a, rest_b = weights[k] - weights_a[k], weights[k] - weights_b[k]
            at_a = factor_left * phi(weights_a[k], parameter)
            at_a += factor_right * phi(max(rest_a, 0.0), parameter)
            at_b = factor_left * phi(weights_b[k], parameter)
            at_b += factor_right * phi(max(rest_b, 0.0), parameter)
            total += max(at_a, at_b)
        shared = max(shared, total)
    return spread - shared - _ROUNDING * abs(spread)
