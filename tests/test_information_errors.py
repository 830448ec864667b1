"""Information theory: every error names the parameter and the value."""

from functools import partial

import numpy as np
import pytest

from gaintree import information as it
from splits import gain_of, ratio_of

HALF = [0.5, 0.5]


def estimate(counts, estimator, alphabet_size=None):
    return it.entropy_from_counts(counts, estimator=estimator, alphabet_size=alphabet_size)


def weighted(labels, weights, size=None):
    return it.entropy_of(labels, sample_weight=weights, estimator="nsb", alphabet_size=size)


def mutual(table, estimator):
    return it.mutual_information(table, estimator=estimator)


def mutual_xy(labels, weights, estimator):
    return it.mutual_information_xy(labels, labels, sample_weight=weights, estimator=estimator)


bootstrap = partial(it.bootstrap_ci, it.entropy_from_counts)
permute = partial(it.permutation_pvalue, it.mutual_information)

ERRORS = [
    (lambda: it.entropy([9, 5]), ValueError, r"p must sum to 1 .* 14.0; entropy_from_counts"),
    (lambda: it.entropy([0.5, 0.5 + 1e-6]), ValueError, "p must sum to 1"),
    (lambda: it.entropy([1e308, 1e308]), ValueError, "p must sum to 1"),
    (lambda: it.entropy([1.5, -0.5]), ValueError, "p must be finite and non-negative, got -0.5"),
    (lambda: it.entropy([np.nan, 1]), ValueError, "p must be finite and non-negative, got nan"),
    (lambda: it.entropy(1.0), ValueError, r"p must have outcomes along axis -1, got shape \(\)"),
    (lambda: it.entropy(HALF, axis=None), TypeError, "axis must be an int, got None"),
    (lambda: it.entropy([]), ValueError, "p must have outcomes along axis -1"),
    (lambda: it.entropy(HALF, axis=1), ValueError, "p must have outcomes along axis 1"),
    (lambda: it.entropy([[1], HALF]), ValueError, "p must be rectangular"),
    (lambda: it.entropy(["0.5", "0.5"]), TypeError, "p must hold real numbers"),
    (lambda: it.entropy([1j, 1]), TypeError, "p must hold real numbers"),
    (lambda: it.entropy(HALF, base=1), ValueError, "base must be .* not 1, got 1"),
    (lambda: it.entropy(HALF, base=0), ValueError, "base must be finite, greater than 0"),
    (lambda: it.entropy(HALF, base=np.nan), ValueError, "base must be finite"),
    (lambda: it.entropy(HALF, base="2"), TypeError, "base must be a number or \"e\", got '2'"),
    (lambda: it.entropy_from_counts([3, -1]), ValueError, "counts must be .* got -1"),
    (lambda: it.entropy_from_counts([3, np.inf]), ValueError, "counts must be finite"),
    (lambda: estimate([3, 0.5], "nsb"), ValueError, r"counts must hold whole .* got 0.5, .*'nsb'"),
    (lambda: estimate([3, 0.5], "chao_shen"), ValueError, "plugin, laplace and kt take weights"),
    (lambda: estimate([3, -1], "grassberger"), ValueError, "counts must be finite and non-neg"),
    (lambda: estimate([2.0**54], "nsb"), ValueError, r"of at most 2\*\*53, got 1.8"),
    (lambda: estimate([1e20], "kt"), ValueError, r"counts must be at most 2\*\*53 .*got 1e\+20"),
    (lambda: estimate([3, 1], "ml"), ValueError, "estimator must be one of plugin, .* got 'ml'"),
    (lambda: estimate([3, 1], "kt", 1), ValueError, "alphabet_size must be at least 2, .* got 1"),
    (lambda: estimate([0, 0], "kt", 0), ValueError, "alphabet_size must be at least 1, .* got 0"),
    (lambda: estimate([3, 1], "kt", 2.0), TypeError, "alphabet_size must be an int .* got 2.0"),
    (lambda: estimate([3, 1], "kt", True), TypeError, "alphabet_size must be an int .* got True"),
    (lambda: it.self_information(1.2), ValueError, "p must lie between 0 and 1, got 1.2"),
    (lambda: it.binary_entropy([0.1, 2]), ValueError, "p must lie between 0 and 1, got 2.0"),
    (lambda: it.inverse_binary_entropy(1.1), ValueError, "h must lie between 0 and 1, got 1.1"),
    (lambda: it.max_entropy(0), ValueError, "n_classes must be at least 1, got 0"),
    (lambda: it.max_entropy(2.0), TypeError, "n_classes must be an int, got 2.0"),
    (lambda: it.perplexity([1, 1]), ValueError, "p must sum to 1"),
    (lambda: it.cross_entropy(HALF, [1, 1]), ValueError, "q must sum to 1"),
    (lambda: it.kl_divergence(HALF, [1.0]), ValueError, r"equally many .* \(2,\) and \(1,\)"),
    (lambda: it.kl_divergence([HALF] * 2, [HALF] * 3), ValueError, "other axes that broadcast"),
    (lambda: it.js_divergence(HALF), ValueError, r"ps must have .* got shape \(2,\)"),
    (lambda: it.js_divergence([HALF], axis=0), ValueError, "ps must have .* axis 0"),
    (lambda: it.js_divergence([HALF], [1, 2]), ValueError, r"weights must have shape \(1,\)"),
    (lambda: it.js_divergence([HALF], [0]), ValueError, "weights must hold a positive weight"),
    (lambda: it.joint_entropy([1, 2]), ValueError, r"table must have shape \(r, K\), got .*\(2,\)"),
    (lambda: it.mutual_information([[0, 0]]), ValueError, "table must hold a positive count"),
    (lambda: it.mutual_information([[1, -2]]), ValueError, "table must be .* got -2"),
    (lambda: mutual([[1, 0.5]], "nsb"), ValueError, "table must hold whole numbers .* got 0.5"),
    (lambda: mutual([[1]], "x"), ValueError, "estimator must be .* 'x'"),
    (lambda: it.adjusted_mutual_information([[1, 0.5]]), ValueError, "table must hold whole"),
    (lambda: it.adjusted_mutual_information([[1]], "joint"), ValueError, "norm must be .* 'joint'"),
    (lambda: it.conditional_entropy([[1]], given=2), ValueError, "given must be 0 .* got 2"),
    (lambda: it.normalized_mutual_information([[1]], "mean"), ValueError, "norm must be .* 'mean'"),
    (lambda: gain_of([3, 4]), ValueError, "children must have shape"),
    (lambda: it.information_gain([3], [[1, 2]]), ValueError, "parent must have a count per class"),
    (lambda: it.information_gain([3, 2], [[1, 2], [3, 0]]), ValueError, "must add up to parent"),
    (lambda: it.gain_ratio([3, -2], [[1, 2], [3, 0]]), ValueError, "parent must be .* got -2"),
    (lambda: gain_of([[1]], impurity="mse"), ValueError, "impurity must be .* 'mse'"),
    (lambda: ratio_of([[0, 0]]), ValueError, "children must hold a positive count"),
    (lambda: it.split_information([[1, np.nan]]), ValueError, "children must be finite"),
    (lambda: it.entropy_of([]), ValueError, "labels must hold at least one label"),
    (lambda: it.entropy_of(3), TypeError, "labels must be a sequence of hashable labels, got 3"),
    (lambda: it.entropy_of(np.eye(2)), TypeError, "labels must be a sequence"),
    (lambda: it.entropy_of("ab", sample_weight=[1]), ValueError, "sample_weight must have shape"),
    (lambda: it.entropy_of("ab", sample_weight=[1, -1]), ValueError, "sample_weight must be .* -1"),
    (lambda: it.entropy_of("ab", sample_weight=[0, 0]), ValueError, "positive weight, got 2 zeros"),
    (lambda: weighted("aa", [0.5, 0.5]), ValueError, "sample_weight must hold whole .* got 0.5"),
    (lambda: weighted("ab", [1, 1], size=1), ValueError, "alphabet_size must be at least 2"),
    (lambda: mutual_xy("ab", [0.5, 1], "nsb"), ValueError, "sample_weight must hold whole .* 0.5"),
    (lambda: it.mutual_information_xy("ab", "abc"), ValueError, "equally long, got 2 and 3"),
    (lambda: it.mutual_information_xy("ab", [[1], [2]]), TypeError, "y must be a sequence"),
    (lambda: bootstrap([0.5, 1]), ValueError, "counts must hold whole numbers .* drawing samples"),
    (lambda: bootstrap([0, 0]), ValueError, "counts must hold a positive count"),
    (lambda: bootstrap([1], confidence_level=1), ValueError, "confidence_level must lie .* got 1"),
    (lambda: bootstrap([1], n_resamples=0), ValueError, "n_resamples must be at least 1, got 0"),
    (lambda: bootstrap([1], n_resamples=9.0), TypeError, "n_resamples must be an int, got 9.0"),
    (lambda: bootstrap([1], estimator="x"), ValueError, "estimator must be .* 'x'"),
    (lambda: bootstrap([[1, 2]]), ValueError, r"statistic must give a finite number, got array"),
    (lambda: it.bootstrap_ci(np.log, 0), ValueError, "counts must hold a positive count"),
    (lambda: it.bootstrap_ci(lambda c: np.nan, [1]), ValueError, "statistic must .* got nan"),
    (lambda: permute([[0.5, 1]]), ValueError, "table must hold whole numbers .* permuting samples"),
    (lambda: permute([1, 2]), ValueError, r"table must have shape \(r, K\)"),
    (lambda: permute([[1]], n_permutations=0), ValueError, "n_permutations must be at least 1"),
    (lambda: permute([[1]], n_permutations=True), TypeError, "n_permutations must be an int"),
    (lambda: it.permutation_pvalue(str, [[1]]), ValueError, r"statistic must .* got '\[\[1\]\]'"),
    (lambda: it.log_loss("ab", [HALF]), ValueError, r"here shape \(2, 2\), got \(1, 2\)"),
    (lambda: it.log_loss("aa", [HALF] * 2), ValueError, r"\(2, 1\), .* pass labels"),
    (lambda: it.log_loss("ab", HALF, labels="abc"), ValueError, r"here shape \(2, 3\), got \(2,\)"),
    (lambda: it.log_loss("ab", HALF, labels="aa"), ValueError, "labels must name each class once"),
    (lambda: it.log_loss("ac", HALF, labels="ab"), ValueError, r"y_true must hold only .* got 'c'"),
    (lambda: it.log_loss("ab", [0.5, 1.5]), ValueError, "y_proba must lie between 0 and 1"),
    (lambda: it.log_loss("ab", [[2, 2], HALF]), ValueError, "y_proba must sum to 1"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "error", "message"), ERRORS)
def test_errors_name_the_parameter_and_the_value(call, error, message):
    with pytest.raises(error, match=message):
        call()
