"""Who is compared: a tree a criterion, all alike but for it, and scikit-learn's."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt
from sklearn.base import clone
from sklearn.tree import DecisionTreeClassifier

from gaintree import criteria
from gaintree.criteria import Criterion
from gaintree.estimators import GainTreeClassifier
from gaintree.frames import EncodedTable
from gaintree.prune import PruningMethod
from gaintree.prune import get as get_method

AnyCriterion = str | Criterion | Callable[..., float]

_BASELINES = ("entropy", "gini", "log_loss")
_NOT_OF_THE_TREE = {"categorical_features", "criterion", "n_jobs"}


@dataclass(frozen=True)
class Learner:
    """A tree that is not fitted yet; one that is `is_optional` may be left out."""

    name: str
    estimator: Any
    is_optional: bool

    def reads(self, table: EncodedTable) -> Any:
        """Return the table as the estimator takes it: to scikit-learn categories are integers."""
        return table if isinstance(self.estimator, GainTreeClassifier) else table.matrix

    def for_codes(self, labels: npt.NDArray[Any]) -> Any:
        """Return the estimator for labels that are numbered, so that no time goes into theirs."""
        estimator = clone(self.estimator)
        if isinstance(estimator.class_weight, dict):
            weights, known = estimator.class_weight, enumerate(labels.tolist())
            estimator.set_params(
                class_weight={code: weights[label] for code, label in known if label in weights}
            )
        return estimator


def gaintree_learners(
    chosen: str | Iterable[AnyCriterion] | AnyCriterion, template: GainTreeClassifier
) -> list[Learner]:
    """Return a learner for each criterion.

    Raises
    ------
    TypeError
        If one is neither a name nor a Criterion nor a function.
    ValueError
        If there is none, two have the same name, or a name is unknown.
    """
    takes_all = isinstance(chosen, str) and chosen == "all"
    if takes_all:
        chosen = all_criteria()
    elif isinstance(chosen, str | Criterion) or callable(chosen):
        chosen = [chosen]
    learners = [
        Learner(_name_of(one), clone(template).set_params(criterion=one), takes_all and i > 0)
        for i, one in enumerate(chosen)
    ]
    names = [learner.name for learner in learners]
    if not names:
        raise ValueError("criteria is empty; pass at least one, or 'all'.")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"criteria holds {twice} more than once; each needs a name of its own.")
    return learners


def pruned_learner(whole: Learner, pruning: str | PruningMethod) -> Learner:
    """Return a learner of the same tree, pruned, that trusts small leaves less.

    Raises
    ------
    ValueError
        If there is no method of that name.
    """
    estimator = clone(whole.estimator).set_params(pruning=get_method(pruning))
    if estimator.leaf_probability == "frequency":
        estimator.set_params(leaf_probability="shrinkage")
    return Learner(f"{whole.name}, pruned", estimator, is_optional=False)


def all_criteria() -> list[str]:
    """Return the name of every criterion, without aliases: entropy, then by alphabet."""
    names = sorted({criteria.get(name).name for name in criteria.names()})
    return ["entropy", *(name for name in names if name != "entropy")]


def sklearn_learners(
    baselines: Iterable[str], template: GainTreeClassifier, table: EncodedTable
) -> list[Learner]:
    """Return a learner of scikit-learn for each of its criteria, with what it knows of `template`.

    Raises
    ------
    ValueError
        If it has no such criterion.
    """
    given = template.get_params()
    if isinstance(given["monotonic_cst"], dict):
        given["monotonic_cst"] = _by_position(given["monotonic_cst"], table)
    known = set(DecisionTreeClassifier().get_params()) & set(given) - _NOT_OF_THE_TREE
    learners = []
    for criterion in [baselines] if isinstance(baselines, str) else baselines:
        if criterion not in _BASELINES:
            raise ValueError(f"baselines holds {criterion!r}; each must be one of {_BASELINES}.")
        estimator = DecisionTreeClassifier(
            criterion=criterion, **{name: given[name] for name in known}
        )
        learners.append(Learner(f"scikit-learn {criterion}", estimator, is_optional=True))
    return learners


def _by_position(signs: dict[str, int], table: EncodedTable) -> list[int]:
    """Monotonic constraints of a table that has no names; wrong names are found by our trees."""
    names = [] if table.names is None else table.names.tolist()
    return [signs.get(name, 0) for name in names] or [0] * table.matrix.shape[1]


def unknown_to_sklearn(template: GainTreeClassifier) -> list[str]:
    """Return the parameters that `template` sets and scikit-learn's tree does not have."""
    known = set(DecisionTreeClassifier().get_params()) | _NOT_OF_THE_TREE
    default = type(template)().get_params()
    return [
        f"{name}={value!r}"
        for name, value in template.get_params().items()
        if name not in known and value is not default.get(name)
    ]


def _name_of(criterion: Any) -> str:
    """The name of a criterion; with its parameter, if that is another than the registered one's."""
    if isinstance(criterion, str):
        criteria.get(criterion)  # raises if there is none of that name
        return criterion
    if isinstance(criterion, Criterion):
        is_other = criterion.name in criteria.names() and criteria.get(criterion.name) != criterion
        return repr(criterion) if is_other else criterion.name
    if callable(criterion):
        return str(getattr(criterion, "__name__", repr(criterion)))
    raise TypeError(
        f"criteria holds {criterion!r}, of type {type(criterion).__name__}; each must be a name, an"
        " object of gaintree.criteria or a function."
    )
