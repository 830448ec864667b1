"""What several criteria are made of: entropies and their terms, costs, logarithms of chances."""

import math

import numpy as np

from gaintree._jit import formula

LN2 = math.log(2.0)
_TINY = 1e-300  # in place of zero where that would not do


@formula
def entropy(weights, total, parameter):
    """Shannon entropy in bits."""
    impurity = 0.0
    least = total * 1e-300  # a smaller share underflows, and would add nothing anyway
    for weight in weights:
        if weight > least:
            p = weight / total
            impurity -= p * math.log2(p)
    return impurity


def entropy_phi(weight, parameter):
    return weight * np.log2(np.maximum(weight, _TINY))


def entropy_factor(total, parameter):
    return total * 0.0 + 1.0


@formula
def entropy_cost(weights, total, parameter):
    return total * entropy(weights, total, parameter)


def entropy_terms(n_samples):
    """`entropy_cost` of counts, as the arrays of a CostTables."""
    phi = entropy_phi(np.arange(n_samples + 1.0), 0.0)
    return phi, np.ones(1), phi


@formula
def two_entropy(left, right):
    """Entropy of a split into two sides of these weights, in bits."""
    total = left + right
    return -(left / total * math.log2(left / total) + right / total * math.log2(right / total))


@formula
def count_present(weights):
    """The number of classes that there are samples of."""
    n_present = 0
    for weight in weights:
        if weight > 0.0:
            n_present += 1
    return n_present


@formula
def gain(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    """How much less a sample costs after the split."""
    return (cost_node - (cost_left + cost_right)) / (weight_left + weight_right)


@formula
def gain_of(left, right):
    """Information gain of the two rows of class weights, in bits."""
    weight_left, weight_right = left.sum(), right.sum()
    cost = entropy_cost(left, weight_left, 0.0) + entropy_cost(right, weight_right, 0.0)
    node, weight = 0.0, weight_left + weight_right
    for k in range(len(left)):
        if left[k] + right[k] > 0.0:
            p = (left[k] + right[k]) / weight
            node -= p * math.log2(p)
    return node - cost / weight


@formula
def saving(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    """How much less all samples cost after the split."""
    return cost_node - (cost_left + cost_right)


@formula
def least_cost(left, right, weight_left, weight_right, cost_left, cost_right, cost_node, parameter):
    """Ranks as the gain does, and has no rounding of a difference."""
    return -(cost_left + cost_right)


@formula
def log_of_rest(log_p):
    """log(1 - p), for p next to 0 and next to 1."""
    if log_p < -LN2:
        return math.log1p(-math.exp(log_p))
    return math.log(-math.expm1(log_p))


# In place of what a criterion does without.


def no_cost(weights, total, parameter):
    return 0.0


def no_charge(left, right, weight_left, weight_right, parameter):
    return 0.0


def no_rank(left, right, log2_cuts, draws, values, parameter):
    return 0.0
