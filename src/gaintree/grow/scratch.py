"""Room to work in, made once and used by every node.

Kernels take it as a whole. So it has few arrays, whose rows have names.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree.grow.split import SPLIT

# Rows of `tallies`: what is left of a cut, a corner of a box, its ends a and b, what is left of the
# best cut, what is right of one.
LEFT, CORNER, A, B, BEST, RIGHT = range(6)
# Rows of `weights`, by class: of the two sides of a cut, of the node.
WEIGHTS_LEFT, WEIGHTS_RIGHT, WEIGHTS = range(3)
IS_OPEN = 0  # row of `flags`, by code: whether the bin is to be opened
# Rows of `words`: the samples of the values in `values`, and room to sort both.
CHOSEN, OTHER_KEYS, OTHER_WORDS = range(3)

_OPEN = np.dtype(
    [("code", np.int64), ("bound", np.float64), ("cost", np.float64), ("n_marked", np.int64)]
)
N_BINS = 256  # of a column, at most
N_FINE = 128  # in a bin
N_FINE_ENTRIES = 2**17  # of the fine histograms that are made together
N_GROUPS = 32
_LEAST_KEPT = N_BINS * N_FINE * 2  # samples and classes that keeping a fine histogram is worth


class Scratch(NamedTuple):
    best: npt.NDArray[np.void]  # (1,), of dtype SPLIT
    tallies: npt.NDArray[np.int64]  # (6, tally_length)
    weights: npt.NDArray[np.float64]  # (3, n_classes)
    facts: npt.NDArray[np.float64]  # (3,), of a node, see measure.py
    features: npt.NDArray[np.int64]  # (n_features,), in the order they are searched in
    costs: npt.NDArray[np.float64]  # (2 n_features + 1, 33), at the edges of groups; of a group
    open_bins: npt.NDArray[np.void]  # (256,), the bins to open in a column ...
    open_left: npt.NDArray[np.int64]  # (256, tally_length), ... and what is left of them
    flags: npt.NDArray[np.uint8]  # (1, 256)
    sides: npt.NDArray[np.uint8]  # (N_BINS or more,), where a split sends each bin
    values: npt.NDArray[np.float64]  # (n_values,), of the samples in open bins
    words: npt.NDArray[np.uint64]  # (3, n_values)
    parted: npt.NDArray[np.uint32]  # (half of n_values,), samples that go right
    counts: npt.NDArray[np.int64]  # (8, 256), of the bytes of keys
    fine: npt.NDArray[np.int64]  # fine histograms
    steps: npt.NDArray[np.float64]  # (256, 2), low end and scale of the fine bins of a bin
    kept: npt.NDArray[np.uint32]  # (n_kept n_features, 256 N_FINE n_classes), fine_count.py
    kept_ranges: npt.NDArray[np.int64]  # (n_kept n_features, 2), the samples that they count
    fine_costs: npt.NDArray[np.float64]  # (N_FINE + 1,), at their edges
    is_marked: npt.NDArray[np.uint8]  # (256 N_FINE,), fine bins that may win
    unsorted: npt.NDArray[np.float64]  # (n_small,), values of the samples of a small node
    buckets: npt.NDArray[np.uint16]  # (n_small,), of the samples
    places: npt.NDArray[np.int64]  # (n_small or more,), where buckets begin
    order: npt.NDArray[np.uint64]  # (n_small,), the samples, sorted
    no_phi: npt.NDArray[np.int64]  # (0,), in place of tables
    no_factor: npt.NDArray[np.float64]


def new_scratch(
    n_features: int,
    n_classes: int,
    tally_length: int,
    n_values: int,
    n_small: int,
    n_categories: int,
) -> Scratch:
    """Return the room for nodes of `n_values` samples, 0 if they are searched exhaustively, and for
    small nodes of `n_small`."""
    n_fine = max(N_FINE_ENTRIES, N_FINE * tally_length) if n_values > 0 else 0
    n_bins = N_BINS if n_values > 0 else 0
    n_kept = 0
    if n_values > 0 and tally_length == n_classes:  # at most half the room that the values take
        n_kept = n_features * min(2, n_values // max(_LEAST_KEPT * n_classes, 1))
    return Scratch(
        best=np.empty(1, dtype=SPLIT),
        tallies=np.empty((6, tally_length), dtype=np.int64),
        weights=np.empty((3, n_classes)),
        facts=np.empty(3),
        features=np.arange(n_features),
        costs=np.empty((2 * n_features + 1, N_GROUPS + 1)),
        open_bins=np.empty(n_bins, dtype=_OPEN),
        open_left=np.empty((n_bins, tally_length), dtype=np.int64),
        flags=np.zeros((1, n_bins), dtype=np.uint8),
        sides=np.empty(max(N_BINS, n_categories) + 1, dtype=np.uint8),
        values=np.empty(max(n_values, n_small)),
        words=np.empty((3, n_values), dtype=np.uint64),
        parted=np.empty(n_values // 2 + 1, dtype=np.uint32),
        counts=np.empty((8, n_bins), dtype=np.int64),
        fine=np.empty(n_fine, dtype=np.int64),
        steps=np.empty((n_bins, 2)),
        kept=np.empty((n_kept, n_bins * N_FINE * n_classes), dtype=np.uint32),
        kept_ranges=np.zeros((n_kept, 2), dtype=np.int64),
        fine_costs=np.empty(N_FINE + 1),
        is_marked=np.empty(n_bins * N_FINE, dtype=np.uint8),
        unsorted=np.empty(n_small),
        buckets=np.empty(n_small, dtype=np.uint16),
        places=np.empty(max(n_small, N_BINS) + 2, dtype=np.int64),
        order=np.empty(n_small, dtype=np.uint64),
        no_phi=np.empty(0, dtype=np.int64),
        no_factor=np.empty(0),
    )
