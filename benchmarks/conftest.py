"""Options, interleaving and collecting.

A benchmark module says what is measured (`cases`) and who competes in it (`competitors`). Each
pair of them in each round is one benchmark of pytest-benchmark, and the competitor changes fastest:
A, B, A, B, ... on the same data. Whatever slows the machine down for a while then slows down both,
and the ratios, taken round by round, hardly notice.
"""

import gc
import os
from pathlib import Path

for _variable in ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR"):
    os.environ[f"{_variable}_NUM_THREADS"] = "1"
# A thread of OpenMP that waits by spinning takes the processor from the one it waits for as soon
# as anything else runs on the machine: fits on two threads then take five times as long.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import pytest  # noqa: E402

import machine  # noqa: E402 (the environment comes first)
import report  # noqa: E402

_HERE = Path(__file__).parent
_LOAD = pytest.StashKey[str]()
_RUNNING = pytest.StashKey[str]()
_PARTIAL = pytest.StashKey[bool]()
_SKIPPED = pytest.StashKey[list[dict]]()
_OUTPUT = pytest.StashKey[list[str]]()


def pytest_addoption(parser):
    group = parser.getgroup("gaintree")
    group.addoption("--grid", choices=["small", "full"], default="small", help="size of the run")
    group.addoption("--data", type=Path, help="folder of *.csv.gz, last column `target`")
    group.addoption("--case", help="only cases with this text in their name")
    group.addoption("--rounds", type=int, help="rounds of every case (default: its own number)")
    group.addoption("--jobs", type=int, default=1, help="fit with this number of threads as well")
    group.addoption("--name", help="name of the results (default: the grid and the data folder)")


def pytest_configure(config):
    option = config.option
    _check(option)
    folder = f"-{option.data.resolve().name}" if option.data else ""
    option.name = option.name or f"{option.grid}{folder}"
    if option.benchmark_json is None:
        (_HERE / ".benchmarks").mkdir(exist_ok=True)
        option.benchmark_json = _HERE / ".benchmarks" / f"{option.name}.part"
        option.benchmark_json.unlink(missing_ok=True)
    config.stash[_LOAD] = machine.load()
    config.stash[_SKIPPED] = []


def _check(option):
    if option.rounds is not None and option.rounds < 1:
        raise pytest.UsageError(f"--rounds must be positive, not {option.rounds}")
    if option.jobs < 1:
        raise pytest.UsageError(f"--jobs must be positive, not {option.jobs}")
    if option.data is not None and not any(option.data.glob("*.csv.gz")):
        raise pytest.UsageError(f"--data: no *.csv.gz in {option.data}")


def pytest_generate_tests(metafunc):
    module, config = metafunc.module, metafunc.config
    runs = [
        pytest.param(case, number, learner, id=f"{case.name}-{number}-{learner.name}")
        for case in module.cases(config)
        for number in range(config.option.rounds or case.rounds)
        for learner in module.competitors(case, config)
    ]
    metafunc.parametrize(("case", "number", "learner"), runs)


def pytest_collection_modifyitems(config, items):
    wanted = config.option.case or ""
    dropped = [item for item in items if wanted not in item.callspec.params["case"].name]
    if dropped:
        items[:] = [item for item in items if item not in dropped]
        config.hook.pytest_deselected(items=dropped)


def pytest_deselected(items):
    if items:
        items[0].config.stash[_PARTIAL] = True


class Measure:
    """Time one call with pytest-benchmark, and label the figure for the report."""

    def __init__(self, benchmark, skipped, labels):
        self._benchmark = benchmark
        self._skipped = skipped
        self.note(**labels)

    def __call__(self, function, iterations=1, repeats=1):
        """Return what `function` does; it is called `iterations` times for each of `repeats`."""
        gc.collect()
        return self._benchmark.pedantic(
            function, rounds=repeats, iterations=iterations, warmup_rounds=0
        )

    def note(self, **facts):
        self._benchmark.extra_info.update(facts)

    def skip(self, reason):
        """Leave this one out, which the tables show."""
        self._skipped.append(self._benchmark.extra_info | {"skipped": reason})
        pytest.skip(reason)


@pytest.fixture
def measure(benchmark, request, case, number, learner):
    labels = {
        "table": _table(request.module),
        "group": case.group,
        "case": case.name,
        "learner": learner.name,
        "threads": learner.threads,
        "round": number,
    }
    return Measure(benchmark, request.config.stash[_SKIPPED], labels)


def _table(module):
    return module.__name__.rpartition(".")[2].removeprefix("bench_")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    """Say what is running, once a case. (In later hooks of a test the output is captured.)"""
    now = f"{_table(item.module)}: {item.callspec.params['case'].name}"
    if item.config.stash.get(_RUNNING, None) != now:
        item.config.stash[_RUNNING] = now
        reporter = item.config.pluginmanager.get_plugin("terminalreporter")
        reporter.write(f"\n{now} ", flush=True)


def pytest_benchmark_update_machine_info(config, machine_info):
    """Replace what pytest-benchmark says about the machine, the name of the host among it."""
    facts = machine.describe(machine_info["cpu"])
    machine_info.clear()
    machine_info.update(facts)
    machine_info["Load"] = config.stash[_LOAD]
    machine_info["Command"] = machine.command(config.invocation_params.args, config.option.data)


def pytest_benchmark_update_json(config, output_json):
    output_json["skipped"] = config.stash[_SKIPPED]
    for entry in output_json["benchmarks"]:
        for name in ("params", "param", "options"):  # of no use to the report, full of paths
            del entry[name]


def pytest_sessionfinish(session, exitstatus):
    """Keep the tables, and write them unless that would replace a whole run by a part of one."""
    config, option = session.config, session.config.option
    path = option.benchmark_json
    if not path.exists():
        return
    whole = exitstatus == pytest.ExitCode.OK and not config.stash.get(_PARTIAL, False)
    if path.suffix == ".part":
        path = path.replace(path.with_suffix(".json" if whole else ".partial.json"))
    config.stash[_OUTPUT] = list(report.render(path).values())
    if whole:
        written = report.write(path, _HERE / "results", option.name)
        names = " ".join(f"results/{file.name}" for file in written)
        config.stash[_OUTPUT].append(f"Written: {names}")


def pytest_terminal_summary(terminalreporter, config):
    for text in config.stash.get(_OUTPUT, []):
        terminalreporter.write_line("")
        terminalreporter.write_line(text.rstrip())
