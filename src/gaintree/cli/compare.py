"""``gaintree compare``: criteria, and scikit-learn's trees, on the same folds of one table."""

import argparse
import difflib
from typing import Any

import numpy as np

from gaintree import GainTreeClassifier, criteria, prune
from gaintree.cli import UsageError
from gaintree.cli.data import Table, bundled_table, read_labelled
from gaintree.cli.report import Report
from gaintree.model_selection import compare_criteria

_DESCRIPTION = """\
Grow a tree by each of several criteria, and put them beside each other and scikit-learn's.

All are grown on the same folds, by the same rules; beside them stands the first criterion's tree
once more, pruned, with probabilities that trust small leaves less (--pruning). The first table
shows how well they predict the fold left out, how large they are, and how long they take; the
second how they differ from the first criterion's trees, and whether that is more than luck. Below
stands the top of the first criterion's tree of all rows, and the first node at which scikit-learn's
entropy tree differs, with the reason.

Columns of text go in as categories, which splits send left in sets; to scikit-learn they are
integers in alphabetical order."""
_EPILOG = """\
examples:
  gaintree compare
  gaintree compare adult.csv.gz --target target --max-depth 8
  gaintree compare adult.csv.gz --target target --criteria all
  gaintree compare adult.csv.gz --target target --json > result.json

Trees are grown until leaves are pure, and such trees foretell badly how sure they are: see how the
pruned one fares; --max-depth and --min-samples-leaf keep all of them small."""
_LEAST = {
    "folds": 2,
    "max_depth": 1,
    "min_samples_leaf": 1,
    "show": 1,
    "seed": 0,
}


def add_parser(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "compare",
        help="criteria, and scikit-learn, beside each other on one table",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "data", nargs="?", metavar="DATA", help="a CSV file, may be compressed, or a Parquet file"
    )
    parser.add_argument("--target", metavar="COLUMN", help="the column of labels")
    parser.add_argument(
        "--criteria",
        default="entropy,gini",
        metavar="NAMES",
        help="what is compared, the first with each of the others: names with commas between, or"
        f" all (default entropy,gini; there are {', '.join(criteria.names())})",
    )
    parser.add_argument(
        "--pruning",
        default="significance",
        metavar="NAME",
        choices=[*prune.names(), "none"],
        help="how the first criterion's tree is pruned (default significance; there are"
        f" {', '.join(prune.names())}, none)",
    )
    parser.add_argument("--folds", type=int, default=5, help="of the cross-validation (default 5)")
    parser.add_argument("--seed", type=int, default=0, help="of the shuffle (default 0)")
    parser.add_argument("--max-depth", type=int, help="of all trees (default: none)")
    parser.add_argument(
        "--min-samples-leaf", type=int, default=1, help="rows of a leaf at least (default 1)"
    )
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="trees grown at a time; -1 one a processor"
    )
    parser.add_argument(
        "--show", type=int, default=3, metavar="LEVELS", help="levels of the tree shown (default 3)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare the criteria on the table and print what came out; return the exit code."""
    _check(options)
    chosen = _read_criteria(options.criteria)
    if options.data is None:
        table = bundled_table()
    else:
        table = read_labelled(options.data, options.target)
    _refuse_folds(table, options.folds)
    template = GainTreeClassifier(
        max_depth=options.max_depth, min_samples_leaf=options.min_samples_leaf
    )
    try:
        found = compare_criteria(
            table.X,
            table.y,
            criteria=chosen,
            baselines=("entropy", "gini") if "gini" in chosen or chosen == "all" else ("entropy",),
            estimator=template,
            pruning=None if options.pruning == "none" else options.pruning,
            cv=options.folds,
            random_state=options.seed,
            n_jobs=options.jobs,
            verbose=True,
        )
    except (TypeError, ValueError) as error:
        raise UsageError(f"{table.name}: {error}") from error
    report = Report(table, found, options.show)
    print(report.as_json() if options.json else report.as_text())
    return 0


def _check(options: argparse.Namespace) -> None:
    if options.data is None and options.target is not None:
        raise UsageError("--target needs a file, DATA")
    for name, least in _LEAST.items():
        value = getattr(options, name)
        if value is not None and value < least:
            raise UsageError(f"--{name.replace('_', '-')} is {value}; it must be at least {least}.")
    if options.seed >= 2**32:
        raise UsageError(f"--seed is {options.seed}; it must be less than 2**32.")
    if options.jobs == 0:
        raise UsageError("--jobs is 0; it must be a number of trees, or -1.")
    if options.data is not None and options.target is None:
        raise UsageError(f"--target is missing: which column of {options.data} is to be predicted?")


def _read_criteria(given: str) -> str | list[str]:
    if given == "all":
        return given
    chosen = [name.strip() for name in given.split(",")]
    for name in chosen:
        if name not in criteria.names():
            close = difflib.get_close_matches(name, criteria.names(), n=1)
            hint = f"did you mean {close[0]!r}?" if close else "gaintree compare --help lists them."
            raise UsageError(f"--criteria names {name!r}, which there is not; {hint}")
    return chosen


def _refuse_folds(table: Table, n_folds: int) -> None:
    largest = np.unique(table.y, return_counts=True)[1].max()
    if n_folds > largest:
        raise UsageError(
            f"--folds is {n_folds}, but no class has that many rows (the largest {largest})."
        )
