"""Bad frames get an error that names the column and the value."""

import datetime

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from gaintree import GainTreeClassifier
from table_makers import COLUMNS, LABELS, arrow_of, need, pandas_of, polars_of

DAY = datetime.date(2020, 1, 1)


@pytest.mark.parametrize("values", [["a", "b"], [1.0, 2.0]])
def test_duplicate_names_are_refused(values):
    pd, pa = need("pandas"), need("pyarrow")
    twice = pd.DataFrame(np.array([values, values]).T, columns=["a", "a"])
    for frame in (twice, pa.table([values, values], names=["a", "a"])):
        with pytest.raises(ValueError, match=r"unique column names.*\n- 'a' 2 times"):
            GainTreeClassifier().fit(frame, [0, 1])


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ([1, "red"], TypeError, "Column 'b' of X mixes numbers and text, 1 and 'red'; turn all"),
        ([1.5, "2"], TypeError, "Column 'b' of X mixes numbers and text, 1.5 and '2'; turn all"),
        ([[1], [2]], TypeError, r"Column 'b' of X holds \[1\], which cannot be hashed"),
        (["red", {}], TypeError, "Column 'b' of X holds {}, which cannot be hashed"),
        ([1, (1, 2)], ValueError, r"Column 'b' of X holds \(1, 2\) where a number is expected"),
        ([1j, 2], ValueError, "Column 'b' of X holds 1j where a number is expected"),
        ([10**400, 2], ValueError, "Column 'b' of X holds 10+.*0+ where a number is expected"),
        ([DAY, None], TypeError, r"Column 'b' of X holds dates or times, such as datetime.date\("),
        ([datetime.timedelta(1)] * 2, TypeError, "Column 'b' of X holds dates or times"),
    ],
)
def test_objects_that_are_refused(values, error, message):
    pd = need("pandas")
    column = np.empty(2, dtype=object)
    column[:] = values
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": pd.Series(column, dtype=object)})
    tree = GainTreeClassifier()
    with pytest.raises(error, match=message):
        tree.fit(frame, [0, 1])
    with pytest.raises(error, match=message.replace("'b'", "0")):
        tree.fit(column[:, None], [0, 1])
    with pytest.raises(NotFittedError):
        tree.predict(frame)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_columns_of_dates_are_refused(library):
    make = {"pandas": pandas_of, "polars": polars_of, "pyarrow": arrow_of}[library]
    for value in (datetime.datetime(2020, 1, 1), DAY, datetime.timedelta(1), datetime.time(1)):
        frame = make({"a": [1.0, 2.0], "when": [value, None]})
        with pytest.raises(TypeError, match="Column 'when' of X holds dates or times, such as"):
            GainTreeClassifier().fit(frame, [0, 1])
        tree = GainTreeClassifier(categorical_features=["when"]).fit(frame, [0, 1])
        assert tree.predict(frame).tolist() == [0, 1]


def test_text_where_numbers_were():
    tree = GainTreeClassifier().fit(pandas_of({"a": ["x", "y"], "b": [1.0, 2.0]}), [0, 1])
    assert tree.predict(pandas_of({"a": ["y"], "b": ["2"]})).tolist() == [1]
    with pytest.raises(ValueError, match="Column 'b' of X holds 'two' where a number is expected"):
        tree.predict(pandas_of({"a": ["y"], "b": ["two"]}))


def test_mixed_labels_of_a_chosen_column_are_refused():
    X = np.array([["a"], [1]], dtype=object)
    with pytest.raises(TypeError, match="Column 0 of X mixes numbers and text, 1 and 'a'"):
        GainTreeClassifier(categorical_features=[0]).fit(X, [0, 1])


def test_names_that_are_not_there():
    for choice, message in [
        (
            ["size", "color"],
            r"item value 'color' which is not a valid .*\['size', 'colour', 'shape'\]",
        ),
        ([0, 3], r"must be in \[0, n_features - 1\], got: 3; n_features is 3"),
        ([True, False], r"must have shape \(n_features,\), got: \(2,\); n_features is 3"),
    ]:
        with pytest.raises(ValueError, match=message):
            GainTreeClassifier(categorical_features=choice).fit(pandas_of(COLUMNS), LABELS)


def test_infinity_is_no_category():
    for dtype in (float, object):
        X = np.array([[1.0], [np.inf]], dtype=dtype)
        with pytest.raises(ValueError, match="Column 0 of X contains infinity"):
            GainTreeClassifier(categorical_features=[0]).fit(X, [0, 1])
    with pytest.raises(ValueError, match="infinity"):
        GainTreeClassifier().fit(pandas_of({"a": ["x", "y"], "b": [1.0, np.inf]}), [0, 1])
    tree = GainTreeClassifier().fit(pandas_of({"a": ["x", "y"], "b": [1.0, 2.0]}), [0, 1])
    with pytest.raises(ValueError, match="infinity"):
        tree.predict(pandas_of({"a": ["x", "y"], "b": [1.0, np.inf]}))
