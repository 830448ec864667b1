"""What the project has set itself: one table, each target beside what is reached.

With `--grid small` all data are a tenth of the size: to see that it runs. The targets are for the
sizes of `--grid full`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import bench_cold_start
import bench_fit
import bench_memory
import bench_predict
from bench_cold_start import EMPTY, IMPORT, WARM
from datasets import Case, bundled_case, file_cases, noise_case, synthetic_case
from gaintree.inspection import split_candidates
from learners import BASELINE, CHALLENGER, Learner
from target_tables import REAL_MEAN, REAL_SETS

_SIZES = {"small": ("100k", "20k", "10k"), "full": ("1M", "200k", "100k")}
_OTHER = Learner(BASELINE)
_OURS = Learner(CHALLENGER)
_OURS_ON_TWO = Learner(CHALLENGER, 2)
_DEPTH_FIRST = Learner(f"{CHALLENGER}, depth first")
_BEST_FIRST = Learner(f"{CHALLENGER}, best first")
_FIT = Learner(f"{CHALLENGER}, fit")
_LEDGER = Learner(f"{CHALLENGER}, ledger")


@dataclass(frozen=True, eq=False)
class Target:
    """A case of another module, run as there, and the bound on what comes out of it.

    `bounds` says who competes; whoever has None is what the others are compared with.
    """

    name: str
    case: Any
    run: Callable[..., None]
    kind: str
    bounds: dict[Learner, float | None]
    rounds: int
    group: str = "targets"


def cases(config):
    large, medium, small = _SIZES[config.option.grid]
    few, more = {"rounds": 2, "repeats": 3}, {"rounds": 3, "repeats": 3}
    return [
        _fit(synthetic_case(large, 8, **few), 120, 200),
        _fit(synthetic_case(large, 8, balanced=True, **few), 60, 100),
        _fit(synthetic_case(large, **few), 55, 100),
        _fit(noise_case(large, **more), 25, 40),
        _fit(synthetic_case(medium, n_classes=10, **more), 30),
        _fit(synthetic_case(small, rounds=5), 30, 45),
        *(_fit(bundled_case(name), 1) for name in ("iris", "breast_cancer", "digits")),
        _best_first(synthetic_case(large, rounds=3)),
        _ledger(synthetic_case(small, rounds=5)),
        *_predict(large),
        *_memory(large),
        *_start(),
        *_real_sets(config.option.data),
    ]


def competitors(case, config):
    return list(case.bounds)


def bench_targets(measure, case, learner):
    case.run(measure, case.case, learner)
    measure.note(kind=case.kind, bound=case.bounds[learner])


def _fit(case: Case, one_thread: float, two_threads: float | None = None) -> Target:
    bounds: dict[Learner, float | None] = {_OTHER: None, _OURS: one_thread}
    if two_threads is not None:
        bounds[_OURS_ON_TWO] = two_threads
    name = f"fit, {case.name}"
    return Target(name, case, bench_fit.bench_fit, "times faster", bounds, case.rounds)


def _real_sets(folder):
    for case in file_cases(folder):
        yield replace(_fit(case, *REAL_MEAN.values()), name=case.name, group=REAL_SETS)


def _best_first(case: Case) -> Target:
    name = f"fit best first / depth first, {case.name}"
    bounds = {_DEPTH_FIRST: None, _BEST_FIRST: 1.3}
    return Target(name, case, _bench_order, "times the time", bounds, case.rounds)


def _ledger(case: Case) -> Target:
    name, bounds = f"split_candidates of all nodes / fit, {case.name}", {_FIT: None, _LEDGER: 2.0}
    return Target(name, case, _bench_ledger, "times the time", bounds, case.rounds)


def _predict(size):
    run = bench_predict.bench_predict
    for max_depth, bound in {8: 3.0, None: 2.0}.items():
        case = bench_predict.predict_case(size, max_depth)
        bounds = {_OTHER: None, _OURS: bound}
        yield Target(f"predict, {case.name}", case, run, "times faster", bounds, case.rounds)


def _memory(size):
    run = bench_memory.bench_memory
    for max_depth, bound in {8: 0.6, None: 1.5}.items():
        case = bench_memory.memory_case(size, max_depth)
        name = f"peak memory of fit / input, {case.name}"
        yield Target(name, case, run, "times the input", {_OURS: bound}, case.rounds)


def _start():
    case, run = bench_cold_start.start_case(20_000), bench_cold_start.bench_cold_start
    process = f"process with import and {case.name}"
    yield Target(f"{process}, empty cache", case, run, "time", {EMPTY: 10.0}, 2)
    above = f"{process}, warm cache, above `import sklearn.tree`"
    yield Target(above, case, run, "time above", {IMPORT: None, WARM: 1.0}, 5)


@cache
def _grown(case: Case, learner: Learner) -> Any:
    """Return a fitted tree; best first it has as many leaves as depth first."""
    params = dict(case.params)
    if learner == _BEST_FIRST:
        params["max_leaf_nodes"] = _grown(case, _DEPTH_FIRST).get_n_leaves()
    return learner.make(**params).fit(*case.load())


def _bench_order(measure, case, learner):
    X, y = case.load()
    model = _grown(case, learner)
    measure(lambda: model.fit(X, y), repeats=3)
    measure.note(nodes=int(model.tree_.node_count))


def _bench_ledger(measure, case, learner):
    X, y = case.load()
    model = _grown(case, _FIT)
    if learner == _LEDGER:
        measure(lambda: split_candidates(model, X, y, node=None), repeats=5)
    else:
        measure(lambda: model.fit(X, y), repeats=5)
    measure.note(nodes=int(model.tree_.node_count))
