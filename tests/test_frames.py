"""Frames and categories become floats: the same from every library, dtype and encoding."""

import datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gaintree.frames import MAX_CATEGORIES, ColumnEncoder, as_table
from table_makers import DECLARED, NAN, each_table, encode_slowly, is_text, need


@st.composite
def two_tables(draw):
    """Two tables of the same columns, of text and of numbers; the second has text of its own."""
    values = {
        "integer": st.integers(-(2**40), 2**40),
        "float": st.floats(allow_nan=False, allow_infinity=False),
        "flag": st.booleans(),
    }
    kinds = draw(st.lists(st.sampled_from(["text", *values]), min_size=1, max_size=4))
    tables = []
    for letters in ("abé", "abZ "):
        n_rows = draw(st.integers(1, 12))
        values["text"] = st.text(letters, max_size=2)
        tables.append(
            {
                f"{kind} {j}": draw(
                    st.lists(st.none() | values[kind], min_size=n_rows, max_size=n_rows)
                )
                for j, kind in enumerate(kinds)
            }
        )
    return tables


@each_table
@settings(max_examples=40, deadline=None)
@given(tables=two_tables())
def test_codes_are_those_of_the_slow_encoding(make, tables):
    train, test = tables
    is_declared = make in DECLARED.values()
    encoder = ColumnEncoder()
    encoded = encoder.fit_transform(make(train), "from_dtype"), encoder.transform(make(test))
    for table, floats in zip(tables, encoded, strict=True):
        slowly = [encode_slowly(train[name], table[name], is_declared) for name in train]
        assert floats.dtype == np.float64
        assert np.array_equal(floats, np.transpose(slowly), equal_nan=True)
    assert encoded[0].flags.f_contiguous
    assert encoded[1].flags.c_contiguous
    for j, values in enumerate(train.values()):
        assert encoder.is_categorical[j] == is_text(values)
        categories = encoder.categories[j]
        assert encoder.n_categories[j] == (len(categories) if is_text(values) else 0)
        assert is_text(values) or categories is None


def encode_column(values, choice="from_dtype"):
    """The codes of one column, and its categories if it has some."""
    encoder = ColumnEncoder()
    encoded = encoder.fit_transform(as_table(values), choice)
    assert np.array_equal(encoder.transform(as_table(values)), encoded, equal_nan=True)
    assert encoded.shape[1] == 1
    categories = encoder.categories[0]
    return encoded[:, 0].tolist(), None if categories is None else categories.tolist()


def equal(found, expected):
    return repr(found) == repr(expected)  # so that NaN is equal to itself


DAY = datetime.date(2020, 1, 1)
ARROW = "ArrowDtype"  # pandas' dtype of pyarrow's
PANDAS = {
    "category": ("category", ["b", None, "a"], [1.0, NAN, 0.0], ["a", "b"]),
    "category of numbers": ("category", [30, 10, None], [1.0, 0.0, NAN], [10, 30]),
    "text": (None, ["b", None, "a"], [1.0, NAN, 0.0], ["a", "b"]),
    "string": ("string", ["b", None, "a"], [1.0, NAN, 0.0], ["a", "b"]),
    "arrow string": ((ARROW, "string"), ["b", None, "a"], [1.0, NAN, 0.0], ["a", "b"]),
    "arrow dictionary": ((ARROW, "dictionary"), ["b", None, "a"], [1.0, NAN, 0.0], ["a", "b"]),
    "object": (object, ["b", None, "a", NAN], [1.0, NAN, 0.0, NAN], ["a", "b"]),
    "tuples": (object, [(2,), (1, 5), (2,)], [1.0, 0.0, 1.0], [(1, 5), (2,)]),
    "unsortable": (object, [(1, "a"), ("b",), (1, "a")], [0.0, 1.0, 0.0], [(1, "a"), ("b",)]),
    "all missing": (object, [None, NAN], [NAN, NAN], []),
    "numbers as objects": (object, [1, None, 2.5, np.float32(0.5)], [1.0, NAN, 2.5, 0.5], None),
    "flags as objects": (object, [True, None, np.False_], [1.0, NAN, 0.0], None),
    "decimals": (object, [Decimal("1.5"), None, Decimal("NaN")], [1.5, NAN, NAN], None),
    "Int64": ("Int64", [1, None, 3], [1.0, NAN, 3.0], None),
    "boolean": ("boolean", [True, None, False], [1.0, NAN, 0.0], None),
    "bool": (bool, [True, False], [1.0, 0.0], None),
    "arrow bool": ((ARROW, "bool_"), [True, None, False], [1.0, NAN, 0.0], None),
    "arrow int": ((ARROW, "int8"), [1, None, 3], [1.0, NAN, 3.0], None),
    "sparse": ("Sparse[float]", [0.0, 1.0, NAN], [0.0, 1.0, NAN], None),
}


@pytest.mark.parametrize(("dtype", "values", "codes", "categories"), PANDAS.values(), ids=PANDAS)
def test_dtypes_of_pandas(dtype, values, codes, categories):
    pd = need("pandas")
    if isinstance(dtype, tuple):
        pa = need("pyarrow")
        arguments = (pa.int8(), pa.string()) if dtype[1] == "dictionary" else ()
        dtype = pd.ArrowDtype(getattr(pa, dtype[1])(*arguments))
    found = encode_column(pd.DataFrame({"a": pd.Series(values, dtype=dtype)}))
    assert equal(found, (codes, categories))


def test_missing_values_of_pandas():
    pd = need("pandas")
    text = pd.Series(["b", pd.NA, "a", pd.NaT, None, NAN], dtype=object)
    numbers = pd.Series([2, pd.NA, 1, pd.NaT, None, NAN], dtype=object)
    expected = [1.0, NAN, 0.0, NAN, NAN, NAN]
    assert equal(encode_column(text.to_frame()), (expected, ["a", "b"]))
    assert equal(encode_column(numbers.to_frame()), ([2.0, NAN, 1.0, NAN, NAN, NAN], None))
    assert equal(encode_column(numbers.to_frame(), [0]), (expected, [1, 2]))


POLARS = {
    "String": ("String", ["b", None, "a"], [1.0, NAN, 0.0], ["a", "b"]),
    "Categorical": ("Categorical", ["b", None, "a"], [1.0, NAN, 0.0], ["a", "b"]),
    "Binary": ("Binary", [b"b", None, b"a"], [1.0, NAN, 0.0], [b"a", b"b"]),
    "Null": ("Null", [None, None], [NAN, NAN], []),
    "Int8": ("Int8", [1, None, 3], [1.0, NAN, 3.0], None),
    "Float64": ("Float64", [1.0, None, NAN], [1.0, NAN, NAN], None),
    "Boolean": ("Boolean", [True, None, False], [1.0, NAN, 0.0], None),
    "Decimal": ("Decimal", [Decimal("1.5"), None], [1.5, NAN], None),
}


@pytest.mark.parametrize(("dtype", "values", "codes", "categories"), POLARS.values(), ids=POLARS)
def test_dtypes_of_polars(dtype, values, codes, categories):
    pl = need("polars")
    frame = pl.DataFrame({"a": pl.Series(values, dtype=getattr(pl, dtype))})
    assert equal(encode_column(frame), (codes, categories))


def test_other_strings_of_the_process_do_not_change_the_codes_of_polars():
    pl = need("polars")
    first = pl.Series(["z", "b", "a"], dtype=pl.Categorical)  # strings that all share
    assert equal(
        encode_column(pl.DataFrame({"a": pl.Series(["a", "b"], dtype=pl.Categorical)})),
        ([0.0, 1.0], ["a", "b"]),
    )
    assert len(first) == 3


def test_dtypes_of_pyarrow():
    pa = need("pyarrow")

    def encode(values):
        return encode_column(pa.table({"a": values}))

    b_a = ([1.0, NAN, 0.0], ["a", "b"])
    assert equal(encode(pa.array(["b", None, "a"])), b_a)
    assert equal(encode(pa.array(["b", None, "a"], pa.large_string())), b_a)
    assert equal(encode(pa.array([b"b", None, b"a"])), b_a[:1] + ([b"a", b"b"],))
    assert equal(encode(pa.array([7, None, 3]).dictionary_encode()), ([0.0, NAN, 1.0], [7, 3]))
    assert equal(encode(pa.array([1, None, 3], pa.int8())), ([1.0, NAN, 3.0], None))
    assert equal(encode(pa.array([True, None, False])), ([1.0, NAN, 0.0], None))
    assert equal(encode(pa.nulls(2)), ([NAN, NAN], []))
    parts = [pa.array(["b"]).dictionary_encode(), pa.array(["a", "b"]).dictionary_encode()]
    assert equal(encode(pa.chunked_array(parts)), ([0.0, 1.0, 0.0], ["b", "a"]))
    labels = pa.array(["a", None, "a"])  # of a dictionary with a null, and with a label twice
    twice = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, None]), labels)
    assert equal(encode(twice), ([0.0, NAN, 0.0, NAN], ["a"]))


def test_labels_of_any_kind_if_the_column_is_chosen():
    def encode(*values):
        column = np.empty((len(values), 1), dtype=object)
        column[:, 0] = values
        return encode_column(column, [0])

    assert equal(encode(3, None, -1), ([1.0, NAN, 0.0], [-1, 3]))
    assert equal(encode(DAY, None), ([0.0, NAN], [DAY]))
    assert equal(encode(frozenset("b"), frozenset("a"))[0], [0.0, 1.0])
    assert equal(encode_column(np.array([[2.5], [NAN], [-1]]), [0]), ([1.0, NAN, 0.0], [-1.0, 2.5]))
    assert equal(encode_column(np.array([["b"], ["a"]]), [0]), ([1.0, 0.0], ["a", "b"]))
    assert equal(encode_column([["b"], ["a"]], [0]), ([1.0, 0.0], ["a", "b"]))
    assert equal(encode_column(np.array([[True], [False]]), [0]), ([1.0, 0.0], [False, True]))


def test_large_integers_are_told_apart_beside_a_missing_one():
    pl = need("polars")
    frame = pl.DataFrame({"id": [2**62, 2**62 + 1, None]})
    assert equal(encode_column(frame, ["id"]), ([0.0, 1.0, NAN], [2**62, 2**62 + 1]))


def test_float32_stays_if_all_numbers_are():
    pl = need("polars")
    single = pl.Series("a", [1.5, None], dtype=pl.Float32)
    text, double = pl.Series("b", ["x", "y"]), pl.Series("c", [1.0, 2.0])

    def dtype_of(*columns):
        return ColumnEncoder().fit_transform(pl.DataFrame(columns), "from_dtype").dtype

    assert dtype_of(single, text) == np.float32
    assert dtype_of(single, double, text) == np.float64
    assert dtype_of(text) == np.float64


def test_the_greatest_number_of_categories():
    labels = np.arange(MAX_CATEGORIES + 1.0)[:, None]
    encoder = ColumnEncoder()
    codes = encoder.fit_transform(labels[1:], [0])
    assert encoder.n_categories.tolist() == [MAX_CATEGORIES] == [65_535]
    assert (codes == labels[:-1]).all()
    with pytest.raises(ValueError, match="Column 0 of X has 65,536 categories; at most 65,535"):
        encoder.fit_transform(labels, [0])
