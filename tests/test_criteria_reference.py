"""The plain criteria of `reference_criteria.py`: what is known of them."""

import itertools
import math
from functools import cache, partial

import numpy as np
import pytest
from scipy.stats import chi2_contingency
from sklearn.metrics.cluster import expected_mutual_information

import reference_criteria as plain
from reference_criteria import CRITERIA

# Quinlan's 14 days: no and yes of each value.
OUTLOOK, HUMIDITY = [[3, 2], [0, 4], [2, 3]], [[4, 3], [1, 6]]
WIND, WARMTH = [[2, 6], [3, 3]], [[2, 2], [2, 4], [1, 3]]
DAYS = [OUTLOOK, HUMIDITY, WIND, WARMTH]
names = pytest.mark.parametrize("name", CRITERIA)


def close(expected, abs=1e-12):
    return pytest.approx(expected, rel=1e-12, abs=abs)


def p_value(children, statistic):
    return math.exp(-plain.significance(children, statistic))


def tables(n_classes, n_children=2, n=200, most=12, empty=True):
    """Children of splits by dice, classes that one or all of them lack among them."""
    rng = np.random.default_rng(n_classes)
    while n > 0:
        table = rng.integers(0, rng.integers(2, most + 1), (n_children, n_classes))
        if empty and rng.random() < 0.3:
            table[:, rng.integers(n_classes)] = 0
        if table.sum(axis=1).all() and np.count_nonzero(table.sum(axis=0)) > 1:
            n -= 1
            yield table.tolist()


GOLDEN = {
    "information gain": (plain.information_gain, 0.246750, 0.151836, 0.048127, 0.029223),
    "split information": (plain.split_information, 1.577406, 1.000000, 0.985228, 1.556657),
    "gain ratio": (plain.gain_ratio, 0.156428, 0.151836, 0.048849, 0.018773),
    "gini": (CRITERIA["gini"].score, 0.116327, 0.091837, 0.030612, 0.018707),
    "errors": (CRITERIA["misclassification"].score, 0.071429, 0.071429, 0, 0),
    "X2": (plain.pearson_statistic, 3.546667, 2.800000, 0.933333, 0.570370),
    "G": (plain.g_statistic, 4.788950, 2.946842, 0.934055, 0.567155),
    "distance": (lambda c: 1 - plain.mantaras(c), 0.891345, 0.915102, 0.974365, 0.988158),
    "MI - EMI": (plain.mi_minus_emi, 0.116883, 0.092170, -0.012019, -0.101485),
    "K2": (partial(plain.bayes, a=1), 0.738408, 0.937479, -0.232446, -1.068947),
    "KT": (partial(plain.bayes, a=0.5), 0.719892, 0.787006, -0.628031, -1.865070),
    "BDeu": (plain.bdeu, -0.982023, -0.311181, -1.896143, -4.982023),
    "Grassberger": (CRITERIA["grassberger"].score, 0.254445, 0.130457, 0.046986, 0.027596),
    "Miller and Madow": (CRITERIA["miller_madow"].score, 0.195225, 0.100311, -0.003398, -0.073827),
}


@pytest.mark.parametrize("row", GOLDEN)
def test_tennis(row):
    score, *expected = GOLDEN[row]
    assert [score(children) for children in DAYS] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        (plain.pearson_statistic, [0.1698, 0.0943, 0.3340, 0.7519]),
        (plain.g_statistic, [0.0912, 0.0860, 0.3338, 0.7531]),
    ],
)
def test_tennis_p_values(statistic, expected):
    p = [p_value(children, statistic) for children in DAYS]
    assert p == pytest.approx(expected, abs=1e-4)


def test_tennis_of_its_days():
    each = [[1, 0]] * 5 + [[0, 1]] * 9
    assert plain.information_gain(each) == pytest.approx(0.940286, abs=1e-6)
    assert plain.gain_ratio(each) == pytest.approx(0.246966, abs=1e-6)
    assert plain.mi_minus_emi(each) == close(0)


@pytest.mark.parametrize(
    ("children", "errors", "entropy", "gini"),
    [
        ([[28, 42], [12, 38]], 0, 0.020641, 0.012444),
        ([[30, 10], [10, 30]], 0.25, 0.188722, 0.125),
        ([[20, 40], [20, 0]], 0.25, 0.311278, 0.166667),
        ([[50, 0, 0], [0, 50, 50]], 1 / 3, 0.918296, 1 / 3),
    ],
)
def test_worked_examples(children, errors, entropy, gini):
    found = [CRITERIA[name].score(children) for name in ("misclassification", "entropy", "gini")]
    assert found == pytest.approx([errors, entropy, gini], abs=1e-6)


# Equivalences.


def test_two_classes_have_one_way_to_be_parted():
    for children in tables(2):
        half = CRITERIA["gini"].score(children) / 2
        assert plain.twoing(children) == close(half)
        assert plain.ordered_twoing(children) == close(2 * half)
        assert np.var([0.0] * plain.totals(children)[0] + [1.0] * plain.totals(children)[1]) - sum(
            sum(child) * np.var([0.0] * child[0] + [1.0] * child[1]) for child in children
        ) / sum(plain.cells(children)) == close(half)


def test_twoing_is_the_best_of_superclasses():
    for k, children in itertools.product((2, 3, 4), tables(4, n=50)):
        children = [child[:k] for child in children]
        if not all(map(sum, children)):
            continue
        best = 0
        for size in range(1, k):
            for chosen in itertools.combinations(range(k), size):
                ins = [sum(child[j] for j in chosen) for child in children]
                merged = [[a, sum(c) - a] for a, c in zip(ins, children, strict=True)]
                best = max(best, CRITERIA["gini"].score(merged))
        assert plain.twoing(children) == close(best / 2)


def test_pearson_and_gini():
    for children in tables(2):
        gini = plain.gini(plain.totals(children))
        expected = sum(plain.cells(children)) * CRITERIA["gini"].score(children) / gini
        assert plain.pearson_statistic(children) == close(expected)


@pytest.mark.parametrize(
    ("statistic", "name"),
    [(plain.pearson_statistic, "pearson"), (plain.g_statistic, "log-likelihood")],
)
def test_statistics_and_p_values_are_scipys(statistic, name):
    for r, k in ((2, 2), (2, 3), (3, 4)):
        for children in tables(k, r, n=60):
            seen = [c for c in zip(*children, strict=True) if sum(c) > 0]
            other = chi2_contingency(seen, correction=False, lambda_=name)
            assert statistic(children) == close(other.statistic, abs=1e-9)
            assert p_value(children, statistic) == pytest.approx(other.pvalue, abs=1e-9)


def test_p_values_of_the_best_of_many():
    p = p_value(HUMIDITY, plain.g_statistic)
    for m in (1, 2, 9):
        of_best = math.exp(-plain.significance(HUMIDITY, plain.g_statistic, m))
        assert of_best == close(1 - (1 - p) ** m)
    far = [[300, 0], [0, 300]]
    for m in (1, 10):
        score = plain.significance(far, plain.g_statistic, m)
        log_p = plain.significance(far, plain.g_statistic)
        assert score == close(log_p - math.log(m))
    for n in (2, 30, 40):  # on either side of where 1 - (1 - p) ** m becomes m p
        near = [[n, 0], [0, n]]
        p = p_value(near, plain.g_statistic)
        score = plain.significance(near, plain.g_statistic, 5)
        assert score == pytest.approx(-math.log(-math.expm1(5 * math.log1p(-p))))
    # Of two splits that the best of many is sure to beat, the better one still is.
    far, near = (plain.significance([[n, 5], [5, n]], plain.g_statistic, 99) for n in (7, 6))
    assert 0 < near < far < 1e-12


def test_information_gain_over_entropies():
    for r, k in ((2, 2), (2, 3), (3, 4)):
        for children in tables(k, r, n=60):
            of_children, of_classes = (
                plain.split_information(children),
                plain.entropy(plain.totals(children)),
            )
            both = plain.entropy(plain.cells(children))
            gain = of_children + of_classes - both
            assert plain.information_gain(children) == close(gain)
            assert plain.mantaras(children) == close(gain / both)
            assert plain.gain_ratio(children) == close(gain / of_children)
            mean = (of_children + of_classes) / 2
            assert plain.symmetric_uncertainty(children) == close(gain / mean)


def test_expected_information_is_scikit_learns():
    for r, k in ((2, 2), (2, 3), (3, 4)):
        for children in tables(k, r, n=40, empty=False):
            table = np.array(children)
            if not table.sum(axis=0).all():
                continue
            expected = expected_mutual_information(table, table.sum())
            found = plain.expected_information(plain.sizes(children), plain.totals(children))
            assert found * plain.NATS == close(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("raw", "adjusted"),
    [("gini", "adjusted_gini"), ("entropy", "mi_minus_emi")],
)
def test_chance_adjusted_scores_are_zero_on_average(raw, adjusted):
    """Over all ways to deal labels out; and the labels have no other influence."""
    labels = [0] * 4 + [1] * 3 + [2]
    for n_left in (1, 3, 4):
        scores, shifts = [], set()
        for left in itertools.combinations(range(8), n_left):
            on_left = [sum(labels[i] == k for i in left) for k in range(3)]
            children = [on_left, [labels.count(k) - on_left[k] for k in range(3)]]
            scores.append(CRITERIA[adjusted].score(children))
            shifts.add(round(CRITERIA[raw].score(children) - scores[-1], 12))
        assert math.fsum(scores) == close(0, abs=1e-11)
        assert len(shifts) == 1


def test_hellinger_and_ks_do_not_depend_on_how_frequent_classes_are():
    for children in tables(2, n=60, empty=False):
        more = [[zeros, 7 * ones] for zeros, ones in children]
        assert plain.hellinger(more) == close(plain.hellinger(children))
        assert plain.ks(more) == close(plain.ks(children))
        zeros, ones = plain.totals(children)
        if zeros and ones:
            area = 0  # two leaves, the one with more ones first: pairs in order, ties half
            first, second = sorted(children, key=lambda c: c[1] / sum(c), reverse=True)
            area += first[1] * second[0] + first[1] * first[0] / 2 + second[1] * second[0] / 2
            assert (1 + plain.ks(children)) / 2 == close(area / zeros / ones)


# Limits.


def test_tsallis_is_between_and_beyond():
    for counts in ([9, 5], [3, 1, 2], [7, 0, 1], [4, 0]):
        nats = plain.entropy(counts) * plain.NATS
        assert plain.tsallis(counts, 2) == close(plain.gini(counts))
        assert plain.tsallis(counts, 1) == close(nats)
        for q in (1 - 2e-6, 1 + 2e-6):
            assert plain.tsallis(counts, q) == pytest.approx(nats, abs=1e-5)


def test_renyi_has_known_neighbours():
    for counts in ([9, 5], [3, 1, 2], [7, 0, 1], [4, 0]):
        bits = plain.entropy(counts)
        assert plain.renyi(counts, 1) == close(bits)
        for alpha in (1 - 2e-6, 1 + 2e-6):
            assert plain.renyi(counts, alpha) == pytest.approx(bits, abs=1e-5)
        assert plain.renyi(counts, 1e-12) == pytest.approx(math.log2(plain.present(counts)))
        assert plain.renyi(counts, 2) == close(-math.log2(1 - plain.gini(counts)))
        least = plain.renyi(counts, math.inf)
        assert least == close(-math.log2(1 - plain.misclassification(counts)))
        assert plain.renyi(counts, 500) == pytest.approx(least, abs=1e-2)


@pytest.mark.parametrize(
    ("impurity", "largest"),
    [
        (plain.entropy, math.log2(3)),
        (plain.gini, 2 / 3),
        (plain.misclassification, 2 / 3),
        (plain.dkm, math.sqrt(2)),
        (partial(plain.tsallis, q=3), (1 - 1 / 9) / 2),
        (partial(plain.renyi, alpha=3), math.log2(3)),
        (partial(plain.smoothed_entropy, a=1), math.log2(3)),
        (plain.james_stein, math.log2(3)),
    ],
)
def test_impurities_are_largest_where_classes_are_equally_frequent(impurity, largest):
    assert impurity([5, 5, 5]) == close(largest)
    for counts in itertools.product(range(5), repeat=3):
        if any(counts):
            assert 0 <= impurity(counts) <= largest + 1e-12


def test_mdlp_cuts_iris_where_it_is_known_to():
    """Fayyad and Irani's cuts, found by splitting while the score is positive."""
    from sklearn.datasets import load_iris

    X, y = load_iris(return_X_y=True)

    def cuts_of(x, labels):
        scored = []
        for value in np.unique(x)[1:]:
            sides = [labels[x < value], labels[x >= value]]
            children = [np.bincount(side, minlength=3).tolist() for side in sides]
            score = plain.mdlp(children)
            scored.append((score, -value, (x[x < value].max() + value) / 2))
        score, _, cut = max(scored, default=(0, 0, 0))
        if score <= 0:
            return []
        return [*cuts_of(x[x < cut], labels[x < cut]), cut, *cuts_of(x[x > cut], labels[x > cut])]

    known = [[5.55, 6.15], [2.95, 3.35], [2.45, 4.75], [0.8, 1.75]]
    assert [pytest.approx(cuts_of(x, y)) for x in X.T] == known


NOISE = 1e-12  # of scores

# Flags. What is claimed is looked for in vain, what is denied is found.


def children_of_reals(n_classes, n=500):
    rng = np.random.default_rng(0)
    for _ in range(n):
        yield (rng.random((2, n_classes)) * 10.0 ** rng.integers(-3, 4, (2, n_classes))).tolist()


def loses(impurity, children):
    """Whether the impurity of the children is more than that of the node."""
    return plain.gain(children, impurity) < -1e-9


@pytest.mark.parametrize("name", [name for name in CRITERIA if CRITERIA[name].impurity])
def test_concave(name):
    criterion = CRITERIA[name]
    if criterion.real_weights and name not in ("laplace", "kt"):
        splits = [split for k in (2, 3, 5) for split in children_of_reals(k)]
    else:
        splits = [split for k in (2, 3, 5) for split in tables(k)]
    assert any(loses(criterion.impurity, children) for children in splits) != criterion.concave


def sequences():
    """Classes of samples in the order of their values, which all differ."""
    for k, longest in ((2, 11), (3, 7)):
        for n in range(2, longest + 1):
            for others in itertools.product(range(k), repeat=n - 1):
                if any(others):
                    yield k, (0, *others)


# Where those are too short for BDeu(1), and have too few classes that do not occur for James-Stein.
ONE_AMONG_MANY = [(2, (0,) * 26 + (1,) + (0,) * 26), (5, (0, 0, 0, 1, 0, 0, 0))]
SEQUENCES = [*sequences(), *ONE_AMONG_MANY]


def cuts_of(classes, k):
    """The children of every cut, and whether it is between two classes."""
    left, right = [0] * k, [classes.count(j) for j in range(k)]
    for before, behind in itertools.pairwise(classes):
        left[before] += 1
        right[before] -= 1
        yield (tuple(left), tuple(right)), before != behind


def scored_cuts(name):
    """For each sequence the scores of its cuts, and whether they are between two classes."""
    criterion = CRITERIA[name]
    score = cache(lambda children: criterion.score(children))
    for k, classes in SEQUENCES:
        if k == 2 or not criterion.two_classes:
            yield k, [(score(children), between) for children, between in cuts_of(classes, k)]


@pytest.mark.parametrize("name", [name for name in CRITERIA if name != "c45"])
def test_boundary_exact(name):
    def is_exact(cuts):
        top = max(cuts)[0]
        return next(between for score, between in cuts if score >= top - NOISE)

    found = all(is_exact(cuts) for _, cuts in scored_cuts(name))
    assert found == CRITERIA[name].boundary_exact


def test_grassberger_cuts_within_runs_of_13_8_percent_of_the_sequences():
    def loses(cuts):
        best = [max((s for s, at in cuts if at == side), default=-math.inf) for side in (0, 1)]
        return best[0] > best[1] + NOISE

    of_two = [loses(cuts) for k, cuts in scored_cuts("grassberger") if k == 2]
    assert np.mean(of_two) == pytest.approx(0.138, abs=1e-3)


@names
def test_scores_do_not_know_left_from_right_nor_one_class_from_another(name):
    criterion = CRITERIA[name]
    for k in (2,) if criterion.two_classes else (2, 3, 4):
        for children in tables(k, n=40):
            score = criterion.score(children)
            assert criterion.score(children[::-1]) == close(score, abs=1e-10)
            if name != "ordered_twoing" or k == 2:
                mirrored = [child[::-1] for child in children]
                assert criterion.score(mirrored) == close(score, abs=1e-10)
