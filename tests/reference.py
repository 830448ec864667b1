"""A decision tree told plainly: every split of every node scored one by one, in numpy.

It shares no code with the package. Weights are added up in long doubles. Splits are listed in the
order in which ties are to be decided: the first feature, then the lowest threshold, then missing
values on the right.
"""

import heapq
import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np

LEAF = -1
EPSILON = np.finfo(np.float64).eps  # an impurity below it is none
NOISE = 16 * EPSILON  # share of a child's weight to which a float64 cost of it is trusted
TIE = 1e-12  # costs so close to each other, relatively, count as tied ...
NOISE_OF_SHARES = 1e-12
SURE_TIE = 1e-13  # ... and so close they must be taken for tied


class Stopping(NamedTuple):
    max_depth: float = math.inf
    min_samples_split: int = 2
    min_samples_leaf: int = 1
    min_weight_leaf: float = 0.0
    min_impurity_decrease: float = 0.0


NEVER = Stopping()


class Constraints(NamedTuple):
    signs: tuple = ()  # of each feature, for the share of class 1 along it
    groups: tuple = ()  # sets of features that may stand together on a path; none: all may


FREE = Constraints()


class Above(NamedTuple):
    """What the splits above a node leave to it."""

    low: float = 0.0  # bounds of the share of class 1
    high: float = 1.0
    used: frozenset = frozenset()  # features


class Table(NamedTuple):
    """The samples of a node: rows of weight zero are none."""

    X: np.ndarray
    one_hot: np.ndarray  # (n_samples, n_classes), the weight of each in the column of its class

    @classmethod
    def of(cls, X, classes, weights=None, n_classes=None):
        n_classes = classes.max() + 1 if n_classes is None else n_classes
        weights = np.ones(len(X)) if weights is None else weights
        one_hot = np.zeros((len(X), n_classes), dtype=np.longdouble)
        one_hot[np.arange(len(X)), classes] = weights
        return cls(X[weights > 0].astype(np.float64), one_hot[weights > 0])

    def take(self, mask):
        return Table(self.X[mask], self.one_hot[mask])

    def class_weights(self):
        return self.one_hot.sum(axis=0)

    def weight(self):
        return float(self.one_hot.sum())

    def impurity(self, criterion):
        return float(impurity(self.class_weights(), criterion)[0])


class Splits(NamedTuple):
    """Splits of one node, one entry each, in the order in which ties are decided."""

    feature: np.ndarray
    threshold: np.ndarray
    missing_left: np.ndarray
    goes_left: np.ndarray  # (n_splits, n_samples)
    n_left: np.ndarray
    n_right: np.ndarray
    weight_left: np.ndarray
    weight_right: np.ndarray
    cost: np.ndarray  # impurity of the two children, each times its weight
    noise: np.ndarray  # what a float64 cost may be wrong by; a pure child costs exactly nothing

    def take(self, which):
        return Splits(*(array[which] for array in self))


def impurity(class_weights, criterion):
    """Impurity of each row of class weights (entropy in bits); 0 where there are none."""
    class_weights = np.atleast_2d(class_weights)
    total = class_weights.sum(axis=1, keepdims=True)
    p = class_weights / np.where(total > 0, total, 1)
    if criterion == "entropy":
        return -(p * np.log2(np.where(p > 0, p, 1))).sum(axis=1)
    assert criterion == "gini"
    return (p * (1 - p)).sum(axis=1)


def shares(masks, table):
    """The share of class 1, by weight, of each set of samples."""
    weights = masks @ table.one_hot
    return weights[..., 1] / weights.sum(axis=-1)


def midpoint(low, high):
    middle = low / 2 + high / 2
    return middle if low <= middle < high else low


def cuts(column):
    """Yield every way to part a column: threshold, whether missing go left, who goes left."""
    missing = np.isnan(column)
    values = np.unique(column[~missing])
    for low, high in pairwise(values):
        threshold = midpoint(low, high)
        yield threshold, False, column <= low
        if missing.any():
            yield threshold, True, (column <= low) | missing
    if missing.any() and len(values) > 0:
        yield math.inf, False, ~missing


def score(table, criterion, listed):
    """The splits that are `listed` as (feature, threshold, whether missing go left, goes left)."""
    feature, threshold, missing_left, masks = zip(*listed, strict=True)
    goes_left = np.array(masks)
    left, right = goes_left @ table.one_hot, ~goes_left @ table.one_hot
    weight_left, weight_right = left.sum(axis=1), right.sum(axis=1)
    impure_left = weight_left * ((left > 0).sum(axis=1) > 1)
    impure_right = weight_right * ((right > 0).sum(axis=1) > 1)
    return Splits(
        np.array(feature),
        np.array(threshold),
        np.array(missing_left),
        goes_left,
        goes_left.sum(axis=1),
        (~goes_left).sum(axis=1),
        weight_left,
        weight_right,
        weight_left * impurity(left, criterion) + weight_right * impurity(right, criterion),
        NOISE * (impure_left + impure_right),
    )


def all_splits(table, criterion, features):
    """Every split of a node by some features, or None if all these columns are constant."""
    listed = [(feature, *cut) for feature in features for cut in cuts(table.X[:, feature])]
    return score(table, criterion, listed) if listed else None


def ties_before(splits, chosen):
    """Numbers of the splits before `chosen` that tie with it for certain."""
    cost, earlier = splits.cost[chosen], splits.cost[:chosen]
    masks = splits.goes_left
    same = (masks[:chosen] == masks[chosen]).all(axis=1)
    mirrored = (masks[:chosen] != masks[chosen]).all(axis=1)
    close = earlier <= cost * (1 + SURE_TIE)
    exact = splits.noise[:chosen] + splits.noise[chosen] <= TIE / 2 * cost
    return np.flatnonzero(same | mirrored | (close & exact))


class _Check(NamedTuple):
    """What a walk down a tree carries along."""

    tree: object
    criterion: str
    stopping: Stopping
    search: str
    root_weight: float
    slack: float  # relative, where weights are compared
    constraints: Constraints

    def features(self, above):
        """The features that may stand together with those above."""
        groups = [group for group in self.constraints.groups if above.used <= group]
        return sorted(set().union(*groups)) if groups else range(self.tree.n_features)

    def admissible(self, splits, table, above, surely):
        """Which splits leave enough in both children, and these in the order that is asked for.

        Where rounding may decide, the answer is no if it has to be sure, else yes.
        """
        slack = self.slack if surely else -self.slack
        n_samples = np.minimum(splits.n_left, splits.n_right)
        weight = np.minimum(splits.weight_left, splits.weight_right)
        least = self.stopping.min_weight_leaf * (1 + slack)
        enough = (n_samples >= self.stopping.min_samples_leaf) & (weight >= least)
        if not self.constraints.signs:
            return enough
        sign = np.array(self.constraints.signs)[splits.feature]
        left, right = shares(splits.goes_left, table), shares(~splits.goes_left, table)
        # Bounds are halves of sums of rounded numbers: no share is known to be on one.
        margin = NOISE_OF_SHARES if surely else -NOISE_OF_SHARES
        inside = np.minimum(left, right) >= above.low + margin * (above.low > 0)
        inside &= np.maximum(left, right) <= above.high - margin * (above.high < 1)
        return enough & ((sign == 0) | (inside & ((right - left) * sign >= slack)))

    def below(self, node, table, left, above):
        """What is left to the two children of a node."""
        feature = int(self.tree.feature[node])
        above = above._replace(used=above.used | {feature})
        sign = self.constraints.signs[feature] if self.constraints.signs else 0
        if sign == 0:
            return above, above
        middle = float(shares(left, table) + shares(~left, table)) / 2
        lower, upper = above._replace(high=middle), above._replace(low=middle)
        return (lower, upper) if sign > 0 else (upper, lower)

    def samples(self, node, table, above):
        """Assert what a node says of its samples."""
        tree, value = self.tree, table.class_weights() / table.one_hot.sum()
        if self.constraints.signs and len(value) == 2:
            share = np.clip(value[1], above.low, above.high)
            value = np.array([1 - share, share])
        plain = table.impurity(self.criterion)
        assert tree.n_node_samples[node] == len(table.X)
        np.testing.assert_allclose(tree.weighted_n_node_samples[node], table.weight(), rtol=1e-12)
        value = value.astype(float)
        np.testing.assert_allclose(tree.value[node, 0], value, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(tree.impurity[node], plain, rtol=1e-12, atol=1e-14)

    def may_split(self, node, depth, table):
        return (
            self.tree.impurity[node] > EPSILON
            and depth < self.stopping.max_depth
            and len(table.X) >= self.stopping.min_samples_split
        )

    def leaf(self, node, depth, table, above):
        """Assert that a leaf had to be one."""
        tree = self.tree
        assert tree.children_right[node] == LEAF
        assert (tree.feature[node], tree.threshold[node]) == (-2, -2.0)
        assert tree.missing_go_to_left[node] == 0
        splits = all_splits(table, self.criterion, self.features(above))
        if splits is None or not self.may_split(node, depth, table):
            return
        splits = splits.take(self.admissible(splits, table, above, surely=True))
        if len(splits.cost) == 0:
            return
        least = self.stopping.min_impurity_decrease
        assert least > 0, f"leaf {node} has an admissible split"
        gain = table.impurity(self.criterion) * table.weight() - float(splits.cost.min())
        assert gain / self.root_weight < least + 1e-13, f"leaf {node} has a split that gains"

    def split(self, node, depth, table, above):
        """Assert that a node may have its split and that this is the best; return who goes left."""
        assert self.may_split(node, depth, table)
        tree = self.tree
        assert tree.feature[node] in self.features(above)
        if self.search == "drawn":
            splits, chosen = self.drawn_split(node, table), 0
        else:
            splits = all_splits(table, self.criterion, self.features(above))
            chosen = self.find_split(node, table, splits)
            self.best(node, splits, chosen, self.admissible(splits, table, above, surely=True))
        may_be = self.admissible(splits, table, above, surely=False)
        assert may_be[chosen], f"split {node} is not admissible"
        gain = table.impurity(self.criterion) * table.weight() - float(splits.cost[chosen])
        assert gain / self.root_weight >= self.stopping.min_impurity_decrease - 1e-13
        if not np.isnan(table.X[:, tree.feature[node]]).any():
            larger_is_left = splits.n_left[chosen] > splits.n_right[chosen]
            assert tree.missing_go_to_left[node] == larger_is_left
        return splits.goes_left[chosen]

    def find_split(self, node, table, splits):
        """Number of a node's split among all there are."""
        tree = self.tree
        missing = np.isnan(table.X[:, tree.feature[node]]).any()
        found = np.flatnonzero(
            (splits.feature == tree.feature[node])
            & (splits.threshold == tree.threshold[node])
            & (splits.missing_left == (missing and tree.missing_go_to_left[node]))
        )
        assert len(found) == 1, f"threshold of {node} is no midpoint of adjacent values"
        return found[0]

    def drawn_split(self, node, table):
        """A node's split at a threshold that was drawn; assert that it lies among the values."""
        tree, column = self.tree, table.X[:, self.tree.feature[node]]
        missing, threshold = np.isnan(column), tree.threshold[node]
        low, high = column[~missing].min(), column[~missing].max()
        assert low <= threshold
        assert threshold < high or (low == high and missing.any())
        missing_left = bool(missing.any() and tree.missing_go_to_left[node])
        goes_left = (column <= threshold) | (missing & missing_left)
        listed = [(tree.feature[node], threshold, missing_left, goes_left)]
        return score(table, self.criterion, listed)

    def best(self, node, splits, chosen, considered):
        """Assert that no admissible split beats the chosen one, or comes first among the tied."""
        considered[chosen] = True
        if self.search == "feature":
            considered &= splits.feature == splits.feature[chosen]
        splits, chosen = splits.take(considered), considered[:chosen].sum()
        noise = splits.noise + splits.noise[chosen]
        better = splits.cost * (1 + 2 * TIE) + noise < splits.cost[chosen]
        assert not better.any(), f"split {node} is beaten"
        assert not len(ties_before(splits, chosen)), f"split {node} ties with an earlier one"


def check_tree(
    tree, X, classes, weights, criterion, stopping=NEVER, search="all", constraints=FREE
):
    """Assert that a tree is the exact one, node by node.

    `search` says of what a split should be the best: ``"all"`` there are, ``"feature"``, those of
    its own feature, or ``"drawn"``, of nothing, its threshold being drawn, too.
    """
    root = Table.of(X, classes, weights, tree.value.shape[2])
    slack = 0.0 if (root.one_hot == np.rint(root.one_hot)).all() else 1e-12
    check = _Check(tree, criterion, stopping, search, root.weight(), slack, constraints)
    stack, number = [(0, 0, root, Above())], 0
    while stack:
        node, depth, table, above = stack.pop()
        assert node == number, "nodes are not numbered depth first"
        number += 1
        check.samples(node, table, above)
        if tree.children_left[node] == LEAF:
            check.leaf(node, depth, table, above)
            continue
        left = check.split(node, depth, table, above)
        of_left, of_right = check.below(node, table, left, above)
        stack.append((tree.children_right[node], depth + 1, table.take(~left), of_right))
        stack.append((tree.children_left[node], depth + 1, table.take(left), of_left))
    assert number == len(tree.feature)


def best_first(tree, max_leaf_nodes):
    """The nodes of a whole tree that are split while leaves last, the greatest gain first.

    None where two gains are too close to say which is first.
    """
    weight = tree.weighted_n_node_samples
    cost = weight * tree.impurity / weight[0]
    frontier, split = [], set()

    def push(node):
        left, right = tree.children_left[node], tree.children_right[node]
        if left != LEAF:
            heapq.heappush(frontier, (cost[left] + cost[right] - cost[node], node))

    push(0)
    while frontier and len(split) + 1 < max_leaf_nodes:
        loss, node = heapq.heappop(frontier)
        if frontier and frontier[0][0] - loss < 1e-12:
            return None
        split.add(int(node))
        push(tree.children_left[node])
        push(tree.children_right[node])
    return split
