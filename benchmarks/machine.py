"""What stands above the tables: machine, versions, command. No host name, no path."""

import os
import platform
import shlex
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

_PACKAGES = ("gaintree", "numpy", "numba", "scikit-learn")


def describe(cpu: dict[str, Any]) -> dict[str, str]:
    """Return the facts about this machine, by name, in the order in which they are printed."""
    memory = psutil.virtual_memory().total / 2**30
    return {
        "CPU": f"{cpu.get('brand_raw', 'unknown')}, {_cores()} cores",
        "Memory": f"{memory:.0f} GiB",
        "System": f"{platform.system()}, {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "Packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "Date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }


def load() -> str:
    """Return how busy the machine is without us."""
    return f"{psutil.getloadavg()[0]:.2f} in the minute before the run"


def commit(info: dict[str, Any]) -> dict[str, str]:
    """Return the fact about the commit, if there is one, from what pytest-benchmark knows."""
    if info["id"] in ("unknown", "unversioned"):
        return {}
    changes = ", with uncommitted changes" if info["dirty"] else ""
    return {"Commit": info["id"][:12] + changes}


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def command(
    arguments: Iterable[str], folder: Path | None, program: Sequence[str] = ("-m", "pytest")
) -> str:
    """Return the command line, absolute paths and the data folder cut to their last part."""
    shown = ["python", *program]
    for argument in map(str, arguments):
        option, equals, value = argument.rpartition("=")
        if Path(value).is_absolute() or (folder is not None and Path(value) == folder):
            value = Path(value).resolve().name
        shown.append(f"{option}{equals}{value}")
    return shlex.join(shown)
