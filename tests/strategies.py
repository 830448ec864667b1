"""Tables made by dice, of every kind that could lead a tree astray."""

from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from reference import Stopping

CRITERIA = st.sampled_from(["entropy", "gini"])


class Data(NamedTuple):
    """A table, its class codes and the weights of its samples, None where each weighs 1."""

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray | None


# Columns. Each takes the generator of random numbers, the dtype and the columns made so far.


def constant(rng, n, dtype, columns):
    return np.full(n, rng.choice([0.0, -0.0, 1.5, -7.0]))


def few_integers(rng, n, dtype, columns):
    return rng.integers(-1, rng.integers(1, 4), n)


def distinct(rng, n, dtype, columns):
    return rng.permutation(n) - n // 2


def real(rng, n, dtype, columns):
    return rng.normal(size=n)


def copied(rng, n, dtype, columns):
    return columns[rng.integers(len(columns))] if columns else real(rng, n, dtype, columns)


def negated(rng, n, dtype, columns):
    return -copied(rng, n, dtype, columns)


def monotone(rng, n, dtype, columns):
    """Another column's order at other distances."""
    column = copied(rng, n, dtype, columns)
    return np.where(np.isnan(column), np.nan, np.unique(column, return_inverse=True)[1] ** 2)


def equal_in_float32(rng, n, dtype, columns):
    return 1.0 + rng.integers(0, 5, n) * 1e-12


def adjacent_floats(rng, n, dtype, columns):
    chain = [dtype(rng.choice([1.0, -1.0, 0.0, 0.1, 1e30, 2.0**-126]))]
    for _ in range(4):
        chain.append(np.nextafter(chain[-1], dtype(np.inf), dtype=dtype))
    return rng.choice(chain, n)


def huge(rng, n, dtype, columns):
    largest = np.finfo(dtype).max
    return rng.choice([largest, largest / 2, largest / 3, 1.0, -largest / 2, -largest], n)


def tiny(rng, n, dtype, columns):
    smallest = np.finfo(dtype).smallest_subnormal
    return rng.choice([0, 1, 2, 3, -1, -2, 7], n) * smallest


def zeros_of_both_signs(rng, n, dtype, columns):
    return rng.choice([0.0, -0.0, 1.0, -1.0], n)


def mixed_magnitudes(rng, n, dtype, columns):
    return rng.choice([-1.0, 1.0], n) * 10.0 ** rng.integers(-30, 30, n)


def missing_in(rng, n, dtype, columns):
    """Another column with some values missing, or a new one."""
    column = np.array(copied(rng, n, dtype, columns if rng.random() < 0.5 else []), dtype)
    column[rng.random(n) < rng.choice([0.1, 0.5, 0.9])] = np.nan
    return column


def missing_only(rng, n, dtype, columns):
    return np.full(n, np.nan)


def one_value_or_missing(rng, n, dtype, columns):
    return rng.choice([2.0, np.nan], n)


COMPLETE = [
    constant,
    few_integers,
    distinct,
    real,
    copied,
    negated,
    monotone,
    equal_in_float32,
    adjacent_floats,
    huge,
    tiny,
    zeros_of_both_signs,
    mixed_magnitudes,
]
INCOMPLETE = [missing_in, missing_only, one_value_or_missing]

# Labels.


def random_labels(rng, X, n_classes):
    return rng.integers(0, n_classes, len(X))


def labels_of_a_column(rng, X, n_classes):
    """Classes along a column, with some noise."""
    column = X[:, rng.integers(X.shape[1])]
    y = np.unique(column, return_inverse=True)[1] * n_classes // (len(X) + 1)
    noisy = rng.random(len(X)) < 0.1
    return np.where(noisy, random_labels(rng, X, n_classes), y)


def checkered_labels(rng, X, n_classes):
    """The parity of the ranks: no split gains much."""
    ranks = [np.unique(column, return_inverse=True)[1] for column in X.T]
    return np.sum(ranks, axis=0) % n_classes


def one_label(rng, X, n_classes):
    return np.zeros(len(X), dtype=int)


def rare_label(rng, X, n_classes):
    y = np.zeros(len(X), dtype=int)
    y[rng.integers(len(X))] = 1
    return y


LABELS = [random_labels, labels_of_a_column, checkered_labels, rare_label, one_label]
OFTEN = [random_labels, labels_of_a_column] * 2  # most of the others are soon at an end

# Weights.


def small_integers(rng, n):
    return rng.integers(0, 4, n).astype(float)


def equal(rng, n):
    return np.full(n, 3.0)


def reals(rng, n):
    return rng.random(n) * (rng.random(n) < 0.9)


def tenths(rng, n):
    return rng.integers(0, 4, n) / 10


def of_all_sizes(rng, n):
    return 10.0 ** rng.integers(-9, 10, n)


INTEGER_WEIGHTS = [small_integers, equal]
WEIGHTS = [*INTEGER_WEIGHTS, reals, tenths, of_all_sizes]


SIZES = [1, 2, 3, 5, 8, 13, 21, 34, 60]


@st.composite
def data(
    draw,
    weights=(None, *WEIGHTS),
    missing=True,
    least_rows=1,
    classes=(2, 3, 5),
    most_rows=60,
):
    """A table of up to 60 rows and 5 columns, up to 5 classes, and weights of one of some kinds."""
    kinds = COMPLETE + INCOMPLETE if missing else COMPLETE
    n = draw(st.sampled_from([n for n in SIZES if least_rows <= n <= most_rows]))
    columns_of = [draw(st.sampled_from(kinds)) for _ in range(draw(st.sampled_from([1, 2, 3, 5])))]
    dtype = draw(st.sampled_from([np.float64, np.float32]))
    n_classes = draw(st.sampled_from(classes))
    labels_of, weights_of = draw(st.sampled_from(OFTEN + LABELS)), draw(st.sampled_from(weights))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))

    columns = []
    for column_of in columns_of:
        columns.append(np.asarray(column_of(rng, n, dtype, columns)).astype(dtype))
    X = np.column_stack(columns)
    y = labels_of(rng, X, n_classes)
    if weights_of is None:
        return Data(X, y, None)
    w = weights_of(rng, n)
    w[rng.integers(n)] = 1.0  # so that they are not all zero
    return Data(X, y, w)


STOPPING = {
    "max_depth": [1, 2, 3, 5],
    "min_samples_split": [2, 3, 4, 7, 12],
    "min_samples_leaf": [1, 2, 3, 5, 8],
    "min_weight_fraction_leaf": [0.05, 0.1, 0.2, 1 / 3, 0.5],
    "min_impurity_decrease": [1e-9, 0.01, 0.05, 0.2],
}


@st.composite
def stopping_parameters(draw):
    """Up to two parameters of the estimator that keep it from splitting."""
    names = draw(st.lists(st.sampled_from(list(STOPPING)), unique=True, max_size=2))
    return {name: draw(st.sampled_from(STOPPING[name])) for name in names}


def stopping_of(parameters, weights, n_samples):
    """The same parameters as numbers."""
    parameters = dict(parameters)
    total = n_samples if weights is None else weights.sum()
    fraction = parameters.pop("min_weight_fraction_leaf", 0.0)
    return Stopping(min_weight_leaf=fraction * total, **parameters)
