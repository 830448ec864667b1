"""Trees that differ in their criterion alone, on the same folds of one table."""

import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, check_cv
from sklearn.utils import check_random_state

from gaintree import validate
from gaintree.criteria import Criterion
from gaintree.estimators import GainTreeClassifier
from gaintree.frames import EncodedTable
from gaintree.inspection import first_difference
from gaintree.model_selection import _agreement as agreement
from gaintree.model_selection._comparison import CriteriaComparison
from gaintree.model_selection._learners import (
    Learner,
    gaintree_learners,
    pruned_learner,
    sklearn_learners,
    unknown_to_sklearn,
)
from gaintree.model_selection._measures import MEASURES, quality
from gaintree.model_selection._progress import ProgressLine
from gaintree.prune import PruningMethod

Rows = npt.NDArray[np.intp]


class _Data(NamedTuple):
    """The table encoded once, and its labels."""

    table: EncodedTable
    y: npt.NDArray[Any]
    labels: npt.NDArray[Any]  # those of `y`, sorted
    codes: npt.NDArray[np.int32]  # ``labels[codes]`` is `y`


class _Fold(NamedTuple):
    """What a learner did on a fold: its measures but for agreement, and the splits it made."""

    measures: dict[str, float]
    splits: agreement.Keys


def compare_criteria(
    X: Any,
    y: Any,
    *,
    criteria: str | Criterion | Callable[..., float] | Iterable[Any] = "all",
    baselines: str | Sequence[str] | None = ("entropy",),
    estimator: GainTreeClassifier | None = None,
    pruning: str | PruningMethod | None = None,
    cv: Any = 5,
    groups: Any = None,
    random_state: int | np.random.RandomState | None = 0,
    n_jobs: int | None = None,
    verbose: bool = False,
) -> CriteriaComparison:
    """Cross-validate trees that differ in their criterion alone, and say which differences count.

    The table is encoded once, every learner gets the same folds, and they take turns on them, so
    that a slow moment of the machine hits all alike.

    Parameters
    ----------
    X : array-like or data frame of shape (n_samples, n_features)
        As `GainTreeClassifier.fit` takes it: numbers, categories, missing values.
    y : array-like of shape (n_samples,)
        Class labels.
    criteria : "all", or one or several of str, Criterion and function, default="all"
        What is compared: names, objects of :mod:`gaintree.criteria`, functions of one's own. The
        first is the one that the others are tested against. ``"all"`` is entropy and then every
        other one there is; those that cannot take the data are left out, and a note says so.
    baselines : {"entropy", "gini", "log_loss"}, a sequence of these, or None, default=("entropy",)
        The trees of scikit-learn that stand beside, with the parameters of `estimator` that they
        have; None for none. Categories are integers in their order to them.
    estimator : GainTreeClassifier, default=None
        Parameters of all trees but `criterion`. None stands for the default ones, which grow until
        leaves are pure. Note that `min_impurity_decrease` and `ccp_alpha` are in the unit of each
        criterion, so the same number is not the same for all.
    pruning : str or PruningMethod, default=None
        A method of :mod:`gaintree.prune`. With it one more tree stands beside: that of the first
        criterion, pruned, with ``leaf_probability="shrinkage"`` unless `estimator` has another than
        frequencies.
    cv : int, splitter or iterable of (train, test), default=5
        As scikit-learn has it, but that the folds of a number are shuffled. Repeated folds, such as
        ``RepeatedStratifiedKFold``, find smaller differences.
    groups : array-like of shape (n_samples,), default=None
        Passed to `cv`.
    random_state : int, RandomState instance, default=0
        Seed of the shuffle, and of the trees if `estimator` has none.
    n_jobs : int, default=None
        How many trees are grown at a time, in threads unless :func:`joblib.parallel_config` says
        otherwise. Times are then those of trees that share the machine.
    verbose : bool, default=False
        Whether to tell on stderr how far the work is.

    Returns
    -------
    comparison : CriteriaComparison
        To print, to look at in a notebook, or to take apart.

    Raises
    ------
    ValueError
        If a parameter is out of its range, or the data or the folds cannot be used.
    TypeError
        If `estimator` is no GainTreeClassifier, or a criterion no criterion.

    See Also
    --------
    gaintree.inspection.first_difference : Where two trees part, and why.

    Notes
    -----
    Where trees first part is said of trees grown on all samples; all other figures are of the
    folds, for which see :class:`CriteriaComparison`. Time is that of `fit` on the encoded table and
    numbered labels.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from gaintree.model_selection import compare_criteria
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> found = compare_criteria(X, y, criteria=["entropy", "gini"], baselines=())
    >>> [float(score.round(3)) for score in found.scores["accuracy"].mean(axis=1)]
    [0.942, 0.923]
    >>> test = found.paired_tests("accuracy")["gini"]
    >>> round(test.difference, 3), round(test.p_value, 2)  # which may well be luck
    (-0.019, 0.34)
    """
    template = _template(estimator, random_state)
    baselines = () if baselines is None else baselines
    validate.check_parameters(template)
    table, y = validate.encode_table(template, X, y)
    data = _Data(table, y, *validate.encode_labels(y))
    learners, notes_on_pruning = gaintree_learners(criteria, template), []
    if pruning is not None:
        learners.append(pruned_learner(learners[0], pruning))
        rule = learners[-1].estimator.leaf_probability
        notes_on_pruning = [f"{learners[-1].name}: by {pruning}, with leaf_probability={rule!r}"]
    learners += sklearn_learners(baselines, template, table)
    folds, notes = _folds(cv, X, data.codes, groups, random_state)
    notes += notes_on_pruning
    if len(baselines) > 0:
        notes += _on_baselines(template, table)
    if n_jobs not in (None, 1):
        notes.append(f"times are of trees grown together, n_jobs={n_jobs}")

    progress = ProgressLine(verbose)
    parallel = Parallel(n_jobs=n_jobs, prefer="threads")
    trees, left_out = _grow_all(learners, data, parallel, progress)
    learners = [learner for learner in learners if learner.name in trees]
    differences = parallel(
        delayed(first_difference)(trees[learners[0].name], tree, table, data.y)
        for tree in trees.values()
    )
    numbers = agreement.sample_numbers(len(data.y))
    results = parallel(
        delayed(_run_fold)(learner, data, fold, numbers, progress, f"fold {i} of {len(folds)}")
        for i, fold in enumerate(folds, 1)
        for learner in learners
    )
    progress.clear()
    return CriteriaComparison(
        names=list(trees),
        scores=_collect(results, len(folds), len(learners)),
        trees=trees,
        differences=dict(zip(trees, differences, strict=True)),
        n_train=np.array([len(train) for train, _ in folds]),
        n_test=np.array([len(test) for _, test in folds]),
        feature_names=_feature_names(table),
        notes=notes + left_out,
    )


def _template(estimator: Any, random_state: Any) -> GainTreeClassifier:
    if estimator is None:
        estimator = GainTreeClassifier()
    if not isinstance(estimator, GainTreeClassifier):
        raise TypeError(
            f"estimator is a {type(estimator).__name__}; it must be a GainTreeClassifier, whose"
            " parameters all trees get."
        )
    template = clone(estimator)
    if template.random_state is None:
        # Draws are the same for all learners, also where `random_state` is a generator.
        seed = random_state
        if isinstance(seed, np.random.RandomState):
            seed = int(seed.randint(2**31 - 1))
        template.set_params(random_state=seed)
    return template


def _folds(
    cv: Any, X: Any, codes: npt.NDArray[np.int32], groups: Any, random_state: Any
) -> tuple[list[tuple[Rows, Rows]], list[str]]:
    """The rows of each fold, and what is to be said of them."""
    notes = []
    splitter = check_cv(cv, codes, classifier=True)
    if type(splitter) is StratifiedKFold and splitter is not cv:
        check_random_state(random_state)
        splitter = StratifiedKFold(splitter.n_splits, shuffle=True, random_state=random_state)
        n_rare = np.count_nonzero(np.bincount(codes) < splitter.n_splits)
        if n_rare:
            notes.append(f"classes with fewer rows than there are folds: {n_rare}")
    rows = np.arange(len(codes))
    with warnings.catch_warnings():  # said in the note above
        warnings.filterwarnings("ignore", "The least populated class")
        split = splitter.split(X, codes, groups)
        folds = [(rows[train], rows[test]) for train, test in split]
    if not folds or any(len(train) == 0 or len(test) == 0 for train, test in folds):
        raise ValueError(f"cv={cv!r} gives no folds, or one without samples to fit or to test on.")
    return folds, notes


def _feature_names(table: EncodedTable) -> list[str]:
    if table.names is None:
        return [f"feature_{j}" for j in range(table.matrix.shape[1])]
    return [str(name) for name in table.names]


def _on_baselines(template: GainTreeClassifier, table: EncodedTable) -> list[str]:
    notes = []
    n_categorical = np.count_nonzero(table.is_categorical)
    if n_categorical:
        notes.append(
            f"columns of categories: {n_categorical}; to scikit-learn they are integers in their"
            " order"
        )
    if type(template) is not GainTreeClassifier:
        notes.append(f"scikit-learn's trees are plain ones, the others {type(template).__name__}")
    unknown = unknown_to_sklearn(template)
    if unknown:
        notes.append(f"scikit-learn's trees are grown without {', '.join(unknown)}")
    return notes


def _grow_all(
    learners: list[Learner], data: _Data, parallel: Parallel, progress: ProgressLine
) -> tuple[dict[str, Any], list[str]]:
    """Grow the trees of all samples; return them by learner, and notes of those that are left out.

    They are not timed, and compile or load what the folds will need.
    """
    grown = parallel(delayed(_grow_whole)(learner, data, progress) for learner in learners)
    trees, left_out = {}, []
    for learner, tree in zip(learners, grown, strict=True):
        if isinstance(tree, ValueError):
            left_out.append(f"left out: {learner.name} ({str(tree).splitlines()[0]})")
        else:
            trees[learner.name] = tree
    return trees, left_out


def _grow_whole(learner: Learner, data: _Data, progress: ProgressLine) -> Any:
    """Grow the tree of all samples; return the error if it cannot be and the learner may lack."""
    progress.say("all rows", learner.name)
    try:
        with np.errstate(over="ignore"):  # scikit-learn's cast to float32, whose error follows
            return clone(learner.estimator).fit(learner.reads(data.table), data.y)
    except ValueError as error:
        if not learner.is_optional:
            raise
        return error


def _run_fold(
    learner: Learner,
    data: _Data,
    fold: tuple[Rows, Rows],
    numbers: agreement.Keys,
    progress: ProgressLine,
    step: str,
) -> _Fold:
    """Fit a learner on a fold and measure it."""
    progress.say(step, learner.name)
    train, test = fold
    X_train = learner.reads(data.table[train])
    X_test = learner.reads(data.table[test])
    y_train = data.codes[train]
    tree = learner.for_codes(data.labels)
    start = time.perf_counter()
    tree.fit(X_train, y_train)
    fitted = time.perf_counter()
    found = tree.predict_proba(X_test)
    predicted = time.perf_counter()
    # A class that the training rows lack has probability 0.
    proba = np.zeros((len(test), len(data.labels)))
    proba[:, tree.classes_] = found
    measures = {
        **quality(data.codes[test], proba),
        "leaves": float(tree.get_n_leaves()),
        "depth": float(tree.get_depth()),
        "fit_seconds": fitted - start,
        "predict_seconds": predicted - fitted,
    }
    splits = agreement.split_keys(tree.tree_, tree.apply(X_train), numbers[train])
    return _Fold(measures, splits)


def _collect(
    results: list[_Fold], n_folds: int, n_learners: int
) -> dict[str, npt.NDArray[np.float64]]:
    """Results of all learners fold by fold, as arrays of shape (n_learners, n_folds)."""
    scores = {name: np.empty((n_learners, n_folds)) for name in MEASURES}
    for i, result in enumerate(results):
        fold, learner = divmod(i, n_learners)
        reference = results[fold * n_learners].splits
        measures = {
            **result.measures,
            "same_root": float(agreement.same_root(reference, result.splits)),
            "same_splits": agreement.share_in_common(reference, result.splits),
        }
        for name, value in measures.items():
            scores[name][learner, fold] = value
    return scores
