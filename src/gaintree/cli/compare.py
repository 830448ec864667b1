"""``gaintree compare``: gaintree beside scikit-learn on the same folds of one table."""

import argparse
import sys
import time
import warnings
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold
from sklearn.tree import DecisionTreeClassifier

from gaintree import GainTreeClassifier
from gaintree.cli import UsageError
from gaintree.cli.data import Table, bundled_table, read_csv
from gaintree.cli.report import Figures, Report
from gaintree.information import log_loss
from gaintree.inspection import first_difference

_REFERENCE = "scikit-learn entropy"
_DESCRIPTION = """\
Grow an information-gain tree and put it beside scikit-learn's.

Both libraries grow a tree by entropy and one by Gini on the same folds. The table shows how well
they predict the fold left out, how large they are, and how long they take. Below it stands the top
of the tree grown on all rows, and the first node at which the two entropy trees differ, with the
reason."""
_EPILOG = """\
examples:
  gaintree compare
  gaintree compare adult.csv.gz --target target --max-depth 8
  gaintree compare adult.csv.gz --target target --json > result.json"""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "compare",
        help="gaintree beside scikit-learn on one table",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", nargs="?", metavar="DATA.csv", help="a CSV file, may be compressed")
    parser.add_argument("--target", metavar="COLUMN", help="the column of labels")
    parser.add_argument("--folds", type=int, default=5, help="of the cross-validation (default 5)")
    parser.add_argument("--seed", type=int, default=0, help="of the shuffle (default 0)")
    parser.add_argument("--max-depth", type=int, help="of all trees (default: none)")
    parser.add_argument(
        "--show", type=int, default=3, metavar="LEVELS", help="levels of the tree shown (default 3)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    if options.data is None and options.target is not None:
        raise UsageError("--target needs a DATA.csv")
    for name, least in (("folds", 2), ("max_depth", 1), ("show", 1), ("seed", 0)):
        value = getattr(options, name)
        if value is not None and value < least:
            raise UsageError(f"--{name.replace('_', '-')} is {value}; it must be at least {least}.")
    if options.seed >= 2**32:
        raise UsageError(f"--seed is {options.seed}; it must be less than 2**32.")
    if options.data is not None and options.target is None:
        raise UsageError(f"--target is missing: which column of {options.data} is to be predicted?")
    table = bundled_table() if options.data is None else read_csv(options.data, options.target)
    folds = _folds(table, options.folds, options.seed)
    figures = _cross_validate(table, folds, options.max_depth, _Progress())
    ours = GainTreeClassifier(max_depth=options.max_depth).fit(table.X, table.y)
    theirs = DecisionTreeClassifier(
        criterion="entropy", max_depth=options.max_depth, random_state=0
    ).fit(table.X, table.y)
    difference = first_difference(ours, theirs, table.X, table.y)
    report = Report(table, figures, _REFERENCE, len(folds), ours, theirs, difference, options.show)
    print(report.as_json() if options.json else report.as_text())
    return 0


def _learners(max_depth: int | None) -> dict[str, Any]:
    shared: dict[str, Any] = {"max_depth": max_depth, "random_state": 0}
    return {
        "gaintree entropy": GainTreeClassifier(criterion="entropy", **shared),
        "gaintree gini": GainTreeClassifier(criterion="gini", **shared),
        "scikit-learn entropy": DecisionTreeClassifier(criterion="entropy", **shared),
        "scikit-learn gini": DecisionTreeClassifier(criterion="gini", **shared),
    }


def _folds(table: Table, n_folds: int, seed: int) -> list[tuple[Any, Any]]:
    labels, counts = np.unique(table.y, return_counts=True)
    if n_folds > counts.max():
        raise UsageError(
            f"--folds is {n_folds}, but no class has that many rows (the largest {counts.max()})."
        )
    rare = labels[counts < n_folds]
    if len(rare):
        table.notes.append(f"classes with fewer rows than there are folds: {len(rare)}")
    with warnings.catch_warnings():  # said in the note above
        warnings.filterwarnings("ignore", "The least populated class")
        splitter = StratifiedKFold(n_folds, shuffle=True, random_state=seed)
        return list(splitter.split(table.X, table.y))


def _cross_validate(
    table: Table, folds: list[tuple[Any, Any]], max_depth: int | None, progress: "_Progress"
) -> list[Figures]:
    """Fit every learner on every fold, taking turns, so that a slow moment hits all alike."""
    learners = _learners(max_depth)
    results = {name: Figures(name) for name in learners}
    for learner in learners.values():  # compile or load what it needs, so that no fold pays for it
        clone(learner).fit(table.X[:2], [0, 1]).predict_proba(table.X[:2])
    for number, (train, test) in enumerate(folds, 1):
        for name, learner in learners.items():
            progress.say(f"fold {number} of {len(folds)}", name)
            _measure(learner, table, train, test, results[name])
    progress.clear()
    return list(results.values())


def _measure(learner: Any, table: Table, train: Any, test: Any, figures: Figures) -> None:
    X_train, y_train, X_test, y_test = table.X[train], table.y[train], table.X[test], table.y[test]
    start = time.perf_counter()
    learner.fit(X_train, y_train)
    fitted = time.perf_counter()
    proba = learner.predict_proba(X_test)
    figures.predict_seconds.append(time.perf_counter() - fitted)
    figures.fit_seconds.append(fitted - start)
    labels = np.unique(table.y)
    # A class that the training rows lack has probability 0.
    full = np.zeros((len(test), len(labels)))
    full[:, np.searchsorted(labels, learner.classes_)] = proba
    figures.accuracy.append(float((labels[full.argmax(axis=1)] == y_test).mean()))
    figures.log_loss.append(float(log_loss(y_test, full, labels=labels)))
    figures.leaves.append(int(learner.get_n_leaves()))
    figures.depth.append(int(learner.get_depth()))


class _Progress:
    """A line on stderr that is written over; where that is no terminal, a line a step."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._step = ""

    def say(self, step: str, detail: str = "") -> None:
        if self._live:
            print(f"\r\033[K{step}  {detail}", end="", file=sys.stderr, flush=True)
        elif step != self._step:
            print(step, file=sys.stderr, flush=True)
        self._step = step

    def clear(self) -> None:
        if self._live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
