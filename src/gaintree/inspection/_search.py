"""The nodes of a fitted tree, searched once more: the best cut of every column of each.

Samples go to the nodes as they did when the tree grew, and columns are searched by the scans that
grew it, each on its own. So what a column could have done is told by the rules that decided.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._bundle import Bundle
from gaintree._memory import FEWER, require_memory
from gaintree.criteria import Criterion
from gaintree.encode import (
    Columns,
    as_table,
    columns_nbytes,
    encode_columns,
    run_in_threads,
)
from gaintree.grow.categories import new_categories
from gaintree.grow.measure import new_columns
from gaintree.grow.problem import Labels, Rules
from gaintree.grow.scratch import new_scratch
from gaintree.grow.tally import class_weights, tally_length_of
from gaintree.inspection._search_nodes import rank_columns, search_nodes, tally_nodes
from gaintree.tree import LEAF, Tree

NO_SET = -1


class Samples(NamedTuple):
    """A table as growing takes it; all weights are positive."""

    X: npt.NDArray[np.floating[Any]]
    labels: Labels
    is_weighted: bool
    n_categories: npt.NDArray[np.int64]  # of each column, 0 for a column of numbers
    columns: Columns  # `X`, sorted by each column; searching a tree changes it


class Nodes(NamedTuple):
    """Nodes, each after the one it is under, and the samples of each, which have numbers in a row.

    An array has an entry a node.
    """

    start: npt.NDArray[np.int64]  # the samples are those from `start` ...
    middle: npt.NDArray[np.int64]  # ... to `end`; those below `middle` go left
    end: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]  # of the split; negative if there is none
    is_parted: npt.NDArray[np.uint8]  # whether a node under it is among these


class Found(NamedTuple):
    """What is found: a row a searched node, a column a feature."""

    cost: npt.NDArray[np.float64]  # of the best cut; infinite if there is none
    threshold: npt.NDArray[np.float64]  # NaN of a set
    missing_left: npt.NDArray[np.uint8]
    left: npt.NDArray[np.int64]  # (n_rows, n_features, tally_length), what it sends left
    log2_cuts: npt.NDArray[np.float64]  # of the cuts that the column has, as criteria count them
    n_values: npt.NDArray[np.int64]  # different values in the node, the missing value not counted
    n_missing: npt.NDArray[np.int64]
    n_thresholds: npt.NDArray[np.int64]  # that leave enough samples on both sides; 0 of categories
    is_chosen: npt.NDArray[np.uint8]  # whether it does what the tree does
    node: npt.NDArray[np.int64]  # (n_rows, tally_length), all samples of the node
    chosen: npt.NDArray[np.int64]  # (n_rows, tally_length), what the tree sends left
    place: npt.NDArray[np.int64]  # (n_features,), of a column of categories among these
    left_sets: npt.NDArray[np.uint64]  # (n_rows, n_places, n_words), categories that go left ...
    right_sets: npt.NDArray[np.uint64]  # ... and right; the node has none of the others


def encode(
    X: npt.NDArray[np.floating[Any]],
    labels: Labels,
    is_weighted: bool,
    n_categories: npt.NDArray[np.int64],
    n_threads: int = 1,
) -> Samples:
    """Sort a table by each of its columns."""
    n_samples, n_features = X.shape
    require_memory(
        columns_nbytes(X, n_threads) + X.nbytes,
        FEWER,
        "Searching {:,} samples and {:,} features",
        n_samples,
        n_features,
    )
    X = np.asfortranarray(X)  # columns are searched one by one
    return Samples(X, labels, is_weighted, n_categories, encode_columns(X, n_threads))


def search(
    samples: Samples, nodes: Nodes, criterion: Criterion, rules: Rules, n_threads: int = 1
) -> Found:
    """Search nodes of a tree; each thread takes some of the columns all the way down."""
    (n_samples, n_features), n_nodes = samples.X.shape, len(nodes.start)
    labels, n_most = samples.labels, int(samples.n_categories.max(initial=0))
    n_classes, length = len(labels.class_weight), tally_length_of(labels)
    found = _room(n_nodes, samples.n_categories, length)
    formulas, is_counted = criterion.formulas(n_classes), not samples.is_weighted
    counts = criterion.tables(n_samples) if is_counted and formulas.measure is None else None
    tables = None if counts is None else Bundle(counts)
    scorer = formulas if counts is None else None
    measure = formulas.measure
    is_ranked = measure is not None and measure.is_ranked and measure.guard_binds
    is_guarded = measure is not None and measure.is_guarded and measure.guard_binds
    table, bundled, into = Bundle(as_table(samples.X)), Bundle(labels), Bundle(found)
    bundled_nodes, record, least = Bundle(nodes), rules.record(), np.full(n_nodes, np.nan)
    parts = np.linspace(0, n_features, min(n_threads, n_features) + 1).astype(int).tolist()

    def room() -> tuple[Any, Any]:
        values = None
        if formulas.measure is not None:
            cost_tables = criterion.cost_tables(n_samples, n_classes) if is_counted else None
            values = Bundle(
                new_columns(n_samples, n_features, n_classes, is_counted, False, cost_tables)
            )
        return Bundle(new_scratch(n_features, n_classes, length, 0, 0, n_most)), values

    def search_columns(first: int, last: int, words: npt.NDArray[np.uint64]) -> None:
        categories, (scratch, values) = None, room()
        if n_most > 0:
            categories = Bundle(new_categories(samples.n_categories, n_classes, length))
        search_nodes(
            np.int64(first), np.int64(last), bundled_nodes,
            Bundle(samples.columns._replace(words=words)), table, bundled, tables, scorer, record,
            into, least, np.empty(length, np.int64), np.empty(n_samples, np.uint64), scratch,
            categories, values,
        )  # fmt: skip

    def search_all(words: npt.NDArray[np.uint64]) -> None:
        each = range(len(parts) - 1)
        run_in_threads(lambda i: search_columns(parts[i], parts[i + 1], words), each, n_threads)

    tally_nodes(bundled_nodes, bundled, found.node, found.chosen)
    words = samples.columns.words
    search_all(words.copy() if is_guarded and nodes.is_parted.any() else words)
    if is_ranked:
        rank_columns(bundled, scorer, into, least, np.empty(length, np.int64), *room())
    if is_guarded:
        search_all(words)
    return found


def weights_of(tallies: npt.NDArray[np.int64], labels: Labels) -> npt.NDArray[np.float64]:
    """Weights of the classes of tallies of any number of axes."""
    flat = class_weights(tallies.reshape(-1, tallies.shape[-1]), labels)
    return flat.reshape(*tallies.shape[:-1], len(labels.class_weight))


def nodes_of(tree: Tree, at: npt.NDArray[np.int64], leaves: npt.NDArray[np.int64]) -> Nodes:
    """Return nodes `at` of a tree, in order, beside samples in the order of their leaves."""
    first = np.searchsorted(leaves, np.arange(tree.node_count + 1))  # sample, of each node
    right, is_among = tree.children_right[at], np.zeros(tree.node_count, dtype=bool)
    is_among[at] = True
    is_split = right != LEAF
    return Nodes(
        start=first[at],
        middle=np.where(is_split, first[right], first[at]),
        end=first[tree.ends[at]],
        feature=np.where(is_split, tree.feature[at], LEAF),
        is_parted=(is_split & (is_among[tree.children_left[at]] | is_among[right])).astype(
            np.uint8
        ),
    )


def one_node(n_samples: int) -> Nodes:
    """Return a leaf of all samples."""
    none = np.zeros(1, np.int64)
    return Nodes(none, none, none + n_samples, none + LEAF, none.astype(np.uint8))


def _room(n_rows: int, n_categories: npt.NDArray[np.int64], length: int) -> Found:
    n_features, is_categorical = len(n_categories), n_categories > 0
    n_places, n_words = int(is_categorical.sum()), -(-int(n_categories.max(initial=0)) // 64)
    n_bytes = n_rows * (n_features * (57 + 8 * length) + 16 * n_places * n_words + 16 * length)
    require_memory(n_bytes, "One node takes less.", "The ledger of {:,} nodes", n_rows)
    shape = (n_rows, n_features)
    return Found(
        cost=np.full(shape, np.inf),
        threshold=np.full(shape, np.nan),
        missing_left=np.zeros(shape, np.uint8),
        left=np.zeros((*shape, length), np.int64),
        log2_cuts=np.zeros(shape),
        n_values=np.zeros(shape, np.int64),
        n_missing=np.zeros(shape, np.int64),
        n_thresholds=np.zeros(shape, np.int64),
        is_chosen=np.zeros(shape, np.uint8),
        node=np.zeros((n_rows, length), np.int64),
        chosen=np.zeros((n_rows, length), np.int64),
        place=np.where(is_categorical, np.cumsum(is_categorical) - 1, NO_SET),
        left_sets=np.zeros((n_rows, n_places, n_words), np.uint64),
        right_sets=np.zeros((n_rows, n_places, n_words), np.uint64),
    )
