"""Time of `fit`: the whole call, with checking and encoding."""

from functools import cache
from timeit import timeit

from datasets import Case, bundled_case, file_cases, noise_case, synthetic_case
from learners import Learner, learners

_BUNDLED = ("iris", "wine", "breast_cancer", "digits")
_SIZES = {"small": ["10k", "100k"], "full": ["10k", "100k", "1M"]}
_HEAD = 1_000
_ROUND_SECONDS = 0.05


def cases(config):
    sizes = _SIZES[config.option.grid]
    largest = sizes[-1]
    return [
        *map(bundled_case, _BUNDLED),
        *(synthetic_case(size, max_depth) for size in sizes for max_depth in (8, None)),
        synthetic_case(largest, 8, balanced=True),
        noise_case(largest),
        synthetic_case("20k" if config.option.grid == "small" else "200k", n_classes=10),
        *file_cases(config.option.data),
    ]


def competitors(case, config):
    return learners(config.option.jobs)


@cache
def warm_up(case: Case, learner: Learner) -> int:
    """Compile what gaintree needs for this data; return how many fits fill a round.

    Of the other, a few rows tell enough.
    """
    X, y = case.load()
    n_rows = min(_HEAD, len(X)) if learner.is_baseline else len(X)
    model, X_head, y_head = learner.make(**case.params), X[:n_rows], y[:n_rows]
    model.fit(X_head, y_head)
    of_rows = timeit(lambda: model.fit(X_head, y_head), number=1) / n_rows
    return max(1, round(_ROUND_SECONDS / (of_rows * len(X))))


def bench_fit(measure, case, learner):
    X, y = case.load()
    iterations = warm_up(case, learner)
    model = learner.make(**case.params)
    repeats = 1 if learner.is_baseline else case.repeats
    measure(lambda: model.fit(X, y), iterations, repeats)
    measure.note(nodes=int(model.tree_.node_count))
