"""Fits at once, after a fork, and interrupted."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from joblib import Parallel, delayed

from gaintree import GainTreeClassifier

INTERRUPTED = """
import time
import numpy as np
from gaintree import GainTreeClassifier

rng = np.random.default_rng(0)
X, y = rng.normal(size=(3000, 5)), rng.integers(0, 2, 3000)
model = GainTreeClassifier(n_jobs={n_jobs}).fit(X, y)
X, y = rng.normal(size=(300_000, 20)), rng.integers(0, 20, 300_000)
print("ready", flush=True)
try:
    while True:
        model.fit(X, y)
except KeyboardInterrupt:
    print(time.time(), hasattr(model, "tree_"), flush=True)
"""


MANY = 50_000  # samples; so many that threads are started


def table(n):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 6)).astype(np.float32)
    return X, (X[:, 0] + rng.normal(size=n) > 0).astype(int)


def fitted(X, y, **parameters):
    return GainTreeClassifier(**parameters).fit(X, y).tree_


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_fits_from_many_threads(n_jobs):
    X, y = table(MANY)
    expected = fitted(X, y)
    with ThreadPoolExecutor(6) as pool:
        trees = list(pool.map(lambda _: fitted(X, y, n_jobs=n_jobs), range(12)))
    assert all(tree.equals(expected) for tree in trees)


@pytest.mark.parametrize("backend", ["threading", "loky"])
def test_fits_under_joblib(backend):
    X, y = table(MANY)
    expected = fitted(X, y)
    trees = Parallel(n_jobs=2, backend=backend)(delayed(fitted)(X, y, n_jobs=2) for _ in range(4))
    assert all(tree.equals(expected) for tree in trees)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_fit_after_a_fork():
    code = """
import os, sys
import numpy as np
from test_concurrency import MANY, fitted, table
X, y = table(MANY)
expected = fitted(X, y, n_jobs=2)
child = os.fork()
if child == 0:
    os._exit(0 if fitted(X, y, n_jobs=2).equals(expected) else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    path = os.pathsep.join([os.path.dirname(__file__), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=120)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a child on Windows")
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_an_interrupt_is_heard_and_leaves_no_tree(n_jobs):
    code = INTERRUPTED.format(n_jobs=n_jobs)
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    time.sleep(1.0)
    sent = time.time()
    child.send_signal(signal.SIGINT)
    watchdog = threading.Timer(60, child.kill)
    watchdog.start()
    heard, has_tree = child.communicate()[0].split()
    watchdog.cancel()
    assert has_tree == "False"
    assert float(heard) - sent < 20  # far less; how long is for the benchmarks to say
