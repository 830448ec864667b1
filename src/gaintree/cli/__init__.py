"""The command line: ``gaintree compare``, ``gaintree explore``, ``gaintree warmup``.

Exit codes: 0 all went well, 2 the arguments or the data cannot be used (one line says why),
130 interrupted.
"""

import argparse
import sys
from collections.abc import Sequence

from gaintree import __version__


class UsageError(Exception):
    """What was asked for cannot be done; the message is one line for the user."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        return int(options.run(options))
    except UsageError as error:
        print(f"gaintree {options.command}: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"gaintree {options.command}: interrupted", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    from gaintree.cli import compare, explore, warmup

    parser = argparse.ArgumentParser(
        prog="gaintree",
        description="Exact information-gain decision trees for scikit-learn.",
    )
    parser.add_argument("--version", action="version", version=f"gaintree {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    compare.add_parser(commands)
    explore.add_parser(commands)
    warmup.add_parser(commands)
    return parser
