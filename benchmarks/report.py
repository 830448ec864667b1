"""Turn what pytest-benchmark collected into Markdown tables, and a figure.

usage: python benchmarks/report.py RUN.json
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import machine
import peer_tables
import scaling_figure
import tables
import target_tables

_TABLES: dict[str, tuple[str, Callable[[list[tables.Record]], str]]] = {
    "targets": ("What is to be reached", target_tables.target_table),
    "fit": ("Time of fit", tables.speed_table),
    "criteria": ("Time of fit by criterion", tables.speed_table),
    "predict": ("Time of predict", tables.speed_table),
    "cold_start": ("Time of whole processes, to the end of the first fit", tables.start_table),
    "tuning": ("Time of choosing among 50 values of `ccp_alpha` on 5 folds", tables.tuning_table),
    "memory": ("Peak memory of fit, above the memory in use before it", tables.memory_table),
    "peers": ("Time of fit beside other learners", peer_tables.peer_tables),
    "scaling": ("How the time of fit grows", peer_tables.peer_tables),
}
_FIGURES = {"scaling": scaling_figure.draw_scaling}


def read(path: Path) -> tuple[dict[str, str], list[tables.Record]]:
    """Return the facts about the run, and one record a benchmark, those left out among them."""
    run = json.loads(path.read_text(encoding="utf-8"))
    facts = run["machine_info"] | machine.commit(run["commit_info"])
    records = [
        entry["extra_info"] | {"seconds": entry["stats"]["median"]} for entry in run["benchmarks"]
    ]
    return facts, records + run.get("skipped", [])


def render(path: Path) -> dict[str, str]:
    """Return the text of each table that the run holds."""
    facts, records = read(path)
    return {
        table: f"{heading(_TABLES[table][0], facts)}{_TABLES[table][1](mine)}"
        for table, mine in _by_table(records).items()
    }


def write(path: Path, folder: Path, name: str) -> Iterable[Path]:
    """Write each table and figure of the run to `folder` and yield its path."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, text in render(path).items():
        if table in _FIGURES:
            picture = _FIGURES[table](_by_table(read(path)[1])[table])
            yield put(folder / f"{table}-{name}.png", picture)
            text += f"\n![{_TABLES[table][0]}]({table}-{name}.png)\n"
        yield put(folder / f"{table}-{name}.md", text.encode())


def heading(title: str, facts: dict[str, str]) -> str:
    """Return what stands above the tables."""
    lines = "".join(f"- {name}: {fact}\n" for name, fact in facts.items())
    return f"# {title}\n\n{lines}\n"


def _by_table(records: list[tables.Record]) -> dict[str, list[tables.Record]]:
    """Return the records of each table, in the order of the tables."""
    mine = {table: [one for one in records if one["table"] == table] for table in _TABLES}
    return {table: found for table, found in mine.items() if found}


def put(path: Path, content: bytes) -> Path:
    """Write a file that is never seen half written."""
    descriptor, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.chmod(part, 0o644)  # mkstemp lets nobody else read
    os.replace(part, path)
    return path


if __name__ == "__main__":
    print("\n".join(render(Path(sys.argv[1])).values()))
