"""What a page has room for: samples, columns, nodes; and the notes of what it leaves out."""

from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.explorer._samples import Samples
from gaintree.information import mutual_information
from gaintree.tree import Tree

Ints = npt.NDArray[np.int64]

MAX_SAMPLES = 50_000
MAX_COLUMNS = 60
MAX_NODES = 2_000
_MAX_BYTES = 1_350_000  # of columns, a third more as text
_MAX_COUNTS = 60_000  # counts of classes in nodes
_FEWEST_NODES = 201
_N_JUDGED = 2_000  # samples by which columns are chosen that the tree does not use
_N_BINS = 16


def draw_by_class(codes: Ints, n_drawn: int, rng: np.random.RandomState) -> Ints:
    """Draw samples, of each class its share and at least one, in the order in which they stand.

    Parameters
    ----------
    codes : ndarray of int64 of shape (n_samples,)
    n_drawn : int
        Up to rounding; all samples if there are no more.
    rng : RandomState

    Returns
    -------
    places : ndarray of int64
    """
    if n_drawn >= len(codes):
        return np.arange(len(codes))
    shuffled = rng.permutation(len(codes))
    by_class = shuffled[np.argsort(codes[shuffled], kind="stable")]
    counts = np.bincount(codes)
    n_taken = np.minimum(counts, np.maximum(np.rint(counts * n_drawn / len(codes)), 1))
    rank = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(by_class[rank < n_taken[codes[by_class]]])


def choose_samples(
    samples: Samples, features: Ints, rng: np.random.RandomState, notes: list[str]
) -> Ints:
    """Return the places of the samples that a page has room for."""
    places = draw_by_class(samples.codes, MAX_SAMPLES, rng)
    n_room = _room(samples.X[np.ix_(places, features)], samples.weights is not None)
    if n_room < len(places):
        places = places[draw_by_class(samples.codes[places], n_room, rng)]
    if len(places) < len(samples):
        notes.append(
            f"The page holds {len(places):,} of the {len(samples):,} samples, drawn class by class."
            " Counts, impurities and gains in the tree are of all samples; curves, candidates and"
            " whatever moves are of those in the page."
        )
    return places


def _room(X: npt.NDArray[Any], has_weights: bool) -> int:
    """How many samples fit: codes of one or two bytes a value, and four a distinct value."""
    n_distinct = np.array([len(np.unique(column)) for column in X.T])
    low, high = 1, len(X)
    while low < high:
        middle = (low + high + 1) // 2
        n_codes = np.where(n_distinct <= 255, 1, 2).sum() + 2 + 4 * has_weights
        n_bytes = middle * n_codes + 4 * np.minimum(n_distinct, middle).sum()
        low, high = (middle, high) if n_bytes <= _MAX_BYTES else (low, middle - 1)
    return low


def choose_columns(
    tree: Tree, samples: Samples, rng: np.random.RandomState, notes: list[str]
) -> Ints:
    """Return the features that a page has room for, in the order of the table.

    Those that gain most in the tree come first, then those that say most of the classes.
    """
    if tree.n_features <= MAX_COLUMNS:
        return np.arange(tree.n_features)
    importances = tree.compute_feature_importances()
    judged = samples.take(draw_by_class(samples.codes, _N_JUDGED, rng))
    unused = np.flatnonzero(importances == 0.0)
    promise = np.zeros(tree.n_features)
    promise[unused] = [_promise(judged.X[:, feature], judged.codes) for feature in unused]
    chosen = np.lexsort((-promise, -importances))[:MAX_COLUMNS]
    notes.append(
        f"The page holds {MAX_COLUMNS} of the {tree.n_features:,} features: those that gain most in"
        " the tree, then those that say most of the classes by themselves. Runners-up are sought"
        " among these."
    )
    return np.sort(chosen)


def _promise(values: npt.NDArray[Any], codes: Ints) -> float:
    """Mutual information of a column, in a few bins of as many samples each, and the classes."""
    present = values[~np.isnan(values)]
    if len(present) == 0:
        return 0.0
    edges = np.unique(np.quantile(present, np.linspace(0.0, 1.0, _N_BINS + 1)[1:-1]))
    bins = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values))
    table = np.zeros((len(edges) + 2, codes.max() + 1))
    np.add.at(table, (bins, codes), 1.0)
    return float(mutual_information(table))


def choose_nodes(tree: Tree, notes: list[str]) -> Ints:
    """Return the nodes that a page has room for, ascending: both children of a node or none."""
    limit = int(np.clip(_MAX_COUNTS // tree.n_classes, _FEWEST_NODES, MAX_NODES))
    if tree.node_count <= limit:
        return np.arange(tree.node_count)
    splits = np.flatnonzero(~tree.is_leaf)
    # A node has more samples than those below it, so it is never left out before them.
    largest = splits[np.argsort(-tree.n_node_samples[splits], kind="stable")][: (limit - 1) // 2]
    kept = np.concatenate(([0], tree.children_left[largest], tree.children_right[largest]))
    notes.append(
        f"The page holds {len(kept):,} of the tree's {tree.node_count:,} nodes: its"
        f" {len(largest):,} splits of most samples. What is below is folded away for good."
    )
    return np.sort(kept)
