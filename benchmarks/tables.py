"""Tables of medians and ratios, from the records of one run."""

from collections.abc import Callable, Collection, Iterable, Iterator
from statistics import geometric_mean, median
from typing import Any

from learners import BASELINE

Record = dict[str, Any]
START = "import sklearn.tree"


def by_case(records: Iterable[Record]) -> dict[str, list[list[Record]]]:
    """Return for each case the rounds of each competitor, in the order in which they ran."""
    cases: dict[str, dict[tuple[str, int], list[Record]]] = {}
    for record in records:
        competitor = record["learner"], record["threads"]
        cases.setdefault(record["case"], {}).setdefault(competitor, []).append(record)
    return {case: list(competitors.values()) for case, competitors in cases.items()}


def _duels(records: Iterable[Record]) -> Iterator[tuple[str, list[Record], list[Record]]]:
    """Yield each case with the rounds of scikit-learn and those of one challenger."""
    for case, competitors in by_case(records).items():
        baseline = [rounds for rounds in competitors if rounds[0]["learner"] == BASELINE]
        for rounds in competitors:
            if baseline and rounds is not baseline[0]:
                yield case, baseline[0], rounds


def _seconds_of(rounds: list[Record]) -> list[float]:
    return [record["seconds"] for record in rounds]


def speed_table(records: list[Record]) -> str:
    """One row a data set and challenger: nodes of both trees, medians, ratio round by round."""
    head = [
        *("data set", "n_jobs", "nodes, scikit-learn", "nodes, gaintree", "scikit-learn"),
        *("gaintree", "times faster", "min - max", "rounds"),
    ]
    rows = []
    groups: dict[tuple[str, int], dict[str, float]] = {}
    for case, baseline, challenger in _duels(records):
        ours, theirs = _seconds_of(challenger), _seconds_of(baseline)
        ratios = [a / b for a, b in zip(theirs, ours, strict=False)]
        threads = challenger[0]["threads"]
        groups.setdefault((challenger[0]["group"], threads), {})[case] = median(ratios)
        nodes = [baseline[0]["nodes"], challenger[0]["nodes"]]
        medians = [seconds(median(theirs)), seconds(median(ours))]
        cells = [case, threads, *nodes, *medians, times(median(ratios)), spread(ratios, times)]
        rows.append([*cells, len(ratios)])
    return f"{markdown(head, rows)}\n{_summary(groups)}"


def _summary(groups: dict[tuple[str, int], dict[str, float]]) -> str:
    """One line a group of data sets: the geometric mean of the ratios, and the lowest."""
    lines = ""
    for (group, threads), ratios in groups.items():
        mean = times(geometric_mean(ratios.values()))
        worst = min(ratios, key=ratios.__getitem__)
        lines += f"- {group}, n_jobs={threads}: geometric mean {mean} over {len(ratios)} rows, "
        lines += f"lowest {times(ratios[worst])} ({worst})\n"
    return lines


def tuning_table(records: list[Record]) -> str:
    """One row a case and competitor: what it chose, its time, and its ratio to the last one's."""
    head = ["data set, score", "", "leaves", "best score", "time", "ratio", "min - max", "rounds"]
    rows = []
    for case, competitors in by_case(records).items():
        last = _seconds_of(competitors[-1])
        for rounds in competitors:
            taken = _seconds_of(rounds)
            ratios = [a / b for a, b in zip(taken, last, strict=False)]
            cells = [case, rounds[0]["learner"], rounds[0]["leaves"], f"{rounds[0]['score']:.4f}"]
            cells += [seconds(median(taken)), times(median(ratios)), spread(ratios, times)]
            rows.append([*cells, len(taken)])
    return markdown(head, rows)


def memory_table(records: list[Record]) -> str:
    """One row a data set and challenger: peaks, and peaks over the size of the input."""
    head = [
        *("data set", "n_jobs", "nodes, scikit-learn", "nodes, gaintree", "input"),
        *("scikit-learn", "gaintree", "scikit-learn / input", "gaintree / input"),
    ]
    rows = []
    for case, baseline, challenger in _duels(records):
        size = baseline[0]["input"]
        peaks = [median(one["peak"] for one in side) for side in (baseline, challenger)]
        nodes = [baseline[0]["nodes"], challenger[0]["nodes"]]
        cells = [case, challenger[0]["threads"], *nodes]
        cells += [f"{n_bytes / 1e6:.0f} MB" for n_bytes in (size, *peaks)]
        rows.append(cells + [f"{peak / size:.2f}" for peak in peaks])
    return markdown(head, rows)


def start_table(records: list[Record]) -> str:
    """One row a process: its time, and that above a process that only imports sklearn.tree."""
    head = ["data", "process", "time", "min - max", f"above `{START}`", "min - max", "rounds"]
    rows = []
    for case, competitors in by_case(records).items():
        floor = [_seconds_of(rounds) for rounds in competitors if rounds[0]["learner"] == START]
        for rounds in competitors:
            taken = _seconds_of(rounds)
            cells = [case, rounds[0]["learner"], seconds(median(taken)), spread(taken, seconds)]
            if floor and rounds[0]["learner"] != START:
                above = [b - a for a, b in zip(*floor, taken, strict=False)]
                cells += [seconds(median(above)), spread(above, seconds)]
            else:
                cells += ["-", "-"]
            rows.append([*cells, len(taken)])
    return markdown(head, rows)


def seconds(value: float) -> str:
    """Return a time in the unit that suits it, three digits."""
    units = {"s": 1.0, "ms": 1e-3, "us": 1e-6}
    unit = next((unit for unit, size in units.items() if abs(value) >= size), "us")
    return f"{_three_digits(value / units[unit])} {unit}"


def times(ratio: float) -> str:
    """Return a ratio, three digits."""
    return f"{_three_digits(ratio)}x"


def spread(values: Collection[float], show: Callable[[float], str]) -> str:
    """Return the least and the greatest value as `show` writes them."""
    return f"{show(min(values))} - {show(max(values))}"


def _three_digits(value: float) -> str:
    decimals = 2 if abs(value) < 9.995 else 1 if abs(value) < 99.95 else 0
    return f"{value:.{decimals}f}"


def markdown(head: list[str], rows: list[list[Any]]) -> str:
    """Return an aligned table; columns of numbers, other than the first, stand to the right."""
    columns = [[str(cell) for cell in column] for column in zip(*rows, strict=True)]
    lines = []
    for name, cells in zip(head, columns, strict=True):
        width = max(len(name), *map(len, cells))
        to_right = bool(lines) and all(cell[0].isdigit() or cell[0] == "-" for cell in cells)
        rule = "-" * (width - 1) + ":" if to_right else "-" * width
        pad = str.rjust if to_right else str.ljust
        lines.append([pad(name, width), rule, *(pad(cell, width) for cell in cells)])
    return "".join(f"| {' | '.join(line)} |\n" for line in zip(*lines, strict=True))
