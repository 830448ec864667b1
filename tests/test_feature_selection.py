"""Columns scored by what they tell about the class: tables, bins, scores, and what is kept."""

import math
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.feature_selection import SelectFwe, SelectKBest
from sklearn.metrics import adjusted_mutual_info_score, mutual_info_score
from sklearn.pipeline import make_pipeline
from sklearn.utils._param_validation import InvalidParameterError
from sklearn.utils.estimator_checks import parametrize_with_checks

from gaintree import GainTreeClassifier
from gaintree.feature_selection import (
    SelectByInformation,
    adjusted_information,
    gain_ratio,
    information_gain,
    mdlp_cuts,
    significance,
    symmetric_uncertainty,
)
from test_worked_examples import DAYS

X, y = load_iris(return_X_y=True)
NAMES = ["information_gain", "gain_ratio", "symmetric_uncertainty", "adjusted_information"]


def entropy(labels):
    shares = [labels.count(label) / len(labels) for label in set(labels)]
    return -sum(share * math.log2(share) for share in shares)


def gain_of(sides, labels):
    return entropy(labels) - sum(len(side) / len(labels) * entropy(side) for side in sides)


def cuts_by_recursion(pairs):
    """Fayyad and Irani told plainly; `pairs` of value and label, sorted."""
    labels = [label for _, label in pairs]
    n, k = len(pairs), len(set(labels))
    best = None
    for i, (before, after) in enumerate(pairwise(pairs), 1):
        if before[0] < after[0]:
            gain = gain_of((labels[:i], labels[i:]), labels)
            if best is None or gain > best[0] + 1e-9:
                best = gain, i
    if best is None:
        return []
    gain, i = best
    sides = labels[:i], labels[i:]
    delta = math.log2(3**k - 2) - k * entropy(labels)
    delta += sum(len(set(side)) * entropy(side) for side in sides)
    if gain <= (math.log2(n - 1) + delta) / n:
        return []
    middle = (pairs[i - 1][0] + pairs[i][0]) / 2
    return [*cuts_by_recursion(pairs[:i]), middle, *cuts_by_recursion(pairs[i:])]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 120), st.integers(1, 4), st.integers(1, 40))
def test_bins_are_those_of_the_recursion(seed, n_samples, n_classes, n_values):
    rng = np.random.default_rng(seed)
    x = rng.integers(0, n_values, n_samples) / 8.0
    labels = np.where(rng.random(n_samples) < 0.6, x * 8 * n_classes // n_values, 0).astype(int)
    expected = cuts_by_recursion(sorted(zip(x.tolist(), labels.tolist(), strict=True)))
    np.testing.assert_array_equal(mdlp_cuts(x, labels), expected)


def test_bins_of_iris():
    expected = ([5.55, 6.15], [2.95, 3.35], [2.45, 4.75], [0.8, 1.75])
    for column, cuts in zip(X.T, expected, strict=True):
        np.testing.assert_allclose(mdlp_cuts(column, y), cuts)


def test_bins_of_what_cannot_be_cut_and_of_missing_values():
    assert len(mdlp_cuts([], [])) == len(mdlp_cuts([1.0], ["a"])) == 0
    assert len(mdlp_cuts([np.nan] * 9, range(9))) == 0
    holed = np.append(X[:, 3], [np.nan] * 50)
    np.testing.assert_allclose(mdlp_cuts(holed, np.append(y, [0] * 50)), [0.8, 1.75])
    many = np.arange(4000)  # classes, whose 3^k no float holds
    assert len(mdlp_cuts(many // 2, many // 2)) > 0


@pytest.mark.parametrize(
    ("x", "labels", "message"),
    [
        ([1.0, 2.0], [0], r"got shapes \(2,\) and \(1,\)"),
        ([[1.0]], [[0]], "vectors"),
        ([np.inf], [0], "infinity"),
        ([1.0, 2.0], [0, np.nan], "missing labels"),
        ([1.0, 2.0], ["a", None], "missing labels"),
    ],
)
def test_bad_columns_for_bins(x, labels, message):
    with pytest.raises(ValueError, match=message):
        mdlp_cuts(x, labels)


def test_dates_and_text_have_no_bins():
    for x in (np.array(["2020-01-01", "2020-01-03"], "M8[D]"), ["1", "2"], [1j, 2.0]):
        with pytest.raises(TypeError, match="x must hold numbers"):
            mdlp_cuts(x, [0, 1])


def best_split(column, labels):
    """The gain of the best split of a column, missing values on either side: plainly."""
    values = sorted(set(column[~np.isnan(column)].tolist()))
    masks = [column <= value for value in values]
    masks += [mask | np.isnan(column) for mask in masks]
    sides = [(labels[mask].tolist(), labels[~mask].tolist()) for mask in masks]
    return max(gain_of([side for side in pair if side], labels.tolist()) for pair in sides)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.sampled_from([np.float32, np.float64]))
def test_numbers_gain_what_their_best_split_gains(seed, n_samples, dtype):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 9, (n_samples, 3)).astype(dtype)
    table[rng.random(table.shape) < 0.2] = np.nan
    labels = rng.integers(0, 3, n_samples)
    expected = [
        best_split(column, labels) if (~np.isnan(column)).any() else 0.0 for column in table.T
    ]
    np.testing.assert_allclose(information_gain(table, labels), expected, atol=1e-9)


def test_numbers_gain_what_a_stump_gains():
    table, labels = load_breast_cancer(return_X_y=True)
    expected = [
        GainTreeClassifier(max_depth=1).fit(column[:, None], labels).tree_.gains()[0]
        for column in table.T
    ]
    np.testing.assert_allclose(information_gain(table, labels, n_jobs=2), expected, rtol=1e-12)


def test_categories_are_the_rows_of_a_table():
    days = np.column_stack([DAYS.outlook, DAYS.humidity, DAYS.windy, DAYS.temperature])
    days = days.astype(object)
    for scores, expected in (
        (information_gain, [0.246750, 0.151836, 0.048127, 0.029223]),
        (gain_ratio, [0.156428, 0.151836, 0.048849, 0.018773]),
        (adjusted_information, [0.116883, 0.092170, -0.012019, -0.101485]),
    ):
        np.testing.assert_allclose(scores(days, DAYS.play), expected, atol=1e-6)
    h_play = entropy(DAYS.play.tolist())
    expected = [
        2 * gain / (entropy(column.tolist()) + h_play)
        for gain, column in zip(information_gain(days, DAYS.play), days.T, strict=True)
    ]
    np.testing.assert_allclose(symmetric_uncertainty(days, DAYS.play), expected)


def test_missing_categories_and_bins_are_rows_of_their_own():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 4, 300)
    labels = (codes + rng.integers(0, 2, 300)) % 3
    labels_of = np.array(["a", "b", "c", None], dtype=object)
    gain = information_gain(labels_of[codes][:, None], labels)
    np.testing.assert_allclose(gain, mutual_info_score(codes, labels) / math.log(2))
    numbers = np.where(codes == 3, np.nan, codes)[:, None]
    bins = np.searchsorted(mdlp_cuts(numbers[:, 0], labels), numbers[:, 0])
    bins[codes == 3] = -1
    gain = information_gain(numbers, labels, discretize="mdlp")
    np.testing.assert_allclose(gain, mutual_info_score(bins, labels) / math.log(2))


def test_what_does_not_vary_scores_nothing():
    table = np.c_[np.ones(20), np.full(20, np.nan), np.arange(20)]
    for name in [*NAMES, "significance"]:
        selector = SelectByInformation(name, threshold=None)
        assert (selector.fit(table, np.arange(20) % 2).scores_[:2] == 0.0).all()
        assert (selector.fit(table, np.zeros(20)).scores_ == 0.0).all()
        assert (selector.fit(table[:, :2], np.arange(20) % 2).get_support()).all()


def test_names_tell_nothing_above_chance():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 300)
    copied = np.where(rng.random(300) < 0.8, labels, 1 - labels)
    table = np.c_[np.arange(300), rng.integers(0, 150, 300), copied]
    all_three = {"categorical_features": [0, 1, 2]}
    assert information_gain(table, labels, **all_three).argmax() == 0
    assert gain_ratio(table, labels, **all_three).argmax() == 2
    adjusted = adjusted_information(table, labels, **all_three)
    assert adjusted[0] == 0.0
    assert abs(adjusted[1]) < 0.1 < 0.2 < adjusted[2]
    scores, pvalues = significance(table, labels, **all_three)
    assert pvalues[0] == 1.0
    assert pvalues[1] > 0.01 > 1e-15 > pvalues[2]
    np.testing.assert_allclose(pvalues, 10.0**-scores)


def test_adjusted_information_is_what_scikit_learn_adjusts():
    rng = np.random.default_rng(1)
    codes, labels = rng.integers(0, 12, 80), rng.integers(0, 3, 80)
    gain = mutual_info_score(codes, labels) / math.log(2)
    mean = (entropy(codes.tolist()) + entropy(labels.tolist())) / 2
    adjusted = adjusted_information(codes[:, None], labels, categorical_features=[0])[0]
    index = adjusted / (mean - (gain - adjusted))
    assert index == pytest.approx(adjusted_mutual_info_score(labels, codes), rel=1e-9)


@pytest.mark.parametrize("columns", ["numbers", "few values", "missing", "categories"])
def test_noise_is_seldom_significant_and_tells_little_above_chance(columns):
    rng = np.random.default_rng(2)
    n_samples, n_columns = 200, 400
    table = rng.normal(size=(n_samples, n_columns))
    if columns == "few values":
        table = rng.integers(0, 4, table.shape).astype(float)
    if columns == "missing":
        table[rng.random(table.shape) < 0.3] = np.nan
    chosen = range(n_columns) if columns == "categories" else None
    if columns == "categories":
        table = rng.integers(0, 60, table.shape).astype(float)
    labels = rng.integers(0, 3, n_samples)
    options = {"categorical_features": None if chosen is None else list(chosen)}
    share = np.mean(significance(table, labels, **options)[1] <= 0.05)
    # The law of numbers is an upper bound, that of categories is meant to be exact.
    least = 0.02 if columns == "categories" else 0.002
    assert least <= share <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / n_columns)
    gains = information_gain(table, labels, **options).mean()
    above = adjusted_information(table, labels, **options).mean()
    assert -0.35 * gains < above < 0.06 * gains


@pytest.mark.parametrize("name", [*NAMES, "significance"])
def test_selectors_of_scikit_learn_take_the_scores(name):
    score = {
        "information_gain": information_gain,
        "gain_ratio": gain_ratio,
        "symmetric_uncertainty": symmetric_uncertainty,
        "adjusted_information": adjusted_information,
        "significance": significance,
    }[name]
    theirs = SelectKBest(partial(score, categorical_features=None), k=2).fit(X, y)
    ours = SelectByInformation(name, k=2).fit(X, y)
    np.testing.assert_array_equal(theirs.scores_, ours.scores_)
    assert set(ours.get_support(indices=True)) == {2, 3}
    if name == "significance":
        noise = np.random.default_rng(0).normal(size=(150, 20))
        chosen = SelectFwe(score, alpha=0.01).fit(np.c_[X, noise], y).get_support(indices=True)
        assert chosen.tolist() == [0, 1, 2, 3]


def test_threshold_number_and_percentage_all_hold():
    noisy = np.c_[X, X[:, 2]]
    scores = information_gain(noisy, y)

    def kept(**limits):
        selector = SelectByInformation("information_gain", **limits).fit(noisy, y)
        np.testing.assert_array_equal(selector.scores_, scores)
        return selector.get_support(indices=True).tolist()

    assert kept() == kept(threshold=None) == [0, 1, 2, 3, 4]
    assert kept(k=2) == [2, 3]  # of three ties the first
    assert kept(percentile=40) == [2, 3]
    assert kept(threshold=0.5) == [0, 2, 3, 4]
    assert kept(threshold=0.5, k=3) == [2, 3, 4]
    assert kept(k=0) == kept(percentile=0) == []
    assert kept(k=9) == [0, 1, 2, 3, 4]


FRAMES = {
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "pyarrow": pa.table,
}


@pytest.mark.parametrize("library", FRAMES)
@pytest.mark.parametrize("output", ["default", "pandas", "polars"])
def test_frames_in_and_out(library, output):
    rng = np.random.default_rng(0)
    labels = np.array(["no", "yes"])[rng.integers(0, 2, 80)]
    columns = {
        "noise": rng.normal(size=80),
        "word": [None if i % 9 == 0 else f"{label}!" for i, label in enumerate(labels)],
        "size": np.where(labels == "no", 1.0, 2.5) + rng.normal(size=80) / 2,
        "name": [f"n{i}" for i in range(80)],
    }
    frame = FRAMES[library](columns)
    selector = SelectByInformation(k=2).set_output(transform=output).fit(frame, labels)
    assert selector.get_feature_names_out().tolist() == ["word", "size"]
    assert selector.is_categorical_.tolist() == [False, True, False, True]
    kept = selector.transform(frame)
    if output == "default":
        assert isinstance(kept, np.ndarray)
        np.testing.assert_array_equal(kept[:, 1].astype(float), columns["size"])
        return
    assert isinstance(kept, pd.DataFrame if output == "pandas" else pl.DataFrame)
    assert list(kept.columns) == ["word", "size"]
    assert kept["size"].to_numpy().tolist() == columns["size"].tolist()
    assert kept["word"].to_list()[1] == columns["word"][1]
    with pytest.raises(ValueError, match="feature names"):
        selector.transform(FRAMES[library]({"other": [1.0]}))
    with pytest.warns(UserWarning, match="No features were selected"):
        assert selector.set_params(k=0).transform(frame).shape[1] == 0


def test_in_a_pipeline_before_a_tree():
    frame = load_iris(as_frame=True)
    model = make_pipeline(SelectByInformation(k=2), GainTreeClassifier(max_depth=3))
    model.set_output(transform="pandas").fit(frame.data, frame.target)
    assert model[-1].feature_names_in_.tolist() == ["petal length (cm)", "petal width (cm)"]
    assert model.score(frame.data, frame.target) > 0.95


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"criterion": "gain"}, "'criterion' parameter"),
        ({"discretize": "equal"}, "'discretize' parameter"),
        ({"k": -1}, "'k' parameter"),
        ({"percentile": 101}, "'percentile' parameter"),
        ({"threshold": np.nan}, "'threshold' parameter"),
        ({"categorical_features": [9]}, r"got: 9; n_features is 4"),
        ({"criterion": "significance", "discretize": "mdlp"}, "needs discretize='binary'"),
    ],
)
def test_bad_parameters(parameters, message):
    with pytest.raises(ValueError, match=message) as raised:
        SelectByInformation(**parameters).fit(X, y)
    assert isinstance(raised.value, InvalidParameterError) == ("' parameter" in message)


@pytest.mark.filterwarnings("ignore:No features were selected")  # some checks pass noise
@parametrize_with_checks(
    [
        SelectByInformation(),
        SelectByInformation("information_gain", discretize="mdlp", k=1),
        SelectByInformation("significance", threshold=None, n_jobs=2),
    ]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)
