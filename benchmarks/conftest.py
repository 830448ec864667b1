"""Options, interleaving and collecting.

A benchmark module says what is measured (`cases`) and who competes (`competitors`). Each pair of
them in each round is one benchmark of pytest-benchmark, with one round inside, and the competitor
changes fastest: A, B, A, B, ... on the same data. Whatever slows the machine down for a while then
slows down both, and the ratios, taken round by round, hardly notice.
"""

import gc
import os
from pathlib import Path

for _variable in ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR"):
    os.environ[f"{_variable}_NUM_THREADS"] = "1"

import machine  # noqa: E402 (the environment comes first)
import pytest  # noqa: E402
import report  # noqa: E402

_HERE = Path(__file__).parent
_LOAD = pytest.StashKey[str]()
_RUNNING = pytest.StashKey[str]()
_OUTPUT = pytest.StashKey[list[str]]()


def pytest_addoption(parser):
    group = parser.getgroup("gaintree")
    group.addoption("--grid", choices=["small", "full"], default="small", help="size of the run")
    group.addoption("--data", type=Path, help="folder of *.csv.gz, last column `target`")
    group.addoption("--rounds", type=int, help="rounds of every case (default: its own number)")
    group.addoption("--jobs", type=int, default=1, help="fit with this n_jobs as well")
    group.addoption("--name", help="name of the results (default: the grid and the data folder)")


def pytest_configure(config):
    option = config.option
    _check(option)
    if option.name is None:
        option.name = f"{option.grid}-{option.data.resolve().name}" if option.data else option.grid
    if option.benchmark_json is None:
        (_HERE / ".benchmarks").mkdir(exist_ok=True)
        option.benchmark_json = _HERE / ".benchmarks" / f"{option.name}.json.part"
    config.stash[_LOAD] = machine.load()


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
        for learner in module.competitors(config)
    ]
    metafunc.parametrize(("case", "number", "learner"), runs)


class Measure:
    """Time one call with pytest-benchmark, and label the figure for the report."""

    def __init__(self, benchmark, labels):
        self._benchmark = benchmark
        self.note(**labels)

    def __call__(self, function, iterations=1):
        gc.collect()
        return self._benchmark.pedantic(function, rounds=1, iterations=iterations, warmup_rounds=0)

    def note(self, **facts):
        self._benchmark.extra_info.update(facts)


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
    return Measure(benchmark, labels)


def _table(module):
    return module.__name__.rpartition(".")[2].removeprefix("bench_")


def pytest_runtest_setup(item):
    """Say what is running, once a case."""
    now = f"{_table(item.module)}: {item.callspec.params['case'].name}"
    if item.config.stash.get(_RUNNING, None) != now:
        item.config.stash[_RUNNING] = now
        reporter = item.config.pluginmanager.get_plugin("terminalreporter")
        reporter.ensure_newline()
        reporter.write(f"{now} ", flush=True)


def pytest_benchmark_update_machine_info(config, machine_info):
    """Replace what pytest-benchmark says about the machine, the name of the host among it."""
    facts = machine.describe(machine_info["cpu"])
    machine_info.clear()
    machine_info.update(facts)
    machine_info["Load"] = config.stash[_LOAD]
    machine_info["Command"] = machine.command(config.invocation_params.args, config.option.data)


def pytest_benchmark_update_json(output_json):
    for entry in output_json["benchmarks"]:
        for name in ("params", "param", "options"):  # of no use to the report, full of paths
            del entry[name]


def pytest_sessionfinish(session, exitstatus):
    """Write the tables, unless something failed: half a run must not replace a whole one."""
    option = session.config.option
    path = option.benchmark_json
    if not path.exists():
        return
    if path.suffix == ".part":
        path = path.replace(path.with_suffix(""))
    texts = report.render(path)
    session.config.stash[_OUTPUT] = list(texts.values())
    if exitstatus == pytest.ExitCode.OK:
        written = report.write(texts, _HERE / "results", option.name)
        session.config.stash[_OUTPUT] += [f"written: {file.name}" for file in written]


def pytest_terminal_summary(terminalreporter, config):
    for text in config.stash.get(_OUTPUT, []):
        terminalreporter.write_line("")
        terminalreporter.write_line(text)
