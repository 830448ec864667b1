"""The house decorators: caches that are fresh, survive damage, and are never required."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import gaintree
from gaintree._cache import _CacheFile

SOURCE = Path(gaintree.__file__).parent

FIT = """
from gaintree.encode import encode_columns
import numpy as np
columns = encode_columns(np.array([[3.0], [1.0], [2.0]]))
print([int(word) & 0xFFFFFFFF for word in columns.words[0]])
"""


def start(code, cache, source=SOURCE, before=(), **variables):
    """Run code in a fresh interpreter with a numba cache of its own."""
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": str(cache),
        "PYTHONPATH": str(source.parent),
        "PYTHONDONTWRITEBYTECODE": "1",
        **variables,
    }
    command = [sys.executable, *before, "-c", code]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=environment, **pipes)


def result_of(process):
    """Return stdout and stderr, when it has ended well."""
    output, messages = (text.strip() for text in process.communicate())
    assert process.returncode == 0, messages
    return output, messages


def run(*arguments, **options):
    return result_of(start(*arguments, **options))


def test_compiling_is_announced_once_and_then_cached(tmp_path):
    first, again = run(FIT, tmp_path), run(FIT, tmp_path)
    assert first[0] == again[0] == "[1, 2, 0]"
    assert "compiling" in first[1]
    assert again[1] == ""


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_a_damaged_cache_is_written_anew(tmp_path, suffix):
    run(FIT, tmp_path)
    for file in tmp_path.rglob(f"*.{suffix}"):
        file.write_bytes(file.read_bytes()[:30])
    assert run(FIT, tmp_path)[0] == "[1, 2, 0]"
    assert run(FIT, tmp_path) == ("[1, 2, 0]", "")


@pytest.mark.parametrize("edited", ["encode/columns.py", "grow/scratch.py"])
def test_an_edited_file_is_seen(tmp_path, edited):
    """numba's own cache would go on using the old code of a kernel in another file."""
    package = tmp_path / "copy" / "gaintree"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    code = "\n".join(
        [
            "from gaintree.grow.draw import derive, draw_next",
            "import numpy as np",
            "print(int(draw_next(np.arange(9), 0, np.uint64(0))))",
        ]
    )
    before = run(code, tmp_path / "cache", package)
    assert run(code, tmp_path / "cache", package) == (before[0], "")
    file = package / edited  # of kernels; of numbers that kernels use
    file.write_text(file.read_text() + "\n# it has changed\n")
    assert "compiling" in run(code, tmp_path / "cache", package)[1]


def test_no_folder_for_a_cache_is_no_reason_to_fail(tmp_path):
    code = "from numba.core import caching; caching.FunctionCache._impl_class._locator_classes = []"
    result, message = run(code + FIT, tmp_path)
    assert result == "[1, 2, 0]"
    assert message.count("compiling") == 1
    assert not list(tmp_path.rglob("*.nbi"))


def test_importing_compiles_nothing_and_loads_little(tmp_path):
    """scikit-learn itself imports pandas where it is installed; gaintree adds numba alone."""
    code = (
        "import sys, sklearn.tree; before = set(sys.modules); import gaintree;"
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before} - {'gaintree'}))"
    )
    modules, messages = run(code, tmp_path)
    assert messages == ""
    assert "'numba'" in modules
    for name in ("pandas", "matplotlib", "polars", "pyarrow", "argparse"):
        assert f"'{name}'" not in modules
    assert not list(tmp_path.rglob("*.nbi"))


CRITERION = """
from gaintree import GainTreeClassifier
from gaintree._jit import formula
from gaintree.criteria import Gini

@formula
def impurity(weights, total, parameter):
    return {factor} * (1.0 - ((weights / total) ** 2).sum())

class Mine(Gini):
    impurity = staticmethod(impurity)
"""


def test_an_edited_criterion_of_a_user_is_seen(tmp_path):
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import mine;"
        "print(mine.GainTreeClassifier(criterion=mine.Mine()).fit([[0], [1]], [0, 1])"
        ".tree_.impurity[0])"
    )
    shown = []
    for factor in (1.0, 5.0):
        (tmp_path / "mine.py").write_text(CRITERION.format(factor=factor))
        shown.append(run(code, tmp_path / "cache")[0])
    assert shown == ["0.5", "2.5"]


def test_growth_says_that_it_needs_the_compiler():
    code = "from gaintree import GainTreeClassifier; GainTreeClassifier().fit([[0], [1]], [0, 1])"
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True
    )
    assert result.stderr.splitlines()[-1].startswith("RuntimeError: NUMBA_DISABLE_JIT is set")


TREES = """
import hashlib
import numpy as np
from gaintree import GainTreeClassifier

rng = np.random.default_rng(0)
X = rng.normal(size=(1500, 3)).astype(np.float32)
y = rng.integers(0, 2, len(X))
trees = [GainTreeClassifier().fit(X[:n], y[:n]).tree_ for n in (300, 1500)]
shown = " ".join(
    hashlib.sha256(b"".join(array.tobytes() for array in tree.arrays().values())).hexdigest()
    for tree in trees
)
print(shown)
"""


@pytest.fixture(scope="module")
def trees():
    """What `TREES` prints: a tree of each engine."""
    namespace = {}
    exec(TREES, namespace)
    return namespace["shown"]


@pytest.fixture(scope="module")
def warm(tmp_path_factory, trees):
    """An installation and a cache, which two processes have compiled into at once."""
    folder = tmp_path_factory.mktemp("warm")
    package, cache = folder / "installed" / "gaintree", folder / "cache"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    both = [start(TREES, cache, package) for _ in range(2)]
    for result, messages in map(result_of, both):
        assert result == trees
        assert messages.count("compiling") == 1
    return package, cache


@pytest.mark.slow
def test_two_processes_compile_into_one_cold_cache(warm, trees):
    package, cache = warm
    assert run(TREES, cache, package) == (trees, "")


def keep_compiled(cache, package):
    """Put what is compiled beside the source, as a process does where no other folder is set."""
    for folder in cache.iterdir():
        name = folder.name.rsplit("_", 1)[0]
        beside = package if name == "gaintree" else package / name
        shutil.copytree(folder, beside / "__pycache__")


# Without these capabilities the modes of files bind root as they bind anybody.
AS_ANYBODY = """
import ctypes, os, sys
DROP, OVERRIDE, READ_SEARCH = 24, 1, 2
for capability in (OVERRIDE, READ_SEARCH):
    ctypes.CDLL(None).prctl(DROP, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@contextlib.contextmanager
def read_only(*folders):
    """Take away the right to write, of all files and folders."""
    paths = [path for folder in folders for path in [folder, *folder.rglob("*")]]
    modes = {path: path.stat().st_mode for path in paths}
    for path, mode in modes.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@pytest.fixture
def no_home(tmp_path):
    """Variables by which no folder of the user's can be written: there is a file in its place."""
    (tmp_path / "file").touch()
    return {name: str(tmp_path / "file" / "home") for name in ("HOME", "XDG_CACHE_HOME")}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="folders have no such modes")
@pytest.mark.parametrize("compiled", ["in the cache", "in the package", "only in the package"])
def test_what_is_compiled_is_used_where_nothing_can_be_written(
    compiled, warm, trees, tmp_path, no_home
):
    package, cache = warm
    folders = [package, cache]
    if compiled != "in the cache":
        package = shutil.copytree(package, tmp_path / "installed" / "gaintree")
        keep_compiled(cache, package)
        cache = "" if compiled == "in the package" else tmp_path / "empty"
        folders = [package]
    before = ["-c", AS_ANYBODY] if sys.platform == "linux" and os.geteuid() == 0 else []
    with read_only(*folders):
        probe = (
            f"import os; print(any(os.access(path, os.W_OK) for path in {[*map(str, folders)]}))"
        )
        if run(probe, cache, package, before)[0] == "True":
            pytest.skip("root may write anywhere here")
        assert run(TREES, cache, package, before, **no_home) == (trees, "")
    assert not list(tmp_path.glob("empty/**/*.nbi"))


def test_nowhere_to_write_and_nothing_compiled(tmp_path, no_home):
    """There are files where folders would be made: not even root can write there."""
    package = tmp_path / "installed" / "gaintree"
    shutil.copytree(SOURCE, package, ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (package, package / "encode"):
        (folder / "__pycache__").touch()
    result, messages = run(FIT, tmp_path / "file" / "cache", package, **no_home)
    assert result == "[1, 2, 0]"
    assert messages.count("compiling") == 1
    assert not list(tmp_path.rglob("*.nbi"))


@pytest.mark.slow
def test_damaged_files_are_written_anew_and_the_others_used(warm, trees):
    package, cache = warm
    damages = {
        "nodes.write_root*.nbi": lambda content: b"",
        "codes._make_bins*.nbi": lambda content: content[: len(content) // 2],
        "codes._encode_rows*.nbc": lambda content: content[:-100],
        "finish._depth_first*.nbc": lambda content: b"not a pickle at all",
    }
    for name, damage in damages.items():
        files = list(cache.rglob(name))
        assert files
        for file in files:
            file.write_bytes(damage(file.read_bytes()))
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*.nb*")}
    result, messages = run(TREES, cache, package)
    assert result == trees
    assert messages.count("compiling") == 1
    written = [path for path, time in before.items() if path.stat().st_mtime_ns != time]
    kernels = {name.split("*")[0] for name in damages}
    assert {kernel for path in written for kernel in kernels if kernel in path.name} == kernels
    assert all(any(kernel in path.name for kernel in kernels) for path in written)
    assert run(TREES, cache, package) == (trees, "")


def cache_file(folder, source="new source"):
    return _CacheFile(str(folder), "kernel", source)


def test_code_of_another_signature_is_not_used(tmp_path, monkeypatch):
    """Two processes number their code alike; the index of one stays, and the code of the other."""
    one, other = cache_file(tmp_path), cache_file(tmp_path)
    write = other._save_data

    def while_one_saves(name, data):
        with monkeypatch.context() as patch:
            patch.setattr(one, "_load_index", dict)  # it has read it before
            one.save("of floats", "code for floats")
        write(name, data)

    monkeypatch.setattr(other, "_save_data", while_one_saves)
    other.save("of integers", "code for integers")
    assert one.load("of floats") is None
    one.save("of floats", "code for floats")
    assert other.load("of floats") == "code for floats"


def test_code_of_older_source_is_not_used(tmp_path, monkeypatch):
    """A process was ended after it had written the index, and before the code."""
    old, new = cache_file(tmp_path, "old source"), cache_file(tmp_path)
    old.save("signature", "old code")
    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr(new, "_save_data", lambda name, data: signal.raise_signal(signal.SIGINT))
        new.save("signature", "new code")
    assert new.load("signature") is None
    new.save("signature", "new code")
    assert new.load("signature") == "new code"
