"""The estimator on frames with categories: which columns, what is missing or unseen, names."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone

from gaintree import GainTreeClassifier
from gaintree.frames import as_table
from table_makers import (
    COLUMNS,
    DECLARED,
    LABELS,
    NAN,
    SIZE,
    TABLES,
    array_of,
    each_frame,
    each_table,
    encode_slowly,
    need,
    pandas_of,
)


@each_table
def test_a_frame_gives_the_tree_of_its_codes(make):
    X = make(COLUMNS)
    tree = GainTreeClassifier().fit(X, LABELS)
    is_declared = make in DECLARED.values()
    codes = np.transpose(
        [encode_slowly(values, values, is_declared) for values in COLUMNS.values()]
    )
    by_codes = GainTreeClassifier(categorical_features=[1, 2]).fit(codes, LABELS)
    assert tree.tree_.equals(by_codes.tree_)
    assert tree.is_categorical_.tolist() == [False, True, True]
    assert tree.categories_[0] is None
    assert sorted(tree.categories_[1]) == ["blue", "green", "grey", "red"]
    for method in ("predict", "predict_proba", "apply"):
        assert (getattr(tree, method)(X) == getattr(by_codes, method)(codes)).all()
    assert (tree.decision_path(X) != by_codes.decision_path(codes)).nnz == 0
    if make is not array_of:
        assert tree.feature_names_in_.tolist() == list(COLUMNS)


def test_what_is_fitted_on_one_library_predicts_on_another():
    tree = GainTreeClassifier().fit(pandas_of(COLUMNS), LABELS)
    for make in TABLES.values():
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "X does not have valid feature names")
            assert (tree.predict(make(COLUMNS)) == tree.predict(pandas_of(COLUMNS))).all()


def test_numbers_only_leave_no_categories():
    for X in (np.ones((4, 2)), pandas_of({"a": [1, 2], "b": [True, False]}), [[1.0], [2.0]]):
        tree = GainTreeClassifier().fit(as_table(X), [0, 1] * (len(X) // 2))
        assert tree.is_categorical_ is None
        assert tree.categories_ is None
    tree.fit(pandas_of(COLUMNS), LABELS).fit(np.ones((2, 2)), [0, 1])
    assert tree.is_categorical_ is None
    assert (tree.predict(np.ones((1, 2))) == 0).all()


@pytest.mark.parametrize(
    "choice", [[1, 2], np.array([1, 2]), [False, True, True], ["colour", "shape"], "from_dtype"]
)
def test_categories_by_mask_indices_and_names(choice):
    X = pandas_of(COLUMNS)
    expected = GainTreeClassifier().fit(X, LABELS)
    tree = GainTreeClassifier(categorical_features=choice).fit(X, LABELS)
    assert tree.tree_.equals(expected.tree_)
    assert tree.is_categorical_.tolist() == [False, True, True]


def test_nothing_is_chosen():
    numbers = pandas_of({"a": [1.0, 2.0], "b": [2, 1], "c": [1, 1]})
    for choice in (None, [], [False, False, False]):
        tree = GainTreeClassifier(categorical_features=choice).fit(numbers, [0, 1])
        assert tree.is_categorical_ is None
        with pytest.raises(ValueError, match=r"Column 'colour' of X holds '.*' where a number"):
            tree.fit(pandas_of(COLUMNS), LABELS)


def test_lists_keep_numbers_beside_text():
    X = [["red", 1.5], ["blue", NAN], [NAN, 2.5]]  # as an array of text it would hold "nan"
    tree = GainTreeClassifier(categorical_features=[0]).fit(X, [0, 1, 2])
    assert tree.categories_[0].tolist() == ["blue", "red"]
    assert tree.categories_[1] is None
    assert tree.predict(X).tolist() == [0, 1, 2]


def test_numbers_can_be_categories():
    X = np.array([[3.0], [1.0], [2.0], [3.0], [1.0], [NAN]])
    tree = GainTreeClassifier(categorical_features=[0]).fit(X, [0, 1, 2, 0, 1, 3])
    assert tree.categories_[0].tolist() == [1.0, 2.0, 3.0]
    assert tree.predict([[1], [2.0], [3.0], [None]]).tolist() == [1, 2, 0, 3]
    assert tree.predict(X, check_input=False).tolist() == [0, 1, 2, 0, 1, 3]
    assert tree.predict([[9.0]]).tolist() == tree.predict([[NAN]]).tolist()
    unchecked = GainTreeClassifier(categorical_features=[0]).fit(X, [0, 1, 2, 0, 1, 3], None, False)
    assert unchecked.tree_.equals(tree.tree_)


@each_frame
def test_unseen_categories_go_where_missing_values_go(make):
    """To the side that was learned, or to the child with more samples."""
    train = {"colour": ["red"] * 5 + ["blue"] * 3, "n": [0.0] * 8}
    tree = GainTreeClassifier().fit(make(train), ["yes"] * 5 + ["no"] * 3)
    given = {"colour": ["violet", None, "blue", "red"], "n": [0.0, None, 1.0, 2.0]}
    assert tree.predict(make(given)).tolist() == ["yes", "yes", "no", "yes"]

    train["colour"][5:] = [None] * 3
    tree.fit(make(train), ["yes"] * 5 + ["no"] * 3)
    assert tree.predict(make(given)).tolist() == ["no", "no", "no", "yes"]


@each_frame
def test_missing_in_every_row(make):
    columns = {"colour": ["a", "a", "b"], "never": [None] * 3}
    tree = GainTreeClassifier().fit(make(columns), [0, 0, 1])
    columns["never"] = ["then", "now", None]
    assert tree.predict(make(columns)).tolist() == [0, 0, 1]
    columns["colour"] = [None] * 3  # which goes to the child with more samples
    assert tree.predict(make(columns)).tolist() == [0, 0, 0]


@each_frame
def test_names_and_their_order_are_checked(make):
    tree = GainTreeClassifier().fit(make(COLUMNS), LABELS)
    colour, shape, size = COLUMNS["colour"], COLUMNS["shape"], COLUMNS["size"]
    with pytest.raises(ValueError, match="must be in the same order as they were in fit"):
        tree.predict(make({"colour": colour, "size": size, "shape": shape}))
    with pytest.raises(ValueError, match="yet now missing:\n- shape"):
        tree.predict(make({"size": size, "colour": colour}))
    with pytest.raises(ValueError, match="unseen at fit time:\n- form"):
        tree.predict(make({"size": size, "colour": colour, "form": shape}))
    with pytest.warns(UserWarning, match="X does not have valid feature names"):
        tree.predict(array_of(COLUMNS))


def test_numbers_as_names():
    pd = need("pandas")
    frame = pd.DataFrame({7: ["a", "b"], 3: [1, 2]})
    tree = GainTreeClassifier(categorical_features=[0]).fit(frame, [0, 1])
    assert not hasattr(tree, "feature_names_in_")
    assert tree.predict(frame).tolist() == [0, 1]


@each_frame
def test_pickle_and_clone(make):
    X = make(COLUMNS)
    tree = GainTreeClassifier(categorical_features=["colour", "shape"]).fit(X, LABELS)
    copy = pickle.loads(pickle.dumps(tree))
    assert (copy.predict(X) == tree.predict(X)).all()
    assert copy.categories_[1].tolist() == tree.categories_[1].tolist()
    again = clone(tree)
    assert not hasattr(again, "categories_")
    assert again.fit(X, LABELS).tree_.equals(tree.tree_)


def test_random_thresholds_are_refused_where_there_are_none():
    tree = GainTreeClassifier(splitter="random")
    with pytest.raises(ValueError, match=r"splitter='random' .*\['colour', 'shape'\].*'best'"):
        tree.fit(pandas_of(COLUMNS), LABELS)
    tree.set_params(categorical_features=[1])
    with pytest.raises(ValueError, match=r"splitter='random' .*: \[1\]\. Pass splitter='best'"):
        tree.fit([[1.0, 1], [2.0, 2]], [0, 1])
    tree.set_params(categorical_features=None).fit([[1.0, 1], [2.0, 2]], [0, 1])
    assert tree.get_n_leaves() == 2


def test_to_sklearn_names_the_columns_of_categories():
    tree = GainTreeClassifier().fit(pandas_of(COLUMNS), LABELS)
    with pytest.raises(ValueError, match=r"columns of them: \['colour', 'shape'\]"):
        tree.to_sklearn()
    only_size = GainTreeClassifier(max_depth=1).fit(pandas_of(COLUMNS), SIZE > 0.0)
    assert only_size.to_sklearn().tree_.feature[0] == 0
    numbered = GainTreeClassifier(categorical_features=[0]).fit([[1], [2]], [0, 1])
    with pytest.raises(ValueError, match=r"columns of them: \[0\]"):
        numbered.to_sklearn()
