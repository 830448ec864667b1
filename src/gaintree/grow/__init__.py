"""Growing: a table and its labels in, a `Tree` out."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree._bundle import Bundle
from gaintree._jit import require_compiler
from gaintree.criteria import Criterion
from gaintree.encode import MAX_VALUES, as_table, encode_codes, encode_columns
from gaintree.grow.exhaustive import grow_exhaustive
from gaintree.grow.finish import to_tree
from gaintree.grow.growth import Growth
from gaintree.grow.histogram_tree import N_RESERVED, grow_histogram
from gaintree.grow.problem import Labels, Rules, as_labels
from gaintree.grow.scratch import new_scratch
from gaintree.grow.tally import class_weights, tally_length_of
from gaintree.tree import Tree

__all__ = ["Rules", "grow_tree"]


def grow_tree(
    X: npt.NDArray[np.floating[Any]],
    classes: npt.NDArray[np.int32],
    n_classes: int,
    sample_weight: npt.NDArray[np.float64] | None,
    class_weight: npt.NDArray[np.float64] | None,
    criterion: Criterion,
    rules: Rules,
    seed: int,
    n_threads: int,
    exhaustive: bool = False,
    n_small: int | None = None,
    n_bins: int = MAX_VALUES,
) -> Tree:
    """Grow the tree of the best admissible split at every node.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features), float32 or float64
        NaN is a missing value.
    classes : ndarray of int32 of shape (n_samples,)
        Class codes from 0 to `n_classes` - 1.
    n_classes : int
    sample_weight : ndarray of float64 of shape (n_samples,), or None
        None if each sample weighs what its class does. A sample of weight zero is no sample.
    class_weight : ndarray of float64 of shape (n_classes,), or None
        None if each sample weighs 1; not given with `sample_weight`.
    criterion : Criterion
    rules : Rules
    seed : int
        Of the random draws, from 0 to 2 ** 63 - 1.
    n_threads : int
        The tree does not depend on it.
    exhaustive : bool, default=False
        Score every cut of every column. The tree does not depend on it.
    n_small : int, default=None
        Nodes of so many samples are searched exhaustively; None is as many as is fast. The tree
        does not depend on it.
    n_bins : int, default=255
        Greatest number of bins of a column, if ``rules.max_bins`` is 0. The tree does not depend on
        it.

    Returns
    -------
    tree : Tree
    """
    require_compiler()
    weights = sample_weight if class_weight is None else class_weight[classes]
    if weights is not None and not (weights > 0.0).all():
        kept = weights > 0.0
        X, classes = X[kept], classes[kept]
        sample_weight = None if sample_weight is None else sample_weight[kept]
    labels = as_labels(classes, n_classes, sample_weight, class_weight)
    if weights is None:
        # Each sample weighs 1, so the least weight of a leaf is a least number of samples.
        least = max(rules.min_samples_leaf, math.ceil(rules.min_weight_leaf))
        rules = rules._replace(min_samples_leaf=least, min_weight_leaf=0.0)
    formulas = criterion.formulas()
    tables = criterion.tables(len(classes)) if weights is None else None
    if exhaustive or rules.random_thresholds or not criterion.concave:
        growth = _grow_exhaustively(X, labels, tables, formulas, rules, seed, n_threads)
    else:
        growth = _grow_by_histograms(
            X, labels, tables, formulas, rules, seed, n_threads, n_small, n_bins
        )
    room = growth.room
    n_nodes = room.states[0]["n_nodes"]
    return to_tree(room.nodes[:n_nodes], class_weights(room.tallies[:n_nodes], labels), X.shape[1])


def _grow_exhaustively(
    X: Any, labels: Labels, tables: Any, formulas: Any, rules: Rules, seed: int, n_threads: int
) -> Growth:
    n_samples, n_features = X.shape
    words, n_values = encode_columns(X, n_threads)
    growth = Growth(labels, min(2 * n_samples, 1024) + 4, words=words, n_values=n_values)
    growth.plant(formulas, seed)
    scratch = new_scratch(n_features, len(labels.class_weight), tally_length_of(labels), 0)
    if rules.random_thresholds:
        tables, scorer, random = None, formulas, True
    else:
        scorer, random = formulas if tables is None else None, None
    table, bundled, s = Bundle(as_table(X)), Bundle(labels), Bundle(scratch)
    tables = tables and Bundle(tables)
    growth.run(
        lambda root, room: grow_exhaustive(
            root, room, table, bundled, tables, formulas, scorer, random, rules.record(), s
        )
    )
    return growth


def _grow_by_histograms(
    X: Any,
    labels: Labels,
    tables: Any,
    formulas: Any,
    rules: Rules,
    seed: int,
    n_threads: int,
    n_small: int | None,
    n_bins: int,
) -> Growth:
    n_samples, n_features = X.shape
    table, length = as_table(X), tally_length_of(labels)
    codes = encode_codes(X, table, length, rules.max_bins or n_bins, n_threads)
    n_entries = codes.first[-1] * length
    if n_small is None:
        n_small = int(min(max(n_entries // (4 * n_features), 1), 4096, n_samples))
    n_hists = n_samples.bit_length() + 4
    growth = Growth(
        labels,
        min(2 * n_samples, 1024 + 4 * n_small) + 4,
        words=np.empty((n_features, n_small), dtype=np.uint64),
        n_values=np.empty(n_features, dtype=np.int64),
        samples=np.empty(n_samples, dtype=np.uint64),
        hists=np.empty((n_hists, n_entries), dtype=np.int64),
        slots=np.arange(n_hists - 1, N_RESERVED - 1, -1),
    )
    growth.room.states[0]["n_slots"] = n_hists - N_RESERVED
    growth.plant(formulas, seed)
    scratch = new_scratch(n_features, len(labels.class_weight), length, n_samples)
    scorer = formulas if tables is None else None
    code, table, bundled, s = Bundle(codes), Bundle(table), Bundle(labels), Bundle(scratch)
    tables = tables and Bundle(tables)
    growth.run(
        lambda root, room: grow_histogram(
            root, n_small, room, code, table, bundled, tables, formulas, scorer, rules.record(), s
        )
    )
    return growth
