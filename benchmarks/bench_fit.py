"""Time of `fit`: the whole call, with checking and encoding."""

from functools import cache

from datasets import Case, fit_cases, iterations
from learners import Learner, learners

_HEAD = 1_000


def cases(config):
    return fit_cases(config.option.grid, config.option.data)


def competitors(config):
    return learners(config.option.jobs)


@cache
def warm_up(case: Case, learner: Learner) -> None:
    """Compile what gaintree needs for this data; a few rows are enough for the other."""
    X, y = case.load()
    n_rows = _HEAD if learner.is_baseline else len(X)
    learner.make(**case.params).fit(X[:n_rows], y[:n_rows])


def bench_fit(measure, case, learner):
    X, y = case.load()
    warm_up(case, learner)
    model = learner.make(**case.params)
    measure(lambda: model.fit(X, y), iterations(X))
    measure.note(nodes=int(model.tree_.node_count))
