"""Turn what pytest-benchmark collected into Markdown tables.

usage: python benchmarks/report.py RUN.json
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import tables

_TABLES = {
    "fit": ("Time of fit", tables.speed_table),
    "predict": ("Time of predict", tables.speed_table),
    "cold_start": ("Time of whole processes, to the end of the first fit", tables.start_table),
    "memory": ("Peak memory of fit, above the memory in use before it", tables.memory_table),
}


def read(path: Path) -> tuple[dict[str, str], list[tables.Record]]:
    """Return the facts about the run, and one record a benchmark."""
    run = json.loads(path.read_text(encoding="utf-8"))
    facts, commit = run["machine_info"], run["commit_info"]
    if commit["id"] not in ("unknown", "unversioned"):
        changes = ", with uncommitted changes" if commit["dirty"] else ""
        facts["Commit"] = commit["id"][:12] + changes
    records = [
        entry["extra_info"] | {"seconds": entry["stats"]["median"]} for entry in run["benchmarks"]
    ]
    return facts, records


def render(path: Path) -> dict[str, str]:
    """Return the text of each table that the run holds."""
    facts, records = read(path)
    header = "".join(f"- {name}: {fact}\n" for name, fact in facts.items())
    texts = {}
    for table, (title, body) in _TABLES.items():
        mine = [record for record in records if record["table"] == table]
        if mine:
            texts[table] = f"# {title}\n\n{header}\n{body(mine)}"
    return texts


def write(texts: dict[str, str], folder: Path, name: str) -> Iterable[Path]:
    """Write each table to `folder` and yield its path; a file is never left half written."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, text in texts.items():
        path = folder / f"{table}-{name}.md"
        descriptor, part = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(part, 0o644)  # mkstemp lets nobody else read
        os.replace(part, path)
        yield path


if __name__ == "__main__":
    print("\n".join(render(Path(sys.argv[1])).values()))
