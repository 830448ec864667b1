"""What the studies' command lines have in common, and where their reports go."""

import argparse
import sys
from pathlib import Path

from cpuinfo import get_cpu_info
from pytest_benchmark.utils import get_commit_info

import machine

_HERE = Path(__file__).parent
SCRATCH = _HERE / ".benchmarks"


def add_to(parser: argparse.ArgumentParser, jobs: int) -> None:
    parser.add_argument("--data", type=Path, help="folder of *.csv.gz, last column `target`")
    parser.add_argument("--quick", action="store_true", help="a look in two minutes")
    parser.add_argument("--only", default="", metavar="TEXT", help="sets with this in their name")
    parser.add_argument("--rows", type=int, default=10_000, help="at most, of a set (%(default)s)")
    parser.add_argument("--jobs", type=int, default=jobs, help="processes (%(default)s)")
    parser.add_argument("--resume", action="store_true", help="go on with the run that was stopped")


def parse(parser: argparse.ArgumentParser) -> argparse.Namespace:
    options = parser.parse_args()
    if options.data is not None and not any(options.data.glob("*.csv.gz")):
        parser.error(f"--data: no *.csv.gz in {options.data}")
    return options


def facts(script: str, folder: Path | None) -> dict[str, str]:
    """Return what stands above a report: machine, versions, date, command."""
    command = machine.command(sys.argv[1:], folder, [script])
    found = machine.describe(get_cpu_info()) | {"Load": machine.load(), "Command": command}
    return found | machine.commit(get_commit_info())


def folder_of(whole: bool) -> Path:
    """Return where the report goes: that of a whole run to the results, others aside."""
    folder = _HERE / "results" if whole else SCRATCH
    folder.mkdir(exist_ok=True)
    return folder
