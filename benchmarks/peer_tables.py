"""Tables of a whole field of learners: data sets down, learners across."""

from collections.abc import Callable
from statistics import median

from learners import CHALLENGER
from tables import Record, markdown, seconds, spread, times

#: The rounds of each learner, of the thread count that the table is about, by case.
Field = dict[str, dict[str, list[Record]]]


def peer_tables(records: list[Record]) -> str:
    """Return the tables of each group of cases and number of threads, and what to know of them."""
    timed = [record for record in records if "skipped" not in record]
    text = ""
    for group in dict.fromkeys(record["group"] for record in timed):
        mine = [record for record in timed if record["group"] == group]
        for threads in sorted({record["threads"] for record in mine}):
            field = _field(mine, threads)
            text += f"## {group}, {threads} thread{'s' if threads > 1 else ''}\n\n"
            text += f"Time of fit:\n\n{_matrix(field, _time)}\n"
            text += f"The same, as a multiple of {CHALLENGER}'s (median, min - max of the rounds):"
            text += f"\n\n{_matrix(field, _multiple)}\n"
            text += "Nodes of the tree, and its accuracy on the training data:\n\n"
            text += f"{_matrix(field, _work)}\n"
    return text + _legend(timed) + _reasons(records)


def _field(records: list[Record], threads: int) -> Field:
    """Pick the rounds of this number of threads; who has but one thread stands everywhere."""
    field: Field = {}
    for record in records:
        if record["threads"] == threads or not record["threaded"]:
            name = record["learner"]
            if threads > 1 and not record["threaded"]:
                name += " (1 thread)"
            field.setdefault(record["case"], {}).setdefault(name, []).append(record)
    return field


def _matrix(field: Field, cell: Callable[[list[Record], list[Record]], str]) -> str:
    """Return a row a data set and a column a learner, learners without any figure left out."""
    names = dict.fromkeys(name for row in field.values() for name in row)
    columns = {
        name: [
            cell(row[name], row.get(CHALLENGER, [])) if name in row else "-"
            for row in field.values()
        ]
        for name in names
    }
    columns = {name: cells for name, cells in columns.items() if set(cells) != {"-"}}
    rows = zip(field, *columns.values(), strict=True)
    return markdown(["data set", *columns], list(map(list, rows)))


def _time(rounds: list[Record], ours: list[Record]) -> str:
    return seconds(median(record["seconds"] for record in rounds))


def _multiple(rounds: list[Record], ours: list[Record]) -> str:
    if not ours or rounds is ours:
        return "-"
    ratios = [a["seconds"] / b["seconds"] for a, b in zip(rounds, ours, strict=False)]
    return f"{times(median(ratios))} ({spread(ratios, times)})"


def _work(rounds: list[Record], ours: list[Record]) -> str:
    return f"{rounds[0]['nodes']}, {rounds[0]['accuracy']:.4f}"


def _legend(records: list[Record]) -> str:
    lines = {f"- {one['learner']} {one['version']}: {one['what']}\n": None for one in records}
    return f"What they grow:\n\n{''.join(lines)}"


def _reasons(records: list[Record]) -> str:
    """Return who was left out of what, and why."""
    cases: dict[tuple[str, str], dict[str, None]] = {}
    for record in records:
        if "skipped" in record:
            who_and_why = record["learner"], record["skipped"]
            cases.setdefault(who_and_why, {})[record["case"]] = None
    all_cases = {record["case"] for record in records}
    lines = [
        f"- {who}, {why}: {'all' if which.keys() == all_cases else '; '.join(which)}\n"
        for (who, why), which in cases.items()
    ]
    return f"\nLeft out (-):\n\n{''.join(lines)}" if lines else ""
