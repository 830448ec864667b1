"""A tree while it grows: its nodes, and the slices that growing is done in.

Kernels run without the interpreter. A growth calls its kernel for a slice of the work at a time, so
that an interrupt is heard, progress can be told and the arrays can be made larger in between.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._bundle import Bundle
from gaintree._memory import require_memory
from gaintree.grow.frontier import ENTRY
from gaintree.grow.nodes import NODE, SPARE, STATE

_SLICE = 20_000_000  # values; a fraction of a second
_N_NODES = 1024  # room at the start
SMALLER = "max_depth, max_leaf_nodes, min_samples_leaf and min_impurity_decrease limit a tree."


class Grown(NamedTuple):
    """A tree or a part of one as it is known when it is grown: a row a node, but for `sets`."""

    nodes: npt.NDArray[np.void]
    tallies: npt.NDArray[np.int64]
    bounds: npt.NDArray[np.float64]
    used: npt.NDArray[np.uint64]
    sets: npt.NDArray[np.uint64]  # of categories


class Room(NamedTuple):
    """The arrays that a tree grows in."""

    nodes: npt.NDArray[np.void]  # (n_nodes,), of dtype NODE
    tallies: npt.NDArray[np.int64]  # (n_nodes, tally_length)
    bounds: npt.NDArray[np.float64]  # (n_nodes, 2), of the share of class 0, or (n_nodes, 0)
    used: npt.NDArray[np.uint64]  # (n_nodes, n_feature_words), features split on above, a bit each
    heap: npt.NDArray[np.void]  # (n_nodes,), the frontier, of dtype ENTRY
    states: npt.NDArray[np.void]  # (2,), of dtype STATE: of the tree, of a small part of it
    sets: npt.NDArray[np.uint64]  # (n_nodes, n_words), categories that go left, a bit each
    samples: npt.NDArray[np.uint32]  # (n_samples,), those of a node together
    marks: npt.NDArray[np.uint16]  # (n_samples,), the side of each, or its number in a node
    words: npt.NDArray[np.uint64]  # (n_features, up to n_samples), sorted columns
    n_values: npt.NDArray[np.int64]  # (n_features,), distinct values in `words`
    swap: npt.NDArray[np.uint64]  # as long as a column of `words`, for parting them
    hists: npt.NDArray[np.int64]  # (n_slots, n_bins * tally_length)
    slots: npt.NDArray[np.int64]  # the numbers of the free ones


OF_NODES = Grown._fields[:-1]


class RoomSizes(NamedTuple):
    """Numbers of what a room has room for."""

    n_nodes: int
    tally_length: int
    n_words: int  # of a set of categories
    n_feature_words: int  # of a set of features, 0 without constraints
    n_samples: int
    n_listed: int  # samples, or 0 where they stand in sorted columns alone
    n_features: int
    n_sorted: int  # samples of a sorted column
    n_hists: int
    n_entries: int  # of a histogram
    n_slots: int


def n_first_nodes(n_samples: int, spare: int) -> int:
    """Nodes that there is room for at the start."""
    return min(2 * n_samples, _N_NODES + spare) + SPARE


def new_room(sizes: RoomSizes) -> Room:
    """Return room in which nothing has grown."""
    n_nodes, n_bounds = sizes.n_nodes, 2 if sizes.n_feature_words > 0 else 0
    return Room(
        nodes=np.empty(n_nodes, dtype=NODE),
        tallies=np.empty((n_nodes, sizes.tally_length), dtype=np.int64),
        bounds=np.empty((n_nodes, n_bounds)),
        used=np.empty((n_nodes, sizes.n_feature_words), dtype=np.uint64),
        heap=np.empty(n_nodes, dtype=ENTRY),
        states=np.empty(2, dtype=STATE),
        sets=np.empty((n_nodes, sizes.n_words), dtype=np.uint64),
        samples=np.empty(sizes.n_listed, dtype=np.uint32),
        marks=np.empty(sizes.n_samples, dtype=np.uint16),
        words=np.empty((sizes.n_features, sizes.n_sorted), dtype=np.uint64),
        n_values=np.empty(sizes.n_features, dtype=np.int64),
        swap=np.empty(sizes.n_sorted, dtype=np.uint64),
        hists=np.empty((sizes.n_hists, sizes.n_entries), dtype=np.int64),
        slots=np.empty(sizes.n_slots, dtype=np.int64),
    )


class Growth:
    """The nodes of a tree or of a part of one, record 0 its root, and the room they grow in."""

    def __init__(self, room: Bundle) -> None:
        self._bundle = room
        self.room: Room = room.fields
        self.room.states.fill(0)
        if self.room.used.shape[1] > 0:
            self.room.bounds[0], self.room.used[0] = (-np.inf, np.inf), 0

    @property
    def n_nodes(self) -> int:
        return int(self.room.states[0]["n_nodes"])

    def grown(self) -> Grown:
        """Return what is grown so far."""
        n_nodes, n_sets = self.n_nodes, int(self.room.states[0]["n_sets"])
        room = self.room
        return Grown(
            room.nodes[:n_nodes], room.tallies[:n_nodes], room.bounds[:n_nodes],
            room.used[:n_nodes], room.sets[:n_sets],
        )  # fmt: skip

    def run(self, grow_slice: Callable[[int, Bundle], Any], is_stopped: Callable[[], bool]) -> None:
        """Call `grow_slice` until the frontier is empty, first with record 0, then with -1.

        A slice ends with its budget, or when the arrays are too short to go on. If growing is
        stopped in between, nodes that are not split yet are leaves.
        """
        root, state = 0, self.room.states[0]
        while root == 0 or state["n_entries"] > 0:
            if is_stopped():
                return
            if root < 0 and state["work"] < state["budget"]:
                self._enlarge()
            state["work"], state["budget"] = 0, _SLICE
            grow_slice(root, self._bundle)
            root = -1

    def _enlarge(self) -> None:
        state = self.room.states[0]
        n_used = dict.fromkeys(OF_NODES, self.n_nodes)
        n_used |= {"heap": int(state["n_entries"]), "sets": int(state["n_sets"])}
        nbytes = sum(getattr(self.room, name).nbytes for name in n_used)
        require_memory(2 * nbytes, SMALLER, "A tree of {:,} nodes", 2 * len(self.room.nodes))
        larger = {name: _enlarged(getattr(self.room, name), n) for name, n in n_used.items()}
        self.room = self.room._replace(**larger)
        self._bundle = Bundle(self.room)


def _enlarged(array: npt.NDArray[Any], n_used: int) -> npt.NDArray[Any]:
    larger = np.empty((2 * len(array), *array.shape[1:]), dtype=array.dtype)
    larger[:n_used] = array[:n_used]
    return larger
