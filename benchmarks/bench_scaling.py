"""How the time of a fit to depth 8 grows: with rows, columns, classes and threads."""

from dataclasses import dataclass
from typing import Any

import bench_peers
from datasets import Case, classification
from peers import peers

_ROWS = {
    "small": [10_000, 30_000, 100_000, 300_000, 1_000_000],
    "full": [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000],
}
_COLUMNS = [10, 30, 100, 300, 1_000]
_CLASSES = [2, 5, 10, 20, 50, 100]
_FEW_COLUMNS = 10
_SOME_ROWS = 20_000
_MANY_ROWS = 1_000_000

#: These need minutes for more than a million rows.
_SLOW = ("scikit-learn", "obliquetree")


@dataclass(frozen=True, eq=False)
class Point(Case):
    """A case that is one point of a curve: at `x`, along the axis that is its group."""

    x: int = 0


def _point(axis: str, x: int, rows: int, classes: int = 2, columns: int = 20) -> Point:
    name = f"{rows:,} x {columns}, {classes} classes"
    data: tuple[Any, ...] = (classification, (rows, classes, columns), {"max_depth": 8})
    cells = rows * columns
    rounds = 3 if cells <= 2_000_000 else 2 if cells <= 6_000_000 or axis == "threads" else 1
    return Point(name, *data, rounds=rounds, group=axis, x=x)


def cases(config):
    rows = _ROWS[config.option.grid]
    return [
        *(_point("columns", x, _SOME_ROWS, columns=x) for x in _COLUMNS),
        *(_point("classes", x, _SOME_ROWS, classes=x) for x in _CLASSES),
        *(_point("rows", x, x, columns=_FEW_COLUMNS) for x in rows),
        _point("threads", 1, _MANY_ROWS, columns=_FEW_COLUMNS),
    ]


def competitors(case, config):
    if case.group != "threads":
        return peers()
    return [peer for peer in peers(max(2, config.option.jobs)) if peer.threaded]


def bench_scaling(measure, case, learner, number):
    measure.note(x=learner.threads if case.group == "threads" else case.x)
    if case.group == "rows" and case.x > _MANY_ROWS and learner.name in _SLOW:
        measure.note(threaded=learner.threaded)
        measure.skip("takes minutes")
    bench_peers.bench_peers(measure, case, learner, number)
