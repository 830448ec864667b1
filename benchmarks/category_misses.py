"""How often is the best set of categories missed, and by how much?

With more than two classes and many categories in a node, gaintree orders them by their principal
component and lets them change sides, which may end in a set that is not the best. Here it splits
tables of categories by classes, as a tree of depth 1 on one column, and all sets are tried beside.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from datasets import text_columns
from gaintree import GainTreeClassifier

Counts = npt.NDArray[np.int64]  # (n_categories, n_classes)
FEWEST = 11  # with fewer categories gaintree tries all sets itself
MOST = 14
_SAMPLES_A_CATEGORY = 40  # in the mean
_TIE = 1e-9  # relative; gains this close are equal


def random_tables(n_classes: int, has_signal: bool, n_tables: int) -> Iterator[Counts]:
    """Yield tables of categories of very unequal size, 11 to 14 of them.

    With signal the classes of each category have shares of their own, drawn evenly from all
    shares; without, they are those of the whole table, as deep in a tree.
    """
    rng = np.random.default_rng([n_classes, has_signal])
    for _ in range(n_tables):
        n_categories = rng.integers(FEWEST, MOST + 1)
        sizes = 1 + rng.exponential(_SAMPLES_A_CATEGORY, n_categories).astype(np.int64)
        shares = rng.dirichlet(np.ones(n_classes), n_categories if has_signal else 1)
        shares = np.broadcast_to(shares, (n_categories, n_classes))
        table = np.array([rng.multinomial(n, p) for n, p in zip(sizes, shares, strict=True)])
        table = table[:, table.any(axis=0)]
        if table.shape[1] > 2:
            yield table


def node_tables(frame: Any, y: npt.NDArray[np.int64], most: int) -> Iterator[Counts]:
    """Yield tables of the nodes of a full tree, of columns with 11 to 14 categories there."""
    model = GainTreeClassifier().fit(frame, y)
    paths = model.decision_path(frame).tocsc()
    codes = {name: frame[name].astype("category").cat.codes.to_numpy() for name in frame}
    nodes = np.flatnonzero(model.tree_.children_left >= 0)
    found = 0
    for node in np.random.default_rng(0).permutation(nodes):
        samples = paths.indices[paths.indptr[node] : paths.indptr[node + 1]]
        for name in text_columns(frame):
            table = _count(codes[name][samples], y[samples])
            if FEWEST <= len(table) <= MOST and table.shape[1] > 2:
                yield table
                found += 1
                if found == most:
                    return


def _count(codes: npt.NDArray[Any], y: npt.NDArray[np.int64]) -> Counts:
    """Return how often each category (missing ones left out) meets each class, none empty."""
    is_known = codes >= 0
    table = np.zeros((codes.max(initial=0) + 1, y.max() + 1), dtype=np.int64)
    np.add.at(table, (codes[is_known], y[is_known]), 1)
    table = table[table.any(axis=1)]
    return table[:, table.any(axis=0)]


def gains(table: Counts, is_left: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """Return the information gain, in bits, of each set: `is_left` is (n_sets, n_categories)."""
    left, node = is_left.astype(np.int64) @ table, table.sum(axis=0)
    return (_bits(node) - _bits(left) - _bits(node - left)) / node.sum()


def _bits(counts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return entropy times number of samples, of the last axis."""
    return _x_log_x(counts.sum(axis=-1)) - _x_log_x(counts).sum(axis=-1)


def _x_log_x(x: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return x * np.log2(np.maximum(x, 1))


def all_sets(n_categories: int) -> npt.NDArray[np.bool_]:
    """Return each split of the categories once: the last of them stays right."""
    numbers = np.arange(1, 1 << (n_categories - 1))
    return (numbers[:, None] >> np.arange(n_categories) & 1).astype(bool)


def found_set(table: Counts) -> npt.NDArray[np.bool_]:
    """Return which categories gaintree sends left."""
    samples = np.repeat(np.arange(table.size), table.ravel())
    X, y = (samples // table.shape[1])[:, None].astype(float), samples % table.shape[1]
    stump = GainTreeClassifier(max_depth=1, categorical_features=[0]).fit(X, y)
    categories = np.arange(float(len(table)))[:, None]
    return stump.apply(categories) == stump.tree_.children_left[0]


def measure(tables: Iterator[Counts]) -> dict[str, float]:
    """Return the number of tables, and the shares of the best gain that were missed."""
    lost = []
    for table in tables:
        best = gains(table, all_sets(len(table))).max()
        found = gains(table, found_set(table)[None])[0]
        lost.append((best - found) / best if best > 0 else 0.0)
    missed = [loss for loss in lost if loss > _TIE]
    return {
        "tables": len(lost),
        "missed": len(missed),
        "mean": float(np.mean(missed)) if missed else 0.0,
        "most": max(missed, default=0.0),
    }
