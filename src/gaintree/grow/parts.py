"""Grow the parts of a tree in threads, and put them together.

Whoever splits a large node goes on with its larger child, whose histogram is what the smaller one
leaves, and hands the smaller one over, with its histogram: it is the root of a part, for whoever is
free.

    thread 1   1000 - 800 - 600 - ...       samples of the nodes; smaller children are handed over
                  `-   `-
    thread 2        200  200 - ...

Every node is grown as it would be alone, so the tree is the same.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from gaintree.grow.growth import OF_NODES, Grown, Growth
from gaintree.grow.histogram_tree import N_RESERVED
from gaintree.grow.report import WHOLE, Reporter
from gaintree.grow.split import NOWHERE

_PARTS = 8  # a thread; tasks of fewer samples are not worth handing over
_REPORT_SECONDS = 0.1


def grow_parts(
    root: Growth,
    start_part: Callable[[], Growth],
    grow: Callable[[Growth, Callable[[], bool]], None],
    n_threads: int,
    reporter: Reporter,
) -> Grown:
    """Return the whole tree.

    `root` holds the node of all samples; `start_part` makes the room for a part, and `grow` fills
    it, asking between slices whether it shall stop.
    """
    least = max(int(root.room.nodes[0]["end"]) // (_PARTS * n_threads), 1)
    stop, has_news = threading.Event(), threading.Event()
    tasks: list[Future[None]] = []
    parts: list[_Part] = []

    def run(part: _Part, growth: Growth) -> None:
        state = growth.room.states[0]

        def between_slices() -> bool:
            if state["pending"] > 0:
                other = _Part(part, int(state["pending"]))
                handed_over = _hand_over(growth, start_part())
                reporter.note({part.name: growth, other.name: handed_over})
                submit(other, handed_over)
            else:
                reporter.note({part.name: growth})
            has_news.set()
            return stop.is_set()

        state["hand_over"] = least
        grow(growth, between_slices)
        between_slices()
        reporter.forget(part.name)
        part.grown = growth.grown()

    with ThreadPoolExecutor(n_threads) as pool:

        def submit(part: _Part, growth: Growth) -> None:
            parts.append(part)
            tasks.append(pool.submit(run, part, growth))

        submit(_Part(), root)
        try:
            for task in tasks:  # a task adds those it hands over before it is done
                while not task.done():
                    has_news.wait(_REPORT_SECONDS)
                    has_news.clear()
                    if not stop.is_set() and reporter.asks_to_stop():
                        stop.set()
                task.result()
        except BaseException:
            stop.set()
            raise
    whole = _Whole()
    for part in parts:
        whole.add(part)
    return Grown(*(np.concatenate(arrays) for arrays in zip(*whole.parts, strict=True)))


@dataclass(eq=False)
class _Part:
    """A part of a tree; record `i` of the part above it is its root."""

    above: "_Part | None" = None
    i: int = 0
    first: int = 0  # its record 1 is record `first` + 1 of the whole
    grown: Any = None

    @property
    def name(self) -> Any:
        """What the reporter knows it by."""
        return WHOLE if self.above is None else self


def _hand_over(above: Growth, growth: Growth) -> Growth:
    """Make the node that the latest slice left to others the root of a growth."""
    room, state = above.room, above.room.states[0]
    i, slot = int(state["pending"]), int(room.nodes[state["pending"]]["slot"])
    part, other = growth.room, growth.room.states[0]
    for name in OF_NODES:
        getattr(part, name)[0] = getattr(room, name)[i]
    state["pending"] = 0
    other["n_nodes"], other["n_leaves"], other["total_weight"] = 1, 1, state["total_weight"]
    if slot != NOWHERE:
        other["n_slots"] -= 1
        own = part.slots[other["n_slots"]]
        part.nodes[0]["slot"], part.hists[own] = own, room.hists[slot]
        if slot >= N_RESERVED:
            room.slots[state["n_slots"]] = slot
            state["n_slots"] += 1
    return growth


class _Whole:
    """The records of all parts, numbered through."""

    def __init__(self) -> None:
        self.parts: list[Grown] = []
        self.n_nodes = 0
        self.n_sets = 0

    def add(self, part: _Part) -> None:
        """Add the nodes of a part; the part above it is there already."""
        grown: Grown = part.grown
        nodes = grown.nodes
        nodes["set"][nodes["set"] != NOWHERE] += self.n_sets
        part.first = self.n_nodes - 1 if self.n_nodes > 0 else 0
        nodes["left"][nodes["left"] > 0] += part.first
        if part.above is not None:
            self.row(part.above.first + part.i)[0] = nodes[0]
            grown = grown._replace(**{name: getattr(grown, name)[1:] for name in OF_NODES})
        self.parts.append(grown)
        self.n_sets += len(grown.sets)
        self.n_nodes += len(grown.nodes)

    def row(self, at: int) -> Any:
        """Return the record of node `at`."""
        for part in self.parts:
            if at < len(part.nodes):
                return part.nodes[at : at + 1]
            at -= len(part.nodes)
        raise IndexError(at)
