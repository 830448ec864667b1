r"""Error-based pruning with subtree raising, which takes the samples as well as the tree.

A branch may be replaced by that of its larger child. The samples of the other child then go down
that branch, too, and all below is looked at again:

        t              t      t splits as c did; what was below s is gone.
       / \            / \
      s   c    ->    d   e
         / \
        d   e

The samples of a node stand together, those of its left child first.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree import criteria
from gaintree._bundle import Bundle
from gaintree._jit import kernel, read_only, subkernel
from gaintree.predict import category_goes_left
from gaintree.prune import passes
from gaintree.prune._base import Floats
from gaintree.prune.counts import class_counts, find_leaves
from gaintree.prune.errors import ErrorBased
from gaintree.prune.limits import extra_errors_of
from gaintree.tree import LEAF, UNDEFINED, Tree, keep_used_sets

_Integers = npt.NDArray[np.int64]


class _Work(NamedTuple):
    """The tree while it changes, its samples, and room."""

    left: _Integers  # of each node, as in Tree
    right: _Integers
    feature: _Integers
    threshold: Floats
    missing_left: npt.NDArray[np.uint8]
    category_set: _Integers
    sets: npt.NDArray[np.uint64]  # as the tree's left_categories
    start: _Integers  # its samples
    end: _Integers
    counts: Floats  # their weights by class
    cost: Floats  # of what is left of its branch
    samples: _Integers
    X: npt.NDArray[np.floating[Any]]
    classes: _Integers
    weights: Floats
    stack: _Integers  # nodes to prune; those that are open wait for the nodes below them
    is_open: npt.NDArray[np.bool_]
    pending: _Integers  # nodes whose samples have to be parted
    aside: _Integers  # samples that go right
    joined: Floats  # counts of leaves that others' samples have joined
    is_joined: npt.NDArray[np.bool_]


@subkernel
def _leaf_cost(counts, limit):
    size, greatest = 0.0, 0.0
    for weight in counts:
        size += weight
        greatest = max(greatest, weight)
    n_errors = size - greatest
    return n_errors + extra_errors_of(size, n_errors, limit)


@subkernel
def _goes_left(node, sample, work):
    value = work.X[sample, work.feature[node]]
    if np.isnan(value):
        return work.missing_left[node] != 0
    if work.category_set[node] >= 0:
        return category_goes_left(value, work.category_set[node], work.sets)
    return value <= work.threshold[node]


@subkernel
def _joined_cost(branch, other, work, limit):
    """What is left of `branch` would cost this if the samples of `other` went down it, too."""
    cost, n_joined = work.cost[branch], 0
    for i in range(work.start[other], work.end[other]):
        sample, leaf = work.samples[i], branch
        while work.left[leaf] != LEAF:
            leaf = work.left[leaf] if _goes_left(leaf, sample, work) else work.right[leaf]
        if not work.is_joined[leaf]:
            work.is_joined[leaf] = True
            for k in range(work.joined.shape[1]):
                work.joined[leaf, k] = work.counts[leaf, k]
            work.pending[n_joined] = leaf
            n_joined += 1
        work.joined[leaf, work.classes[sample]] += work.weights[sample]
    for i in range(n_joined):
        leaf = work.pending[i]
        cost += _leaf_cost(work.joined[leaf], limit) - work.cost[leaf]
        work.is_joined[leaf] = False
    return cost


@subkernel
def _part(node, work):
    """Put the samples of a node that go left first; return where the others begin."""
    middle, n_aside = work.start[node], 0
    for i in range(work.start[node], work.end[node]):
        sample = work.samples[i]
        if _goes_left(node, sample, work):
            work.samples[middle] = sample
            middle += 1
        else:
            work.aside[n_aside] = sample
            n_aside += 1
    for i in range(n_aside):
        work.samples[middle + i] = work.aside[i]
    return middle


@subkernel
def _hand_down(child, start, end, work):
    """Give a node the samples from `start` to `end`."""
    work.start[child], work.end[child] = start, end
    for k in range(work.counts.shape[1]):
        work.counts[child, k] = 0.0
    for i in range(start, end):
        sample = work.samples[i]
        work.counts[child, work.classes[sample]] += work.weights[sample]


@subkernel
def _raise(branch, node, work):
    """Let `node` split as `branch` does, and part the samples of all nodes below it anew."""
    work.left[node], work.right[node] = work.left[branch], work.right[branch]
    work.feature[node], work.threshold[node] = work.feature[branch], work.threshold[branch]
    work.missing_left[node] = work.missing_left[branch]
    work.category_set[node] = work.category_set[branch]
    work.pending[0], n_pending = node, 1
    while n_pending > 0:
        n_pending -= 1
        at = work.pending[n_pending]
        left, right = work.left[at], work.right[at]
        if left != LEAF:
            middle = _part(at, work)
            _hand_down(left, work.start[at], middle, work)
            _hand_down(right, middle, work.end[at], work)
            work.pending[n_pending], work.pending[n_pending + 1] = left, right
            n_pending += 2


@subkernel
def _prune_node(node, work, limit, slack):
    """Prune a node whose children have been; return whether all below it has to be once more."""
    left, right = work.left[node], work.right[node]
    as_leaf, as_branch = _leaf_cost(work.counts[node], limit), work.cost[left] + work.cost[right]
    weight_left, weight_right = 0.0, 0.0
    for k in range(work.counts.shape[1]):
        weight_left += work.counts[left, k]
        weight_right += work.counts[right, k]
    larger, smaller = (left, right) if weight_left >= weight_right else (right, left)
    raised = _joined_cost(larger, smaller, work, limit)
    if as_leaf <= min(as_branch, raised) + slack:
        work.left[node] = work.right[node] = LEAF
        work.cost[node] = as_leaf
        return False
    if raised <= as_branch + slack:
        _raise(larger, node, work)
        return True
    work.cost[node] = as_branch
    return False


@kernel
def _prune_all(work, limit, slack):
    work.stack[0], n_stacked = 0, 1
    while n_stacked > 0:
        node = work.stack[n_stacked - 1]
        left, right = work.left[node], work.right[node]
        if left == LEAF:
            work.cost[node] = _leaf_cost(work.counts[node], limit)
            n_stacked -= 1
        elif not work.is_open[node]:
            work.is_open[node] = True
            work.stack[n_stacked], work.stack[n_stacked + 1] = right, left
            n_stacked += 2
        else:
            work.is_open[node] = False
            if not _prune_node(node, work, limit, slack):
                n_stacked -= 1


def prune_and_raise(
    tree: Tree,
    X: npt.NDArray[np.floating[Any]],
    y: npt.ArrayLike,
    criterion: str | criteria.Criterion,
    method: ErrorBased | None = None,
    sample_weight: npt.ArrayLike | None = None,
) -> Tree:
    """Prune as C4.5 does, with subtree raising.

    From the bottom up, the leaf that a node would be, what is left of its branch, and the branch of
    its larger child with all the node's samples are compared by the upper limits of their errors.
    The leaf is taken if it costs at most `method.slack` more than either of the others; else the
    child's branch, if it costs at most so much more than the node's, and then all below the node is
    looked at again. This is J48's rule; C4.5 gives shares of a sample with a missing value to both
    children, here it goes where the split sends it.

    Parameters
    ----------
    tree : Tree
    X : ndarray of float32 or float64 of shape (n_samples, n_features)
        The samples that the tree was grown from.
    y : array-like of int of shape (n_samples,)
        Their classes, by their place in the tree's `value`, from 0.
    criterion : str or Criterion
        What the tree was grown by: impurities change where samples are added to a node.
    method : ErrorBased, default=None
        None is ``ErrorBased()``. Its `raising` does not matter here.
    sample_weight : array-like of shape (n_samples,), default=None
        The weights that the tree was grown with. None weighs each sample 1.

    Returns
    -------
    tree : Tree
        It need not be a pruned tree of the whole one, so it is on no path.

    Raises
    ------
    ValueError
        If the samples are not those that the tree was grown from, or as in `class_counts`.

    References
    ----------
    J. R. Quinlan, "C4.5: Programs for Machine Learning", Morgan Kaufmann, 1993, chapter 4.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from gaintree import GainTreeClassifier, prune
    >>> X, y = make_classification(100, 4, flip_y=0.2, random_state=11)
    >>> tree = GainTreeClassifier().fit(X, y).tree_
    >>> prune.prune(tree, "error_based").n_leaves
    12
    >>> prune.prune_and_raise(tree, X, y, "entropy").n_leaves
    9
    """
    criterion, method = criteria.get(criterion), ErrorBased() if method is None else method
    counts = class_counts(tree, X, y, sample_weight)
    weights = np.ones(len(X)) if sample_weight is None else np.asarray(sample_weight, dtype=float)
    is_sample = weights > 0.0
    work = _lay_out(tree, X[is_sample], np.asarray(y)[is_sample], weights[is_sample], counts)
    _prune_all(Bundle(work), method.limit, float(method.slack))
    return _to_tree(tree, work, criterion)


def _lay_out(
    tree: Tree, X: npt.NDArray[np.floating[Any]], y: _Integers, weights: Floats, counts: Floats
) -> _Work:
    leaves = find_leaves(tree, X)
    n_samples = np.bincount(leaves, minlength=tree.node_count)
    is_leaf = tree.is_leaf
    if not np.array_equal(n_samples[is_leaf], tree.n_node_samples[is_leaf]):
        raise ValueError("X, y and sample_weight must be the samples that the tree was grown from.")
    # Nodes are numbered depth first: the leaves before a node's number are those to its left.
    start = np.cumsum(n_samples) - n_samples
    n_nodes, n_rows = tree.node_count, len(X)
    return _Work(
        left=tree.children_left.copy(),
        right=tree.children_right.copy(),
        feature=tree.feature.copy(),
        threshold=tree.threshold.copy(),
        missing_left=tree.missing_go_to_left.copy(),
        category_set=tree.category_set.copy(),
        sets=np.ascontiguousarray(tree.left_categories),
        start=start,
        end=start + tree.n_node_samples,
        counts=counts,
        cost=np.zeros(n_nodes),
        samples=np.argsort(leaves, kind="stable"),
        X=np.ascontiguousarray(X),
        classes=y.astype(np.int64),
        weights=weights,
        stack=np.empty(n_nodes + 1, dtype=np.int64),
        is_open=np.zeros(n_nodes, dtype=np.bool_),
        pending=np.empty(n_nodes + 1, dtype=np.int64),
        aside=np.empty(n_rows, dtype=np.int64),
        joined=np.zeros_like(counts),
        is_joined=np.zeros(n_nodes, dtype=np.bool_),
    )


def _to_tree(tree: Tree, work: _Work, criterion: criteria.Criterion) -> Tree:
    """The nodes that are left, with the samples that they have now."""
    left, right = read_only(work.left), read_only(work.right)
    numbers = passes.renumber(left, right, np.zeros(tree.node_count, dtype=np.bool_))
    kept = np.flatnonzero(numbers != passes.NO_NODE)
    is_leaf, n_samples = left[kept] == LEAF, (work.end - work.start)[kept]
    arrays = tree.arrays()
    sets = arrays.pop("left_categories")
    arrays = {name: array[kept] for name, array in arrays.items()}
    for node in np.flatnonzero(n_samples != arrays["n_node_samples"]):
        counts = work.counts[kept[node]]
        arrays["weighted_n_node_samples"][node] = counts.sum()
        arrays["value"][node, 0] = counts / counts.sum()
        arrays["impurity"][node] = criterion.impurity_of(counts)
    arrays["n_node_samples"] = n_samples
    arrays["children_left"] = np.where(is_leaf, LEAF, numbers[left[kept]])
    arrays["children_right"] = np.where(is_leaf, LEAF, numbers[right[kept]])
    arrays["feature"] = np.where(is_leaf, UNDEFINED, work.feature[kept])
    arrays["threshold"] = np.where(is_leaf, UNDEFINED, work.threshold[kept])
    arrays["missing_go_to_left"] = np.where(is_leaf, 0, work.missing_left[kept]).astype(np.uint8)
    category_set = np.where(is_leaf, -1, work.category_set[kept])
    arrays["category_set"], sets = keep_used_sets(category_set, sets)
    return Tree(n_features=tree.n_features, left_categories=sets, **arrays)
