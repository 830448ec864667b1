"""A tree while it grows: its nodes, and the slices that growing is done in.

Kernels run without the interpreter. A growth calls its kernel for a slice of the work at a time, so
that an interrupt is heard, progress can be told and the arrays can be made larger in between.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._bundle import Bundle
from gaintree.grow.frontier import ENTRY
from gaintree.grow.nodes import NODE, SPARE, STATE

_SLICE = 20_000_000  # values; a fraction of a second
_N_NODES = 1024  # room at the start


class Room(NamedTuple):
    """The arrays that a tree grows in."""

    nodes: npt.NDArray[np.void]  # (n_nodes,), of dtype NODE
    tallies: npt.NDArray[np.int64]  # (n_nodes, tally_length)
    heap: npt.NDArray[np.void]  # (n_nodes,), the frontier, of dtype ENTRY
    states: npt.NDArray[np.void]  # (2,), of dtype STATE: of the tree, of a small part of it
    samples: npt.NDArray[np.uint64]  # (n_samples,), those of a node together
    buffer: npt.NDArray[np.uint64]  # (n_samples,), for parting them
    marks: npt.NDArray[np.uint16]  # (n_samples,), the side of each, or its number in a node
    words: npt.NDArray[np.uint64]  # (n_features, up to n_samples), sorted columns
    n_values: npt.NDArray[np.int64]  # (n_features,), distinct values in `words`
    swap: npt.NDArray[np.uint64]  # as long as a column of `words`, for parting them
    hists: npt.NDArray[np.int64]  # (n_slots, n_bins * tally_length)
    slots: npt.NDArray[np.int64]  # the numbers of the free ones


class StoppedError(Exception):
    """Growing was told to stop before it was done."""


class Growth:
    """The nodes of a tree or of a part of one, record 0 its root, and the room they grow in."""

    def __init__(self, tally_length: int, n_samples: int, spare: int, **arrays: Any) -> None:
        n_nodes = min(2 * n_samples, _N_NODES + spare) + SPARE
        self.room = Room(
            nodes=np.empty(n_nodes, dtype=NODE),
            tallies=np.empty((n_nodes, tally_length), dtype=np.int64),
            heap=np.empty(n_nodes, dtype=ENTRY),
            states=np.zeros(2, dtype=STATE),
            **arrays,
        )

    @property
    def n_nodes(self) -> int:
        return int(self.room.states[0]["n_nodes"])

    def run(self, grow_slice: Callable[[int, Bundle], Any], is_stopped: Any = bool) -> None:
        """Call `grow_slice` until the frontier is empty, first with record 0, then with -1.

        A slice ends with its budget, or when the arrays are too short to go on.
        """
        root, state, room = 0, self.room.states[0], Bundle(self.room)
        while root == 0 or state["n_entries"] > 0:
            if is_stopped():
                raise StoppedError
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


def _enlarged(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    larger = np.empty((2 * len(array), *array.shape[1:]), dtype=array.dtype)
    larger[: len(array)] = array
    return larger
