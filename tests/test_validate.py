"""What is checked in a short way is what scikit-learn checks: same arrays, same errors."""

import numpy as np
import pandas as pd
import pytest
from sklearn import config_context
from sklearn.utils import check_random_state, compute_sample_weight
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.validation import _check_sample_weight, validate_data

from gaintree import GainTreeClassifier
from gaintree.plain import are_plain_weights, is_plain_matrix, is_plain_vector
from gaintree.validate import check_fit_data, check_weights, draw_seed, encode_labels

rng = np.random.default_rng(0)
X, y = rng.normal(size=(60, 3)), rng.integers(0, 3, 60)
with_nan = np.where(rng.random((60, 3)) < 0.2, np.nan, X)
huge = np.where(rng.random((60, 3)) < 0.5, -1.7e308, 1.7e308)


def frozen(array):
    array = array.copy(order="K")
    array.flags.writeable = False
    return array


def checked_by_scikit_learn(estimator, X, y):
    check_X = {"dtype": (np.float64, np.float32), "ensure_all_finite": "allow-nan"}
    check_y = {"ensure_2d": False, "dtype": None}
    return validate_data(estimator, X, y, validate_separately=(check_X, check_y))


@pytest.mark.parametrize(
    "plain",
    [
        X,
        X.astype(np.float32),
        np.asfortranarray(X),
        X.T.copy().T,
        X[:1],
        X[:, :1].copy(),
        with_nan,
        huge,
        frozen(X),
        frozen(np.asfortranarray(with_nan)),
        np.full((60, 3), np.nan),
    ],
)
def test_a_plain_matrix_is_taken_as_it_is(plain):
    assert is_plain_matrix(plain)
    estimator = GainTreeClassifier().fit(pd.DataFrame(X, columns=list("abc")), y)
    assert hasattr(estimator, "feature_names_in_")
    checked_X, checked_y = check_fit_data(estimator, plain, y[: len(plain)], check_input=True)
    assert checked_X is plain
    assert (checked_y == y[: len(plain)]).all()
    assert estimator.n_features_in_ == plain.shape[1]
    assert not hasattr(estimator, "feature_names_in_")


@pytest.mark.parametrize(
    "unusual",
    [
        X[::2],
        X[:, ::2],
        X[:, ::-1],
        X.astype(">f8"),
        X.astype(np.float16),
        X.astype(int),
        X.astype(object),
        X.view(np.recarray),
        np.ma.masked_array(X),
        X.tolist(),
        pd.DataFrame(X),
    ],
)
def test_any_other_is_checked_by_scikit_learn(unusual):
    assert not is_plain_matrix(unusual)
    labels = y[: len(unusual)]
    expected, _ = checked_by_scikit_learn(GainTreeClassifier(), unusual, labels)
    checked, _ = check_fit_data(GainTreeClassifier(), unusual, labels, check_input=True)
    assert type(checked) is type(expected)
    assert checked.dtype == expected.dtype
    assert np.array_equal(checked, expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("value", [np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 58, 179])
def test_infinity_is_seen_anywhere(dtype, order, value, place):
    infinite = with_nan.astype(dtype, order=order)
    infinite[place % 60, place // 60] = value
    assert not is_plain_matrix(infinite)
    with config_context(assume_finite=True):
        check_fit_data(GainTreeClassifier(), infinite, y, check_input=True)


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize(
    ("bad_X", "bad_y"),
    [
        (np.where(X > 2.0, np.inf, X), y),
        (np.where(X > 2.0, np.inf, with_nan).astype(np.float32), y),
        (np.asfortranarray(np.where(X > 2.0, -np.inf, X)), y),
        (X[:0], y[:0]),
        (X[:, :0], y),
        (X[0], y),
        (X[None], y),
        (X, y[:0]),
        (X, None),
        (X, np.where(y == 1, np.nan, y)),
        (X, np.where(y == 1, np.inf, y)),
        (X, y * 1j),
        (X, y[0]),
        (X * 1j, y),
        (np.full((60, 3), "a"), y),
        ("no_matrix", y),
        (None, y),
    ],
)
def test_errors_are_scikit_learns(bad_X, bad_y):
    with pytest.raises((TypeError, ValueError)) as expected:
        checked_by_scikit_learn(GainTreeClassifier(), bad_X, bad_y)
    with pytest.raises((TypeError, ValueError)) as raised:
        GainTreeClassifier().fit(bad_X, bad_y)
    assert type(raised.value) is type(expected.value)
    assert str(raised.value) == str(expected.value)


@pytest.mark.parametrize(
    ("labels", "plain"),
    [
        (y, True),
        (y > 0, True),
        (y.astype(str), True),
        (y.astype(float), True),
        (y[::2], True),
        (frozen(y), True),
        (y.astype(object), False),
        (y.astype("S"), False),
        (y[:, None], False),
        (y.tolist(), False),
        (pd.Series(y), False),
        (np.where(y == 1, np.nan, y), False),
    ],
)
def test_plain_labels(labels, plain):
    assert is_plain_vector(labels) is plain


CLASS_WEIGHTS = [
    None,
    "balanced",
    {},
    {0: 2.0, 1: 0.5, 2: 3},
    {0: 0.0, 1: 1.0, 2: 1.0},
    {0: 1, 1: 1, 2: 1},
    {0: 0.1, 1: 1.0, 2: 1.0, 9: 5.0},
    {0: 0.3},
]


@pytest.mark.parametrize("class_weight", CLASS_WEIGHTS)
@pytest.mark.parametrize(
    "sample_weight",
    [
        None,
        2.5,
        np.full(60, 0.1),
        np.ones(60, dtype=int),
        np.linspace(0.0, 1.0, 60),
        np.linspace(0.0, 1.0, 60).astype(np.float32),
        np.linspace(0.0, 1.0, 120)[::2],
        frozen(np.linspace(0.0, 1.0, 60)),
        list(range(60)),
        pd.Series(range(60)),
    ],
)
def test_weights_are_scikit_learns(sample_weight, class_weight):
    labels, codes = encode_labels(y)
    expected = compute_sample_weight(class_weight, y)
    if sample_weight is not None:
        expected = _check_sample_weight(sample_weight, X, dtype=np.float64) * expected
    samples, classes = check_weights(sample_weight, class_weight, X, codes, labels)
    if (expected == 1.0).all():
        assert samples is None
        assert classes is None
    elif sample_weight is None or np.ptp(sample_weight) == 0.0:
        assert samples is None
        assert classes.shape == (3,)
        assert classes.dtype == np.float64
        assert (classes[codes] == expected).all()
    else:
        assert classes is None
        assert samples.dtype == np.float64
        assert (samples == expected).all()
        assert samples.flags.writeable
        assert samples is not sample_weight


@pytest.mark.parametrize("labels", [["no", "yes", "ä"], [False, True], [0.0, 1.0, 7.0], [-5, 2]])
def test_balanced_weights_of_any_labels(labels):
    y = np.array(labels)[rng.integers(0, len(labels), 1001) ** 2 % len(labels)]
    distinct, codes = encode_labels(y)
    _, classes = check_weights(None, "balanced", np.empty((1001, 1)), codes, distinct)
    assert (classes[codes] == compute_sample_weight("balanced", y)).all()
    given = {label: 0.1 + i for i, label in enumerate(labels)}
    _, classes = check_weights(None, given, np.empty((1001, 1)), codes, distinct)
    assert (classes[codes] == compute_sample_weight(given, y)).all()


def test_a_dictionary_without_some_classes_is_an_error_of_scikit_learn():
    labels, codes = encode_labels(y)
    with pytest.raises(ValueError, match="not in class_weight") as expected:
        compute_sample_weight({0: 1.0, 8: 2.0}, y)
    with pytest.raises(ValueError, match="not in class_weight") as raised:
        check_weights(None, {0: 1.0, 8: 2.0}, X, codes, labels)
    assert str(raised.value) == str(expected.value)


@pytest.mark.parametrize(
    "weights",
    [
        np.full(60, np.nan),
        np.r_[np.ones(59), np.inf],
        np.r_[np.ones(59), -1.0],
        np.zeros(60),
        np.ones((60, 1)),
        np.ones(59),
    ],
)
def test_weights_that_are_not_plain(weights):
    assert not are_plain_weights(weights, 60)


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1, np.int64(7), True])
def test_seeds_are_those_of_a_new_generator(seed):
    rules = GainTreeClassifier()  # it is asked for two attributes only
    rules.max_features, rules.random_thresholds = 2, False
    expected = check_random_state(seed).randint(np.iinfo(np.int64).max, dtype=np.int64)
    for _ in range(2):
        assert draw_seed(seed, rules, n_features=3, is_random=False) == expected
    instance = np.random.RandomState(seed)
    assert draw_seed(instance, rules, n_features=3, is_random=False) == expected
    assert draw_seed(instance, rules, n_features=3, is_random=False) != expected


def test_parameters_of_a_subclass_are_checked():
    class Sub(GainTreeClassifier):
        _parameter_constraints = {**GainTreeClassifier._parameter_constraints, "extra": [bool]}  # noqa: RUF012

        def __init__(self, *, max_depth=3, extra=False):
            super().__init__(max_depth=max_depth)
            self.extra = extra

    assert Sub().fit(X, y).get_depth() == 3
    for bad in ({"max_depth": 0}, {"extra": 3}):
        with pytest.raises(InvalidParameterError, match="of Sub must be"):
            Sub(**bad).fit(X, y)


def test_parameters_are_not_checked_if_scikit_learn_is_told_so():
    with config_context(skip_parameter_validation=True):
        GainTreeClassifier(max_depth=3.0).fit(X, y)
    with pytest.raises(InvalidParameterError, match=r"Got 3\.0 instead"):
        GainTreeClassifier(max_depth=3.0).fit(X, y)
