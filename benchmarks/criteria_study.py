"""Split criteria under one builder: which is best, which is fair, and what old claims come to.

usage: python benchmarks/criteria_study.py [--data DIR] [--quick] [--part NAME] [--only TEXT]
       [--rows N] [--jobs N] [--resume]

The report and its figures go to results/criteria.md and results/criteria_*.png; with --quick,
--part or --only it is printed, and all goes to .benchmarks/. --resume goes on with a run that was
stopped.
"""

import argparse
import os
import sys
from collections.abc import Callable
from types import ModuleType

for _variable in ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR"):
    os.environ[f"{_variable}_NUM_THREADS"] = "1"

import criteria_cuts  # noqa: E402 (the environment comes first)
import criteria_imbalance  # noqa: E402
import criteria_null  # noqa: E402
import criteria_real  # noqa: E402
import criteria_samples  # noqa: E402
import study_options  # noqa: E402
from gaintree import criteria  # noqa: E402
from report import heading, put  # noqa: E402
from study_run import Cell, Journal, run  # noqa: E402
from study_tables import Table, find_tables, list_tables  # noqa: E402
from tables import Record  # noqa: E402

_NAME = "criteria"
_QUICK_TABLES = ("iris", "wine", "breast_cancer", "digits", "credit_a", "soybean", "hypothyroid")
#: What is studied, by the name of its figure.
_PARTS: dict[str, ModuleType] = {
    part.FIGURE: part
    for part in (
        criteria_real,
        criteria_null,
        criteria_samples,
        criteria_cuts,
        criteria_imbalance,
    )
}


def main() -> None:
    options = _options()
    facts = study_options.facts(f"benchmarks/{_NAME}_study.py", options.data)
    tables = find_tables(options.data, 600 if options.quick else options.rows, options.only)
    if options.quick:
        tables = [table for table in tables if table.name in _QUICK_TABLES]
    if not tables:
        raise SystemExit("there is no table of that name")
    names = _names()
    whole = not (options.quick or options.only or options.part)
    path = None if options.quick else study_options.SCRATCH / f"{_NAME}_study.jsonl"
    asked = {"rows": options.rows, "only": options.only, "criteria": names}
    asked["tables"] = [table.name for table in tables]
    journal = Journal(path, {"options": asked, "facts": facts}, options.resume)
    cells = _cells(tables, names, options.quick)
    records = {
        part: run(part, cells[part](), journal, options.jobs)
        for part in _PARTS
        if options.part in ("", part)
    }
    _write(records, [table.describe() for table in tables], journal.head["facts"], whole)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    study_options.add_to(parser, jobs=os.cpu_count() or 1)
    parser.add_argument("--part", default="", choices=list(_PARTS), help="this part only")
    return study_options.parse(parser)


def _names() -> list[str]:
    """Return a name for every criterion that there is, aliases left out."""
    return [name for name in criteria.names() if criteria.get(name).name == name]


def _cells(
    tables: list[Table], names: list[str], quick: bool
) -> dict[str, Callable[[], list[Cell]]]:
    return {
        "real": lambda: list(criteria_real.cells(tables, names, quick)),
        "null": lambda: list(criteria_null.cells(names, quick)),
        "samples": lambda: list(criteria_samples.cells(tables, names, quick)),
        "cuts": lambda: list(criteria_cuts.cells(tables, quick)),
        "imbalance": lambda: list(criteria_imbalance.cells(tables, names, quick)),
    }


def _write(
    records: dict[str, list[Record]], tables: list[Record], facts: dict[str, str], whole: bool
) -> None:
    folder = study_options.folder_of(whole)
    text = heading("Split criteria under one builder", facts) + _INTRODUCTION + "## In short\n\n"
    sentences = {part: _PARTS[part].sentence(found) for part, found in records.items()}
    text += "".join(f"- {sentence}\n" for sentence in sentences.values())
    text += f"\n## Sets\n\n{list_tables(tables)}"
    for name, found in records.items():
        part, picture = _PARTS[name], f"{_NAME}_{name}.png"
        put(folder / picture, part.draw(found))
        text += f"\n## {part.TITLE}\n\n{part.report(found)}"
        text += f"\n![{part.TITLE}]({picture})\n\n**{sentences[name]}**\n"
    print(text)
    print(put(folder / f"{_NAME}.md", text.encode()), file=sys.stderr)


_INTRODUCTION = """\
One builder grows all trees, so that only the criterion differs. Each part ends in one sentence,
whether something was found or not.

"""


if __name__ == "__main__":
    main()
