"""``gaintree explore``: a tree of one table as a page to play with."""

import argparse
import sys
from pathlib import Path
from typing import Any

from gaintree import GainTreeClassifier, criteria
from gaintree.cli import UsageError
from gaintree.cli.data import read_labelled
from gaintree.inspection import explore
from gaintree.model_selection._progress import ProgressLine

_DESCRIPTION = """\
Grow a tree and write a page on which every split can be asked why it is there.

The page is one HTML file that needs no network: open it in a browser. It shows, for each node, what
the split gains, what came second, by how much, and whether that may be luck; the gain of every cut
of every feature, with a cut that you can move; what other criteria would choose; the growth of the
tree bit by bit; its pruning, with errors on rows held out; and a game of guessing splits.

Columns of text are categories, empty fields are missing values. Of more rows than fit into some
megabytes the page holds a part, and says so."""
_EPILOG = """\
examples:
  gaintree explore adult.csv.gz --target target -o adult.html
  gaintree explore adult.csv.gz --target target -o adult.html --max-depth 6 --criterion gini"""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser(
        "explore",
        help="a tree of one table as a page to play with",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "data", metavar="DATA.csv", help="a CSV file, may be compressed, or Parquet"
    )
    parser.add_argument("--target", metavar="COLUMN", required=True, help="the column of labels")
    parser.add_argument("-o", "--output", metavar="PAGE.html", required=True, help="the page")
    parser.add_argument(
        "--criterion", default="entropy", choices=criteria.names(), help="default entropy"
    )
    parser.add_argument("--max-depth", type=int, help="of the tree (default: none)")
    parser.add_argument(
        "--min-samples-leaf", type=int, default=1, metavar="N", help="of the tree (default 1)"
    )
    parser.add_argument(
        "--test-size",
        type=float,
        default=0.25,
        metavar="SHARE",
        help="of rows on which prunings are tried, 0 for none (default 0.25)",
    )
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn (default 0)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Grow the tree and write the page; return the exit code."""
    _check(options)
    progress = ProgressLine(is_shown=True)
    progress.say(f"reading {options.data}")
    table = read_labelled(options.data, options.target)
    X, y = table.X, table.y
    progress.clear()
    for note in table.notes:
        print(note, file=sys.stderr)
    tree = GainTreeClassifier(
        criterion=options.criterion,
        max_depth=options.max_depth,
        min_samples_leaf=options.min_samples_leaf,
    )
    progress.say("growing the tree")
    try:
        tree.fit(X, y)
    except (TypeError, ValueError) as error:  # of a column that holds what no tree can take
        progress.clear()
        raise UsageError(f"{options.data}: {str(error).splitlines()[0]}") from None
    progress.say("searching its nodes again, and putting the page together")
    page = explore(
        tree,
        X,
        y,
        test_size=options.test_size,
        title=f"{options.target} of {Path(options.data).name}",
        random_state=options.seed,
    )
    progress.clear()
    try:
        page.save(options.output)
    except OSError as error:
        raise UsageError(f"cannot write {options.output}: {error.strerror or error}") from None
    size = Path(options.output).stat().st_size / 1e6
    print(
        f"{options.output}: {len(y):,} rows x {X.shape[1]}, {tree.tree_.node_count:,} nodes,"
        f" {size:.1f} MB. Open it in a browser."
    )
    return 0


def _check(options: argparse.Namespace) -> None:
    for name, least in (("max_depth", 1), ("min_samples_leaf", 1), ("seed", 0)):
        value = getattr(options, name)
        if value is not None and value < least:
            raise UsageError(f"--{name.replace('_', '-')} is {value}; it must be at least {least}.")
    if options.seed >= 2**32:
        raise UsageError(f"--seed is {options.seed}; it must be less than 2**32.")
    if not 0.0 <= options.test_size < 1.0:
        raise UsageError(f"--test-size is {options.test_size}; it must be from 0 to below 1.")
    folder = Path(options.output).absolute().parent
    if not folder.is_dir():  # better said before the tree is grown
        raise UsageError(f"cannot write {options.output}: there is no folder {folder}.")
