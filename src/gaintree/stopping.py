"""Growing as long as splits are significant: a node that chance may have split so well is a leaf.

That a node is split does not change how the nodes above it are, so splits are tested from the root
down in a tree that is grown already. It is grown to some depth first and, where that was not deep
enough, once more to twice the depth: a tree that ends early is not grown to its end.
"""

import heapq
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree._memory import FEWER, require_memory
from gaintree.chance import Cuts, cuts_of, log_any, log_p_of_best_cut, log_p_of_tables
from gaintree.criteria import Criterion
from gaintree.grow import Rules, grow_tree
from gaintree.predict import apply
from gaintree.prune import turn_into_leaves
from gaintree.tree import Tree

_Floats = npt.NDArray[np.float64]

_FIRST_DEPTH = 8
_BYTES_A_SAMPLE = 32  # its leaf, its place by leaf, and those of a node while it is tested


def grow_while_significant(
    max_p_value: float,
    n_samples_of: npt.ArrayLike | None,
    X: npt.NDArray[np.floating[Any]],
    classes: npt.NDArray[np.int32],
    n_classes: int,
    sample_weight: _Floats | None,
    class_weight: _Floats | None,
    criterion: Criterion,
    rules: Rules,
    *,
    n_threads: int,
    n_categories: npt.NDArray[np.int64] | None = None,
    report: Any = None,
    **options: Any,
) -> Tree:
    """Grow a tree whose splits all have a p-value of at most `max_p_value`.

    The p-value of a node is the chance that its best column splits so well, if classes were dealt
    out to its samples anew. That of a column of categories is the p-value of the whole table of
    categories and classes, that of a column of numbers is charged for the range of its cuts; see
    `gaintree.chance`. Of d columns that vary in the node the best one has 1 - (1 - p)^d.

    Parameters
    ----------
    max_p_value : float
        In (0, 1].
    n_samples_of : array-like of shape (n_samples,), or None
        How many samples each counts for: the weights that are given, before they are multiplied by
        those of classes. These change what is a good split, but nothing of what chance can do.
    X, classes, n_classes, sample_weight, class_weight, criterion, rules, n_threads, n_categories, \
            report, **options
        As in `grow_tree`.

    Returns
    -------
    tree : Tree

    Raises
    ------
    ValueError
        If a weight is not whole.
    MemoryError
        If growing takes more memory than is left.
    """
    if n_categories is None:
        n_categories = np.zeros(X.shape[1], dtype=np.int64)
    counts = None if n_samples_of is None else _whole(n_samples_of, len(X))
    weights = sample_weight if class_weight is None else class_weight[classes]
    samples = _used_samples(X, classes, n_classes, counts, n_categories, weights)
    is_stopped, n_rounds, depth = False, 0, _FIRST_DEPTH

    def report_round(share: float) -> bool:
        nonlocal is_stopped
        is_stopped = report(1.0 - (1.0 - share / 2.0) / 2.0**n_rounds)
        return is_stopped

    while True:
        depth = min(depth, rules.max_depth)
        tree = grow_tree(
            X, classes, n_classes, sample_weight, class_weight, criterion,
            rules._replace(max_leaf_nodes=0, max_depth=depth),
            n_threads=n_threads, n_categories=n_categories,
            report=None if report is None else report_round, **options,
        )  # fmt: skip
        tree = _stop(tree, samples, rules, math.log(max_p_value), n_threads)
        if tree.max_depth < depth or depth == rules.max_depth or is_stopped:
            break
        n_rounds, depth = n_rounds + 1, 2 * depth
    return tree if rules.max_leaf_nodes == 0 else limit_leaves(tree, rules.max_leaf_nodes)


def _whole(given: npt.ArrayLike, n_samples: int) -> _Floats:
    counts = np.broadcast_to(np.asarray(given, dtype=np.float64), n_samples)
    if (wrong := counts[counts != np.rint(counts)]).size > 0:
        raise ValueError(
            "max_p_value needs a sample_weight of whole numbers, which stand for so many samples,"
            f" got {wrong[0]}."
        )
    return counts


@dataclass(frozen=True)
class _Samples:
    """What a tree was grown from, without samples of weight zero."""

    X: npt.NDArray[np.floating[Any]]  # C-ordered
    classes: npt.NDArray[np.int32]
    n_classes: int
    counts: _Floats | None  # how many samples each stands for
    n_categories: npt.NDArray[np.int64]


def _used_samples(
    X: npt.NDArray[np.floating[Any]],
    classes: npt.NDArray[np.int32],
    n_classes: int,
    counts: _Floats | None,
    n_categories: npt.NDArray[np.int64],
    weights: _Floats | None,
) -> _Samples:
    is_used = np.ones(len(X), dtype=np.bool_) if weights is None else weights > 0.0
    is_copied = not (is_used.all() and X.flags.c_contiguous)
    n_bytes = X.nbytes * is_copied + _BYTES_A_SAMPLE * len(X)
    require_memory(n_bytes, FEWER, "Testing splits of {:,} samples", len(X))
    if not is_used.all():
        X, classes = X[is_used], classes[is_used]
        counts = None if counts is None else counts[is_used]
    return _Samples(np.ascontiguousarray(X), classes, n_classes, counts, n_categories)


@dataclass(frozen=True)
class _Node:
    """A split, and the samples that it splits."""

    of: _Samples
    rules: Rules
    feature: int
    samples: npt.NDArray[np.int64]
    n_left: int  # the first so many of them go left

    def is_significant(self, log_level: float) -> bool:
        """Whether chance splits the node so well with a probability of at most the level."""
        n_features = min(self.of.X.shape[1], self.rules.max_features)
        if self.of.n_categories[self.feature] == 0:
            # Cuts need not be counted where even the most that there can be would not matter.
            n = float(self.sides.sum())
            most = Cuts(2 * len(self.samples), 4.0 * math.log(n), 2)
            if _log_any(float(log_p_of_best_cut(self.sides, most)), n_features) <= log_level:
                return True
        log_p = self._log_p()
        if log_p > log_level:
            return False
        if _log_any(log_p, n_features) <= log_level:
            return True
        return _log_any(log_p, min(n_features, self._count_varying())) <= log_level

    def _log_p(self) -> float:
        """Log of the p-value of the column, which is not charged for having been chosen."""
        column = self.of.X[self.samples, self.feature]
        if self.of.n_categories[self.feature] > 0:
            return float(log_p_of_tables(self._table(np.unique(column, return_inverse=True)[1])))
        if self.rules.random_thresholds:
            number = 2 if np.isnan(column).any() else 1
            cuts = Cuts(number, 0.0, number)
        else:
            cuts = cuts_of(column, self._counts(), self.rules.min_samples_leaf)
        return float(log_p_of_best_cut(self.sides, cuts))

    def _count_varying(self) -> int:
        """How many columns vary in the node."""
        block = self.of.X[self.samples]
        is_first = (block == block[0]) | (np.isnan(block) & np.isnan(block[0]))
        return int(np.count_nonzero(~is_first.all(axis=0)))

    @cached_property
    def sides(self) -> _Floats:
        """Samples of each class on the left and on the right."""
        return self._table((np.arange(len(self.samples)) >= self.n_left).astype(np.int64))

    def _table(self, rows: npt.NDArray[np.int64]) -> _Floats:
        n_classes = self.of.n_classes
        cells = rows * n_classes + self.of.classes[self.samples]
        table = np.bincount(cells, self._counts(), (rows.max() + 1) * n_classes)
        return table.astype(np.float64).reshape(-1, n_classes)

    def _counts(self) -> _Floats | None:
        return None if self.of.counts is None else self.of.counts[self.samples]


def _log_any(log_p: float, n_tests: int) -> float:
    return float(log_any(np.array(log_p), np.array(n_tests)))


def _stop(tree: Tree, of: _Samples, rules: Rules, log_level: float, n_threads: int) -> Tree:
    """Turn splits that are not significant, and are below none such, into leaves."""
    if log_level == 0.0:  # no p-value is greater
        return tree
    leaves, _ = apply(tree, of.X, n_threads)
    order = np.argsort(leaves, kind="stable")
    # Nodes are numbered depth first, so the samples of each stand together.
    starts = np.searchsorted(leaves[order], np.arange(tree.node_count + 1))
    given_up, waiting = [], [(0, tree.node_count)]
    while waiting:
        node, end = waiting.pop()
        if tree.is_leaf[node]:
            continue
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        samples = order[starts[node] : starts[end]]
        n_left = int(starts[right] - starts[left])
        split = _Node(of, rules, int(tree.feature[node]), samples, n_left)
        if split.is_significant(log_level):
            waiting += [(left, right), (right, end)]
        else:
            given_up.append(node)
    return turn_into_leaves(tree, np.array(given_up, dtype=np.int64))


def limit_leaves(tree: Tree, max_leaf_nodes: int) -> Tree:
    """Keep the splits that best-first growth would have made of those of a tree.

    Parameters
    ----------
    tree : Tree
    max_leaf_nodes : int
        At least 2.

    Returns
    -------
    tree : Tree
        What growing with that `max_leaf_nodes` leaves of it.
    """
    share = tree.weighted_n_node_samples / tree.weighted_n_node_samples[0]
    mantissa, exponent = np.frexp(tree.gains() * share)
    # As in growing, gains that are equal but for rounding are a tie.
    gains = np.ldexp(np.rint(mantissa * 2.0**40), exponent - 40)
    kept: set[int] = set()
    waiting = [(-gains[0], 0)]
    while waiting and len(kept) < max_leaf_nodes - 1:
        _, node = heapq.heappop(waiting)
        if not tree.is_leaf[node]:
            kept.add(node)
            for child in (int(tree.children_left[node]), int(tree.children_right[node])):
                heapq.heappush(waiting, (-gains[child], child))
    rest = [node for node in np.flatnonzero(~tree.is_leaf).tolist() if node not in kept]
    return turn_into_leaves(tree, np.array(rest, dtype=np.int64))
