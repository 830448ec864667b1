"""The nodes of a fitted tree, searched once more: the best cut of every column of each.

Samples go down the tree as they did when it grew, and columns are searched by the scans that grew
it, each on its own. So what a column could have done is told by the rules that decided.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._bundle import Bundle
from gaintree._jit import kernel, subkernel
from gaintree._memory import FEWER, require_memory
from gaintree.criteria import Criterion
from gaintree.encode import (
    Columns,
    as_table,
    columns_nbytes,
    encode_columns,
    first_missing,
    rank_of,
    run_in_threads,
    sample_of,
    value_at,
)
from gaintree.grow.categories import new_categories
from gaintree.grow.partition import partition_row
from gaintree.grow.problem import Labels, Rules
from gaintree.grow.scan import scan_counts, scan_weights
from gaintree.grow.scratch import new_scratch
from gaintree.grow.sets import is_in_set
from gaintree.grow.split import NOWHERE, midpoint, start_search, tie_with
from gaintree.grow.tally import add_sample, class_weights, tally_length_of
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
    """The nodes of a tree as the search takes them."""

    children_left: npt.NDArray[np.int64]
    children_right: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    threshold: npt.NDArray[np.float64]
    missing_go_to_left: npt.NDArray[np.uint8]
    category_set: npt.NDArray[np.int64]
    left_categories: npt.NDArray[np.uint64]
    row: npt.NDArray[np.int64]  # of `Found` by node; -1 if it is not searched


class Found(NamedTuple):
    """What is found: a row a searched node, a column a feature."""

    cost: npt.NDArray[np.float64]  # of the best cut; infinite if there is none
    threshold: npt.NDArray[np.float64]  # NaN of a set
    missing_left: npt.NDArray[np.uint8]
    left: npt.NDArray[np.int64]  # (n_rows, n_features, tally_length), what it sends left
    n_values: npt.NDArray[np.int64]  # different values in the node, the missing value not counted
    n_missing: npt.NDArray[np.int64]
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
    require_memory(
        columns_nbytes(*X.shape, n_threads), FEWER, "Searching {:,} samples and {:,} features", *X.shape
    )
    return Samples(X, labels, is_weighted, n_categories, encode_columns(X, n_threads))


def search(
    samples: Samples, tree: Tree | None, criterion: Criterion, rules: Rules, n_threads: int = 1
) -> Found:
    """Search the inner nodes of a tree, or one node of all samples if `tree` is None.

    Each thread takes some of the columns all the way down.
    """
    n_samples, n_features = samples.X.shape
    labels, n_most = samples.labels, int(samples.n_categories.max(initial=0))
    n_classes, length = len(labels.class_weight), tally_length_of(labels)
    nodes = _one_node() if tree is None else _nodes_of(tree)
    found = _room(int(nodes.row.max(initial=-1)) + 1, samples.n_categories, length)
    tables = None if samples.is_weighted else Bundle(criterion.tables(n_samples))
    scorer = criterion.formulas() if samples.is_weighted else None
    words, n_values = samples.columns
    table, bundled, into = Bundle(as_table(samples.X)), Bundle(labels), Bundle(found)
    tree_bundle, record = Bundle(nodes), rules.record()

    def search_columns(first: int, last: int) -> None:
        ranges = np.zeros((len(nodes.row), 2), np.int64)
        ranges[0, 1] = n_samples
        categories = None
        if n_most > 0:
            categories = Bundle(new_categories(samples.n_categories, n_classes, length))
        _search_nodes(
            np.int64(first), np.int64(last), tree_bundle, words, n_values, table, bundled, tables,
            scorer, record, into, ranges, np.empty(length, np.int64), np.empty(length, np.int64),
            np.empty(n_samples, np.uint16), np.empty(n_samples, np.uint64),
            Bundle(new_scratch(n_features, n_classes, length, 0, 0, n_most)), categories,
        )  # fmt: skip

    parts = np.linspace(0, n_features, min(n_threads, n_features) + 1).astype(int).tolist()
    run_in_threads(lambda i: search_columns(*parts[i : i + 2]), range(len(parts) - 1), n_threads)
    return found


def weights_of(tallies: npt.NDArray[np.int64], labels: Labels) -> npt.NDArray[np.float64]:
    """Weights of the classes of tallies of any number of axes."""
    flat = class_weights(tallies.reshape(-1, tallies.shape[-1]), labels)
    return flat.reshape(*tallies.shape[:-1], -1)


def _one_node() -> Nodes:
    leaf = np.array([LEAF])
    return Nodes(
        leaf, leaf, leaf, np.zeros(1), np.zeros(1, np.uint8), leaf, np.empty((0, 0), np.uint64),
        np.zeros(1, np.int64),
    )  # fmt: skip


def _nodes_of(tree: Tree) -> Nodes:
    inner = ~tree.is_leaf
    return Nodes(
        tree.children_left,
        tree.children_right,
        tree.feature,
        tree.threshold,
        tree.missing_go_to_left,
        tree.category_set,
        tree.left_categories,
        np.where(inner, np.cumsum(inner) - 1, -1),
    )


def _room(n_rows: int, n_categories: npt.NDArray[np.int64], length: int) -> Found:
    n_features, is_categorical = len(n_categories), n_categories > 0
    n_places, n_words = int(is_categorical.sum()), -(-int(n_categories.max(initial=0)) // 64)
    n_bytes = n_rows * (n_features * (41 + 8 * length) + 16 * n_places * n_words + 16 * length)
    require_memory(n_bytes, "One node takes less.", "The ledger of {:,} nodes", n_rows)
    shape = (n_rows, n_features)
    return Found(
        cost=np.full(shape, np.inf),
        threshold=np.full(shape, np.nan),
        missing_left=np.zeros(shape, np.uint8),
        left=np.zeros((*shape, length), np.int64),
        n_values=np.zeros(shape, np.int64),
        n_missing=np.zeros(shape, np.int64),
        is_chosen=np.zeros(shape, np.uint8),
        node=np.zeros((n_rows, length), np.int64),
        chosen=np.zeros((n_rows, length), np.int64),
        place=np.where(is_categorical, np.cumsum(is_categorical) - 1, NO_SET),
        left_sets=np.zeros((n_rows, n_places, n_words), np.uint64),
        right_sets=np.zeros((n_rows, n_places, n_words), np.uint64),
    )


@subkernel
def _search_column(
    feature, start, end, node, words, n_values, table, labels, tables, scorer, rules, best, s, c
):
    """Fill `best` with the best cut of a column."""
    s.features[0] = feature
    limit = -np.inf
    while True:
        start_search(best, limit)
        if tables is not None:
            scan_counts(
                words, n_values, start, end, 1, node, table, labels, tables, rules, best, s, c, None
            )
        if scorer is not None:
            scan_weights(
                words, n_values, start, end, 1, node, table, labels, scorer, rules, best, s, c, None
            )
        if not best.near_tie or limit > -np.inf:
            return
        limit = tie_with(best.cost)


@subkernel
def _write_sets(left, right, best, c):
    """Note on which side each category of the node is."""
    for j in range(best.code):
        category = c.best_codes[j]
        bit = np.uint64(1) << np.uint64(category & 63)
        if c.best_sides[j] == 1:
            left[category >> 6] |= bit
        else:
            right[category >> 6] |= bit


@subkernel
def _write_cut(at, best, node, right, words, start, stop, end, table, labels, found, c):
    """Note the best cut of a column of the node in row `at`, and what it sends left.

    The samples of one side are tallied, where they can be told by their place the fewer.
    """
    feature, tally = best.feature, found.left[at, best.feature]
    row, place = words[feature], found.place[feature]
    found.cost[at, feature] = best.cost
    found.missing_left[at, feature] = best.missing_left
    if c is not None and place >= 0:
        _write_sets(found.left_sets[at, place], found.right_sets[at, place], best, c)
        for i in range(start, end):
            is_left = best.missing_left
            if i < stop:
                category = np.int64(value_at(table, sample_of(row[i]), feature))
                is_left = is_in_set(found.left_sets[at, place], category)
            if is_left:
                add_sample(tally, sample_of(row[i]), labels)
        return
    position = start + best.n_before
    if best.n_before <= (stop - start) // 2:
        _add_samples(tally, row, start, position, labels)
        if best.missing_left:
            _add_samples(tally, row, stop, end, labels)
    else:
        for j in range(len(node)):
            right[j] = 0
        _add_samples(right, row, position, stop if best.missing_left else end, labels)
        for j in range(len(node)):
            tally[j] = node[j] - right[j]
    found.threshold[at, feature] = np.inf
    if position < stop:
        found.threshold[at, feature] = midpoint(
            value_at(table, sample_of(row[position - 1]), feature),
            value_at(table, sample_of(row[position]), feature),
        )


@subkernel
def _add_samples(tally, row, start, end, labels):
    for i in range(start, end):
        add_sample(tally, sample_of(row[i]), labels)


@subkernel
def _count_values(row, start, stop):
    n_values = 0 if start == stop else 1
    for i in range(start + 1, stop):
        n_values += rank_of(row[np.uint64(i)]) != rank_of(row[np.uint64(i - 1)])
    return n_values


@subkernel
def _mark(node, row, start, end, table, nodes, marks):
    """Mark the samples that the tree sends left; return how many they are."""
    feature, threshold, of_set = nodes.feature[node], nodes.threshold[node], nodes.category_set[node]
    missing_left, n_left = nodes.missing_go_to_left[node] != 0, 0
    for i in range(start, end):
        sample = sample_of(row[i])
        value = value_at(table, sample, feature)
        if np.isnan(value):
            is_left = missing_left
        elif of_set >= 0:
            is_left = is_in_set(nodes.left_categories[of_set], np.int64(value))
        else:
            is_left = value <= threshold
        marks[sample] = 1 if is_left else 0
        n_left += marks[sample]
    return n_left


@subkernel
def _is_chosen(at, feature, row, start, stop, end, best, table, found, marks):
    """Whether the cut in `best` sends left what is marked."""
    position, place = start + best.n_before, found.place[feature]
    for i in range(start, end):
        sample = sample_of(row[i])
        if i >= stop:
            is_left = best.missing_left
        elif place >= 0:
            category = np.int64(value_at(table, sample, feature))
            is_left = is_in_set(found.left_sets[at, place], category)
        else:
            is_left = i < position
        if is_left != (marks[sample] != 0):
            return False
    return True


@subkernel
def _keep(row, start, end, marks, mark):
    """Bring the samples of one side to the front of ``row[start:end]``; the others are lost."""
    at = start
    for i in range(start, end):
        word = row[np.uint64(i)]
        row[np.uint64(at)] = word
        at += marks[sample_of(word)] == mark


@subkernel
def _part(node, start, end, n_left, first, last, words, nodes, ranges, marks, swap):
    """Part the samples of a node; of a child that is not searched none are kept."""
    left, right = nodes.children_left[node], nodes.children_right[node]
    keeps_left, keeps_right = nodes.row[left] >= 0, nodes.row[right] >= 0
    ranges[left, 0], ranges[left, 1] = start, start + n_left
    ranges[right, 0], ranges[right, 1] = start + n_left, end
    if keeps_right and not keeps_left:
        ranges[right, 0], ranges[right, 1] = start, end - n_left
    for feature in range(first, last):
        if keeps_left and keeps_right:
            partition_row(words[feature], start, end, marks, swap)
        elif keeps_left or keeps_right:
            _keep(words[feature], start, end, marks, np.uint16(keeps_left))


@kernel
def _search_nodes(
    first, last, nodes, words, n_values, table, labels, tables, scorer, rules, found, ranges, tally,
    right, marks, swap, s, c,
):  # fmt: skip
    """Search columns `first` to `last` of each node, whose samples are ``words[:, start:end]``."""
    best, row_of, children_left = s.best[0], nodes.row, nodes.children_left
    for node in range(len(row_of)):
        at, start, end = row_of[node], ranges[node, 0], ranges[node, 1]
        if at < 0 or start == end:
            continue
        for j in range(len(tally)):
            tally[j] = 0
        _add_samples(tally, words[first], start, end, labels)
        is_split, n_left = children_left[node] != LEAF, 0
        if is_split:
            n_left = _mark(node, words[first], start, end, table, nodes, marks)
        if first == 0:
            for j in range(len(tally)):
                found.node[at, j] = tally[j]
            for i in range(start, end):
                sample = sample_of(words[0, i])
                if is_split and marks[sample] != 0:
                    add_sample(found.chosen[at], sample, labels)
        for feature in range(first, last):
            row = words[feature]
            stop = first_missing(row, start, end, n_values[feature])
            found.n_missing[at, feature] = end - stop
            found.n_values[at, feature] = _count_values(row, start, stop)
            _search_column(
                feature, start, end, tally, words, n_values, table, labels, tables, scorer,
                rules[0], best, s, c,
            )  # fmt: skip
            if best.feature == NOWHERE:
                continue
            _write_cut(
                at, best, tally, right, words, start, stop, end, table, labels, found, c
            )
            if is_split and feature == nodes.feature[node]:
                found.is_chosen[at, feature] = _is_chosen(
                    at, feature, row, start, stop, end, best, table, found, marks
                )
        if is_split:
            _part(node, start, end, n_left, first, last, words, nodes, ranges, marks, swap)
