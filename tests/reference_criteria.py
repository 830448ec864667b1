"""Every split criterion told plainly: a number for the class counts of the children, one a row.

It shares no code with the package. Entropies are in bits, and of a score the higher is the better.
What makes a score depend on more than its own split (how many candidates a column has, what other
columns gain) is in `reference_search.py`.

A row may have as many classes as there are, those that a node has not met among them. Of weighted
samples the counts are sums of weights, and a class is present if its sum is positive.
"""

import math
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, log_ndtr, psi

NATS = math.log(2)  # nats a bit has


def totals(children):
    """Class counts of the node that was split."""
    return [sum(column) for column in zip(*children, strict=True)]


def sizes(children):
    return [sum(child) for child in children]


def cells(children):
    return [count for child in children for count in child]


def present(counts):
    return sum(count > 0 for count in counts)


# Impurities.


def shares(counts):
    n = sum(counts)
    return [count / n for count in counts if count > 0]


def entropy(counts):
    return -sum(p * math.log2(p) for p in shares(counts))


def gini(counts):
    return sum(p * (1 - p) for p in shares(counts))


def misclassification(counts):
    return 1 - max(shares(counts))


def dkm(counts):
    return sum(math.sqrt(p * (1 - p)) for p in shares(counts))


def tsallis(counts, q):
    """In nats where q is 1."""
    if abs(q - 1) < 1e-6:
        return entropy(counts) * NATS
    return (1 - sum(p**q for p in shares(counts))) / (q - 1)


def renyi(counts, alpha):
    if abs(alpha - 1) < 1e-6:
        return entropy(counts)
    if alpha == math.inf:
        return -math.log2(max(shares(counts)))
    return math.log2(sum(p**alpha for p in shares(counts))) / (1 - alpha)


def smoothed_entropy(counts, a):
    """Every class has `a` samples more than were counted."""
    return entropy([count + a for count in counts])


def miller_madow(counts):
    return entropy(counts) + (present(counts) - 1) / (2 * sum(counts)) / NATS


def grassberger(counts):
    def estimated_log(c):
        return psi(c) + (-1) ** c / 2 * (psi((c + 1) / 2) - psi(c / 2))

    counts = [round(count) for count in counts if count > 0]
    n = sum(counts)
    return (math.log(n) - sum(c * estimated_log(c) for c in counts) / n) / NATS


def james_stein(counts):
    """Shares shrunk towards equal ones, as many as there are classes."""
    n, k = sum(counts), len(counts)
    p = [count / n for count in counts]
    room = (n - 1) * sum((1 / k - x) ** 2 for x in p)
    shrunk = min(max((1 - sum(x**2 for x in p)) / room, 0), 1) if room > 0 else 1
    return entropy([shrunk / k + (1 - shrunk) * x for x in p])


def gain(children, impurity):
    n = sum(cells(children))
    left_over = sum(sum(child) / n * impurity(child) for child in children)
    return impurity(totals(children)) - left_over


# Information gain over something.

information_gain = partial(gain, impurity=entropy)


def split_information(children):
    return entropy(sizes(children))


def gain_ratio(children):
    return information_gain(children) / split_information(children)


def mantaras(children):
    """One minus the distance of Lopez de Mantaras."""
    return information_gain(children) / entropy(cells(children))


def symmetric_uncertainty(children):
    both = split_information(children) + entropy(totals(children))
    return 2 * information_gain(children) / both


def balanced_gain(children):
    return information_gain(children) / math.log2(len(children) + 1)


# Two children compared.


def twoing(children):
    left, right = children
    w_left, w_right = sum(left) / sum(cells(children)), sum(right) / sum(cells(children))
    apart = sum(abs(a / sum(left) - b / sum(right)) for a, b in zip(left, right, strict=True))
    return w_left * w_right / 4 * apart**2


def ordered_twoing(children):
    """The classes are in order: parted into low and high ones where that gains most."""
    cuts = range(1, len(children[0]))
    return max(gain([[sum(c[:s]), sum(c[s:])] for c in children], gini) for s in cuts)


def rates(children):
    """For each child, what share it has of either of two classes; None if one is not there."""
    n_zeros, n_ones = totals(children)
    if n_zeros == 0 or n_ones == 0:
        return None
    return [(zeros / n_zeros, ones / n_ones) for zeros, ones in children]


def hellinger(children):
    of_children = rates(children) or []
    return math.sqrt(sum((math.sqrt(a) - math.sqrt(b)) ** 2 for a, b in of_children))


def ks(children):
    zeros, ones = (rates(children) or [(0, 0)])[0]
    return abs(ones - zeros)


# Tests.


def degrees_of_freedom(children):
    return (len(children) - 1) * (present(totals(children)) - 1)


def pearson_statistic(children):
    n, statistic = sum(cells(children)), 0
    for child in children:
        for count, total in zip(child, totals(children), strict=True):
            if total > 0:
                expected = sum(child) * total / n
                statistic += (count - expected) ** 2 / expected
    return statistic


def g_statistic(children):
    return 2 * sum(cells(children)) * NATS * information_gain(children)


def log_chi2_tail(x, df):
    """Log of the chance to exceed x, however small; by recursion over every other df."""
    if x <= 0 or df == 0:
        return 0.0
    first = 2 - df % 2
    log_p = -x / 2 if first == 2 else math.log(2) + log_ndtr(-math.sqrt(x))
    for d in range(first, df, 2):
        log_p = np.logaddexp(log_p, d / 2 * math.log(x / 2) - x / 2 - math.lgamma(d / 2 + 1))
    return min(float(log_p), 0.0)


def log_of_rest(log_p):
    """log(1 - p), for p next to 0 and next to 1."""
    return math.log1p(-math.exp(log_p)) if log_p < -NATS else math.log(-math.expm1(log_p))


def significance(children, statistic, n_candidates=1):
    """-log p in nats, where p is the chance that the best of so many splits is as good."""
    log_p = log_chi2_tail(statistic(children), degrees_of_freedom(children))
    if log_p < -50:
        return -(log_p + math.log(n_candidates))  # as (1 - p) ** m is 1 - m p
    if log_p == 0:
        return 0.0
    return -log_of_rest(n_candidates * log_of_rest(log_p))


# What a split has to pay for.


def mdlp(children):
    """By how many bits a sample the gain beats what Fayyad and Irani charge for the split."""
    node, n = totals(children), sum(cells(children))
    k = present(node)
    left_over = sum(present(child) * entropy(child) for child in children)
    charge = math.log2(n - 1) + math.log2(3**k - 2) - (k * entropy(node) - left_over)
    return information_gain(children) - charge / n


def adjusted_gini(children):
    """Gini gain, less what it is to be expected of labels that are shuffled."""
    n = sum(cells(children))
    return gain(children, gini) - gini(totals(children)) * (len(children) - 1) / (n - 1)


def expected_information(of_children, of_classes):
    """Mean of the information gain over all ways to deal the labels out to children."""
    n, expected = sum(of_children), 0
    for a in of_children:
        for b in of_classes:
            for c in range(max(1, a + b - n), min(a, b) + 1):
                ways = math.comb(b, c) * math.comb(n - b, a - c)
                expected += ways / math.comb(n, a) * c / n * math.log2(n * c / (a * b))
    return expected


def mi_minus_emi(children):
    whole = [[round(count) for count in child] for child in children]
    return information_gain(whole) - expected_information(sizes(whole), totals(whole))


def log_marginal(counts, a):
    """Log of the probability of a sequence with these counts, by a Dirichlet prior of `a` each."""
    size = a * len(counts)
    of_classes = sum(gammaln(a + count) - gammaln(a) for count in counts)
    return gammaln(size) - gammaln(size + sum(counts)) + of_classes


def bayes(children, a):
    """Bits by which the children explain their labels better than the node does."""
    split = sum(log_marginal(child, a) for child in children)
    return (split - log_marginal(totals(children), a)) / NATS


def bdeu(children, s=1.0):
    node, k = totals(children), len(children[0])
    split = sum(log_marginal(child, s / (len(children) * k)) for child in children)
    return (split - log_marginal(node, s / k)) / NATS


# What is claimed of each.


class Criterion(NamedTuple):
    """A score, and the flags that it deserves."""

    score: object
    impurity: object = None
    concave: bool = False  # no split makes the impurity grow, whatever the weights
    boundary_exact: bool = True  # the best cut, the lowest of tied ones, parts two classes
    real_weights: bool = True
    two_classes: bool = False
    self_stopping: bool = False  # there are splits that are worse than none: of a negative score


def by_impurity(impurity, **flags):
    return Criterion(partial(gain, impurity=impurity), impurity, **flags)


STOPPING = {"self_stopping": True}
NEITHER = {"boundary_exact": False, **STOPPING}
COUNTS = {"real_weights": False}

CRITERIA = {
    "entropy": by_impurity(entropy, concave=True),
    "gini": by_impurity(gini, concave=True),
    "misclassification": by_impurity(misclassification, concave=True, boundary_exact=False),
    "dkm": by_impurity(dkm, concave=True),
    "tsallis(0.5)": by_impurity(partial(tsallis, q=0.5), concave=True),
    "tsallis(1.5)": by_impurity(partial(tsallis, q=1.5), concave=True),
    "tsallis(3)": by_impurity(partial(tsallis, q=3), concave=True),
    "renyi(0.5)": by_impurity(partial(renyi, alpha=0.5), concave=True),
    "renyi(2)": by_impurity(partial(renyi, alpha=2), **STOPPING),
    "renyi(5)": by_impurity(partial(renyi, alpha=5), **NEITHER),
    "laplace": by_impurity(partial(smoothed_entropy, a=1), **NEITHER),
    "kt": by_impurity(partial(smoothed_entropy, a=0.5), **NEITHER),
    "miller_madow": by_impurity(miller_madow, **STOPPING, **COUNTS),
    "grassberger": by_impurity(grassberger, **NEITHER, **COUNTS),
    "james_stein": by_impurity(james_stein, **NEITHER, **COUNTS),
    "gain_ratio": Criterion(gain_ratio),
    "mantaras": Criterion(mantaras),
    "symmetric_uncertainty": Criterion(symmetric_uncertainty),
    "balanced_gain": Criterion(balanced_gain),
    "twoing": Criterion(twoing),
    "ordered_twoing": Criterion(ordered_twoing),
    "hellinger": Criterion(hellinger, two_classes=True),
    "ks": Criterion(ks, two_classes=True),
    "chi2": Criterion(partial(significance, statistic=pearson_statistic), **COUNTS),
    "g_test": Criterion(partial(significance, statistic=g_statistic), **COUNTS),
    "c45": Criterion(gain_ratio, **NEITHER),
    "mdlp": Criterion(mdlp, **STOPPING, **COUNTS),
    "k2": Criterion(partial(bayes, a=1), **NEITHER),
    "bayes_kt": Criterion(partial(bayes, a=0.5), **NEITHER),
    "bdeu(1)": Criterion(bdeu, **NEITHER),
    "bdeu(10)": Criterion(partial(bdeu, s=10), **NEITHER),
    "adjusted_gini": Criterion(adjusted_gini, **STOPPING, **COUNTS),
    "mi_minus_emi": Criterion(mi_minus_emi, **STOPPING, **COUNTS),
}
