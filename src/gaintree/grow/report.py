"""How far growing has come, told in between slices.

Under a node of m samples there are about log2(m) levels, or fewer if `max_depth` says so; on each
of them all its samples are looked at. What is left to do is that, summed over the nodes that are
not split yet. It never rises, since children have fewer samples and levels than their parent.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.grow.growth import Growth
from gaintree.grow.problem import Rules

WHOLE = None  # the name of the part that begins with the root
Report = Callable[[float], bool]  # takes the share that is done, returns whether to stop


class Reporter:
    """What is left to do in each part of a tree, and whoever wants to know it."""

    def __init__(self, report: Report | None, root: Growth, rules: Rules) -> None:
        self._report, self._rules = report, rules
        self._left: dict[Any, float] = {}
        self.note({WHOLE: root})
        self._total = sum(self._left.values()) or 1.0

    def note(self, parts: dict[Any, Growth]) -> None:
        """Note what is left of parts, by any names, in between their slices.

        A part is noted along with the one it is taken from, so that nothing counts twice.
        """
        if self._report is not None:
            left = {name: _work_left(part, self._rules) for name, part in parts.items()}
            self._left.update(left)

    def forget(self, part: Any) -> None:
        """Note that nothing is left of a part."""
        self._left[part] = 0.0

    def asks_to_stop(self) -> bool:
        """Report the share that is done; return whether to stop."""
        if self._report is None:
            return False
        left = sum(list(self._left.values()))  # threads may add to it meanwhile
        return self._report(1.0 - left / self._total)

    def listen_to(self, growth: Growth) -> Callable[[], bool]:
        """Return what a growth that is the whole tree asks in between slices."""
        if self._report is None:
            return bool

        def is_stopped() -> bool:
            self.note({WHOLE: growth})
            return self.asks_to_stop()

        return is_stopped


def _work_left(growth: Growth, rules: Rules) -> float:
    """Estimate how many samples are still to be looked at, each once a level."""
    room, state = growth.room, growth.room.states[0]
    if growth.n_nodes == 1:  # it has not begun
        left = _work_under(room.nodes[:1], rules)
    else:
        frontier = room.heap["node"][: state["n_entries"]]
        left = _work_under(room.nodes[frontier], rules)
    if rules.max_leaf_nodes > 0:
        share = 1.0 - state["n_leaves"] / rules.max_leaf_nodes
        left = min(left, share * _work_under(room.nodes[:1], rules))
    return left


def _work_under(nodes: npt.NDArray[Any], rules: Rules) -> float:
    n_samples = nodes["end"] - nodes["start"]
    n_levels = np.minimum(np.log2(n_samples), rules.max_depth - nodes["depth"])
    return float(n_samples @ n_levels)
