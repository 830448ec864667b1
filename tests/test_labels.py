"""Labels and their codes are those of `np.unique`, whatever the labels are made of."""

import warnings

import numpy as np
import pytest
from sklearn.utils.multiclass import check_classification_targets

from gaintree.labels import number_labels
from gaintree.validate import encode_labels

rng = np.random.default_rng(0)
few = rng.integers(0, 5, 3000)
many = rng.permutation(3000)
rare = np.where(np.arange(3000) == 1501, 7, 1 + few)  # a label that no sample of samples shows

INTEGERS = [
    np.array([0]),
    np.array([3, 3, 3]),
    np.array([-5, 2, -5, 0]),
    np.array([0, 1023]),
    np.array([0, 1024]),
    np.array([np.iinfo(np.int64).min, np.iinfo(np.int64).max]),
    few,
    few - 2,
    10**12 + few,
    10**12 * few,
    10**12 * rare,
    10**12 * many,
    many,
    many[::-2],
    np.arange(3000)[::3],
]
OTHERS = [
    *(few.astype(dtype) for dtype in ("int8", "int16", "uint8", "uint32", "uint64", ">i8", ">u4")),
    np.array([0, 2**64 - 1, 2**63, 0], dtype=np.uint64),
    *(values.astype(bool) for values in (few, few * 0, few * 0 + 1)),
    *(values.astype(str) for values in (few, rare, many, few[::2])),
    np.array(["b", "", "bb", "b", "ä"]),
    np.array(["b", "a", "b"]).astype(">U1"),
]


@pytest.mark.parametrize("frozen", [False, True])
@pytest.mark.parametrize("y", INTEGERS + OTHERS)
def test_numbers_are_those_of_sorting(y, frozen):
    y = y.view()
    y.flags.writeable = not frozen
    before = y.copy()
    expected_labels, expected_codes = np.unique(y, return_inverse=True)
    labels, codes = number_labels(y)
    assert labels.dtype == y.dtype
    assert codes.dtype == np.int32
    assert codes.flags.c_contiguous
    assert (labels == expected_labels).all()
    assert (codes == expected_codes).all()
    assert (y == before).all()
    assert y.flags.writeable is not frozen


@pytest.mark.filterwarnings("ignore:The number of unique classes")
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("values", [few - 2, many % 1000, 100 * few, np.array([-0.0, 0.0, 1.0])])
def test_floats_that_are_integers(values, dtype):
    y = values.astype(dtype)
    expected_labels, expected_codes = np.unique(y, return_inverse=True)
    labels, codes = encode_labels(y)
    assert labels.dtype == dtype
    assert (labels == expected_labels).all()
    assert (codes == expected_codes).all()


@pytest.mark.parametrize("label", [0.5, np.nan, np.inf, -np.inf, 1e300, 2.0**63])
def test_floats_that_are_not(label):
    y = np.array([0.0, 1.0, label])
    with np.errstate(invalid="ignore"):
        with pytest.raises(ValueError) as expected:  # noqa: PT011 (it is compared below)
            check_classification_targets(y)
        with pytest.raises(ValueError) as raised:  # noqa: PT011
            encode_labels(y)
    assert str(raised.value) == str(expected.value)


@pytest.mark.parametrize("names", [["no", "yes", "maybe", "never", ""], ["b", "a", "c", "e", "d"]])
def test_objects(names):
    y = np.array(names, dtype=object)[few]
    expected_labels, expected_codes = np.unique(y, return_inverse=True)
    labels, codes = encode_labels(y)
    assert labels.dtype == object
    assert (labels == expected_labels).all()
    assert (codes == expected_codes).all()
    assert codes.dtype == np.int32


@pytest.mark.parametrize(
    "y", [many, many.astype(str), many.astype(float), many.astype(str).astype(object)]
)
def test_labels_like_a_regression_target_are_told(y):
    """From some release of scikit-learn on it warns of them."""
    with warnings.catch_warnings(record=True) as expected:
        warnings.simplefilter("always")
        check_classification_targets(y)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        encode_labels(y)
    assert [str(warning.message) for warning in told] == [str(w.message) for w in expected]


@pytest.mark.parametrize(
    "y",
    [
        np.array([0, "a"], dtype=object),
        np.array([None, "a"]),
        np.array([1j, 2j]),
    ],
)
def test_what_is_no_label(y):
    with pytest.raises((TypeError, ValueError)) as expected:
        check_classification_targets(y)
    with pytest.raises(type(expected.value)) as raised:
        encode_labels(y)
    assert str(raised.value) == str(expected.value)
