"""Information theory on probabilities, counts and labels, in bits unless a `base` says otherwise.

`p`, `q` and `ps` are probabilities and must sum to 1 (within the square root of their dtype's
precision); `counts`, `table` and `children` are non-negative counts or weights on any scale. One is
never taken for the other. A table has shape (r, K): r values of a variable X in the rows, K values
of Y in the columns. The children of a split are such a table, a child a row and a class a column.
Labels are any sequence of hashable values. Throughout 0 log 0 = 0, and nothing is smoothed.

Every function raises ValueError for a number that is negative, NaN, infinite or beyond its range,
for a wrong shape and for a wrong `base`, and TypeError for what is not a number or not hashable.
A single result comes as a float, several as an ndarray of float64.

References
----------
Shannon (1948), A Mathematical Theory of Communication. Bell System Technical Journal 27.
Cover and Thomas (2006), Elements of Information Theory, 2nd edition, chapter 2. Wiley.
"""

import contextlib
import math
import numbers
import reprlib
from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import entr, lambertw, logit, rel_entr, xlog1py, xlogy

__all__ = [
    "binary_entropy",
    "conditional_entropy",
    "cross_entropy",
    "entropy",
    "entropy_from_counts",
    "entropy_of",
    "gain_ratio",
    "information_gain",
    "inverse_binary_entropy",
    "joint_entropy",
    "js_divergence",
    "kl_divergence",
    "log_loss",
    "max_entropy",
    "mutual_information",
    "mutual_information_xy",
    "normalized_mutual_information",
    "perplexity",
    "pointwise_mutual_information",
    "self_information",
    "split_information",
    "symmetric_uncertainty",
    "variation_of_information",
]

Floats: TypeAlias = NDArray[np.float64]
Base: TypeAlias = float | Literal["e"]


def self_information(p: ArrayLike, *, base: Base = 2) -> float | Floats:
    """Surprise of an event of probability p: log(1 / p).

    Parameters
    ----------
    p : array-like of float in [0, 1], any shape
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float or ndarray of the shape of `p`
        From 0 for a certain event to inf for an impossible one.

    Examples
    --------
    >>> self_information(1 / 8)
    3.0
    """
    with np.errstate(divide="ignore"):
        return _result(0.0 - np.log(_probabilities(p, "p")), base)


def entropy(p: ArrayLike, *, base: Base = 2, axis: int = -1) -> float | Floats:
    """Mean surprise of a distribution: H(p) = -sum p log p.

    Parameters
    ----------
    p : array-like of float, summing to 1 along `axis`
    base : float > 0 other than 1, or "e", default=2
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the shape of `p` without `axis`
        From 0 for a certain outcome to log K for K equally probable ones.

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.25])
    1.5
    """
    return _result(_entropy(_distribution(p, "p", axis)), base)


def entropy_from_counts(counts: ArrayLike, *, base: Base = 2, axis: int = -1) -> float | Floats:
    """Plug-in entropy of counts c: the entropy of c / sum c.

    Parameters
    ----------
    counts : array-like of non-negative int or float
    base : float > 0 other than 1, or "e", default=2
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the shape of `counts` without `axis`
        From 0 to log K. It is NaN where all counts are 0: no samples have no distribution.

    Examples
    --------
    >>> round(entropy_from_counts([9, 5]), 6)
    0.940286
    """
    c = _along(_numbers(counts, "counts"), "counts", axis).astype(np.float64)
    return _result(np.where(c.any(axis=-1), _entropy(c), np.nan), base)


def entropy_of(
    labels: Iterable[Any], *, sample_weight: ArrayLike | None = None, base: Base = 2
) -> float:
    """Plug-in entropy of a sequence of labels.

    Parameters
    ----------
    labels : sequence of n hashable values
        A string is the sequence of its characters. All NaN are one label.
    sample_weight : array-like of shape (n,), default=None
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float
        From 0 to the logarithm of the number of different labels.

    Examples
    --------
    >>> entropy_of(["heads", "tails"] * 10)
    1.0
    """
    codes = _codes(_labels(labels, "labels"))
    weights = _weights(sample_weight, "sample_weight", len(codes))
    return float(_result(_entropy(_sums(codes, weights)), base))


def binary_entropy(p: ArrayLike, *, base: Base = 2) -> float | Floats:
    """Entropy of an event of probability p: h(p) = -p log p - (1 - p) log(1 - p).

    Parameters
    ----------
    p : array-like of float in [0, 1], any shape
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float or ndarray of the shape of `p`
        From 0 at p = 0 and p = 1 to log 2, one bit, at p = 1/2.

    Examples
    --------
    >>> round(binary_entropy(0.9), 6)
    0.468996
    """
    return _result(_binary_entropy(_probabilities(p, "p")), base)


def inverse_binary_entropy(h: ArrayLike) -> float | Floats:
    """Probability p in [0, 1/2] of an event whose binary entropy is h bits.

    By Fano's inequality, the least error with which one of two classes can be told when h bits of
    uncertainty about them remain.

    Parameters
    ----------
    h : array-like of float in [0, 1], any shape

    Returns
    -------
    float or ndarray of the shape of `h`

    Examples
    --------
    >>> round(inverse_binary_entropy(0.5), 6)
    0.110028
    """
    bits = _probabilities(h, "h")
    # Up to half a bit, h(p) is almost p (1 - ln p), which Lambert's W inverts. Above it, u = 1 - 2p
    # is the unknown: near p = 1/2 the missing 1 - h is of order u^2, too little to show in h(p).
    # Both starts lie on the side from which Newton's method approaches without overshooting.
    low, missing = np.minimum(bits, 0.5) * np.log(2), (1 - np.maximum(bits, 0.5)) * np.log(2)
    p = low / -lambertw(-low / np.e, -1).real
    u = np.maximum(np.sqrt(2 * missing), 1e-300)
    for _ in range(5):
        p = p + (low - _binary_entropy(p)) / -logit(p)
        u = u - (u * np.arctanh(u) + np.log1p(-u * u) / 2 - missing) / np.arctanh(u)
    return _result(np.where(bits <= 0.5, p, (1 - u) / 2), "e")


def max_entropy(n_classes: int, *, base: Base = 2) -> float:
    """Largest entropy of a distribution over K outcomes: log K.

    Parameters
    ----------
    n_classes : int >= 1
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float

    Examples
    --------
    >>> max_entropy(8)
    3.0
    """
    if isinstance(n_classes, bool) or not isinstance(n_classes, numbers.Integral):
        raise TypeError(f"n_classes must be an int, got {n_classes!r}")
    if n_classes < 1:
        raise ValueError(f"n_classes must be at least 1, got {n_classes}")
    return float(_result(np.log1p(n_classes - 1), base))


def perplexity(p: ArrayLike, *, axis: int = -1) -> float | Floats:
    """Number of equally probable outcomes that are as uncertain as p: base^H(p), for any base.

    Parameters
    ----------
    p : array-like of float, summing to 1 along `axis`
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the shape of `p` without `axis`
        From 1 to K.

    Examples
    --------
    >>> round(perplexity([1 / 8] * 8), 6)
    8.0
    """
    return _result(np.exp(_entropy(_distribution(p, "p", axis))), "e")


def cross_entropy(p: ArrayLike, q: ArrayLike, *, base: Base = 2, axis: int = -1) -> float | Floats:
    """Mean code length when outcomes follow p and the code was made for q: -sum p log q.

    Parameters
    ----------
    p, q : array-like of float, summing to 1 along `axis`; other axes broadcast
    base : float > 0 other than 1, or "e", default=2
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the common shape without `axis`
        H(p) + KL(p || q): at least H(p), reached where q = p; inf where q = 0 < p.

    Examples
    --------
    >>> round(cross_entropy([0.5, 0.5], [0.25, 0.75]), 6)
    1.207519
    """
    p, q = _pair(p, q, axis)
    return _result(0.0 - xlogy(p, q).sum(axis=-1), base)


def kl_divergence(p: ArrayLike, q: ArrayLike, *, base: Base = 2, axis: int = -1) -> float | Floats:
    """Code length lost by taking p for q: KL(p || q) = sum p log(p / q). Not symmetric.

    Parameters
    ----------
    p, q : array-like of float, summing to 1 along `axis`; other axes broadcast
    base : float > 0 other than 1, or "e", default=2
    axis : int, default=-1

    Returns
    -------
    float or ndarray of the common shape without `axis`
        From 0, where q = p, to inf, where q = 0 < p.

    Examples
    --------
    >>> kl_divergence([1, 0], [0.25, 0.75])
    2.0
    >>> kl_divergence([0.25, 0.75], [1, 0])
    inf
    """
    p, q = _pair(p, q, axis)
    return _result(np.maximum(rel_entr(p, q).sum(axis=-1), 0.0), base)


def js_divergence(
    ps: ArrayLike, weights: ArrayLike | None = None, *, base: Base = 2, axis: int = -1
) -> float | Floats:
    """Generalised Jensen-Shannon divergence of r distributions: sum w_i KL(p_i || sum w_j p_j).

    It equals H(sum w_i p_i) - sum w_i H(p_i), which is the information gain of a split into
    children with class distributions p_i and shares w_i. Not its square root, the distance.

    Parameters
    ----------
    ps : array-like of float of shape (r, ..., K)
        ``ps[i]`` is distribution i, summing to 1 along `axis`.
    weights : array-like of shape (r,), default=None
        Non-negative, divided by their sum. None weighs all distributions alike.
    base : float > 0 other than 1, or "e", default=2
    axis : int, default=-1
        Axis of the outcomes in `ps`; it cannot be the first.

    Returns
    -------
    float or ndarray of the shape of ``ps[0]`` without the outcomes
        From 0 for equal distributions to H(w) for disjoint ones.

    References
    ----------
    Lin (1991), Divergence Measures Based on the Shannon Entropy. IEEE Trans. Inf. Theory 37.

    Examples
    --------
    >>> js_divergence([[1, 0], [0, 1]])
    1.0
    """
    ps = _numbers(ps, "ps")
    if ps.ndim < 2 or axis % ps.ndim == 0:
        raise ValueError(
            "ps must have a distribution per entry of its first axis and the outcomes along "
            f"another one, got shape {ps.shape} and axis {axis}"
        )
    p = _distribution(ps, "ps", axis)
    w = _weights(weights, "weights", len(p)).reshape(-1, *[1] * (p.ndim - 1))
    parts = p * (w / w.sum())
    # Each part over its share of the mixture; a share of 0 then adds 0 and not 0 times infinity.
    mixture = parts.sum(axis=0) * (w / w.sum())
    return _result(np.maximum(rel_entr(parts, mixture).sum(axis=(0, -1)), 0.0), base)


def joint_entropy(table: ArrayLike, *, base: Base = 2) -> float:
    """Entropy of the pair that a table counts: H(X, Y) = -sum p(x, y) log p(x, y).

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float
        From max(H(X), H(Y)) to H(X) + H(Y).

    Examples
    --------
    >>> joint_entropy([[1, 1], [1, 1]])
    2.0
    """
    return float(_result(_entropy(_table(table, "table").ravel()), base))


def conditional_entropy(table: ArrayLike, given: Literal[0, 1] = 1, *, base: Base = 2) -> float:
    """Uncertainty left about one variable of a table once the other is known.

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    given : {0, 1}, default=1
        Axis of the known variable. 1: columns are known, H(X | Y) = H(rows | columns).
        0: rows are known, H(Y | X) = H(columns | rows).
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float
        From 0, where the known variable decides the other, to the other's own entropy.

    Examples
    --------
    >>> conditional_entropy([[2, 2], [0, 4]], given=0)
    0.5
    """
    if given not in (0, 1):
        raise ValueError(
            f"given must be 0 (rows are known) or 1 (columns are known), got {given!r}"
        )
    counts = _table(table, "table")
    return float(_result(_conditional(counts if given == 0 else counts.T), base))


def mutual_information(table: ArrayLike, *, base: Base = 2) -> float:
    """Information that rows and columns hold about each other: H(X) + H(Y) - H(X, Y).

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float
        From 0 for independent variables to min(H(X), H(Y)).

    Examples
    --------
    >>> mutual_information([[3, 0], [0, 3]])
    1.0
    """
    return float(_result(_gain(_table(table, "table"), _entropy), base))


def mutual_information_xy(
    x: Iterable[Any], y: Iterable[Any], *, sample_weight: ArrayLike | None = None, base: Base = 2
) -> float:
    """Mutual information of two sequences of labels.

    No table is laid out, so that two columns of identifiers cost no more than their samples.

    Parameters
    ----------
    x, y : sequence of n hashable values
    sample_weight : array-like of shape (n,), default=None
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float
        From 0 to min(H(X), H(Y)).

    Examples
    --------
    >>> mutual_information_xy("aabb", [1, 1, 2, 2])
    1.0
    """
    row, column = _codes(_labels(x, "x")), _codes(_labels(y, "y"))
    if len(row) != len(column):
        raise ValueError(f"x and y must be equally long, got {len(row)} and {len(column)} labels")
    weights = _weights(sample_weight, "sample_weight", len(row))
    row, column, weights = row[weights > 0], column[weights > 0], weights[weights > 0]
    rows, columns = _sums(row, weights), _sums(column, weights)
    pairs, cell = np.unique(row * len(columns) + column, return_inverse=True)
    i, j = np.divmod(pairs, len(columns))
    cells, total = _sums(cell, weights), rows.sum()
    mean = cells / total @ _pointwise(cells, rows[i], columns[j], total)
    return float(_result(max(0.0, float(mean)), base))


def pointwise_mutual_information(table: ArrayLike, *, base: Base = 2) -> Floats:
    """Information that one value holds about another: log(p(x, y) / (p(x) p(y))) of each cell.

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    ndarray of shape (r, K)
        Positive where x and y meet more often than by chance, -inf where they never meet, NaN in
        an empty row or column. Its mean weighted by the table is the mutual information.

    Examples
    --------
    >>> pointwise_mutual_information([[1, 0], [0, 1]])
    array([[  1., -inf], [-inf,   1.]])
    """
    counts = _table(table, "table")
    rows, columns = counts.sum(axis=1, keepdims=True), counts.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(_result(_pointwise(counts, rows, columns, rows.sum()), base))


def normalized_mutual_information(
    table: ArrayLike, norm: Literal["arithmetic", "min", "max", "joint", "geometric"] = "arithmetic"
) -> float:
    """Mutual information over a mean of H(X) and H(Y), or over H(X, Y); the same in any base.

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    norm : {"arithmetic", "min", "max", "joint", "geometric"}, default="arithmetic"

    Returns
    -------
    float
        From 0 to 1. It is 1 where neither variable varies, as in scikit-learn, and else 0 where
        the divisor is 0. "joint" is one minus the distance of Lopez de Mantaras (1991).

    Examples
    --------
    >>> round(normalized_mutual_information([[2, 2], [0, 4]], "max"), 6)
    0.311278
    """
    counts = _table(table, "table")
    h_x, h_y = float(_entropy(counts.sum(axis=1))), float(_entropy(counts.sum(axis=0)))
    divisors = {
        "arithmetic": (h_x + h_y) / 2,
        "min": min(h_x, h_y),
        "max": max(h_x, h_y),
        "joint": float(_entropy(counts.ravel())),
        "geometric": float(np.sqrt(h_x) * np.sqrt(h_y)),
    }
    if norm not in divisors:
        raise ValueError(f"norm must be one of {', '.join(divisors)}, got {norm!r}")
    if max(h_x, h_y) == 0:
        return 1.0
    if divisors[norm] == 0:
        return 0.0
    return min(1.0, mutual_information(counts, base="e") / divisors[norm])


def symmetric_uncertainty(table: ArrayLike) -> float:
    """Mutual information over the mean entropy: 2 I(X; Y) / (H(X) + H(Y)).

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights

    Returns
    -------
    float
        From 0 to 1, and 1 where neither variable varies.

    Examples
    --------
    >>> round(symmetric_uncertainty([[2, 2], [0, 4]]), 6)
    0.343711
    """
    return normalized_mutual_information(table, "arithmetic")


def variation_of_information(table: ArrayLike, *, base: Base = 2) -> float:
    """Distance of two partitions of the same samples: H(X | Y) + H(Y | X), a metric.

    Parameters
    ----------
    table : array-like of shape (r, K) of counts or weights
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float
        From 0, where each of X and Y decides the other, to H(X, Y).

    Examples
    --------
    >>> variation_of_information([[1, 1], [1, 1]])
    2.0
    """
    counts = _table(table, "table")
    return float(_result(_conditional(counts) + _conditional(counts.T), base))


def information_gain(
    children: ArrayLike, *, impurity: Literal["entropy", "gini"] = "entropy", base: Base = 2
) -> float:
    """Impurity lost by a split: I(parent) - sum w_j I(child j), w_j the shares of the children.

    Parameters
    ----------
    children : array-like of shape (r, K) of counts or weights
        Class counts of each child; the parent is their sum. An empty child adds nothing.
    impurity : {"entropy", "gini"}, default="entropy"
        Gini is 1 - sum p^2.
    base : float > 0 other than 1, or "e", default=2
        Of the entropy; Gini has no unit.

    Returns
    -------
    float
        From 0, where all children have the parent's distribution, to the parent's impurity. The
        gain in entropy is the mutual information of child and class.

    References
    ----------
    Quinlan (1986), Induction of Decision Trees. Machine Learning 1.
    Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees. Wadsworth.

    Examples
    --------
    >>> outlook = [[2, 3], [4, 0], [3, 2]]
    >>> round(information_gain(outlook), 6), round(information_gain(outlook, impurity="gini"), 6)
    (0.24675, 0.116327)
    """
    counts = _table(children, "children")
    if impurity not in ("entropy", "gini"):
        raise ValueError(f'impurity must be "entropy" or "gini", got {impurity!r}')
    if impurity == "gini":
        return _gain(counts, _gini)
    return float(_result(_gain(counts, _entropy), base))


def split_information(children: ArrayLike, *, base: Base = 2) -> float:
    """Entropy of the shares of the children: -sum w_j log w_j.

    Parameters
    ----------
    children : array-like of shape (r, K) of counts or weights
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float
        From 0, where one child takes all, to log r.

    Examples
    --------
    >>> round(split_information([[2, 3], [4, 0], [3, 2]]), 6)
    1.577406
    """
    return float(_result(_entropy(_table(children, "children").sum(axis=1)), base))


def gain_ratio(children: ArrayLike, *, base: Base = 2) -> float:
    """Information gain over split information; the same in any base.

    Parameters
    ----------
    children : array-like of shape (r, K) of counts or weights
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float
        From 0 to 1, and 0 where one child takes all, which leaves no split to divide by.

    References
    ----------
    Quinlan (1993), C4.5: Programs for Machine Learning. Morgan Kaufmann.

    Examples
    --------
    >>> round(gain_ratio([[2, 3], [4, 0], [3, 2]]), 6)
    0.156428
    """
    split = split_information(children, base=base)
    return information_gain(children, base=base) / split if split else 0.0


def log_loss(
    y_true: Iterable[Any],
    y_proba: ArrayLike,
    *,
    labels: Iterable[Any] | None = None,
    sample_weight: ArrayLike | None = None,
    base: Base = 2,
) -> float:
    """Mean surprise at the true classes under predicted probabilities: -mean log p(true class).

    It is `sklearn.metrics.log_loss` divided by ln 2, but for labels in an order of their own, which
    are followed here, and rows that do not sum to 1, which are an error.

    Parameters
    ----------
    y_true : sequence of n hashable values
    y_proba : array-like of float of shape (n, K) or (n,)
        Rows sum to 1; a column belongs to a class. One-dimensional: probability of the second of
        two classes. Clipped from below to the precision (eps) of its dtype.
    labels : sequence of K hashable values, default=None
        Classes in the order of the columns, e.g. ``classes_``. None: those of `y_true`, sorted.
    sample_weight : array-like of shape (n,), default=None
    base : float > 0 other than 1, or "e", default=2

    Returns
    -------
    float
        From 0, every true class foretold with certainty, to log(1 / eps).

    Examples
    --------
    >>> round(log_loss([1], [0.01], labels=[0, 1]), 3)
    6.644
    """
    truth = _labels(y_true, "y_true")
    classes = sorted(set(truth)) if labels is None else _labels(labels, "labels")
    proba, eps = _class_probabilities(y_proba)
    if proba.shape != (len(truth), len(classes)):
        raise ValueError(
            "y_proba must have a row per label of y_true and a column per class, here shape "
            f"{(len(truth), len(classes))}, got {np.shape(y_proba)}; the classes are "
            f"{reprlib.repr(classes)}, pass labels where y_true does not hold each of them"
        )
    column = {label: k for k, label in enumerate(classes)}
    if len(column) < len(classes):
        raise ValueError(f"labels must name each class once, got {reprlib.repr(classes)}")
    unknown = [label for label in truth if label not in column]
    if unknown:
        raise ValueError(
            f"y_true must hold only labels of {reprlib.repr(classes)}, got {unknown[0]!r}"
        )
    chosen = proba[np.arange(len(truth)), [column[label] for label in truth]]
    surprise = 0.0 - np.log(np.maximum(chosen, eps))
    weights = _weights(sample_weight, "sample_weight", len(truth))
    return float(_result(np.average(surprise, weights=weights), base))


def _result(nats: Any, base: Base) -> float | Floats:
    """Nats in units of `base`; a float for a single number."""
    if not isinstance(base, numbers.Real) and base != "e":
        raise TypeError(f'base must be a number or "e", got {base!r}')
    if base != "e" and not (0 < base < np.inf and base != 1):
        raise ValueError(f"base must be finite, greater than 0 and not 1, got {base!r}")
    units = np.asarray(nats if base == "e" else nats / math.log(base))
    return units if units.ndim else float(units)


def _numbers(values: ArrayLike, name: str) -> NDArray[Any]:
    """Finite non-negative numbers, in the float dtype they came in."""
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name} must be rectangular, got rows of unequal length") from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}")
    wrong = array[~((array >= 0) & (array < np.inf))]
    if wrong.size:
        raise ValueError(f"{name} must be finite and non-negative, got {wrong[0]}")
    return array if array.dtype.kind == "f" else array.astype(np.float64)


def _probabilities(values: ArrayLike, name: str) -> Floats:
    """Numbers from 0 to 1."""
    p = _numbers(values, name).astype(np.float64)
    if p.size and p.max() > 1:
        raise ValueError(f"{name} must lie between 0 and 1, got {p.max()}")
    return p


def _along(array: NDArray[Any], name: str, axis: int) -> NDArray[Any]:
    """The array with its outcomes on the last axis."""
    if not -array.ndim <= axis < array.ndim or array.shape[axis] == 0:
        raise ValueError(f"{name} must have outcomes along axis {axis}, got shape {array.shape}")
    return np.moveaxis(array, axis, -1)


def _distribution(values: ArrayLike, name: str, axis: int) -> Floats:
    """Probabilities of the outcomes on the last axis, whose sum is 1 but for rounding."""
    given = _along(_numbers(values, name), name, axis)
    p = given.astype(np.float64)
    with np.errstate(over="ignore"):
        total = p.sum(axis=-1, keepdims=True)
    wrong = total[np.abs(total - 1) > np.sqrt(np.finfo(given.dtype).eps)]
    if wrong.size:
        raise ValueError(
            f"{name} must sum to 1 along axis {axis}, got a sum of {wrong[0]}; "
            "entropy_from_counts takes counts, elsewhere divide them by their sum"
        )
    return p / total


def _pair(p: ArrayLike, q: ArrayLike, axis: int) -> tuple[Floats, Floats]:
    """Two distributions over the same outcomes."""
    one, other = _distribution(p, "p", axis), _distribution(q, "q", axis)
    if one.shape[-1] == other.shape[-1]:
        with contextlib.suppress(ValueError):
            one, other = np.broadcast_arrays(one, other)
            return one, other
    raise ValueError(
        f"p and q must have equally many outcomes along axis {axis} and other axes that broadcast, "
        f"got shapes {np.shape(p)} and {np.shape(q)}"
    )


def _scaled(values: Floats) -> Floats:
    """Values whose sums cannot overflow: divided by a power of two, which rounds nothing."""
    return np.ldexp(values, -np.frexp(values.max())[1])


def _table(values: ArrayLike, name: str) -> Floats:
    """A contingency table with something in it, scaled."""
    counts = _numbers(values, name).astype(np.float64)
    if counts.ndim != 2:
        raise ValueError(f"{name} must have shape (r, K), got shape {counts.shape}")
    if not counts.any():
        raise ValueError(f"{name} must hold a positive count, got shape {counts.shape} of zeros")
    return _scaled(counts)


def _weights(values: ArrayLike | None, name: str, n: int) -> Floats:
    """One weight for each of n things, scaled."""
    weights = np.ones(n) if values is None else _numbers(values, name).astype(np.float64)
    if weights.shape != (n,):
        raise ValueError(f"{name} must have shape ({n},), got {weights.shape}")
    if not weights.any():
        raise ValueError(f"{name} must hold a positive weight, got {n} zeros")
    return _scaled(weights)


def _labels(labels: Iterable[Any], name: str) -> list[Any]:
    """Labels as a list, with one NaN for all of them."""
    try:
        values = labels.tolist() if hasattr(labels, "tolist") else list(labels)
        set(values)
    except TypeError:
        raise TypeError(
            f"{name} must be a sequence of hashable labels, got {reprlib.repr(labels)}"
        ) from None
    if not values:
        raise ValueError(f"{name} must hold at least one label, got none")
    return [np.nan if isinstance(v, float) and v != v else v for v in values]


def _codes(labels: list[Any]) -> NDArray[np.intp]:
    """Labels as numbers from 0, in the order of their first appearance."""
    codes: dict[Any, int] = {}
    return np.array([codes.setdefault(label, len(codes)) for label in labels])


def _sums(codes: NDArray[np.intp], weights: Floats) -> Floats:
    """Total weight of each code."""
    return np.asarray(np.bincount(codes, weights), dtype=np.float64)


def _class_probabilities(y_proba: ArrayLike) -> tuple[Floats, float]:
    """Class probabilities with a column per class, and the precision they came in."""
    given = _numbers(y_proba, "y_proba")
    if given.ndim == 1:
        p = _probabilities(given, "y_proba")
        return np.column_stack([1 - p, p]), np.finfo(given.dtype).eps
    return _distribution(given, "y_proba", -1), np.finfo(given.dtype).eps


def _others(counts: Floats) -> tuple[Floats, Floats]:
    """Counts in units of the largest one, which itself is set to 0, and their sum.

    The distribution is then 1 / (1 + sum) and others / (1 + sum). Its impurity is a sum of positive
    terms in these: no count is too large or too small, and a nearly pure node loses no digits.
    """
    largest = counts.max(axis=-1, keepdims=True)
    others = counts / np.where(largest > 0, largest, 1.0)
    np.put_along_axis(others, counts.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    return others, others.sum(axis=-1)


def _entropy(counts: Floats) -> Floats:
    """Entropy of counts in nats, 0 where there are none."""
    others, rest = _others(counts)
    return np.asarray(np.log1p(rest) + entr(others).sum(axis=-1) / (1 + rest))


def _gini(counts: Floats) -> Floats:
    """Gini impurity of counts, 0 where there are none."""
    others, rest = _others(counts)
    return np.asarray((2 * rest + rest**2 - (others**2).sum(axis=-1)) / (1 + rest) ** 2)


def _binary_entropy(p: Floats) -> Floats:
    """Entropy of an event of probability p in nats."""
    return np.asarray(entr(p) - xlog1py(1 - p, -p))


def _gain(children: Floats, impurity: Callable[[Floats], Floats]) -> float:
    """Impurity of the sum of the children minus their mean impurity."""
    shares = children.sum(axis=1) / children.sum()
    # Summed as differences, which are exactly 0 where a child has its parent's distribution.
    return max(0.0, float(shares @ (impurity(children.sum(axis=0)) - impurity(children))))


def _conditional(counts: Floats) -> float:
    """Entropy of the columns in nats once the row is known."""
    return float(counts.sum(axis=1) @ _entropy(counts) / counts.sum())


def _pointwise(cells: Floats, rows: Floats, columns: Floats, total: Floats) -> Floats:
    """Pointwise mutual information in nats of cells, given the totals of their row and column."""
    # Equal quotients round alike, so independent counts give exactly 0; products could underflow.
    return np.asarray(np.log(cells / rows) - np.log(columns / total))
