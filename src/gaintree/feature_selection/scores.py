"""The scores of a table of counts, by name."""

import math
from collections.abc import Callable

import numpy as np
from sklearn.metrics.cluster import expected_mutual_information

from gaintree import information
from gaintree.chance import log_p_of_best_cut, log_p_of_tables, mean_of_best_cut
from gaintree.feature_selection.tables import ColumnTable

_ROUNDING = 1e-9  # a column of names tells by chance all that it tells


def _information_gain(table: ColumnTable) -> float:
    return information.mutual_information(table.counts)


def _gain_ratio(table: ColumnTable) -> float:
    return information.gain_ratio(table.counts.sum(axis=0), table.counts)


def _symmetric_uncertainty(table: ColumnTable) -> float:
    return information.symmetric_uncertainty(table.counts)


def _adjusted_information(table: ColumnTable) -> float:
    counts, n_samples = table.counts, int(table.counts.sum())
    if table.cuts is not None and table.cuts.number > 1:
        n_classes = int(np.count_nonzero(counts.sum(axis=0)))
        by_chance = mean_of_best_cut(table.cuts, n_classes, n_samples)
    else:
        nats = expected_mutual_information(counts.astype(np.int64), n_samples)
        by_chance = float(nats) / math.log(2.0)
    gain = information.mutual_information(counts)
    above = gain - by_chance
    return above if abs(above) > _ROUNDING * gain else 0.0


def _significance(table: ColumnTable) -> float:
    if table.cuts is None:
        log_p = log_p_of_tables(table.counts)
    else:
        log_p = log_p_of_best_cut(table.counts, table.cuts)
    return max(0.0, -float(log_p) / math.log(10.0))


SCORES: dict[str, Callable[[ColumnTable], float]] = {
    "information_gain": _information_gain,
    "gain_ratio": _gain_ratio,
    "symmetric_uncertainty": _symmetric_uncertainty,
    "adjusted_information": _adjusted_information,
    "significance": _significance,
}


def score_table(table: ColumnTable, score: str) -> float:
    """Return the score of that name; 0.0 where the column or the class does not vary."""
    varies = len(table.counts) > 1 and np.count_nonzero(table.counts.sum(axis=0)) > 1
    return SCORES[score](table) if varies else 0.0
