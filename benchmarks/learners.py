"""The two learners, with equal parameters wherever both have them."""

from dataclasses import dataclass
from typing import Any

BASELINE = "scikit-learn"
CHALLENGER = "gaintree"


@dataclass(frozen=True)
class Learner:
    """A name for the tables, and the classifier behind it."""

    name: str
    threads: int = 1

    @property
    def is_baseline(self) -> bool:
        return self.name == BASELINE

    def make(self, **params: Any) -> Any:
        """Return an unfitted classifier that splits by entropy."""
        if self.is_baseline:
            from sklearn.tree import DecisionTreeClassifier

            return DecisionTreeClassifier(criterion="entropy", random_state=0, **params)
        from gaintree import GainTreeClassifier

        return GainTreeClassifier(
            criterion="entropy", random_state=0, n_jobs=self.threads, **params
        )


def learners(threads: int = 1) -> list[Learner]:
    """Return the baseline, gaintree on one thread and, if asked for, gaintree on several."""
    pair = [Learner(BASELINE), Learner(CHALLENGER)]
    return pair if threads == 1 else [*pair, Learner(CHALLENGER, threads)]
