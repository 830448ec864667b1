"""Memory: how much there is, and what a fit asks for before it takes it."""

import re
import tracemalloc

import numpy as np
import pytest

from gaintree import GainTreeClassifier, _memory, criteria
from gaintree._memory import require_memory
from gaintree.encode import as_table, codes_nbytes, columns_nbytes, encode_codes, encode_columns
from gaintree.grow import engines, grow_tree
from gaintree.grow.bits import SIZES, new_bits
from gaintree.grow.problem import as_labels
from gaintree.grow.scratch import new_scratch
from test_engines import RULES

GIB = 2**30
MEMINFO = "MemTotal:  99999999 kB\nMemFree:  9 kB\nMemAvailable:  {} kB\nBuffers:  9 kB\n"
NEW = "cgroup{}/memory.max", "cgroup{}/memory.current", "cgroup{}/memory.stat"
OLD = (
    "cgroup/memory{}/memory.limit_in_bytes",
    "cgroup/memory{}/memory.usage_in_bytes",
    "cgroup/memory{}/memory.stat",
)
OLD_STAT = "inactive_file 7\ntotal_inactive_file {}\ntotal_active_file {}\n"


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Write files as Linux has them: {name: content}; there are no others."""
    monkeypatch.setattr(_memory, "_PROC", f"{tmp_path}/proc")
    monkeypatch.setattr(_memory, "_CGROUPS", f"{tmp_path}/cgroup")
    _memory._limited_groups.cache_clear()

    def write(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(content))

    yield write
    _memory._limited_groups.cache_clear()


def available():
    """What an error says is available, of 1 TiB asked for; None if there is none."""
    try:
        require_memory(2**40, "Less.", "It")
    except MemoryError as error:
        return re.search("and (.*) are available", str(error))[1]


def group(names, path, limit, usage, stat=""):
    return {
        name.format(path): content
        for name, content in zip(names, (limit, usage, stat), strict=True)
    }


def test_where_the_system_does_not_say_everything_is_available(machine):
    assert available() is None
    machine({"proc/meminfo": "MemTotal:  99999999 kB\n", "proc/self/cgroup": "0::/a\n"})
    assert available() is None


def test_what_a_machine_has(machine):
    machine({"proc/meminfo": MEMINFO.format(3 << 20)})
    assert available() == "3.0 GiB"
    machine({"proc/meminfo": MEMINFO.format(700 << 10)})
    assert available() == "700 MiB"


@pytest.mark.parametrize("names", [NEW, OLD], ids=["cgroup v2", "cgroup v1"])
def test_the_least_of_machine_and_groups_counts(names, machine):
    line = "0::/a/b\n" if names is NEW else "5:cpu:/z\n4:memory:/a/b\n0::/\n"
    unlimited = "max" if names is NEW else 9223372036854771712
    stat = "inactive_file {}\nactive_file {}\n" if names is NEW else OLD_STAT
    machine({"proc/meminfo": MEMINFO.format(8 << 20), "proc/self/cgroup": line})
    machine(group(names, "/a/b", unlimited, GIB))
    assert available() == "8.0 GiB"
    _memory._limited_groups.cache_clear()
    machine(group(names, "/a", 5 * GIB, 3 * GIB))
    assert available() == "2.0 GiB"
    # Copies of files that are kept in memory make room if it is needed.
    machine(group(names, "/a", 5 * GIB, 3 * GIB, stat.format(GIB // 4, GIB // 4)))
    assert available() == "2.5 GiB"
    machine(group(names, "/a/b", 4 * GIB, 3 * GIB))
    assert available() == "1.0 GiB"
    machine({"proc/meminfo": MEMINFO.format(1 << 19)})
    assert available() == "512 MiB"


def test_a_container_sees_its_own_group_at_the_root(machine):
    machine({"proc/meminfo": MEMINFO.format(8 << 20), "proc/self/cgroup": "4:memory:/docker/1\n"})
    machine(group(OLD, "", 3 * GIB, 4 * GIB))
    assert available() == "0 MiB"


def test_a_limit_that_was_raised_is_seen_before_anything_is_refused(machine):
    machine({"proc/meminfo": MEMINFO.format(8 << 30), "proc/self/cgroup": "0::/\n"})
    machine(group(NEW, "", GIB, 0))
    with pytest.raises(MemoryError):
        require_memory(2 * GIB, "Less.", "It")
    machine(group(NEW, "", 3 * GIB, 0))
    require_memory(2 * GIB, "Less.", "It")


def test_the_error_says_what_is_asked_for_and_what_helps(machine):
    machine({"proc/meminfo": MEMINFO.format(200 << 10)})
    require_memory(200 << 20, "Fewer helps.", "A tree of {:,} nodes", 12345)
    expected = (
        "A tree of 12,345 nodes takes at least 1.5 GiB of memory, and 200 MiB are available."
        " Fewer helps."
    )
    with pytest.raises(MemoryError, match=f"^{re.escape(expected)}$"):
        require_memory(3 * GIB // 2, "Fewer helps.", "A tree of {:,} nodes", 12345)


def table(n_samples, n_features, n_classes=2):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_samples, n_features)).astype(np.float32)
    return X, rng.integers(0, n_classes, n_samples).astype(np.int32)


class Asked(list):
    """The bytes that were asked for; those at place `refused` are not there."""

    refused = None

    def __call__(self, n_bytes):
        self.append(n_bytes)
        return 0.0 if self.refused in (len(self) - 1, len(self) - 2) else np.inf


@pytest.fixture
def asked(monkeypatch):
    monkeypatch.setattr(_memory, "_LEAST", 0)
    monkeypatch.setattr(engines, "_LEAST_IN_THREADS", 0)
    asked = Asked()
    monkeypatch.setattr(_memory, "_available", asked)
    return asked


X, y = table(70_000, 4)
WEIGHT = np.linspace(0.0, 1.0, len(y))


@pytest.mark.parametrize(
    ("fit", "purposes"),
    [
        (
            lambda tree: tree.fit(X, y),
            ["A table for 70,000 samples"]
            + 2 * ["Growing a tree of 70,000 samples and 4 features"]
            + 2 * ["A tree of .* nodes"],
        ),
        (
            lambda tree: tree.set_params(splitter="random", random_state=0).fit(X, y),
            ["A table for .*", "Growing a tree of .* an eighth of it", "A tree of .* nodes"],
        ),
        (
            lambda tree: tree.set_params(n_jobs=2, max_depth=3).fit(X[:, ::2], y, WEIGHT),
            [
                "A copy of X without the samples of weight zero",
                "The weight of 69,999 samples",
                "Growing a tree of 69,999 samples and 2 features",
                "Growing a tree of .* n_jobs",
                "A tree of 13 nodes",
            ],
        ),
        (
            lambda tree: tree.set_params(max_depth=1).fit(X[:, ::2], y),
            ["A table for", "A copy of X takes", "Growing", "Growing", "A tree of 3 nodes"],
        ),
    ],
    ids=["histograms", "random", "weights and threads", "gaps"],
)
def test_any_refusal_ends_a_fit_and_leaves_no_tree(fit, purposes, asked):
    tree = fit(GainTreeClassifier())
    n_asked = len(asked)
    found = []
    for place in range(n_asked):
        asked.clear()
        asked.refused = place
        with pytest.raises(MemoryError) as error:
            fit(tree)
        assert not hasattr(tree, "tree_")
        found.append(str(error.value))
    for purpose in purposes:
        assert re.match(purpose, found.pop(0))
    assert all(re.match("A tree of .* nodes .*max_depth", text) for text in found)


def test_small_tables_do_not_look(monkeypatch):
    def fail(n_bytes):
        raise AssertionError(n_bytes)

    monkeypatch.setattr(_memory, "_available", fail)
    for parameters in ({}, {"splitter": "random"}, {"n_jobs": 2}):
        GainTreeClassifier(**parameters).fit(X, y)


def peak_of(make):
    """Bytes that were taken at most while `make` ran; compiling is done before."""
    make()
    tracemalloc.start()
    make()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("shape", [(100_000, 10), (50_000, 12), (2_000, 400), (513, 4_000)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_encoding_takes(shape, dtype):
    X = table(*shape)[0].astype(dtype)
    assert codes_nbytes(*shape) == pytest.approx(
        peak_of(lambda: encode_codes(X, as_table(X), 2)), rel=0.05
    )
    assert columns_nbytes(X, 1) == pytest.approx(peak_of(lambda: encode_columns(X)), rel=0.05)


def test_what_threads_take_to_sort():
    """How much they do at once is left to chance."""
    X = table(100_000, 10)[0]
    peak = peak_of(lambda: encode_columns(X, 2))
    assert 0.95 * columns_nbytes(X, 1) < peak < 1.05 * columns_nbytes(X, 2)


@pytest.mark.parametrize("name", ["entropy", "gini", "tsallis"])
def test_what_tables_take(name):
    criterion, n_samples = criteria.get(name), 2_000_000
    assert criterion.tables_nbytes(n_samples) == pytest.approx(
        peak_of(lambda: criterion.tables(n_samples)), rel=0.1
    )


def test_what_weights_take(asked):
    weight = np.linspace(0.5, 1.0, 200_000)
    classes = np.zeros(len(weight), dtype=np.int32)
    assert peak_of(lambda: as_labels(classes, 1, weight, None)) == pytest.approx(asked[0], rel=0.05)


@pytest.mark.parametrize(
    ("n_samples", "n_features", "n_classes", "options"),
    [
        (100_000, 10, 2, {}),
        (100_000, 1, 2, {}),
        (20_000, 100, 3, {}),
        (3_000, 200, 30, {}),
        (100_000, 10, 2, {"exhaustive": True}),
        (100_000, 10, 2, {"n_threads": 2}),
    ],
)
def test_what_growing_takes(n_samples, n_features, n_classes, options, asked):
    """Nothing large is taken that was not asked for, and nothing asked for that is not taken.

    Scratch is not asked for: it is small, or its pages stay untouched and take no memory.
    """
    X, y = table(n_samples, n_features, n_classes)
    rules = RULES._replace(max_features=n_features, max_depth=3)
    criterion = criteria.get("entropy")
    options = {"n_threads": 1, "exhaustive": False} | options

    def grow():
        asked.clear()
        grow_tree(X, y, n_classes, None, None, criterion, rules, 0, **options)

    n_values = 0 if options["exhaustive"] else n_samples
    scratch = new_scratch(n_features, n_classes, n_classes, n_values, SIZES[0], 0)
    scratch += new_bits(n_features, n_classes, SIZES[0])
    not_asked = options["n_threads"] * sum(array.nbytes for array in scratch)
    peak = peak_of(grow)
    assert max(asked) <= 1.05 * peak
    assert 0.95 * peak <= sum(asked) + not_asked
    if n_classes == 30:  # histograms are nearly all of it
        assert max(asked) > 0.8 * peak


def test_what_nodes_take(asked):
    X, y = table(20_000, 1, 5)
    rules, criterion = RULES._replace(max_features=1), criteria.get("entropy")
    nodes = []

    def grow():
        asked.clear()
        nodes[:] = [grow_tree(X, y, 5, None, None, criterion, rules, 0, 1).node_count]

    peak = peak_of(grow)
    assert nodes[0] > 20_000
    assert 0.7 * peak < asked[-1] + asked[-2] < 1.1 * peak
