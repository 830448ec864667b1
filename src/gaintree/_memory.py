"""How much memory is left, and the error where more is asked for.

Linux lends more memory than there is. What asks for too much gets it, and crawls or is killed when
it writes there. So who is about to fill large arrays says so here first.
"""

import functools
import os
import re
from typing import NamedTuple

FEWER = "Fewer samples or features take less; X as float32 leaves more free than as float64."
_LEAST = 2**26  # bytes; fewer are not worth the time to look, some 10 us
_UNLIMITED = 2**60
_PROC, _CGROUPS = "/proc", "/sys/fs/cgroup"


def require_memory(n_bytes: int, advice: str, purpose: str, *numbers: int) -> None:
    """Raise if there is not the memory for arrays that are about to be filled.

    Parameters
    ----------
    n_bytes : int
        Of these arrays.
    advice : str
        What would take less, a sentence.
    purpose : str
        What takes them, the start of a sentence; ``{:,}`` stands for each of the `numbers`.
    *numbers : int

    Raises
    ------
    MemoryError
        If there are more bytes than can be had without swapping. Where the system does not say how
        many those are, nothing is raised.
    """
    if n_bytes < _LEAST or _available(n_bytes) >= n_bytes:
        return
    _limited_groups.cache_clear()  # a limit may have been raised since it was read
    available = _available(n_bytes)
    if available < n_bytes:
        raise MemoryError(
            f"{purpose.format(*numbers)} takes at least {_readable(n_bytes)} of memory, and"
            f" {_readable(available)} are available. {advice}"
        )


def _readable(n_bytes: float) -> str:
    if n_bytes < 2**30:
        return f"{n_bytes / 2**20:,.0f} MiB"
    return f"{n_bytes / 2**30:,.1f} GiB"


def _available(n_wanted: int) -> float:
    """Bytes that can be had without swapping, right if they are fewer than `n_wanted`."""
    available = _free_in_machine()
    for group in _limited_groups():
        available = min(available, _free_in_group(group, n_wanted))
    return max(available, 0.0)


def _free_in_machine() -> float:
    found = re.search(rb"MemAvailable:\s*(\d+) kB", _read(f"{_PROC}/meminfo"))
    return 1024.0 * int(found[1]) if found else float("inf")


class _Names(NamedTuple):
    """The files of a control group."""

    limit: str
    usage: str
    cached: bytes  # of the lines of memory.stat that count what files could be read from again


_FIRST = _Names(
    "memory.limit_in_bytes", "memory.usage_in_bytes", rb"^total_(?:in)?active_file (\d+)"
)
_SECOND = _Names("memory.max", "memory.current", rb"^(?:in)?active_file (\d+)")


class _Group(NamedTuple):
    folder: str
    names: _Names
    limit: int


@functools.cache
def _limited_groups() -> list[_Group]:
    """The control groups of this process, and those around them, that have a limit."""
    groups = []
    for line in os.fsdecode(_read(f"{_PROC}/self/cgroup")).splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            names, root = _SECOND, _CGROUPS
        elif "memory" in controllers.split(","):
            names, root = _FIRST, f"{_CGROUPS}/memory"
        else:
            continue
        parts = [part for part in path.split("/") if part]
        for n in range(len(parts) + 1):
            folder = "/".join([root, *parts[:n]])
            limit = _read(f"{folder}/{names.limit}").strip()
            if limit.isdigit() and int(limit) < _UNLIMITED:
                groups.append(_Group(folder, names, int(limit)))
    return groups


def _free_in_group(group: _Group, n_wanted: int) -> float:
    usage = _read(f"{group.folder}/{group.names.usage}").strip()
    free = group.limit - int(usage) if usage.isdigit() else float("inf")
    if free < n_wanted:
        stat = _read(f"{group.folder}/memory.stat")
        free += sum(map(int, re.findall(group.names.cached, stat, re.MULTILINE)))
    return free


def _read(path: str) -> bytes:
    """The content of a small file of the system, empty if there is none."""
    try:
        file = os.open(path, os.O_RDONLY)
        try:
            return os.read(file, 2**14)
        finally:
            os.close(file)
    except OSError:
        return b""
