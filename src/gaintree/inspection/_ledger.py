"""What `split_candidates` returns: candidates in order, as arrays, text, a frame or HTML."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.inspection._chance import log_number_of_cuts, noise_pvalues
from gaintree.inspection._ledger_text import html_of, text_of
from gaintree.inspection._rows import numbers_in_node
from gaintree.wording import by_category, by_threshold, count_of

_MOST_NODES = 10  # that are printed

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class SplitLedger:
    """The candidates of one or more nodes, an entry each, the best of a node first.

    ``str()`` shows them as a table, notebooks as a table in HTML, `to_frame` gives a data frame.

    Attributes
    ----------
    place : ndarray of int64 of shape (n_candidates,)
        Which of `nodes` the candidate is one of.
    feature : ndarray of int64 of shape (n_candidates,)
        The column that it parts.
    threshold : ndarray of float64 of shape (n_candidates,)
        ``x <= threshold`` goes left. Infinite where values are parted from missing values, NaN of
        a set of categories.
    missing_left : ndarray of bool of shape (n_candidates,)
        Whether missing values go left.
    left_counts, right_counts : ndarray of int64 of shape (n_candidates, n_classes)
        Number of samples by class on both sides.
    left_weights, right_weights : ndarray of float64 of shape (n_candidates, n_classes)
        Their weight.
    gain : ndarray of float64 of shape (n_candidates,)
        Decrease of the entropy of the classes by weight, in bits, whatever the tree's criterion.
    values : dict of str to ndarray of float64 of shape (n_candidates,)
        Gain by the tree's criterion, the first, and by others that were asked for.
    ranks : dict of str to ndarray of int64 of shape (n_candidates,)
        Rank at the node under each, from 1; what ties has the same.
    margin : ndarray of float64 of shape (n_candidates,)
        Gain by the tree's criterion above that of the best candidate of all other features, the
        runner-up of the winner. Negative where another gains more, NaN where there is no other.
    ties : ndarray of int64 of shape (n_candidates,)
        Number of other candidates of the node that tie with it under the tree's criterion.
    chosen : ndarray of bool of shape (n_candidates,)
        Whether it is the split of the tree.
    p_permutation : ndarray of float64 of shape (n_candidates,), or None
        Share of shuffles of the labels after which some cut of the node gains as much, the data as
        they are counted as one; None without `n_permutations`.
    returns_feature, returns_split : ndarray of float64 of shape (n_candidates,), or None
        Share of the bootstrap samples whose best split is by this feature, and parts the samples of
        the node in the same way; None without `n_bootstrap`.
    nodes : ndarray of int64 of shape (n_nodes,)
        Numbers of the nodes.
    node_counts : ndarray of int64 of shape (n_nodes, n_classes)
        Number of samples by class.
    is_leaf : ndarray of bool of shape (n_nodes,)
    notes : list of str of length n_nodes
        Why a leaf was not split; empty for other nodes.
    feature_names, class_names : list of str
    criterion : str
        Name of the tree's criterion.
    units : dict of str to str
        Unit of the gain under each criterion, empty if it has none.
    categories : list of (ndarray or None), or None
        As `GainTreeClassifier.categories_`.
    sets : ndarray of uint64 of shape (n_candidates, 2, n_words)
        Categories of the node that go left and right, as sets of bits; see `left_categories`.
    n_values, n_missing : ndarray of int64 of shape (n_nodes, n_features)
        Number of different values of each column in the node, and of missing ones.
    n_thresholds : ndarray of int64 of shape (n_nodes, n_features)
        Number of cuts of each column of numbers that leave `min_samples_leaf` on both sides, with
        missing values left or right; 0 of a column of categories.
    """

    place: Integers
    feature: Integers
    threshold: Floats
    missing_left: Mask
    left_counts: Integers
    right_counts: Integers
    left_weights: Floats
    right_weights: Floats
    gain: Floats
    values: Mapping[str, Floats]
    ranks: Mapping[str, Integers]
    margin: Floats
    ties: Integers
    chosen: Mask
    sets: npt.NDArray[np.uint64]
    nodes: Integers
    node_counts: Integers
    is_leaf: Mask
    notes: list[str]
    n_values: Integers
    n_missing: Integers
    n_thresholds: Integers
    feature_names: list[str]
    class_names: list[str]
    criterion: str
    units: Mapping[str, str]
    categories: Any
    p_permutation: Floats | None = None
    returns_feature: Floats | None = None
    returns_split: Floats | None = None

    def __len__(self) -> int:
        return len(self.feature)

    def __repr__(self) -> str:
        return (
            f"SplitLedger({count_of(len(self), 'candidate')} of"
            f" {count_of(len(self.nodes), 'node')})"
        )

    def __str__(self) -> str:
        shown = self.nodes[:_MOST_NODES]
        texts = [text_of(self, place) for place in range(len(shown))]
        if len(shown) < len(self.nodes):
            texts.append(f"... {len(self.nodes) - len(shown):,} more nodes; at(node) shows one")
        return "\n\n".join(texts)

    def _repr_html_(self) -> str:
        tables = [html_of(self, place) for place in range(min(len(self.nodes), _MOST_NODES))]
        if len(self.nodes) > _MOST_NODES:
            tables.append(f"<p>... {len(self.nodes) - _MOST_NODES:,} more nodes</p>")
        return f'<div class="gaintree-ledger">{"".join(tables)}</div>'

    @property
    def node(self) -> Integers:
        """The node of each candidate."""
        return self.nodes[self.place]

    @property
    def rank(self) -> Integers:
        """Rank at the node under the tree's criterion, from 1; what ties has the same."""
        return self.ranks[self.criterion]

    @cached_property
    def p_value(self) -> Floats:
        """Bound of the chance that noise gives some column of the node as good a candidate.

        By the G-test, corrected for the number of cuts or sets that the column of the candidate has
        in the node, and then for the number of columns. `p_permutation` is exact, but for chance.
        """
        place, feature, is_categorical = self.place, self.feature, self._is_categorical
        log_cuts = self._log_cuts
        n_groups = np.where(is_categorical, self.n_values + (self.n_missing > 0), 0)
        return noise_pvalues(
            self.left_counts,
            self.right_counts,
            log_cuts[place, feature],
            n_groups[place, feature],
            (log_cuts > -np.inf).sum(axis=1)[place],
        )

    @property
    def n_cuts(self) -> Floats:
        """Number of ways in which all columns together can part each node."""
        with np.errstate(over="ignore"):
            return np.rint(np.exp(self._log_cuts).sum(axis=1))

    @property
    def _log_cuts(self) -> Floats:
        return log_number_of_cuts(
            self.n_thresholds, self.n_values, self.n_missing, self._is_categorical
        )

    @property
    def _is_categorical(self) -> Mask:
        lists = self.categories or [None] * len(self.feature_names)
        return np.array([each is not None for each in lists], dtype=bool)

    def replace(self, **changes: Any) -> "SplitLedger":
        """Return the ledger with some attributes changed."""
        return replace(self, **changes)

    def at(self, node: int) -> "SplitLedger":
        """Return the candidates of one node.

        Raises
        ------
        ValueError
            If the ledger has not this node.
        """
        places = np.flatnonzero(self.nodes == node)
        if len(places) == 0:
            raise ValueError(
                f"node={node} is not in this ledger, which has {self.nodes[:10].tolist()}"
                f"{' and others' if len(self.nodes) > 10 else ''}."
            )
        place = int(places[0])
        ledger = self._take(np.flatnonzero(self.place == place))
        only = slice(place, place + 1)
        of_nodes = (
            "nodes",
            "node_counts",
            "is_leaf",
            "notes",
            "n_values",
            "n_missing",
            "n_thresholds",
        )
        changes = {name: getattr(self, name)[only] for name in of_nodes}
        return ledger.replace(**changes, place=np.zeros(len(ledger), dtype=np.int64))

    def top(self, n: int | None) -> "SplitLedger":
        """Return the first `n` candidates of each node, and that of the tree; None keeps all."""
        if n is None or len(self) == 0:
            return self
        return self._take(np.flatnonzero((numbers_in_node(self.place) < n) | self.chosen))

    def _take(self, rows: Integers) -> "SplitLedger":
        changes: dict[str, Any] = {}
        for name in _BY_CANDIDATE:
            column = getattr(self, name)
            changes[name] = None if column is None else column[rows]
        for name in ("values", "ranks"):
            changes[name] = {key: column[rows] for key, column in getattr(self, name).items()}
        return self.replace(**changes)

    def conditions(self, i: int) -> tuple[str, str]:
        """Return in words what sends a sample of candidate `i` left, and what right."""
        feature = int(self.feature[i])
        name, missing_left = self.feature_names[feature], bool(self.missing_left[i])
        has_missing = bool(self.n_missing[self.place[i], feature] > 0)
        if np.isnan(self.threshold[i]):
            categories = self.categories[feature]
            goes_left, goes_right = (_members(words)[: len(categories)] for words in self.sets[i])
            here = goes_left | goes_right
            return by_category(
                name, categories[here], goes_left[here], missing_left, tells_missing=has_missing
            )
        left, right = by_threshold(name, float(self.threshold[i]))
        if has_missing and np.isfinite(self.threshold[i]):
            return (f"{left} or missing", right) if missing_left else (left, f"{right} or missing")
        return left, right

    def to_frame(self) -> Any:
        """Return the candidates as a pandas data frame, one a row.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError(
                "SplitLedger.to_frame needs pandas: pip install 'gaintree[data]'."
            ) from error
        splits = [self.conditions(i)[0] for i in range(len(self))]
        names = np.array(self.feature_names, dtype=object)
        columns: dict[str, Any] = {
            "node": self.node,
            "rank": self.rank,
            "chosen": self.chosen,
            "feature": names[self.feature],
            "split": splits,
            "threshold": self.threshold,
            "missing_left": self.missing_left,
            "n_left": self.left_counts.sum(axis=1),
            "n_right": self.right_counts.sum(axis=1),
            "gain": self.gain,
            "margin": self.margin,
            "ties": self.ties,
            "p_value": self.p_value,
        }
        for name in ("p_permutation", "returns_feature", "returns_split"):
            if getattr(self, name) is not None:
                columns[name] = getattr(self, name)
        for name in self.values:
            columns[f"{name}_value"], columns[f"{name}_rank"] = self.values[name], self.ranks[name]
        for k, label in enumerate(self.class_names):
            columns[f"left_{label}"] = self.left_counts[:, k]
            columns[f"right_{label}"] = self.right_counts[:, k]
        return pd.DataFrame(columns)


_BY_CANDIDATE = [
    field.name
    for field in fields(SplitLedger)
    if field.name
    in {
        "place", "feature", "threshold", "missing_left", "left_counts", "right_counts",
        "left_weights", "right_weights", "gain", "margin", "ties", "chosen", "sets",
        "p_permutation", "returns_feature", "returns_split",
    }
]  # fmt: skip


def _members(words: npt.NDArray[np.uint64]) -> Mask:
    """Whether each category is in a set."""
    bits = words[:, None] >> np.arange(64, dtype=np.uint64) & np.uint64(1)
    return bits.ravel() != 0
