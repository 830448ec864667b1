"""Pruning told plainly: all pruned subtrees of a small tree, one by one, and rules by recursion.

It shares no code with the package. A pruned subtree is the set of the splits that it keeps.
"""

import math
from itertools import product

import numpy as np
from scipy import stats
from scipy.special import xlogy


def children(tree, node):
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    return () if left == -1 else (left, right)


def subtrees(tree, node=0):
    """Every subtree with the same root: any set of nodes of which none is above another may be
    its leaves."""
    found = [frozenset()]
    if below := children(tree, node):
        pairs = product(*(subtrees(tree, child) for child in below))
        found += [frozenset({node}) | left | right for left, right in pairs]
    return found


def leaves(tree, kept, node=0):
    if node not in kept:
        return [node]
    return [leaf for child in children(tree, node) for leaf in leaves(tree, kept, child)]


def smallest_cheapest(tree, leaf_cost, split_cost=None, alpha=0.0, tolerance=1e-9):
    """The subtree of least ``cost + alpha * leaves``, of tied ones the smallest; and that cost."""
    costs = {}
    for kept in subtrees(tree):
        ends = leaves(tree, kept)
        splits = 0.0 if split_cost is None else sum(split_cost[node] for node in kept)
        costs[kept] = sum(leaf_cost[leaf] for leaf in ends) + splits + alpha * len(ends)
    least = min(costs.values())
    slack = tolerance * (1 + max(abs(cost) for cost in costs.values()))
    return min((kept for kept in costs if costs[kept] <= least + slack), key=len), least


def smallest_with(tree, wanted):
    """The smallest subtree that keeps all the wanted splits."""
    return min((kept for kept in subtrees(tree) if wanted <= kept), key=len)


def largest_within(tree, allowed):
    """The largest subtree all of whose splits are allowed."""
    return max((kept for kept in subtrees(tree) if kept <= allowed), key=len)


# What a node costs as a leaf, from its counts


def errors(counts):
    return sum(counts) - max(counts)


def entropy(counts):
    shares = [count / sum(counts) for count in counts if count > 0]
    return -sum(p * math.log2(p) for p in shares)


def expected_errors(counts, root, m, prior):
    n = sum(counts)
    majority = list(counts).index(max(counts))
    p = root[majority] / sum(root) if prior == "root" else 1 / len(counts)
    return n * (n - counts[majority] + (1 - p) * m) / (n + m)


def bits_of_leaf(counts):
    n, n_classes = sum(counts), len(counts)
    classes = sum(count * math.log(n / count) for count in counts if count > 0)
    shares = (n_classes - 1) / 2 * math.log(n / 2)
    shares += math.log(math.pi) * n_classes / 2 - math.lgamma(n_classes / 2)
    return 1 + (classes + max(shares, math.log(n_classes))) / math.log(2)


def extra_errors(n, e, confidence, z):
    """As Weka's ``Stats.addErrs`` and C4.5's ``AddErrs`` do."""
    none = n * (1 - confidence ** (1 / n))
    if e < 1:
        return none + e * (extra_errors(n, 1, confidence, z) - none)
    if e + 0.5 >= n:
        return max(n - e, 0) * (0.67 if z == "c45" else 1)
    quantile = c45_quantile(confidence) if z == "c45" else stats.norm.ppf(1 - confidence)
    if z == "c45":
        s = quantile**2
        root = math.sqrt(s * ((e + 0.5) * (1 - (e + 0.5) / n) + s / 4))
        return n * (e + 0.5 + s / 2 + root) / (n + s) - e
    f = (e + 0.5) / n
    root = math.sqrt(f / n - f * f / n + quantile**2 / (4 * n * n))
    return n * (f + quantile**2 / (2 * n) + quantile * root) / (1 + quantile**2 / n) - e


def c45_quantile(confidence):
    chances = [0, 0.001, 0.005, 0.01, 0.05, 0.10, 0.20, 0.40, 1.00]
    deviations = [4.0, 3.09, 2.58, 2.33, 1.65, 1.28, 0.84, 0.25, 0.00]
    i = next(i for i, chance in enumerate(chances) if chance >= confidence)
    step = (confidence - chances[i - 1]) / (chances[i] - chances[i - 1])
    return deviations[i - 1] + (deviations[i] - deviations[i - 1]) * step


# Rules


def error_based(tree, cost, slack, node=0):
    """C4.5's rule without raising: the splits kept below a node, and what they leave it at."""
    if not children(tree, node):
        return frozenset(), cost[node]
    below = [error_based(tree, cost, slack, child) for child in children(tree, node)]
    branch = below[0][1] + below[1][1]
    if cost[node] <= branch + slack:
        return frozenset(), cost[node]
    return frozenset({node}) | below[0][0] | below[1][0], branch


def pessimistic_level(tree, counts, node):
    """How many standard errors more a node would have as a leaf than its whole branch has."""
    ends = leaves(tree, set(range(tree.node_count)) - set(np.flatnonzero(tree.is_leaf)), node)
    branch = sum(errors(counts[leaf]) + 0.5 for leaf in ends)
    n = sum(counts[node])
    difference = errors(counts[node]) + 0.5 - branch
    variance = branch * max(n - branch, 0.0) / n
    if variance == 0.0:
        return difference * math.inf if difference else 0.0
    return difference / math.sqrt(variance)


# Scores of a split, from the counts of its two sides


def chi_squared_p(left, right, test):
    present = (left + right) > 0
    if present.sum() < 2:
        return 1.0
    kind = "log-likelihood" if test == "g" else "pearson"
    table = [left[present], right[present]]
    return stats.chi2_contingency(table, correction=False, lambda_=kind).pvalue


def fisher_p(left, right):
    n_present = ((left + right) > 0).sum()
    tables = [
        [[left[k], left.sum() - left[k]], [right[k], right.sum() - right[k]]]
        for k in range(len(left))
    ]
    least = min(stats.fisher_exact(table).pvalue for table in tables)
    return min(1.0, least * (n_present if n_present > 2 else 1))


def split_gain(left, right):
    """Information gain times the number of samples."""
    whole = left + right
    return sum(whole) * entropy(whole) - sum(left) * entropy(left) - sum(right) * entropy(right)


def permutation_p(left, right, of_three=False):
    """The chance of the gain among all ways to deal the samples out, each class by its number."""
    if of_three:
        return _permutation_p_of_three(left, right)
    whole, n_left = (left + right).astype(int), int(left.sum())
    own, reached = split_gain(left, right), 0
    for dealt in product(*(range(count + 1) for count in whole)):
        if sum(dealt) == n_left:
            ways = math.prod(map(math.comb, whole.tolist(), dealt))
            reached += ways * (split_gain(np.array(dealt), whole - dealt) >= own - 1e-9)
    return reached / math.comb(int(whole.sum()), n_left)


def _permutation_p_of_three(left, right):
    """The same of three classes, with many samples."""
    whole, n_left = left + right, left.sum()
    dealt = np.array(np.meshgrid(*(np.arange(count + 1) for count in whole[:2]))).reshape(2, -1).T
    dealt = np.column_stack([dealt, n_left - dealt.sum(axis=1)])
    dealt = dealt[(dealt[:, 2] >= 0) & (dealt[:, 2] <= whole[2])]
    chance = stats.multivariate_hypergeom(whole, n_left).pmf(dealt)
    gains = (xlogy(dealt, dealt) + xlogy(whole - dealt, whole - dealt)).sum(axis=1)
    own = (xlogy(left, left) + xlogy(right, right)).sum()
    return chance[gains >= own - 1e-9].sum()


def mdlp_score(left, right, n_samples):
    whole = left + right
    k, k_left, k_right = (int((counts > 0).sum()) for counts in (whole, left, right))
    told = k * entropy(whole) - k_left * entropy(left) - k_right * entropy(right)
    return split_gain(left, right) - math.log2(n_samples - 1) - math.log2(3**k - 2) + told


def bayes_score(left, right, in_node, in_side):
    def log_marginal(counts, a):
        total = a * len(counts)
        classes = sum(math.lgamma(a + count) - math.lgamma(a) for count in counts)
        return classes + math.lgamma(total) - math.lgamma(total + sum(counts))

    sides = log_marginal(left, in_side) + log_marginal(right, in_side)
    return (sides - log_marginal(left + right, in_node)) / math.log(2)
