"""Time of a whole fit, from plain arrays, beside everyone else who grows trees."""

from functools import cache, lru_cache

import numpy as np
from sklearn.utils import compute_sample_weight
from threadpoolctl import threadpool_limits

from datasets import Case, classification, file_cases, iterations, noise_case, synthetic_case
from peers import Peer, Task, peers

_SIZES = {"small": ["10k", "100k"], "full": ["10k", "100k", "1M"]}


def cases(config):
    sizes = _SIZES[config.option.grid]
    largest, many_classes = sizes[-1], "20k" if config.option.grid == "small" else "200k"
    run = {"rounds": 3 if config.option.grid == "small" else 2}
    return [
        *(synthetic_case(size, max_depth, **run) for size in sizes for max_depth in (8, None)),
        synthetic_case(largest, 8, balanced=True, **run),
        noise_case(largest, **run),
        *(synthetic_case(many_classes, max_depth, 10, **run) for max_depth in (8, None)),
        *file_cases(config.option.data),
    ]


def competitors(case, config):
    return peers(config.option.jobs)


@lru_cache(maxsize=1)
def _task(case: Case) -> Task:
    """Return what suits all: some take no other labels than these."""
    X, y = case.load()
    codes = np.unique(y, return_inverse=True)[1]
    class_weight = case.params.get("class_weight")
    weights = compute_sample_weight(class_weight, codes) if class_weight else None
    return Task(X, codes, case.params, weights)


@cache
def _warm_up(peer: Peer, case: Case | None) -> None:
    """Import and start what a first fit needs; compile what gaintree needs for this data."""
    peer.fit(_task(case) if case else Task(*classification(1_000)))


def bench_peers(measure, case, learner, number):
    task = _task(case)
    measure.note(threaded=learner.threaded)
    if reason := learner.refusal(task):
        measure.skip(reason)
    _warm_up(learner, case if learner.compiles else None)
    with threadpool_limits(learner.threads):  # the only say that some have on their threads
        model = measure(lambda: learner.fit(task), iterations(task.X))
    measure.note(what=learner.what, version=learner.version)
    if number == 0:
        leaves, accuracy = _leaves_and_accuracy(learner.leaves(model, task), task)
        measure.note(nodes=2 * leaves - 1, accuracy=accuracy)


def _leaves_and_accuracy(leaves, task):
    """Return the number of leaves, and the share of samples that the majority of each gets right.

    Counted alike for all, whatever a leaf of theirs would predict.
    """
    names, leaf = np.unique(leaves, return_inverse=True)
    n_classes = task.n_classes
    counts = np.bincount(leaf.ravel() * n_classes + task.y, minlength=len(names) * n_classes)
    right = counts.reshape(-1, n_classes).max(axis=1).sum()
    return len(names), float(right / len(task.y))
