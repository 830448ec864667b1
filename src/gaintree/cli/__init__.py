"""The command line: ``compare``, ``explain``, ``explore``, ``fit``, ``predict`` and ``warmup``.

Exit codes: 0 all went well, 1 nobody reads the output any more, 2 the arguments or the data cannot
be used (one line says why), 130 interrupted.
"""

import argparse
import os
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
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except UsageError as error:
        print(f"gaintree {options.command}: error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"gaintree {options.command}: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # as by `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _parser() -> argparse.ArgumentParser:
    from gaintree.cli import compare, explain, explore, fit, predict, warmup

    parser = argparse.ArgumentParser(
        prog="gaintree",
        description="Exact information-gain decision trees for scikit-learn.",
        epilog="gaintree COMMAND --help tells what a command does, with examples.",
    )
    parser.add_argument("--version", action="version", version=f"gaintree {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for command in (fit, predict, explain, explore, compare, warmup):
        command.add_parser(commands)
    return parser
