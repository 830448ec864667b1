"""Time of `fit` by criterion, to full depth, each beside scikit-learn's tree by entropy.

Most criteria cannot be bounded, and are searched exhaustively.
"""

from datasets import Case, classification, n_rows
from gaintree import GainTreeClassifier, criteria
from learners import learners

_SIZES = {"small": "10k", "full": "100k"}
_HEAD = 5_000


def cases(config):
    size = _SIZES[config.option.grid]
    return [
        Case(entry.name, classification, (n_rows(size),), rounds=3, group=f"{size} x 20")
        for entry in criteria.available()
    ]


def competitors(case, config):
    return learners()


def bench_criteria(measure, case, learner):
    X, y = case.load()
    model = learner.make()
    if not learner.is_baseline:
        model = GainTreeClassifier(criterion=case.name, random_state=0).fit(X[:_HEAD], y[:_HEAD])
    measure(lambda: model.fit(X, y), 1, case.repeats)
    measure.note(nodes=int(model.tree_.node_count))
