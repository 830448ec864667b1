"""The scikit-learn estimator: checks its input, grows, prunes; the mathematics is elsewhere."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import Bunch, Tags
from sklearn.utils._metadata_requests import UNUSED
from sklearn.utils._param_validation import Interval, RealNotInt, StrOptions
from sklearn.utils.validation import check_is_fitted

from gaintree import criteria, export, leaves, predict, prune, validate
from gaintree.constraints import check_constraints
from gaintree.grow import grow_tree
from gaintree.progress import CallbackSupportMixin, progress_of, with_callbacks
from gaintree.prune.samples import Samples, hold_out, prune_by
from gaintree.stopping import grow_while_significant
from gaintree.tree import Tree


class GainTreeClassifier(CallbackSupportMixin, ClassifierMixin, BaseEstimator):
    """A decision tree grown by information gain, split by split the best there is.

    Every parameter of :class:`sklearn.tree.DecisionTreeClassifier` keeps its name, its meaning and
    its default, except `criterion`, which is ``"entropy"`` here.

    Parameters
    ----------
    criterion : str, Criterion or callable, default="entropy"
        What a split is to gain: ``"entropy"`` (also ``"information_gain"``, ``"log_loss"``),
        ``"gini"``, another name that ``gaintree.criteria.available()`` lists, an object of
        :mod:`gaintree.criteria`, or a function ``(left, right) -> float`` of the class counts on
        both sides, the higher the better (see :class:`gaintree.criteria.Own`). Where a criterion is
        no impurity, impurities and gains are those of entropy, in bits; it only chooses splits.
    splitter : {"best", "random"}, default="best"
        ``"best"`` scores every threshold; ``"random"`` draws one a feature, uniformly between the
        least and the greatest value in the node, and takes the best of these. Not with columns of
        categories, which have none.
    max_depth : int, default=None
        Greatest number of splits above a leaf, at least 1. None grows until leaves are pure.
    min_samples_split : int or float, default=2
        Least number of samples of a node that is split, at least 2; or its share of all samples,
        in (0, 1].
    min_samples_leaf : int or float, default=1
        Least number of samples of a leaf, at least 1; or its share of all samples, in (0, 1).
    min_weight_fraction_leaf : float, default=0.0
        Least share of the total weight in a leaf, in [0, 0.5].
    max_features : int, float, {"sqrt", "log2"}, default=None
        Number of features drawn at each node to look for its split, or their share in (0, 1]. None
        takes all. More are drawn until one has an admissible split. Features that
        `interaction_cst` forbids are not drawn, but count where a share is given.
    random_state : int, RandomState instance, default=None
        Seed of the draws of `max_features`, ``splitter="random"`` and ``criterion="random"``.
        Nothing else is random, and without them an instance is left as it is: ties go to the first
        feature, then to the lowest threshold.
    max_leaf_nodes : int, default=None
        Greatest number of leaves, at least 2. The split with the greatest gain, weighted by the
        samples of its node, is made first.
    min_impurity_decrease : float, default=0.0
        A split is made only if its gain times the node's share of the total weight is at least
        this, in the unit of the impurity (bits for entropy).
    max_p_value : float, default=None
        A node is split only if chance would split it so well with a probability of at most this, in
        (0, 1]; see the notes. 0.05 leaves labels that nothing tells alone in 95 of 100 fits. None
        does not ask. A `sample_weight` must hold whole numbers, which stand for so many samples.
    class_weight : dict, "balanced", default=None
        Weight of each class; ``"balanced"`` weighs each inversely to its frequency.
    ccp_alpha : float, default=0.0
        Minimal cost-complexity pruning: the subtree of the least summed impurity + `ccp_alpha` x
        leaves. 0.0 does not prune.
    pruning : str or PruningMethod, default=None
        How to prune the tree (after `ccp_alpha`, if that is given, too): ``"error_based"`` as C4.5,
        ``"mdl"``, or another of :func:`gaintree.prune.names`; or an object of
        :mod:`gaintree.prune`, for those with a parameter. ``"reduced_error"`` holds out a quarter
        of the samples, which the tree then is not grown from. ``"fisher"`` and ``"permutation"``
        count samples, so weights have to be whole numbers. ``ErrorBased(raising=True)`` raises
        subtrees, as C4.5 does. None does not prune.
    leaf_probability : str or LeafProbability, default="frequency"
        The probability of a class in a leaf: its share there; or ``"laplace"``, ``"m_estimate"`` or
        ``"shrinkage"``, or an object of :mod:`gaintree.leaves`, for those with a parameter.
    monotonic_cst : array-like of int of shape (n_features,) or dict of str to int, default=None
        How the probability of the second of two classes may change along each feature: 1, it must
        not fall; -1, it must not rise; 0, as it likes. A dict gives the features by name, those not
        in it are 0. Not with more than two classes, and not for columns of categories.
    interaction_cst : {"pairwise", "no_interactions"} or sequence of lists, tuples or sets of int, \
            default=None
        Which features may be split on together on a path from the root to a leaf: all that are in
        one of the given sets of column indices, those in none of them being a set of their own.
        ``"pairwise"`` allows any two, ``"no_interactions"`` one.
    categorical_features : array-like of bool, int or str, "from_dtype", default="from_dtype"
        Which columns hold categories: a mask of shape (n_features,), indices, or names, if `X` is a
        frame. ``"from_dtype"`` takes those of a frame that hold text or have a dtype of categories
        (pandas category and string, polars Categorical, Enum and String, dictionaries and strings
        of pyarrow), and those that hold objects, in an array as well, unless all of these are
        numbers. None takes none.
    category_charge : float, default=0.0
        What a split by a set of categories is charged for each category of the node but one, in the
        unit of the criterion and for one sample, not negative: it has to save more. 1.0 is its
        length in bits, as 2^(v - 1) splits of v categories take v - 1 bits to tell apart. With
        columns of hundreds of categories it is worth a try; see the notes.
    max_bins : int, default=None
        None is exact. A number from 2 to 255 asks for an approximation: each column is cut between
        so many bins of about equally many samples, and nowhere else. Not with
        ``splitter="random"``, and with concave criteria only; with those of them that are no sum
        over classes, for two classes only.
    n_jobs : int, default=None
        Number of threads of a fit and of a prediction, where rows are many: a tree grows in threads
        from 32,768 rows on. None is 1, -1 all processors. Neither the tree nor predictions depend
        on it.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels, sorted.
    n_classes_ : int
    n_features_in_ : int
    feature_names_in_ : ndarray of str of shape (`n_features_in_`,)
        Only if `X` was a frame whose column names are all strings.
    is_categorical_ : ndarray of bool of shape (`n_features_in_`,) or None
        Which columns hold categories; None if none does.
    categories_ : list of (ndarray of object or None) of length `n_features_in_`, or None
        The categories that `fit` met in each column, at most 65,535: in the order of its dtype if
        that has one (pandas category, polars Enum, pyarrow dictionary), else sorted, or as they
        came if they cannot be sorted. None for a column of numbers; None if all are.
    n_outputs_ : int
        Always 1.
    max_features_ : int
        Number of features drawn at each node.
    tree_ : gaintree.tree.Tree
        The fitted tree as flat arrays.
    feature_importances_ : ndarray of shape (`n_features_in_`,)
        Share of each feature in the gain of the whole tree.

    See Also
    --------
    GainTreeClassifierCV : Chooses `ccp_alpha`, or the level of another way to prune.
    sklearn.tree.DecisionTreeClassifier : The same tree, except in the choice among tied splits.

    Notes
    -----
    float32 and float64 are compared as they are; other dtypes are converted to float64. NaN is a
    missing value, and so are None, NaT, NA and null: each split learns the side it goes to, or
    takes that of more samples if it has seen none. An impure node is split even if no split gains
    anything. Samples of weight zero are ignored, except that shares of all samples
    (`min_samples_split`, `min_samples_leaf`) count them, as in scikit-learn.

    Categories are hashable labels of any kind and need no encoding: a split sends a set of them
    left. In a node of two classes it is the best of all sets, if the criterion is concave, as
    entropy and Gini are: categories are ordered by their share of a class (Breiman et al., section
    4.2.2). With more classes, with another criterion, or if `min_samples_leaf` or
    `min_weight_fraction_leaf` forbid that set, all sets are scored, up to 10 categories in the
    node. Beyond, they are ordered by their share or by the first principal component of their class
    shares (Coppersmith, Hong and Hosking) and then change sides one by one as long as that helps: a
    better set may be missed. A category that `fit` did not meet goes where missing values go, and
    so does one that the node had no sample of.

    Of columns that say nothing, one of many categories gains most on the samples of the fit: it has
    the most sets to choose from, and a column of names can part them all. `max_depth`,
    `min_samples_leaf`, `ccp_alpha` and `pruning` limit what that costs. With `category_charge` such
    a column is chosen only if it gains that much more: in a node of n samples and v of its
    categories, its gain counts as ``gain - category_charge (v - 1) / n``, and where nothing is left
    of it, the column is not split on. With 1.0 and entropy that is the minimum description length
    of Quinlan and Rivest for the choice of the set.

    With `max_p_value`, growing stops in the manner of conditional inference trees (Hothorn, Hornik
    and Zeileis): a node is a leaf if the p-value of its best split, under the hypothesis that
    classes are dealt out to its samples at random, is greater. With p that of the column that is
    split on, and d columns that vary in the node, it is ``1 - (1 - p)^d``. For a column of
    categories p is that of Pearson's statistic of the whole table of categories and classes, with
    its exact mean and variance, and not that of the best of all sets. For a column of numbers,
    whose cuts are not independent, it is the lower of two upper bounds. One is
    ``1 - (1 - p_cut)^m`` for m cuts, p_cut from Pearson's statistic. The other is that of Miller
    and Siegmund, and of DeLong for more than two classes: with ``G = 2 n ln2 gain``, K classes in
    the node, ``f = K - 1`` and T the range of the cuts in log odds of the share on the left,
    ``(G/2)^(f/2) e^(-G/2) / Gamma(f/2) ((1 - f/G) T + 2/G)``, where ``G > f``. Only the column that
    gains most is tested: where it is one of names, the node is a leaf, whatever others tell.
    `class_weight` changes which split is best, but is no part of the test.

    With `monotonic_cst`, a split of a feature of 1 or -1 is admissible if the shares of its two
    children are in that order and within the bounds of the node; below it, the middle of the two is
    a bound. Shares of classes (`tree_.value`) are clipped to the bounds, impurities are not. That
    is scikit-learn's rule. Of `leaf_probability`, ``"frequency"`` and ``"shrinkage"`` keep the
    order; others are refused.

    With scikit-learn 1.9 or later, callbacks hear of the progress of a fit, percent by percent, and
    may stop it: ``GainTreeClassifier().set_callbacks(sklearn.callback.ProgressBar())``. Nodes that
    are not split by then are leaves.

    References
    ----------
    J. R. Quinlan, "Induction of decision trees", Machine Learning 1 (1986) 81-106.
    J. R. Quinlan, R. L. Rivest, "Inferring decision trees using the minimum description length
    principle", Information and Computation 80 (1989) 227-248.
    L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees",
    Wadsworth, 1984.
    T. Hothorn, K. Hornik, A. Zeileis, "Unbiased recursive partitioning", Journal of Computational
    and Graphical Statistics 15 (2006) 651-674.
    R. Miller, D. Siegmund, "Maximally selected chi square statistics", Biometrics 38 (1982)
    1011-1016.
    D. M. DeLong, "Crossing probabilities for a square root boundary by a Bessel process",
    Communications in Statistics, Theory and Methods 10 (1981) 2197-2213.
    D. Coppersmith, S. J. Hong, J. Hosking, "Partitioning nominal attributes in decision trees",
    Data Mining and Knowledge Discovery 3 (1999) 197-217.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> tree = GainTreeClassifier(max_depth=2).fit(X, y)
    >>> tree.predict([[5.1, 3.5, 1.4, 0.2], [6.0, 2.7, 5.1, 1.6]])
    array([0, 1])
    >>> round(tree.score(X, y), 2)
    0.96
    >>> print(tree.tree_.gains()[0].round(6))  # bits gained by the first split
    0.918296

    Columns of categories go in as they are, and values may be missing:

    >>> import numpy as np
    >>> X = np.array([["red", 1.5], ["blue", 2.0], ["red", None], [None, 0.5]], dtype=object)
    >>> tree = GainTreeClassifier().fit(X, ["yes", "no", "yes", "no"])
    >>> tree.predict(np.array([["red", 2.0], ["violet", None]], dtype=object))
    array(['yes', 'no'], dtype='<U3')
    """

    # `check_input` is no metadata to route.
    __metadata_request__fit = {"check_input": UNUSED}  # noqa: RUF012
    __metadata_request__predict = {"check_input": UNUSED}  # noqa: RUF012
    __metadata_request__predict_proba = {"check_input": UNUSED}  # noqa: RUF012

    _encoder: Any = None  # of a frame with other columns than numbers
    _leaf_values: leaves.LeafValues | None = None  # None where they are the tree's own

    _parameter_constraints: dict[str, list[Any]] = {  # noqa: RUF012 (scikit-learn's protocol)
        "criterion": [StrOptions(set(criteria.names())), criteria.Criterion, callable],
        "splitter": [StrOptions({"best", "random"})],
        "max_depth": [Interval(Integral, 1, None, closed="left"), None],
        "min_samples_split": [
            Interval(Integral, 2, None, closed="left"),
            Interval(RealNotInt, 0.0, 1.0, closed="right"),
        ],
        "min_samples_leaf": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0.0, 1.0, closed="neither"),
        ],
        "min_weight_fraction_leaf": [Interval(Real, 0.0, 0.5, closed="both")],
        "max_features": [
            Interval(Integral, 1, None, closed="left"),
            Interval(RealNotInt, 0.0, 1.0, closed="right"),
            StrOptions({"sqrt", "log2"}),
            None,
        ],
        "random_state": ["random_state"],
        "max_leaf_nodes": [Interval(Integral, 2, None, closed="left"), None],
        "min_impurity_decrease": [Interval(Real, 0.0, None, closed="left")],
        "max_p_value": [Interval(Real, 0.0, 1.0, closed="right"), None],
        "class_weight": [dict, StrOptions({"balanced"}), None],
        "ccp_alpha": [Interval(Real, 0.0, None, closed="left")],
        "pruning": [StrOptions(set(prune.names())), prune.PruningMethod, None],
        "leaf_probability": [StrOptions(set(leaves.names())), leaves.LeafProbability],
        "monotonic_cst": ["array-like", dict, None],
        "interaction_cst": [list, tuple, StrOptions({"pairwise", "no_interactions"}), None],
        "categorical_features": ["array-like", StrOptions({"from_dtype"}), None],
        "category_charge": [Interval(Real, 0.0, None, closed="left")],
        "max_bins": [Interval(Integral, 2, 255, closed="both"), None],
        "n_jobs": [Integral, None],
    }

    def __init__(
        self,
        *,
        criterion: str | criteria.Criterion | Callable[..., Any] = "entropy",
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
        ccp_alpha: float = 0.0,
        pruning: str | prune.PruningMethod | None = None,
        leaf_probability: str | leaves.LeafProbability = "frequency",
        monotonic_cst: npt.ArrayLike | dict[str, int] | None = None,
        interaction_cst: Sequence[Collection[int]] | str | None = None,
        categorical_features: npt.ArrayLike | str | None = "from_dtype",
        category_charge: float = 0.0,
        max_bins: int | None = None,
        n_jobs: int | None = None,
    ) -> None:
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
        self.ccp_alpha = ccp_alpha
        self.pruning = pruning
        self.leaf_probability = leaf_probability
        self.monotonic_cst = monotonic_cst
        self.interaction_cst = interaction_cst
        self.categorical_features = categorical_features
        self.category_charge = category_charge
        self.max_bins = max_bins
        self.n_jobs = n_jobs

    def fit(
        self, X: Any, y: Any, sample_weight: npt.ArrayLike | None = None, check_input: bool = True
    ) -> Self:
        """Grow the tree.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
            Numbers and categories; a frame of pandas, polars or pyarrow. NaN, None, NaT, NA and
            null are missing values; infinity is an error.
        y : array-like of shape (n_samples,)
            Class labels: integers, strings or booleans.
        sample_weight : array-like of shape (n_samples,), default=None
            Not negative, not all zero. None weighs each sample 1.
        check_input : bool, default=True
            False skips the checks of `X`, which must then be a float32 or float64 matrix.

        Returns
        -------
        self : GainTreeClassifier
            The fitted estimator.

        Raises
        ------
        ValueError
            If a parameter is out of its range or does not go with the data, or data is not what is
            asked for above. If the criterion counts samples and a weight is no whole number, is for
            two classes and there are more, or is a function that is not finite or not symmetric.
        TypeError
            If a column holds dates, mixes numbers and text, or has a value that cannot be hashed.
            If the criterion is a function that numba cannot compile.
        MemoryError
            If growing takes more memory than is available without swapping.
        """
        # Callbacks are torn down however the fit ends. A fit without any does not pay for that.
        fit = self._fit_with_callbacks if hasattr(self, "_skl_callbacks") else self._fit
        fit(X, y, sample_weight, check_input)
        return self

    def _fit(self, X: Any, y: Any, sample_weight: Any, check_input: bool) -> None:
        self._begin()
        samples = self._check_samples(X, y, sample_weight, check_input)
        progress = progress_of(self, X, y, sample_weight)
        method = None if self.pruning is None else prune.get(self.pruning)
        grown_on, held_out = hold_out(samples, method)
        tree = self._grow(grown_on, progress)
        if self.ccp_alpha > 0.0:
            tree = prune.prune_cost_complexity(tree, self.ccp_alpha)
        if method is not None:
            tree = prune_by(tree, method, self._criterion, grown_on, held_out)
        self._set_tree(tree, leaves.get(self.leaf_probability))
        if progress is not None:
            progress.end()

    _fit_with_callbacks = with_callbacks(_fit)

    def _begin(self) -> None:
        validate.check_parameters(self)
        # A fit that fails half-way leaves an estimator that is not fitted.
        self.__dict__.pop("tree_", None)
        validate.refuse_unsupported(self)

    def _check_samples(self, X: Any, y: Any, sample_weight: Any, check_input: bool) -> Samples:
        """Return what `fit` was given, checked; set what is known of columns and classes."""
        X, y = validate.check_fit_data(self, X, y, check_input)
        labels, codes = validate.encode_labels(y)
        weights = validate.check_weights(sample_weight, self.class_weight, X, codes, labels)
        self._criterion = validate.check_criterion(self, len(labels), *weights)
        self.classes_ = labels
        self.n_classes_ = len(labels)
        self.n_outputs_ = 1
        counts = None
        if self.max_p_value is not None and sample_weight is not None:
            counts = np.broadcast_to(np.asarray(sample_weight, dtype=np.float64), len(codes))
        return Samples(X, codes, *weights, counts)

    def _grow(self, samples: Samples, report: Callable[[float], bool] | None = None) -> Tree:
        """Return the whole tree."""
        X, codes = samples.X, samples.classes
        total = validate.total_weight(codes, samples.sample_weight, samples.class_weight)
        n_samples, n_features = X.shape
        rules = validate.check_rules(self, n_samples, n_features, total)
        self.max_features_ = rules.max_features
        grow = grow_tree
        if self.max_p_value is not None:
            grow = partial(grow_while_significant, self.max_p_value, samples.counts)
        return grow(
            X,
            codes,
            self.n_classes_,
            samples.sample_weight,
            samples.class_weight,
            self._criterion,
            rules,
            seed=validate.draw_seed(
                self.random_state, rules, n_features, self._criterion.is_random
            ),
            n_threads=validate.check_n_threads(self.n_jobs),
            n_categories=None if self._encoder is None else self._encoder.n_categories,
            constraints=check_constraints(self, self.n_classes_),
            report=report,
        )

    def _set_tree(self, tree: Tree, leaf_probability: leaves.LeafProbability) -> None:
        self._leaf_values = leaves.leaf_values(tree, leaf_probability)
        self.tree_: Tree = tree

    def predict(self, X: Any, check_input: bool = True) -> npt.NDArray[Any]:
        """Return the most probable class of the leaf that each sample ends in.

        That is the class of the greatest `predict_proba`. By ``leaf_probability="frequency"`` and
        ``"laplace"`` it is the most frequent one, by others it need not be.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
        check_input : bool, default=True
            False skips the checks of `X`, which must then be a float32 or float64 matrix.

        Returns
        -------
        y : ndarray of shape (n_samples,)
            Of tied classes the first.

        Raises
        ------
        NotFittedError
            If the tree is not fitted.
        ValueError
            If `X` holds infinity or has not the columns of the fit.
        """
        if self._leaf_values is None:
            codes = self._send_down(predict.classify, X, check_input)
        else:
            codes = self._leaf_values.most_probable.take(self.apply(X, check_input))
        return self.classes_.take(codes)

    def predict_proba(self, X: Any, check_input: bool = True) -> npt.NDArray[np.float64]:
        """Return the probability of each class in the leaf that each sample ends in.

        By default that is its share there, by weight; else what `leaf_probability` makes of it.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
        check_input : bool, default=True
            False skips the checks of `X`, which must then be a float32 or float64 matrix.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
            Columns in the order of `classes_`.

        Raises
        ------
        NotFittedError
            If the tree is not fitted.
        ValueError
            If `X` holds infinity or has not the columns of the fit.
        """
        ends = self.apply(X, check_input)
        return self._node_proba.take(ends, axis=0)

    @property
    def _node_proba(self) -> npt.NDArray[np.float64]:
        """Probability of each class in each node, if it is a leaf."""
        return self.tree_.value[:, 0] if self._leaf_values is None else self._leaf_values.proba

    def predict_log_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Return the natural logarithm of `predict_proba`, -inf for a probability of zero.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)

        Returns
        -------
        log_proba : ndarray of shape (n_samples, n_classes)

        Raises
        ------
        NotFittedError
            If the tree is not fitted.
        ValueError
            If `X` holds infinity or has not the columns of the fit.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def apply(self, X: Any, check_input: bool = True) -> npt.NDArray[np.int64]:
        """Return the number of the leaf that each sample ends in.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
        check_input : bool, default=True
            False skips the checks of `X`, which must then be a float32 or float64 matrix.

        Returns
        -------
        leaves : ndarray of int64 of shape (n_samples,)
            Node numbers, from 0 to ``tree_.node_count - 1``.

        Raises
        ------
        NotFittedError
            If the tree is not fitted.
        ValueError
            If `X` holds infinity or has not the columns of the fit.
        """
        return self._send_down(predict.apply, X, check_input)

    def _send_down(
        self, send: Callable[..., tuple[npt.NDArray[np.int64], bool]], X: Any, check_input: bool
    ) -> npt.NDArray[np.int64]:
        """Return what `send` finds for each sample."""
        check_is_fitted(self)
        X = validate.check_predict_data(self, X, check_input)
        found, found_infinity = send(self.tree_, X, validate.check_n_threads(self.n_jobs))
        if found_infinity and check_input:
            validate.refuse_infinity(X)
        return found

    def decision_path(self, X: Any, check_input: bool = True) -> csr_matrix:
        """Return the nodes that each sample passes, from the root to its leaf.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
        check_input : bool, default=True
            False skips the checks of `X`, which must then be a float32 or float64 matrix.

        Returns
        -------
        indicator : csr_matrix of shape (n_samples, node_count)
            1 where the sample passes the node.

        Raises
        ------
        NotFittedError
            If the tree is not fitted.
        ValueError
            If `X` holds infinity or has not the columns of the fit.
        """
        ends = self.apply(X, check_input)
        return predict.decision_path(self.tree_, ends)

    def get_depth(self) -> int:
        """Return the greatest number of splits above a leaf."""
        check_is_fitted(self)
        return self.tree_.max_depth

    def get_n_leaves(self) -> int:
        """Return the number of leaves."""
        check_is_fitted(self)
        return self.tree_.n_leaves

    @property
    def feature_importances_(self) -> npt.NDArray[np.float64]:
        """Share of each feature in the gain of the whole tree.

        Features of many distinct values are favoured; see
        :func:`sklearn.inspection.permutation_importance` for a measure on data held out.
        """
        check_is_fitted(self)
        return self.tree_.compute_feature_importances()

    def cost_complexity_pruning_path(
        self, X: Any, y: Any, sample_weight: npt.ArrayLike | None = None
    ) -> Bunch:
        """Grow the whole tree and return the sequence of its cost-complexity prunings.

        Parameters
        ----------
        X : array-like or data frame of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        path : Bunch
            `ccp_alphas`, ascending from 0: the values of `ccp_alpha` at which the tree changes;
            `impurities`: the summed impurity of the leaves from each of them on.

        Raises
        ------
        ValueError
            As `fit` does.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> path = GainTreeClassifier().cost_complexity_pruning_path(*load_iris(return_X_y=True))
        >>> path.ccp_alphas.round(3)
        array([0.   , 0.018, 0.018, 0.028, 0.047, 0.077, 0.46 , 0.918])
        """
        whole = self._unpruned().fit(X, y, sample_weight)
        ccp_alphas, impurities = prune.cost_complexity_path(whole.tree_)
        return Bunch(ccp_alphas=ccp_alphas, impurities=impurities)

    def _unpruned(self) -> "GainTreeClassifier":
        """Return an estimator that grows the whole tree, not fitted."""
        names = GainTreeClassifier._get_param_names()
        parameters = {name: getattr(self, name) for name in names if hasattr(self, name)}
        return GainTreeClassifier(**{**parameters, "ccp_alpha": 0.0, "pruning": None})

    def to_sklearn(self) -> DecisionTreeClassifier:
        """Return a fitted scikit-learn classifier that holds the same tree.

        It opens what takes scikit-learn's trees: ``plot_tree``, SHAP, dtreeviz, ONNX, ... Its
        `tree_.value` holds what this one predicts in each node: with another `leaf_probability`
        than ``"frequency"`` these are not the shares of the classes.

        Returns
        -------
        tree : sklearn.tree.DecisionTreeClassifier

        Raises
        ------
        NotFittedError
            If the tree is not fitted.
        ValueError
            If it splits on columns of categories, which scikit-learn's trees do not know.

        Notes
        -----
        scikit-learn rounds `X` to float32 in ``predict``. Where float64 values lie within that
        rounding of a threshold, the two can differ.

        Examples
        --------
        >>> from sklearn.datasets import load_iris
        >>> from sklearn.tree import plot_tree
        >>> from gaintree import GainTreeClassifier
        >>> X, y = load_iris(return_X_y=True)
        >>> tree = GainTreeClassifier(random_state=0).fit(X, y)
        >>> print((tree.to_sklearn().predict(X) == tree.predict(X)).all())
        True
        """
        return export.to_sklearn(self)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "tree_")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        if isinstance(self.criterion, criteria.Criterion) or self.criterion in criteria.names():
            tags.classifier_tags.multi_class = criteria.get(self.criterion).classes != "two"
        return tags
