"""The table of targets: what each has to reach, what it reaches, and whether that is enough."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import geometric_mean, median
from typing import Any

from tables import Record, by_case, markdown, seconds, spread, times

REAL_SETS = "real sets"
REAL_MEAN = {1: 10.0, 2: 14.0}  # by number of threads
_HEAD = [
    *("what", "threads", "target", "measured", "min - max", "met"),
    *("compared with", "gaintree", "rounds"),
]
_VERDICTS = {True: "met", False: "NOT met", None: "not measured"}


@dataclass(frozen=True)
class Kind:
    """What is made of a round of gaintree's and one of what it is compared with."""

    value: Callable[[Record, Record], float]
    unit: str = "x"
    at_least: bool = False
    is_time: bool = True

    def show(self, value: float) -> str:
        return times(value) if self.unit == "x" else seconds(value)

    def target(self, bound: float) -> str:
        space = "" if self.unit == "x" else " "
        return f"{'>=' if self.at_least else '<='} {bound:g}{space}{self.unit}"

    def is_met(self, value: float, bound: float) -> bool:
        return value >= bound if self.at_least else value <= bound


KINDS = {
    "times faster": Kind(lambda ours, other: other["seconds"] / ours["seconds"], at_least=True),
    "times the time": Kind(lambda ours, other: ours["seconds"] / other["seconds"]),
    "times the input": Kind(lambda ours, _: ours["peak"] / ours["input"], is_time=False),
    "time": Kind(lambda ours, _: ours["seconds"], "s"),
    "time above": Kind(lambda ours, other: ours["seconds"] - other["seconds"], "s"),
}
_FASTER = KINDS["times faster"]


@dataclass(frozen=True)
class Result:
    """The rounds of one target, and the rounds of what it is compared with."""

    name: str
    kind: Kind
    bound: float
    ours: list[Record]
    other: list[Record]

    @property
    def threads(self) -> int:
        return self.ours[0]["threads"]

    @property
    def values(self) -> list[float]:
        pairs = zip(self.ours, self.other or self.ours, strict=False)
        return [self.kind.value(ours, other) for ours, other in pairs]

    def row(self) -> list[Any]:
        cells = _verdict(self.kind, self.bound, median(self.values), self.values)
        for rounds in (self.other, self.ours):
            taken = [one["seconds"] for one in rounds if self.kind.is_time]
            cells.append(seconds(median(taken)) if taken else "-")
        return [self.name, self.threads, *cells, len(self.values)]


def target_table(records: list[Record]) -> str:
    """One row a target; the real sets are rows of their mean and of the slowest of them."""
    rows = [result.row() for result in _results(records) if not _is_real(result)]
    rows += _real_rows([result for result in _results(records) if _is_real(result)])
    verdicts = [row[_HEAD.index("met")] for row in rows]
    counts = ", ".join(f"{verdicts.count(word)} {word}" for word in dict.fromkeys(verdicts))
    return f"{markdown(_HEAD, rows)}\nTargets: {counts}.\n"


def _results(records: list[Record]) -> Iterator[Result]:
    for case, competitors in by_case(records).items():
        other = next((rounds for rounds in competitors if rounds[0]["bound"] is None), [])
        for ours in competitors:
            bound = ours[0]["bound"]
            if bound is not None:
                yield Result(case, KINDS[ours[0]["kind"]], bound, ours, other)


def _is_real(result: Result) -> bool:
    return result.ours[0]["group"] == REAL_SETS


def _real_rows(results: list[Result]) -> list[list[Any]]:
    """Return rows over all real sets; they are there only with --data."""
    rows = []
    for threads, bound in REAL_MEAN.items():
        ratios = {one.name: median(one.values) for one in results if one.threads == threads}
        name = f"fit, {REAL_SETS} of --data, full depth"
        mean = geometric_mean(ratios.values()) if ratios else None
        tail = ["-", "-", f"{len(ratios)} sets"]
        cells = _verdict(_FASTER, bound, mean, list(ratios.values()))
        rows.append([f"{name}: geometric mean", threads, *cells, *tail])
        if threads == 1:
            worst = min(ratios, key=ratios.__getitem__, default="none")
            cells = _verdict(_FASTER, 1.0, ratios.get(worst), list(ratios.values()))
            rows.append([f"{name}: the lowest ({worst})", threads, *cells, *tail])
    return rows


def _verdict(kind: Kind, bound: float, value: float | None, values: list[float]) -> list[str]:
    """Return the cells from the target to whether it is met."""
    if value is None:
        return [kind.target(bound), "-", "-", _VERDICTS[None]]
    verdict = _VERDICTS[kind.is_met(value, bound)]
    return [kind.target(bound), kind.show(value), spread(values, kind.show), verdict]
