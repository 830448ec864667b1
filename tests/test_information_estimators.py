"""Information theory: entropy from few samples, each estimator against its plain formula."""

import inspect
import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import gammaln, polygamma, psi
from sklearn.metrics import adjusted_mutual_info_score

from gaintree import information as it

ESTIMATORS = (
    "plugin", "miller_madow", "grassberger", "grassberger88", "chao_shen", "james_stein", "laplace",
    "kt", "nsb",
)  # fmt: skip
# Those that ask how many outcomes are possible.
OF_ALPHABET = ("james_stein", "laplace", "kt", "nsb")
OUTLOOK, HUMIDITY = [[2, 3], [4, 0], [3, 2]], [[3, 4], [6, 1]]
WIND, WARMTH = [[6, 2], [3, 3]], [[2, 2], [4, 2], [3, 1]]
estimators = pytest.mark.parametrize("estimator", ESTIMATORS)


def close(expected, rel=1e-12):
    return pytest.approx(expected, rel=rel, abs=1e-12)


def nats(counts, estimator, alphabet_size=None):
    return it.entropy_from_counts(
        counts, estimator=estimator, alphabet_size=alphabet_size, base="e"
    )


def naive(p):
    return -sum(x * math.log(x) for x in p if x > 0)


def plain(counts, estimator):
    """The formulas one by one, in nats; zeros are outcomes that could be."""
    k, n = len(counts), sum(counts)
    p, seen = [c / n for c in counts], [c for c in counts if c > 0]
    if estimator == "plugin":
        return naive(p)
    if estimator == "miller_madow":
        return naive(p) + (len(seen) - 1) / (2 * n)
    if estimator == "grassberger":
        g = [psi(c) + (-1) ** c / 2 * (psi((c + 1) / 2) - psi(c / 2)) for c in seen]
        return math.log(n) - sum(c * x for c, x in zip(seen, g, strict=True)) / n
    if estimator == "grassberger88":
        return sum(c / n * (math.log(n) - psi(c) - (-1) ** c / (c + 1)) for c in seen)
    if estimator == "chao_shen":
        once = counts.count(1)
        q = [(1 - (n - 1 if once == n else once) / n) * c / n for c in seen]
        return -sum(x * math.log(x) / (1 - (1 - x) ** n) for x in q)
    if estimator == "james_stein":
        room = (n - 1) * sum((1 / k - x) ** 2 for x in p)
        shrunk = min(1, (1 - sum(x**2 for x in p)) / room) if room > 0 else 1
        return naive([shrunk / k + (1 - shrunk) * x for x in p])
    if estimator in ("laplace", "kt"):
        a = 1 if estimator == "laplace" else 0.5
        return naive([(c + a) / (n + a * k) for c in counts])
    assert estimator == "nsb"
    return by_quadrature(np.array(counts))


def by_quadrature(counts):
    """The integrals of Nemenman, Shafee and Bialek over u = log beta, by an adaptive rule."""
    k, n = len(counts), counts.sum()

    def log_evidence(u):
        beta = math.exp(u)
        children = gammaln(counts + beta) - gammaln(beta)
        return gammaln(k * beta) - gammaln(n + k * beta) + children.sum()

    def weight(u):
        beta = math.exp(u)
        slope = k * polygamma(1, k * beta + 1) - polygamma(1, beta + 1)
        return math.exp(log_evidence(u) - peak) * slope * beta

    def mean(u):
        a = counts + math.exp(u)
        return psi(a.sum() + 1) - (a * psi(a + 1)).sum() / a.sum()

    grid = np.linspace(-15, 12, 200)
    peak = max(log_evidence(u) for u in grid)
    top = max(grid, key=weight)

    def integral(f):
        options = {"epsabs": 0, "epsrel": 1e-10, "limit": 200}
        return quad(f, -35, top, **options)[0] + quad(f, top, 22, **options)[0]

    return integral(lambda u: weight(u) * mean(u)) / integral(weight)


@pytest.mark.parametrize(
    ("estimator", "expected"),
    [
        ("plugin", 1.968382),
        ("miller_madow", 2.152593),
        ("grassberger", 2.144626),
        ("grassberger88", 2.099725),
        ("chao_shen", 2.201137),
        ("james_stein", 2.379603),
        ("laplace", 2.257876),
        ("kt", 2.179480),
    ],
)
def test_golden_values(estimator, expected):
    counts = [4, 2, 3, 0, 2, 4, 0, 0, 2, 1, 1]
    assert nats(counts, estimator) == pytest.approx(expected, abs=1e-6)


def test_golden_values_of_nsb():
    # Forty digits by Mathematica; the other by Fortran code that takes the integral to five digits.
    expected = 1.940646728502697166844598206814653716492
    assert nats([4, 2, 3, 0, 2, 4, 0, 0, 2], "nsb") == pytest.approx(expected, rel=1e-14)
    counts = [4, 12, 4, 5, 3, 1, 5, 1, 2, 2, 2, 2, 11, 3, 4, 12, 12, 1, 2]
    assert nats(counts, "nsb", 100) == pytest.approx(2.8060922529931225, abs=1e-5)


@pytest.mark.parametrize(
    ("counts", "expected"), [([1], 1.2704), ([2], -0.0365), ([5], 0.2131), ([9, 5], 0.8019)]
)
def test_grassberger_is_not_0_for_pure_counts_nor_bounded(counts, expected):
    assert nats(counts, "grassberger") == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("children", "grassberger", "miller_madow"),
    [
        (OUTLOOK, 0.254445, 0.195225),
        (HUMIDITY, 0.130457, 0.100311),
        (WIND, 0.046986, -0.003398),
        (WARMTH, 0.027596, -0.073827),
    ],
)
def test_tennis(children, grassberger, miller_madow):
    def gain(estimator):
        table = np.array(children)
        left = it.entropy_from_counts(table, estimator=estimator) @ table.sum(axis=1) / table.sum()
        return it.entropy_from_counts(table.sum(axis=0), estimator=estimator) - left

    assert gain("grassberger") == pytest.approx(grassberger, abs=1e-6)
    assert gain("miller_madow") == pytest.approx(miller_madow, abs=1e-6)
    # Corrections of Miller and Madow add up to the same in the entropy of the pair.
    mutual = it.mutual_information(children, estimator="miller_madow")
    assert mutual == close(gain("miller_madow"))


counted = st.lists(
    st.one_of(st.just(0), st.just(1), st.integers(0, 9), st.integers(0, 500)),
    min_size=1,
    max_size=8,
).filter(any)


def test_every_estimator_is_tested():
    documented = inspect.getdoc(it.entropy_from_counts)
    assert all(f'"{name}"' in documented for name in ESTIMATORS)
    with pytest.raises(ValueError, match=", ".join(ESTIMATORS)):
        it.entropy_from_counts([1], estimator="jackknife")


@pytest.mark.parametrize("estimator", ESTIMATORS[:-1])
@settings(deadline=None, max_examples=100)
@given(counts=counted)
def test_against_the_plain_formula(estimator, counts):
    assert nats(counts, estimator) == close(plain(counts, estimator), rel=1e-11)


@settings(deadline=None, max_examples=25)
@given(counts=counted.filter(lambda counts: len(counts) > 1))
def test_nsb_against_quadrature(counts):
    assert nats(counts, "nsb") == pytest.approx(plain(counts, "nsb"), rel=1e-6, abs=1e-8)


@estimators
@settings(deadline=None, max_examples=30)
@given(counts=counted, more=st.integers(0, 3), seed=st.integers(0, 99))
def test_order_and_outcomes_that_were_not_counted(estimator, counts, more, seed):
    estimate = nats(counts, estimator)
    assert nats(np.random.default_rng(seed).permutation(counts), estimator) == close(estimate)
    padded = nats([*counts, *[0] * more], estimator)
    assert nats(counts, estimator, len(counts) + more) == close(padded)
    occurring = [c for c in counts if c]
    assert nats(occurring, estimator, len(counts)) == close(estimate)
    if estimator not in OF_ALPHABET:
        assert padded == close(estimate)
    labels = np.repeat(np.arange(len(counts)), counts)
    of_labels = {"estimator": estimator, "base": "e"}
    assert it.entropy_of(labels, alphabet_size=len(counts), **of_labels) == close(estimate)
    assert it.entropy_of(range(len(counts)), sample_weight=counts, **of_labels) == close(
        nats(occurring, estimator)
    )


@estimators
def test_arrays_bases_and_nothing_counted(estimator):
    counts = np.random.default_rng(0).integers(0, 6, (3, 4, 5))
    counts[1, 2] = 0
    bits = it.entropy_from_counts(counts, estimator=estimator)
    assert bits.shape == (3, 4)
    assert bits.dtype == np.float64
    for index in np.ndindex(3, 4):
        single = it.entropy_from_counts(counts[index], estimator=estimator)
        assert type(single) is float
        assert bits[index] == pytest.approx(single, nan_ok=True)
        assert math.isnan(single) == (index == (1, 2))
    moved = it.entropy_from_counts(np.moveaxis(counts, 2, 0), estimator=estimator, axis=0, base=4)
    np.testing.assert_allclose(moved, bits / 2)


@estimators
@pytest.mark.parametrize("p", [[7, 2, 1], [5, 5], [400, 300, 200, 99, 1], [1]])
def test_many_samples_leave_nothing_to_correct(estimator, p):
    many = nats(np.array(p) * 10**8, estimator)
    assert many == pytest.approx(naive(np.divide(p, sum(p))), abs=1e-6)


@pytest.mark.parametrize("k", [2, 3, 10, 1000, 10**12])
def test_one_sample_tells_nsb_nothing(k):
    assert nats([1], "nsb", k) == close(math.log(k) / 2)


def test_nsb_far_out():
    assert nats([1], "nsb") == 0
    assert nats([10**12, 0], "nsb") < 1e-12
    assert nats([2**53, 2**53], "nsb") == close(math.log(2))
    assert nats([10**6] * 1000, "nsb") == close(math.log(1000), rel=1e-6)
    assert 14 < nats([1] * 50, "nsb", 10**9) < math.log(10**9)  # no sample met another
    mixed = np.random.default_rng(0).poisson(1e4, 300)
    assert nats(mixed, "nsb") == pytest.approx(nats(mixed, "miller_madow"), rel=1e-5)


@pytest.mark.parametrize("estimator", ["laplace", "kt"])
def test_weights_where_they_make_sense(estimator):
    weights = [0.5, 2.25, 0.0]
    assert nats(weights, estimator) == close(plain(weights, estimator))
    table = [[0.5, 1.5], [2.25, 0.0]]
    assert it.mutual_information(table, estimator=estimator) == close(
        it.mutual_information_xy(
            [0, 0, 1, 1], [0, 1, 0, 1], sample_weight=np.ravel(table), estimator=estimator
        )
    )


@pytest.mark.parametrize("estimator", ESTIMATORS[1:])
def test_less_bias_than_the_plugin_estimate(estimator):
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(12), 400)
    counts = np.array([rng.multinomial(20, row) for row in p])
    truth = it.entropy(p)

    def bias(name):
        return abs((it.entropy_from_counts(counts, estimator=name) - truth).mean())

    assert bias(estimator) < 0.6 * bias("plugin")


@pytest.mark.parametrize("estimator", [*ESTIMATORS[1:6], "nsb"])
def test_independent_variables_share_less_than_the_plugin_estimate_says(estimator):
    rng = np.random.default_rng(0)
    tables = rng.multinomial(60, np.full(12, 1 / 12), 200).reshape(-1, 4, 3)
    plugin = np.mean([it.mutual_information(t) for t in tables])
    estimates = [it.mutual_information(t, estimator=estimator) for t in tables]
    assert abs(np.mean(estimates)) < 0.4 * plugin
    assert min(estimates) < 0  # the sign is kept


@estimators
@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_mutual_information_is_that_of_the_estimates(estimator, seed):
    rng = np.random.default_rng(seed)
    table = rng.poisson(rng.choice([0.4, 3, 30]), rng.integers(1, 5, 2))
    table[0, 0] += 1
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    expected = (
        nats(rows, estimator) + nats(columns, estimator) - nats(np.ravel(table), estimator)
    ) / math.log(2)
    assert it.mutual_information(table, estimator=estimator) == close(expected)
    table = table[rows > 0][:, columns > 0]  # labels that do not occur are not known to be possible
    x, y = (np.repeat(index.ravel(), table.ravel()) for index in np.indices(table.shape))
    assert it.mutual_information_xy(x, y, estimator=estimator) == close(
        it.mutual_information(table, estimator=estimator)
    )
    x, y = np.indices(table.shape).reshape(2, -1)
    assert it.mutual_information_xy(x, y, sample_weight=table.ravel(), estimator=estimator) == (
        close(it.mutual_information(table, estimator=estimator))
    )


NORMS = ("arithmetic", "min", "max", "geometric")


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6))
def test_adjusted_mutual_information_is_that_of_sklearn(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(2, 19)
    x, y = rng.integers(0, rng.integers(1, 5), n), rng.integers(0, rng.integers(1, 5), n)
    table = np.histogram2d(x, y, bins=(range(6), range(6)))[0]  # with empty rows and columns
    for norm in NORMS:
        expected = adjusted_mutual_info_score(x, y, average_method=norm)
        if expected == -1:  # 0 / 0, where the sign comes from rounding
            expected = 1
        assert it.adjusted_mutual_information(table, norm) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    ("table", "above_chance"),
    [(OUTLOOK, 0.116883), (HUMIDITY, 0.092170), (WIND, -0.012019), (WARMTH, -0.101485)],
)
def test_adjusted_mutual_information_by_all_permutations(table, above_chance):
    value = np.repeat(range(len(table)), np.sum(table, axis=1))
    of_chance = []
    for positive in combinations(range(14), 9):
        play = np.zeros(14, dtype=int)
        play[list(positive)] = 1
        of_chance.append(it.mutual_information_xy(value, play))
    mutual, mean = it.mutual_information(table), np.mean(of_chance)
    assert mutual - mean == pytest.approx(above_chance, abs=1e-6)
    h_x, h_y = (it.entropy_from_counts(np.sum(table, axis=axis)) for axis in (1, 0))
    expected = (mutual - mean) / ((h_x + h_y) / 2 - mean)
    assert it.adjusted_mutual_information(table) == close(expected, rel=1e-9)


@pytest.mark.parametrize("norm", NORMS)
def test_adjusted_mutual_information_at_its_ends(norm):
    assert it.adjusted_mutual_information([[5, 5]], norm) == 0
    assert it.adjusted_mutual_information([[5], [5]], norm) == 0
    assert it.adjusted_mutual_information([[5]], norm) == 1
    assert it.adjusted_mutual_information(np.diag([3, 4, 5]), norm) == close(1)
    assert it.adjusted_mutual_information(np.eye(30), norm) == 1
    identifiers = np.repeat(np.eye(2), 20, axis=0)
    if norm != "min":
        assert it.adjusted_mutual_information(identifiers, norm) == pytest.approx(0, abs=1e-10)
