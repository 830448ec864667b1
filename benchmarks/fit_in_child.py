"""Fit once in a process of its own and print how far its memory rose.

usage: fit_in_child.py LEARNER THREADS FOLDER DEPTH      (depth 0: no limit)
"""

import gc
import json
import re
import resource
import sys
from pathlib import Path

import numpy as np
import psutil

from learners import Learner

_STATUS = Path("/proc/self/status")
_HEAD = 5_000


def forget_peak() -> None:
    """Let the peak start from now, where the system (Linux) can do that."""
    if _STATUS.exists():
        Path("/proc/self/clear_refs").write_text("5")


def peak_bytes() -> int:
    """Return the peak of the resident memory of this process.

    `ru_maxrss` is the peak of the parent as well, if it was higher when it started this process;
    Linux has one without that.
    """
    if _STATUS.exists():
        return int(re.search(r"VmHWM:\s*(\d+) kB", _STATUS.read_text())[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main(name: str, threads: str, folder: str, depth: str) -> None:
    X, y = (np.load(Path(folder) / file) for file in ("X.npy", "y.npy"))
    model = Learner(name, int(threads)).make(max_depth=int(depth) or None)
    model.fit(X[:_HEAD], y[:_HEAD])
    gc.collect()
    forget_peak()
    before = psutil.Process().memory_info().rss
    model.fit(X, y)
    nodes = int(model.tree_.node_count)
    print(json.dumps({"peak": peak_bytes() - before, "input": X.nbytes, "nodes": nodes}))


if __name__ == "__main__":
    main(*sys.argv[1:])
