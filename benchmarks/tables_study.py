"""Trees on tables with categories: what native splits by sets gain, and what they cost.

usage: python benchmarks/tables_study.py --data DIR [--quick] [--only TEXT] [--rows N] [--rounds N]
       python benchmarks/tables_study.py --again

Cross-validation over the sets of DIR that have columns of text. The report and its figure go to
results/tables_study.md and .png; with --quick or --only it is only printed. --again writes the
report of the last whole run once more.
"""

import argparse
import json
import os
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

for _variable in ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR"):
    os.environ[f"{_variable}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 (the environment comes first)
import numpy.typing as npt  # noqa: E402
from cpuinfo import get_cpu_info  # noqa: E402
from pytest_benchmark.utils import get_commit_info  # noqa: E402
from sklearn.model_selection import StratifiedKFold, train_test_split  # noqa: E402
from threadpoolctl import threadpool_limits  # noqa: E402

import category_misses  # noqa: E402
import machine  # noqa: E402
import report  # noqa: E402
import study_figure  # noqa: E402
import study_report  # noqa: E402
from datasets import depth_name, read_frame, text_columns  # noqa: E402
from peers import Task  # noqa: E402
from study_learners import Entrant, entrants, racers  # noqa: E402
from study_leaves import quality  # noqa: E402
from tables import Record  # noqa: E402

_HERE = Path(__file__).parent
_RAW = _HERE / ".benchmarks" / "tables_study.json"
_FEWEST_ROWS = 100
_FAST = 0.1  # seconds; faster fits are timed several times a fold
_FEW_ROWS = 2_000  # the smallest sets will do
_DEPTHS = (None, 8)
_LARGEST = "flights_nyc13"
_CLASS_OF_TWO = "late"  # of the largest, against the others: a task that all can do

Labels = npt.NDArray[np.int64]


class Plan:
    """How much of it is done: the whole study, or a quick look."""

    def __init__(self, quick: bool, rows: int, rounds: int):
        self.n_folds = 3 if quick else 5
        self.most_rows = 3_000 if quick else rows
        self.turns = 1 if quick else 3  # of fast fits, in each fold
        self.races = 0 if quick else rounds  # on the largest table as a whole
        self.random_tables = 50 if quick else 500
        self.nodes = 50 if quick else 400


def main() -> None:
    options = _options()
    if options.again:
        _write(json.loads(_RAW.read_text(encoding="utf-8")))
        return
    facts, began = _facts(options), time.process_time()
    warnings.filterwarnings("ignore", "The least populated class", UserWarning)  # said in the text
    with threadpool_limits(1):
        run = _run(
            Plan(options.quick, options.rows, options.rounds), options.data, options.only or ""
        )
    run["facts"] = facts | {"CPU time": f"{time.process_time() - began:.0f} s"}
    if options.quick or options.only:
        print(study_report.render(run))
        return
    _RAW.parent.mkdir(exist_ok=True)
    report.put(_RAW, json.dumps(run).encode())
    _write(run)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder of *.csv.gz, last column `target`")
    parser.add_argument("--quick", action="store_true", help="a look in two minutes, only printed")
    parser.add_argument("--only", help="only sets with this in their name, only printed")
    parser.add_argument("--rows", type=int, default=50_000, help="at most, of a set (%(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=3, help="of fits of the largest set as a whole (%(default)s)"
    )
    parser.add_argument("--again", action="store_true", help="write the last report once more")
    options = parser.parse_args()
    if not options.again and (options.data is None or not any(options.data.glob("*.csv.gz"))):
        parser.error(f"--data: no *.csv.gz in {options.data}")
    return options


def _facts(options: argparse.Namespace) -> dict[str, str]:
    script = "benchmarks/tables_study.py"
    command = machine.command(sys.argv[1:], options.data, [script])
    facts = machine.describe(get_cpu_info()) | {"Load": machine.load(), "Command": command}
    return facts | machine.commit(get_commit_info())


def _write(run: dict[str, Any]) -> None:
    text = study_report.render(run)
    print(text)
    folder = _HERE / "results"
    report.put(folder / "tables_study.png", study_figure.draw(run["records"]))
    report.put(folder / "tables_study.md", text.encode())


def _run(plan: Plan, folder: Path, only: str) -> dict[str, Any]:
    """Return the sets, a record a fit or refusal, those of the largest table, and the misses."""
    sets, records, misses, races = [], [], [], []
    for path in sorted(folder.glob("*.csv.gz"), key=lambda path: path.stat().st_size):
        name = path.name.removesuffix(".csv.gz")
        frame, target = read_frame(path)
        if only not in name or not text_columns(frame) or len(frame) < _FEWEST_ROWS:
            continue
        sample, y = _sample(frame, target, plan.most_rows)
        sets.append(_describe(name, frame, sample, y))
        print(f"{name}: {len(sample)} rows", file=sys.stderr, flush=True)
        records += _cross_validate(name, sample, y, plan)
        misses.append(_misses(name, category_misses.node_tables(sample, y, plan.nodes)))
        if name == _LARGEST and plan.races:
            races = list(_race(frame, target, plan.races))
    for n_classes in (3, 5, 10):
        for has_signal in (True, False):
            drawn = category_misses.random_tables(n_classes, has_signal, plan.random_tables)
            signal = "shares of their own" if has_signal else "equal shares"
            misses.append(_misses(f"random, {n_classes} classes, {signal}", drawn))
    misses = [one for one in misses if one["tables"]]
    return {"sets": sets, "records": records, "misses": misses, "races": races}


def _sample(frame: Any, target: npt.NDArray[Any], most: int) -> tuple[Any, Labels]:
    """Return at most so many rows, drawn by class, and their labels as codes."""
    if len(frame) > most:
        frame, _, target, _ = train_test_split(
            frame, target, train_size=most, stratify=target, random_state=0
        )
    return frame.reset_index(drop=True), np.unique(target, return_inverse=True)[1]


def _describe(name: str, frame: Any, sample: Any, y: Labels) -> Record:
    text = text_columns(frame)
    return {
        "set": name,
        "rows": len(frame),
        "used": len(sample),
        "numbers": frame.shape[1] - len(text),
        "text": len(text),
        "most": int(frame[text].nunique().max()),
        "classes": int(y.max()) + 1,
    }


def _misses(name: str, tables: Iterator[category_misses.Counts]) -> Record:
    return {"name": name} | category_misses.measure(tables)


def _cross_validate(name: str, frame: Any, y: Labels, plan: Plan) -> Iterator[Record]:
    folds = StratifiedKFold(plan.n_folds, shuffle=True, random_state=0)
    for depth in _DEPTHS:
        everything = Task(frame, y, {"max_depth": depth})
        refusals = {entrant: entrant.refusal(everything) for entrant in entrants()}
        field = [entrant for entrant, reason in refusals.items() if reason is None]
        label = {"set": name, "setting": depth_name(depth)}
        for entrant, reason in refusals.items():
            if reason:
                yield label | {"learner": entrant.name, "skipped": reason}
        for entrant in field:
            if entrant.peer.compiles or len(y) < _FEW_ROWS:
                _fit(entrant, everything)  # imports and compiling are not timed
        for fold, (train, test) in enumerate(folds.split(frame, y)):
            task, fast = Task(frame.iloc[train], y[train], everything.params), field
            for turn in range(plan.turns):
                turns, fast = fast, []
                for entrant in turns:
                    encoder, encoded, model, taken = _fit(entrant, task)
                    record = label | _about(entrant) | taken | {"fold": fold}
                    if taken["seconds"] < _FAST:
                        fast.append(entrant)
                    if turn == 0:
                        held_out = Task(encoder.transform(frame.iloc[test]), y[test])
                        record |= _quality(entrant, model, encoded, held_out, int(y.max()) + 1)
                    yield record


def _about(entrant: Entrant) -> Record:
    peer = entrant.peer
    return {"learner": entrant.name, "what": entrant.what, "version": peer.version}


def _fit(entrant: Entrant, task: Task) -> tuple[Any, Task, Any, dict[str, float]]:
    """Return the encoder, the task as encoded, the model, and the seconds of each.

    All are on one thread, so processor time is what a quiet machine would take.
    """
    encoder, start = entrant.encoder(), time.process_time()
    encoded = Task(encoder.fit_transform(task.X), task.y, task.params)
    middle = time.process_time()
    model = entrant.peer.fit(encoded)
    taken = {"encoding": middle - start, "fit": time.process_time() - middle}
    return encoder, encoded, model, taken | {"seconds": sum(taken.values())}


def _quality(entrant: Entrant, model: Any, train: Task, test: Task, n_classes: int) -> Record:
    ends = [entrant.peer.leaves(model, task) for task in (train, test)]
    return quality(ends[0], train.y, ends[1], test.y, n_classes)


def _race(frame: Any, target: npt.NDArray[Any], rounds: int) -> Iterator[Record]:
    """Time fits on the whole of a table, the learners in turns."""
    y = np.unique(target, return_inverse=True)[1]
    against_others = (target == _CLASS_OF_TWO).astype(np.int64)
    for labels, what in ((y, "3 classes"), (against_others, "2 classes")):
        for depth in _DEPTHS:
            task = Task(frame, labels, {"max_depth": depth})
            print(
                f"{_LARGEST} as a whole: {what}, {depth_name(depth)}", file=sys.stderr, flush=True
            )
            field = [entrant for entrant in racers() if entrant.refusal(task) is None]
            for entrant in field:
                if entrant.peer.compiles:
                    _fit(entrant, task)
            for number in range(rounds):
                for entrant in field:
                    _, encoded, model, taken = _fit(entrant, task)
                    case = {"case": f"{what}, {depth_name(depth)}", "round": number}
                    if number == 0:
                        leaves = np.ravel(entrant.peer.leaves(model, encoded))
                        case["leaves"] = len(np.unique(leaves))
                    yield _about(entrant) | case | taken


if __name__ == "__main__":
    main()
