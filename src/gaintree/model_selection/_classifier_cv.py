"""`GainTreeClassifierCV`: the size of the tree, chosen by folds from one growth each."""

import warnings
from collections.abc import Collection, Sequence
from numbers import Integral
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.metrics import get_scorer, get_scorer_names
from sklearn.model_selection import check_cv
from sklearn.utils import indexable
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.parallel import Parallel, delayed
from sklearn.utils.validation import check_is_fitted

from gaintree import criteria, leaves, prune
from gaintree.estimators import GainTreeClassifier
from gaintree.model_selection._choice import (
    Scores,
    check_levels,
    check_rules,
    choose,
    summarize,
)
from gaintree.model_selection._folds import Candidates, Data, score_fold
from gaintree.model_selection._scores import Scoring
from gaintree.progress import progress_of, with_callbacks
from gaintree.prune.samples import Samples, path_of


class GainTreeClassifierCV(GainTreeClassifier):
    """A decision tree whose size is chosen by cross-validation.

    `cv` + 1 trees are grown in all: the whole tree, and one on each training set of the folds. Each
    is pruned to all of its sizes at once, and all of them are scored on the samples left out. What
    is chosen is what ``GridSearchCV(GainTreeClassifier(), {"ccp_alpha": ccp_alphas})`` would
    choose, without growing a tree for every value.

    Parameters
    ----------
    ccp_alphas : int or array-like of float, default=None
        The values of `ccp_alpha` to choose among; 0 does not prune. None takes one for each tree of
        the pruning path of the whole tree: the geometric middle of the alphas where it begins and
        ends (Breiman et al., section 3.4); an integer takes at most so many of these, at least 2,
        with leaves about in a geometric series. They descend then. Given values stay in their
        order. With another `pruning` they are its levels.
    pruning : str or PruningMethod, default="cost_complexity"
        A method of :mod:`gaintree.prune`, whose level is chosen: `ccp_alpha` for
        ``"cost_complexity"``, for others what their docstrings say. Not ``"reduced_error"``, nor
        with subtree raising.
    leaf_probability : str or LeafProbability, default="frequency"
        The probability of a class in a leaf, as for :class:`GainTreeClassifier`.
    strengths : array-like of float, default=None
        Strengths of `leaf_probability` to choose among, each with every size. None takes 0.1, 1,
        10, 25, 50 and 100, as the paper does, for ``"shrinkage"`` given by name; else there is that
        of `leaf_probability` only.
    cv : int, cross-validation generator or iterable, default=None
        scikit-learn's: None is 5 stratified folds, an integer so many. These are not shuffled, so
        pass ``StratifiedKFold(5, shuffle=True, random_state=0)`` where rows stand in some order.
    scoring : str, callable, default=None
        scikit-learn's: a name, or ``scorer(estimator, X, y)``. None is accuracy. For accuracy and
        ``"neg_log_loss"`` all sizes are scored at once, for others one after the other.
    rule : {"best", "one_se"}, default="best"
        ``"best"`` takes the greatest mean score, of equal ones the first. ``"one_se"`` takes the
        fewest leaves of those whose mean score is at most a standard error below it: that of the
        best one's scores, their standard deviation over the square root of their number.
    criterion, splitter, max_depth, min_samples_split, min_samples_leaf : object
        As for :class:`GainTreeClassifier`, and so are all before `n_jobs`.
    min_weight_fraction_leaf, max_features, random_state, max_leaf_nodes : object
    min_impurity_decrease, max_p_value, class_weight, monotonic_cst, interaction_cst : object
    categorical_features, category_charge, max_bins : object
    n_jobs : int, default=None
        Number of threads: the whole tree grows in so many, then so many folds at once. None is 1,
        -1 all processors. Nothing depends on it.

    Attributes
    ----------
    best_alpha_ : float
        The level of the tree that was chosen: `ccp_alpha`, unless `pruning` says otherwise.
    best_strength_ : float or None
        The strength of its `leaf_probability`, if that has one.
    best_score_ : float
        Its mean score.
    best_index_ : int
        Its place in `cv_results_`.
    cv_results_ : dict of ndarray of shape (n_candidates,)
        As of ``GridSearchCV``: `param_ccp_alpha`, `param_strength` if there are several,
        `split0_test_score`, ..., `mean_test_score`, `std_test_score`, `rank_test_score`; and
        `n_leaves`, of the whole tree pruned at that level.
    n_splits_ : int
        Number of folds.
    tree_ : gaintree.tree.Tree
        The tree grown on all samples, pruned at `best_alpha_`.
    classes_, n_classes_, n_features_in_, feature_names_in_, is_categorical_, categories_, \
            n_outputs_, max_features_, feature_importances_ : object
        As of :class:`GainTreeClassifier`.

    See Also
    --------
    TreeSizeDisplay : The scores against the number of leaves, as a picture.
    sklearn.model_selection.GridSearchCV : Chooses among the values of any parameter.

    Notes
    -----
    `sample_weight` counts in scores, too, so `scoring` has to take it. A class that a training set
    has no sample of has probability 0 in its tree.

    References
    ----------
    L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees",
    Wadsworth, 1984, section 3.4.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from gaintree import GainTreeClassifier, GainTreeClassifierCV
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> tree = GainTreeClassifierCV(rule="one_se").fit(X, y)
    >>> GainTreeClassifier().fit(X, y).get_n_leaves(), tree.get_n_leaves()
    (20, 10)
    >>> round(tree.best_alpha_, 3), round(tree.best_score_, 3)
    (0.015, 0.942)
    """

    _parameter_constraints: dict[str, list[Any]] = {  # noqa: RUF012 (scikit-learn's protocol)
        **{
            name: ranges
            for name, ranges in GainTreeClassifier._parameter_constraints.items()
            if name != "ccp_alpha"
        },
        "ccp_alphas": ["array-like", Interval(Integral, 2, None, closed="left"), None],
        "pruning": [StrOptions(set(prune.names())), prune.PruningMethod],
        "strengths": ["array-like", None],
        "cv": ["cv_object"],
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
        "rule": [StrOptions({"best", "one_se"})],
    }

    def __init__(
        self,
        *,
        ccp_alphas: int | npt.ArrayLike | None = None,
        pruning: str | prune.PruningMethod = "cost_complexity",
        leaf_probability: str | leaves.LeafProbability = "frequency",
        strengths: npt.ArrayLike | None = None,
        cv: Any = None,
        scoring: Scoring = None,
        rule: Literal["best", "one_se"] = "best",
        criterion: str | criteria.Criterion = "entropy",
        splitter: str = "best",
        max_depth: int | None = None,
        min_samples_split: int | float = 2,
        min_samples_leaf: int | float = 1,
        min_weight_fraction_leaf: float = 0.0,
        max_features: int | float | str | None = None,
        random_state: int | np.random.RandomState | None = None,
        max_leaf_nodes: int | None = None,
        min_impurity_decrease: float = 0.0,
        max_p_value: float | None = None,
        class_weight: dict[Any, float] | str | None = None,
        monotonic_cst: npt.ArrayLike | dict[str, int] | None = None,
        interaction_cst: Sequence[Collection[int]] | str | None = None,
        categorical_features: npt.ArrayLike | str | None = "from_dtype",
        category_charge: float = 0.0,
        max_bins: int | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.ccp_alphas = ccp_alphas
        self.pruning = pruning
        self.leaf_probability = leaf_probability
        self.strengths = strengths
        self.cv = cv
        self.scoring = scoring
        self.rule = rule
        self.criterion = criterion
        self.splitter = splitter
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.min_weight_fraction_leaf = min_weight_fraction_leaf
        self.max_features = max_features
        self.random_state = random_state
        self.max_leaf_nodes = max_leaf_nodes
        self.min_impurity_decrease = min_impurity_decrease
        self.max_p_value = max_p_value
        self.class_weight = class_weight
        self.monotonic_cst = monotonic_cst
        self.interaction_cst = interaction_cst
        self.categorical_features = categorical_features
        self.category_charge = category_charge
        self.max_bins = max_bins
        self.n_jobs = n_jobs

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: npt.ArrayLike | None = None,
        check_input: bool = True,
        groups: npt.ArrayLike | None = None,
    ) -> Self:
        """Grow the trees and choose the size.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
            As for :class:`GainTreeClassifier`.
        y : array-like of shape (n_samples,)
            Class labels: integers, strings or booleans.
        sample_weight : array-like of shape (n_samples,), default=None
            Not negative, not all zero; in scores, too. None weighs each sample 1.
        check_input : bool, default=True
            False skips the checks of `X`, which must then be a float32 or float64 matrix.
        groups : array-like of shape (n_samples,), default=None
            For a `cv` that keeps groups together, such as ``GroupKFold()``.

        Returns
        -------
        self : GainTreeClassifierCV
            The fitted estimator.

        Warns
        -----
        UserWarning
            If a class has fewer samples than there are folds, or scores are not finite.

        Raises
        ------
        ValueError
            If a parameter is out of its range or does not go with the data, there are fewer samples
            than folds or none of the scores is a number; or as in :class:`GainTreeClassifier`.
        TypeError, MemoryError
            As in :class:`GainTreeClassifier`.
        """
        fit = self._choose_with_callbacks if hasattr(self, "_skl_callbacks") else self._choose
        fit(X, y, sample_weight, check_input, groups)
        return self

    def _choose(self, X: Any, y: Any, sample_weight: Any, check_input: bool, groups: Any) -> None:
        self._begin()
        method = _check_method(self.pruning)
        rules = check_rules(self.leaf_probability, self.strengths)
        samples = self._check_samples(X, y, sample_weight, check_input)
        data = self._as_data(X, sample_weight, check_input, samples)
        splits = self._splits(data, groups)
        # They start from the same random state as the tree of all samples.
        trees = [clone(self._unpruned()).set_params(n_jobs=None) for _ in splits]

        progress = progress_of(self, X, y, sample_weight)
        report = progress and (lambda share: progress(share / (1 + len(splits))))
        path = path_of(self._grow(samples, report), method, samples)
        candidates = Candidates(method, check_levels(self.ccp_alphas, path), rules)
        scores = Parallel(n_jobs=self.n_jobs, prefer="threads")(
            delayed(score_fold)(tree, data, *split, candidates, self.scoring)
            for tree, split in zip(trees, splits, strict=True)
        )
        self._set_results(path, candidates, np.stack(scores, axis=-1))
        if progress is not None:
            progress.end()

    _choose_with_callbacks = with_callbacks(_choose)

    def _as_data(self, X: Any, sample_weight: Any, check_input: bool, samples: Samples) -> Data:
        """What `fit` was given, such that rows can be taken; each fold checks it anew."""
        weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        return Data(indexable(X)[0], samples.classes, self.classes_, weight, check_input)

    def _splits(self, data: Data, groups: Any) -> list[tuple[Any, Any]]:
        y = data.classes.take(data.codes)
        splits = list(check_cv(self.cv, y, classifier=True).split(data.X, y, groups))
        if self.rule == "one_se" and len(splits) < 2:
            raise ValueError("rule='one_se' needs 2 folds at least for a standard error; cv has 1.")
        return splits

    def _set_results(
        self, path: prune.PruningPath, candidates: Candidates, scores: npt.NDArray[np.float64]
    ) -> None:
        """Choose among scores of shape (n_levels, n_rules, n_splits)."""
        n_levels, n_rules, self.n_splits_ = scores.shape
        summary = summarize(scores.reshape(-1, self.n_splits_))
        _refuse_no_scores(summary, self.scoring)
        trees = np.repeat(candidates.trees(path), n_rules)
        n_leaves = path.n_leaves[trees]
        best = choose(summary, n_leaves, self.rule)
        rule = candidates.rules[best % n_rules]

        self.best_index_ = best
        self.best_alpha_ = float(candidates.levels[best // n_rules])
        self.best_strength_ = getattr(rule, "strength", None)
        self.best_score_ = float(summary.mean[best])
        self.cv_results_: dict[str, npt.NDArray[Any]] = {
            "param_ccp_alpha": np.repeat(candidates.levels, n_rules)
        }
        if n_rules > 1:
            strengths = np.array([getattr(rule, "strength", None) for rule in candidates.rules])
            self.cv_results_["param_strength"] = np.tile(strengths, n_levels)
        self.cv_results_["n_leaves"] = n_leaves
        for i, of_split in enumerate(summary.of_splits.T):
            self.cv_results_[f"split{i}_test_score"] = of_split
        self.cv_results_["mean_test_score"] = summary.mean
        self.cv_results_["std_test_score"] = summary.std
        self.cv_results_["rank_test_score"] = summary.rank
        self._set_tree(path.tree_at(int(trees[best])), rule)

    def score(self, X: Any, y: Any, sample_weight: npt.ArrayLike | None = None) -> float:
        """Return the score of the chosen tree by `scoring`.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        score : float
        """
        if self.scoring is None:
            return super().score(X, y, sample_weight)
        weight = {} if sample_weight is None else {"sample_weight": sample_weight}
        return get_scorer(self.scoring)(self._as_single(), X, y, **weight)

    def _as_single(self) -> GainTreeClassifier:
        """The chosen tree in an estimator whose own `score` does not ask `scoring` again."""
        check_is_fitted(self)
        single, parameters = self._unpruned(), self.get_params(deep=False)
        fitted = {name: value for name, value in vars(self).items() if name not in parameters}
        single.__dict__.update(fitted)
        return single


def _check_method(pruning: Any) -> prune.PruningMethod:
    method = prune.get(pruning)
    if method.needs_held_out:
        raise ValueError(
            f"pruning={pruning!r} needs samples held out from each fold besides those left out for"
            " its score; choose another method, or GainTreeClassifier(pruning='reduced_error')."
        )
    if not method.is_nested:
        raise ValueError(
            f"pruning={pruning!r} leaves a single tree, not one for each level, so there is nothing"
            " to choose among; choose another method, or GainTreeClassifier(pruning=...)."
        )
    return method


def _refuse_no_scores(scores: Scores, scoring: Scoring) -> None:
    if np.isfinite(scores.mean).all():
        return
    if np.isnan(scores.mean).all():
        raise ValueError(f"scoring={scoring!r} gave no number for any tree, so none can be chosen.")
    warnings.warn(
        f"One or more of the test scores are non-finite: {scores.mean}", UserWarning, stacklevel=2
    )
