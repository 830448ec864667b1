"""A tree while it grows: its nodes, and the slices that growing is done in.

Kernels run without the interpreter. A growth calls its kernel for a slice of the work at a time, so
that an interrupt is heard, progress can be told and the arrays can be made larger in between.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._bundle import Bundle
from gaintree.criteria import Formulas
from gaintree.grow.frontier import ENTRY
from gaintree.grow.nodes import NODE, STATE, write_root
from gaintree.grow.problem import Labels
from gaintree.grow.tally import tally_length_of

_SLICE = 50_000_000  # values; a fraction of a second


class Room(NamedTuple):
    """The arrays that a tree grows in."""

    nodes: npt.NDArray[np.void]  # (n_nodes,), of dtype NODE
    tallies: npt.NDArray[np.int64]  # (n_nodes, tally_length)
    heap: npt.NDArray[np.void]  # (n_nodes,), the frontier, of dtype ENTRY
    states: npt.NDArray[np.void]  # (2,), of dtype STATE: of the tree, of a small part of it
    goes_left: npt.NDArray[np.uint8]  # (n_samples,)
    buffer: npt.NDArray[np.uint64]  # (n_samples,)
    words: npt.NDArray[np.uint64]  # (n_features, up to n_samples), sorted columns
    n_values: npt.NDArray[np.int64]  # (n_features,), distinct values in `words`
    samples: npt.NDArray[np.uint64]  # (n_samples,), those of a node together
    hists: npt.NDArray[np.int64]  # (n_slots, n_bins * tally_length)
    slots: npt.NDArray[np.int64]  # the numbers of the free ones


class Growth:
    """The nodes of a tree, and how far growing it has come."""

    def __init__(self, labels: Labels, n_nodes: int, **arrays: npt.NDArray[Any]) -> None:
        n_samples = len(labels.classes)
        self.labels = labels
        self.room = Room(
            nodes=np.empty(n_nodes, dtype=NODE),
            tallies=np.empty((n_nodes, tally_length_of(labels)), dtype=np.int64),
            heap=np.empty(n_nodes, dtype=ENTRY),
            states=np.zeros(2, dtype=STATE),
            goes_left=np.empty(n_samples, np.uint8),
            buffer=np.empty(n_samples, np.uint64),
            **{**_UNUSED, **arrays},
        )

    def plant(self, formulas: Formulas, seed: int) -> None:
        """Make record 0 the node of all samples."""
        weights = np.empty(len(self.labels.class_weight))
        room = self.room
        write_root(
            room.nodes, room.tallies, room.states, room.samples, Bundle(self.labels), formulas, np.uint64(seed), weights
        )

    def run(self, grow_slice: Callable[[int, Bundle], Any]) -> None:
        """Call `grow_slice` until the frontier is empty, first with record 0, then with -1.

        A slice ends with its budget, or when the arrays are too short to go on.
        """
        root, state, room = 0, self.room.states[0], Bundle(self.room)
        while root == 0 or state["n_entries"] > 0:
            if root < 0 and state["work"] < state["budget"]:
                room = Bundle(self._enlarge())
            state["work"], state["budget"] = 0, _SLICE
            grow_slice(root, room)
            root = -1

    def _enlarge(self) -> Room:
        self.room = self.room._replace(
            **{name: _enlarged(getattr(self.room, name)) for name in ("nodes", "tallies", "heap")}
        )
        return self.room


_UNUSED = {
    "words": np.empty((0, 0), np.uint64),
    "n_values": np.empty(0, np.int64),
    "samples": np.empty(0, np.uint64),
    "hists": np.empty((0, 0), np.int64),
    "slots": np.empty(0, np.int64),
}


def _enlarged(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    larger = np.empty((2 * len(array), *array.shape[1:]), dtype=array.dtype)
    larger[: len(array)] = array
    return larger
