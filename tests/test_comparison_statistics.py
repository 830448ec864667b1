"""Measures, tests and agreement of a comparison, against plain formulas and scikit-learn's."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics
from sklearn.tree import DecisionTreeClassifier

from gaintree import GainTreeClassifier
from gaintree.model_selection import _agreement as agreement
from gaintree.model_selection._measures import calibration_error, quality, roc_auc
from gaintree.model_selection._statistics import corrected_t_test, holm, mean_ranks

# Tests.


def test_the_corrected_t_test_in_plain_steps():
    """Ten folds of ten-fold cross-validation: n_test / n_train is 1 / 9."""
    d = np.array([0.02, 0.01, -0.01, 0.03, 0.02, 0.00, 0.01, 0.04, -0.02, 0.02])
    variance = sum((x - sum(d) / 10) ** 2 for x in d) / 9
    t = (sum(d) / 10) / np.sqrt((1 / 10 + 1 / 9) * variance)
    found = corrected_t_test(d, np.full(10, 1 / 9))
    assert found.mean == pytest.approx(0.012)
    assert found.p_value == pytest.approx(2 * stats.t.sf(t, df=9))
    reach = 2.262157163 * np.sqrt((1 / 10 + 1 / 9) * variance)  # quantile from a table
    assert (found.low, found.high) == pytest.approx((0.012 - reach, 0.012 + reach))


def test_without_correction_it_is_the_paired_t_test():
    d = np.random.default_rng(0).normal(0.3, 1.0, 12)
    found, plain = corrected_t_test(d, np.zeros(12)), stats.ttest_1samp(d, 0.0)
    assert found.p_value == pytest.approx(plain.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(plain.confidence_interval(0.95)))
    assert corrected_t_test(d, np.full(12, 0.25)).p_value > found.p_value


def test_folds_without_a_value_are_left_out():
    d = np.array([0.1, np.nan, 0.3, 0.2])
    share = np.array([0.5, 9.0, 0.5, 0.5])
    assert corrected_t_test(d, share) == corrected_t_test(d[[0, 2, 3]], share[[0, 2, 3]])


def test_tests_that_have_nothing_to_go_by():
    assert corrected_t_test(np.zeros(5), np.ones(5)) == (0.0, 0.0, 0.0, 1.0)
    assert corrected_t_test(np.full(4, 0.5), np.ones(4)) == (0.5, 0.5, 0.5, 0.0)
    for few in ([0.5], []):
        found = corrected_t_test(np.array(few), np.ones(len(few)))
        assert np.isnan(found[1:]).all()


@given(st.lists(st.floats(0.0, 1.0) | st.just(np.nan), max_size=8))
@example([0.0, 2.2250738585e-313])
@example([0.1, 0.3, 0.3])
def test_holm(p_values):
    """A test is rejected at its own corrected p-value, and at no lower level, by Holm's steps."""
    found = holm(p_values)
    assert [np.isnan(p) for p in found] == [np.isnan(p) for p in p_values]
    for level in [p for p in found if p < 1.0]:
        level *= 1 + 1e-9  # for rounding
        assert [p <= level for p in found] == holm_rejects(p_values, level)


def holm_rejects(p_values, level):
    """Step down from the lowest p-value, as Holm tells it."""
    rejected = [False] * len(p_values)
    places = [i for i, p in enumerate(p_values) if not np.isnan(p)]
    for done, i in enumerate(sorted(places, key=lambda i: p_values[i])):
        if p_values[i] > level / (len(places) - done):
            break
        rejected[i] = True
    return rejected


@given(st.integers(0, 2**32 - 1), st.booleans())
@settings(max_examples=30)
def test_mean_ranks(seed, greater_is_better):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, 4, (rng.integers(1, 6), rng.integers(1, 5))) / 4
    ranks = np.zeros(scores.shape)
    for i, fold in np.ndindex(scores.shape):
        column = scores[:, fold] if greater_is_better else -scores[:, fold]
        ranks[i, fold] = 1 + (column > column[i]).sum() + ((column == column[i]).sum() - 1) / 2
    expected = ranks.mean(axis=1)
    np.testing.assert_allclose(mean_ranks(scores, greater_is_better), expected)
    with_hole = np.column_stack([scores, np.full(len(scores), np.nan)])
    np.testing.assert_allclose(mean_ranks(with_hole, greater_is_better), expected)
    assert np.isnan(mean_ranks(with_hole[:, -1:], greater_is_better)).all()


# Measures.


def predictions(seed, n_classes, n=200):
    """Probabilities with ties and zeros, as those of leaves are."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 4, (n, n_classes)) + np.eye(n_classes)[rng.integers(0, n_classes, n)]
    codes = rng.integers(0, n_classes, n).astype(np.int32)
    return codes, counts / counts.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("n_classes", [2, 3, 7])
def test_measures_are_those_of_scikit_learn(n_classes):
    codes, proba = predictions(n_classes, n_classes)
    found, guess = quality(codes, proba), proba.argmax(axis=1)
    scores = proba[:, 1] if n_classes == 2 else proba
    assert found == pytest.approx(
        {
            "accuracy": metrics.accuracy_score(codes, guess),
            "balanced_accuracy": metrics.balanced_accuracy_score(codes, guess),
            "log_loss": metrics.log_loss(codes, proba) / np.log(2),
            "roc_auc": metrics.roc_auc_score(codes, scores, multi_class="ovr", average="weighted"),
            "calibration_error": binned_error(codes, proba),
        }
    )


def binned_error(codes, proba):
    """The calibration error as it is told: bin by bin."""
    total, n = 0.0, len(codes)
    for b in range(1, 16):
        inside = [
            i for i in range(n) if (b - 1) / 15 + 1e-9 < max(proba[i]) <= b / 15 + 1e-9
        ]  # a share such as 2 / 5 is at the end of its bin, whatever rounding makes of it
        if inside:
            confidence = np.mean([max(proba[i]) for i in inside])
            hits = np.mean([np.argmax(proba[i]) == codes[i] for i in inside])
            total += len(inside) / n * abs(hits - confidence)
    return total


def test_calibration_of_who_is_always_right_and_always_wrong():
    codes = np.array([0, 1, 1], dtype=np.int32)
    assert calibration_error(codes, np.eye(2)[codes]) == 0.0
    assert calibration_error(codes, np.eye(2)[1 - codes]) == 1.0


def test_classes_that_a_fold_lacks():
    codes, proba = predictions(5, 4)
    few = codes < 2
    codes, proba = codes[few], proba[few]
    n_first = (codes == 0).sum()
    areas = [metrics.roc_auc_score(codes == k, proba[:, k]) for k in (0, 1)]
    expected = np.average(areas, weights=[n_first, len(codes) - n_first])
    assert roc_auc(codes, proba) == pytest.approx(expected)
    recalls = [(proba[codes == k].argmax(axis=1) == k).mean() for k in (0, 1)]
    assert quality(codes, proba)["balanced_accuracy"] == pytest.approx(np.mean(recalls))
    one = codes == 0
    assert np.isnan(roc_auc(codes[one], proba[one]))
    assert np.isnan(roc_auc(codes[one], proba[one][:, :2]))


# Agreement.


def splits_of(estimator, X):
    """The splits of a tree as sets: column, and the two sets of samples, in no order."""
    tree, found = estimator.tree_, []

    def visit(node):
        """Return the samples under a node."""
        if tree.children_left[node] < 0:
            return frozenset(np.flatnonzero(leaves == node).tolist())
        below = [visit(tree.children_left[node]), visit(tree.children_right[node])]
        found.append((int(tree.feature[node]), frozenset(below)))
        return below[0] | below[1]

    leaves = estimator.apply(X)
    visit(0)
    return found[::-1]  # that of the root first


@pytest.mark.parametrize("seed", range(6))
def test_agreement_by_sets_of_samples(seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 4, (60, 4)).astype(float)
    X[:, 3] = X[:, 2]  # the same parts by another column are another split
    y = (X[:, 0] + rng.integers(0, 3, 60)) % 3
    trees = [
        GainTreeClassifier().fit(X, y),
        GainTreeClassifier(criterion="gini", max_depth=3).fit(X, y),
        GainTreeClassifier(categorical_features=[1, 2]).fit(X, y),
        DecisionTreeClassifier(criterion="entropy", max_leaf_nodes=9, random_state=1).fit(X, y),
        DecisionTreeClassifier(max_features=1, random_state=2).fit(X, y),
    ]
    numbers = agreement.sample_numbers(60)
    keys = [agreement.split_keys(tree.tree_, tree.apply(X), numbers) for tree in trees]
    sets = [splits_of(tree, X) for tree in trees]
    for one_keys, one in zip(keys, sets, strict=True):
        assert len(np.unique(one_keys)) == len(one)
        for other_keys, other in zip(keys, sets, strict=True):
            common = set(one) & set(other)
            expected = 2 * len(common) / (len(one) + len(other))
            assert agreement.share_in_common(one_keys, other_keys) == pytest.approx(expected)
            assert agreement.same_root(one_keys, other_keys) == (one[0] == other[0])


def test_trees_without_splits_agree():
    none = np.empty(0, np.uint64)
    assert agreement.share_in_common(none, none) == 1.0
    assert agreement.same_root(none, none)
    assert not agreement.same_root(none, np.ones(1, np.uint64))
    assert agreement.share_in_common(none, np.ones(1, np.uint64)) == 0.0
