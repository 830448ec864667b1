"""``gaintree fit``: grow a tree on a table, show it, keep it."""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from gaintree import GainTreeClassifier, criteria, leaves, prune
from gaintree.cli import UsageError
from gaintree.cli.data import Table, read_labelled
from gaintree.cli.model import save
from gaintree.cli.report import heading, tree_text
from gaintree.model_selection._progress import ProgressLine
from gaintree.model_selection._text import align

_DESCRIPTION = """\
Grow a decision tree on a table, show its top, and write it to a file.

At every node the tree takes the split that gains most: by entropy, the bits that the two sides tell
about the label. Columns of text are categories, which a split sends left in sets; an empty field is
a missing value, and each split learns the side it goes to. The file is one that joblib.load reads:
load only those that you trust."""
_EPILOG = """\
examples:
  gaintree fit adult.csv.gz --target target -o adult.joblib
  gaintree fit adult.csv.gz --target target --max-depth 4 --show 4
  gaintree fit adult.csv.gz --target target --pruning significance \\
      --leaf-probability shrinkage -o adult.joblib
  gaintree fit adult.csv.gz --target target --min-samples-leaf 20 -o adult.joblib --json

A tree that is grown until leaves are pure knows its own rows by heart. --pruning, --max-depth,
--min-samples-leaf and --ccp-alpha keep it small; gaintree compare tells what that does on new rows.
In Python: joblib.load("adult.joblib").predict(frame)."""
_MOST_COLUMNS = 8
_LEAST = {"max_depth": 1, "min_samples_leaf": 1, "ccp_alpha": 0.0, "show": 1}


def add_parser(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "fit",
        help="grow a tree on a table and write it to a file",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "data", metavar="DATA", help="a CSV file, may be compressed, or a Parquet file"
    )
    parser.add_argument("--target", metavar="COLUMN", required=True, help="the column of labels")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write the tree")
    parser.add_argument(
        "--criterion",
        default="entropy",
        metavar="NAME",
        choices=criteria.names(),
        help=f"what a split is to gain (default entropy): {', '.join(criteria.names())}",
    )
    parser.add_argument("--max-depth", type=int, help="splits above a leaf at most (default: any)")
    parser.add_argument(
        "--min-samples-leaf", type=int, default=1, help="rows of a leaf at least (default 1)"
    )
    parser.add_argument(
        "--ccp-alpha",
        type=float,
        default=0.0,
        metavar="BITS",
        help="prune: a leaf has to be worth so many bits a row (default 0)",
    )
    parser.add_argument(
        "--pruning",
        metavar="NAME",
        choices=prune.names(),
        help=f"prune by a method (default none): {', '.join(prune.names())}",
    )
    parser.add_argument(
        "--leaf-probability",
        default="frequency",
        metavar="NAME",
        choices=leaves.names(),
        help=f"of the classes in a leaf (default frequency): {', '.join(leaves.names())}",
    )
    parser.add_argument(
        "--balanced", action="store_true", help="give all classes the same weight in sum"
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="threads; -1 one a processor")
    parser.add_argument(
        "--show", type=int, default=3, metavar="LEVELS", help="levels of the tree shown (default 3)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Grow the tree, write and show it; return the exit code."""
    for name, least in _LEAST.items():
        value = getattr(options, name)
        if value is not None and not value >= least:
            raise UsageError(f"--{name.replace('_', '-')} is {value}; it must be at least {least}.")
    progress = ProgressLine(is_shown=True)
    progress.say(f"reading {options.data}")
    table = read_labelled(options.data, options.target)
    model = GainTreeClassifier(
        criterion=options.criterion,
        max_depth=options.max_depth,
        min_samples_leaf=options.min_samples_leaf,
        ccp_alpha=options.ccp_alpha,
        pruning=options.pruning,
        leaf_probability=options.leaf_probability,
        class_weight="balanced" if options.balanced else None,
        n_jobs=options.jobs,
    )
    progress.say("growing the tree")
    try:
        model.fit(table.X, table.y)
    except (TypeError, ValueError, MemoryError) as error:
        raise UsageError(f"{table.name}: {error}") from error
    finally:
        progress.clear()
    if options.output is not None:
        save(model, options.output)
    found = _describe(model, table, options)
    print(json.dumps(found, indent=2) if options.json else _as_text(found, model, table, options))
    return 0


def _describe(model: GainTreeClassifier, table: Table, options: argparse.Namespace) -> Any:
    gains = model.tree_.compute_feature_importances(normalize=False)
    order = np.argsort(-gains, kind="stable")
    return {
        "data": table.name,
        "n_samples": len(table.y),
        "notes": table.notes,
        "criterion": options.criterion,
        "pruning": options.pruning,
        "n_leaves": model.get_n_leaves(),
        "depth": model.get_depth(),
        "gains": {table.feature_names[j]: float(gains[j]) for j in order},
        "accuracy_on_own_rows": float(model.score(table.X, table.y)),
        "tree": tree_text(model, table.feature_names, options.show),
        "file": options.output,
    }


def _as_text(
    found: Any, model: GainTreeClassifier, table: Table, options: argparse.Namespace
) -> str:
    unit = criteria.get(options.criterion).impurity_unit
    pruned = f", pruned by {options.pruning}" if options.pruning else ""
    gains = [(name, gain) for name, gain in found["gains"].items() if gain > 0.0]
    rows = [["", f"{unit} a row".strip()]]
    rows += [[name, f"{gain:.4f}"] for name, gain in gains[:_MOST_COLUMNS]]
    more = len(gains) - _MOST_COLUMNS
    lines = [
        *heading(table),
        "",
        f"A tree by {found['criterion']}{pruned}: {found['n_leaves']:,} leaves, depth"
        f" {found['depth']}; its top:",
        "",
        found["tree"],
        "",
        "What the splits of each column gain:",
        *align(rows),
        *([f"and {more} more"] if more > 0 else []),
        "",
        f"On its own rows it is right in {found['accuracy_on_own_rows']:.1%}, on new ones in fewer:"
        " see gaintree compare.",
    ]
    if options.output is not None:
        size = Path(options.output).stat().st_size
        lines.append(f"Written to {options.output}, {size / 1000:,.0f} kB.")
    return "\n".join(lines)
