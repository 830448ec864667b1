"""Growing as long as splits are significant: a node that chance may have split so well is a leaf.

That a node is split does not change how the nodes above it are, so splits are tested from the root
down in a tree that is grown already. It is grown to some depth first and, where that was not deep
enough, once more to twice the depth: a tree that ends early is not grown to its end.
"""

import heapq
import math
from dataclasses import dataclass
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
_NO, _YES, _OPEN = 0, 1, 2  # verdicts on splits
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

    def n_tested(self, rules: Rules) -> int:
        """Columns that a node has its best split from, at most."""
        return min(self.X.shape[1], rules.max_features)


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


def _stop(tree: Tree, of: _Samples, rules: Rules, log_level: float, n_threads: int) -> Tree:
    """Turn splits that are not significant, and are below none such, into leaves."""
    if log_level == 0.0:  # no p-value is greater
        return tree
    leaves, _ = apply(tree, of.X, n_threads)
    order, ends = np.argsort(leaves, kind="stable"), _ends(tree)
    # Nodes are numbered depth first, so the samples of each stand together.
    starts = np.searchsorted(leaves[order], np.arange(tree.node_count + 1))
    tables = _tables(tree, of, leaves, ends)
    verdicts = _judge(tree, of, rules, log_level, tables)
    given_up, level = [], np.zeros(1, dtype=np.int64)
    while len(level := level[~tree.is_leaf[level]]) > 0:  # from the root downwards
        unsure = level[verdicts[level] == _OPEN]
        samples = [order[starts[node] : starts[ends[node]]] for node in unsure]
        verdicts[unsure] = _test(
            tree.feature[unsure], samples, tables[unsure], of, rules, log_level
        )
        given_up.append(level[verdicts[level] == _NO])
        kept = level[verdicts[level] == _YES]
        level = np.concatenate([tree.children_left[kept], tree.children_right[kept]])
    return turn_into_leaves(tree, np.concatenate([np.empty(0, dtype=np.int64), *given_up]))


def _ends(tree: Tree) -> npt.NDArray[np.int64]:
    """The number after the last of each node's branch."""
    ends = np.full(tree.node_count, tree.node_count)
    for depth in range(tree.max_depth):
        above = np.flatnonzero((tree.depths == depth) & ~tree.is_leaf)
        ends[tree.children_left[above]] = tree.children_right[above]
        ends[tree.children_right[above]] = ends[above]
    return ends


def _tables(
    tree: Tree, of: _Samples, leaves: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> _Floats:
    """Samples of each class on both sides of each node, of shape (node_count, 2, n_classes)."""
    cells = leaves * of.n_classes + of.classes
    in_leaves = np.bincount(cells, of.counts, tree.node_count * of.n_classes)
    before = np.zeros((tree.node_count + 1, of.n_classes))
    np.cumsum(in_leaves.reshape(tree.node_count, of.n_classes), axis=0, out=before[1:])
    right = tree.children_right
    left_side = before[right] - before[tree.children_left]
    return np.stack([left_side, before[ends] - before[right]], axis=1)


def _judge(
    tree: Tree, of: _Samples, rules: Rules, log_level: float, tables: _Floats
) -> npt.NDArray[np.int8]:
    """Whether each split is significant, where that is plain without counting cuts, or open.

    Of the cuts there is one at least, and at most there are those of as many values as samples.
    """
    verdicts = np.full(tree.node_count, _OPEN, dtype=np.int8)
    splits = np.flatnonzero(~tree.is_leaf)
    splits = splits[of.n_categories[tree.feature[splits]] == 0]
    sizes = tables[splits].sum(axis=(1, 2))
    most = Cuts(2 * tree.n_node_samples[splits], 4.0 * np.log(sizes), 2)
    least_p = log_p_of_best_cut(tables[splits], Cuts(1, 0.0, 1))
    greatest_p = log_any(log_p_of_best_cut(tables[splits], most), of.n_tested(rules))
    verdicts[splits[least_p > log_level]] = _NO
    verdicts[splits[greatest_p <= log_level]] = _YES
    return verdicts


def _test(
    features: npt.NDArray[np.int64],
    samples: list[npt.NDArray[np.int64]],
    tables: _Floats,
    of: _Samples,
    rules: Rules,
    log_level: float,
) -> npt.NDArray[np.bool_]:
    """Whether chance makes each split so well with a probability of at most the level."""
    log_p, cuts = np.zeros(len(features)), np.zeros((len(features), 3))
    is_number = of.n_categories[features] == 0
    for i, (feature, those) in enumerate(zip(features.tolist(), samples, strict=True)):
        if is_number[i]:
            cuts[i] = _cuts(feature, those, of, rules)
        else:
            log_p[i] = log_p_of_tables(_count_categories(feature, those, of))
    log_p[is_number] = log_p_of_best_cut(tables[is_number], Cuts(*cuts[is_number].T))
    n_tested = of.n_tested(rules)
    found = log_any(log_p, n_tested) <= log_level
    for i in np.flatnonzero(~found & (log_p <= log_level)).tolist():
        found[i] = log_any(log_p[i], min(n_tested, _count_varying(of.X[samples[i]]))) <= log_level
    return found


def _cuts(feature: int, samples: npt.NDArray[np.int64], of: _Samples, rules: Rules) -> Cuts:
    column = of.X[samples, feature]
    if rules.random_thresholds:
        number = 2 if np.isnan(column).any() else 1
        return Cuts(number, 0.0, number)
    return cuts_of(
        column, None if of.counts is None else of.counts[samples], rules.min_samples_leaf
    )


def _count_categories(feature: int, samples: npt.NDArray[np.int64], of: _Samples) -> _Floats:
    """The table of the categories of a node, missing values a row, and of its classes."""
    _, rows = np.unique(of.X[samples, feature], return_inverse=True)
    cells = rows * of.n_classes + of.classes[samples]
    counts = None if of.counts is None else of.counts[samples]
    table = np.bincount(cells, counts, (rows.max() + 1) * of.n_classes)
    return table.astype(np.float64).reshape(-1, of.n_classes)


def _count_varying(block: npt.NDArray[np.floating[Any]]) -> int:
    """How many columns vary in the rows of a node."""
    is_first = (block == block[0]) | (np.isnan(block) & np.isnan(block[0]))
    return int(np.count_nonzero(~is_first.all(axis=0)))


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
