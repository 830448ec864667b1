"""Grow the parts of a tree in threads, and put them together.

A large node is split by whoever is free; its children are the next tasks. What is under a node of
fewer samples is one task. Every node is grown as it would be alone, so the tree is the same.
"""

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.grow.growth import OF_NODES, Grown, Growth
from gaintree.grow.report import Reporter

_PARTS = 4  # a thread; tasks of fewer samples are not worth handing over
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
    it, asking in between slices whether it shall stop.
    """
    n_samples = int(root.room.nodes[0]["end"])
    least = n_samples // (_PARTS * n_threads)
    whole = _Whole()
    stop = threading.Event()

    def run(part: Growth, at: int) -> Growth:
        def is_stopped() -> bool:
            reporter.note(part, at)
            return stop.is_set()

        n_own = int(part.room.nodes[0]["end"] - part.room.nodes[0]["start"])
        part.room.states[0]["hand_over"] = n_own - 1 if n_own > least else 0
        grow(part, is_stopped)
        return part

    with ThreadPoolExecutor(n_threads) as pool:
        tasks: dict[Future[Growth], int] = {pool.submit(run, root, 0): 0}
        try:
            while tasks:
                done, _ = wait(tasks, _REPORT_SECONDS, return_when=FIRST_COMPLETED)
                for task in done:
                    part, at = task.result(), tasks.pop(task)
                    reporter.forget(at)
                    for i in whole.add(part, at):
                        part = _part_at(whole, i, start_part())
                        reporter.note(part, i)
                        tasks[pool.submit(run, part, i)] = i
                if not stop.is_set() and reporter.asks_to_stop():
                    stop.set()
        except BaseException:
            stop.set()
            raise
    return Grown(*(np.concatenate(arrays) for arrays in zip(*whole.parts, strict=True)))


class _Whole:
    """The records of all parts, numbered through."""

    def __init__(self) -> None:
        self.parts: list[Grown] = []
        self.n_sets = 0
        self.n_nodes = 0
        self.total_weight = 0.0

    def add(self, part: Growth, at: int) -> list[int]:
        """Add the nodes of the part whose root is record `at`; return those it left to others."""
        state = part.room.states[0]
        grown = part.grown()
        nodes = grown.nodes
        nodes["set"][nodes["set"] >= 0] += self.n_sets
        self.n_sets += len(grown.sets)
        first = self.n_nodes - 1 if self.n_nodes > 0 else 0
        nodes["left"][nodes["left"] > 0] += first
        self.total_weight = state["total_weight"]
        if self.n_nodes > 0:
            self.rows(at)[0][0] = nodes[0]
            grown = grown._replace(**{name: getattr(grown, name)[1:] for name in OF_NODES})
        self.parts.append(grown)
        self.n_nodes += len(grown.nodes)
        return [int(i) + first for i in part.room.pending[: state["n_pending"]]]

    def rows(self, at: int) -> list[npt.NDArray[Any]]:
        """Return what is known of node `at`, as arrays of one row."""
        for part in self.parts:
            if at < len(part.nodes):
                return [array[at : at + 1] for array in part[:-1]]
            at -= len(part.nodes)
        raise IndexError(at)


def _part_at(whole: _Whole, i: int, part: Growth) -> Growth:
    """Make node `i` of the whole the root of a part."""
    for name, row in zip(OF_NODES, whole.rows(i), strict=True):
        getattr(part.room, name)[:1] = row
    state = part.room.states[0]
    state["n_nodes"], state["n_leaves"], state["total_weight"] = 1, 1, whole.total_weight
    return part
