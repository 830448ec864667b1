"""How a study is run: cell by cell, each of which may fail, with a journal to go on from.

A cell is one measurement: what it is called, and the call that makes it. What raises is kept as a
gap, with the reason, and the study goes on. What is done stands in the journal at once, so a study
that was stopped goes on where it was (`--resume`).
"""

import json
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from tables import Record

_PAUSE = 5.0  # seconds between lines about the progress
FAILED = "failed"


class Cell(NamedTuple):
    """One measurement: `call(*args)` returns a record, or several; `key` says which it is."""

    key: Record
    call: Callable[..., Record | list[Record]]
    args: tuple[Any, ...] = ()


class Journal:
    """What is done, in memory and, if there is a path, in a file: a line a cell."""

    def __init__(self, path: Path | None, head: Record, resume: bool):
        self.head = head
        self.done: dict[str, list[Record]] = {}
        self._path = path
        if path is None:
            return
        if resume and path.exists():
            self._read(path)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(head) + "\n", encoding="utf-8")

    def _read(self, path: Path) -> None:
        head, *lines = path.read_text(encoding="utf-8").splitlines()
        old = json.loads(head)
        if old["options"] != self.head["options"]:
            raise SystemExit(f"--resume: {path.name} is of other options, {old['options']}")
        self.head = old
        for line in lines:
            try:
                cell, found = json.loads(line)
            except ValueError:  # the line that was being written when it was stopped
                continue
            self.done[cell] = found

    def add(self, cell: str, found: list[Record]) -> None:
        self.done[cell] = found
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps([cell, found]) + "\n")


def run(title: str, cells: Iterable[Cell], journal: Journal, n_jobs: int) -> list[Record]:
    """Return the records of all cells, those that are in the journal from there."""
    named = {f"{title} {json.dumps(cell.key)}": cell for cell in cells}
    todo = {name: cell for name, cell in named.items() if name not in journal.done}
    calls = (delayed(_attempt)(name, cell) for name, cell in todo.items())
    said = time.monotonic()
    parallel = Parallel(n_jobs=n_jobs, return_as="generator_unordered")
    for number, (name, found) in enumerate(parallel(calls), 1):
        journal.add(name, found)
        if time.monotonic() - said > _PAUSE or number == len(todo):
            said = time.monotonic()
            what = ", ".join(map(str, todo[name].key.values()))
            print(f"{title}: {number} of {len(todo)} ({what})", file=sys.stderr, flush=True)
    return [record for name in named for record in journal.done[name]]


def _attempt(name: str, cell: Cell) -> tuple[str, list[Record]]:
    """Return what a cell gives, or why it gives nothing."""
    try:
        with threadpool_limits(1), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # rare classes: the reports speak of them
            found = cell.call(*cell.args)
        records = found if isinstance(found, list) else [found]
        return name, [cell.key | record for record in records]
    except Exception as error:
        reason = str(error).strip().partition("\n")[0]
        return name, [cell.key | {FAILED: f"{type(error).__name__}: {reason}"}]


def measured(records: Iterable[Record]) -> list[Record]:
    """Return the records of what did not fail."""
    return [record for record in records if FAILED not in record]


def gaps(records: Iterable[Record], who: str, where: str) -> str:
    """Return a list of what failed: who, where, and why; empty if nothing did."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for record in records:
        if FAILED in record:
            found.setdefault((record[who], record[FAILED]), {})[str(record[where])] = None
    lines = [f"- {name}: {', '.join(sets)} ({why})\n" for (name, why), sets in found.items()]
    return "".join(lines)
