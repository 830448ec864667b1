"""How often noise stays a stump by max_p_value, and how weak a signal still grows a tree.

usage: python benchmarks/stopping_study.py [--quick]

The report goes to results/stopping.md; with --quick, a tenth of the draws, it is only printed.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from cpuinfo import get_cpu_info
from pytest_benchmark.utils import get_commit_info
from scipy.stats import binom, binomtest

import machine
import report
from gaintree import GainTreeClassifier, prune
from tables import markdown

Matrix = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]

_RESULT = Path(__file__).parent / "results" / "stopping.md"
_LEVEL = 0.05
_N_FEATURES = 10


def _normal(rng: np.random.Generator, n: int) -> Matrix:
    return rng.normal(size=(n, _N_FEATURES))


def _few(rng: np.random.Generator, n: int) -> Matrix:
    return rng.integers(0, 3, (n, _N_FEATURES)).astype(float)


def _holed(rng: np.random.Generator, n: int) -> Matrix:
    return np.where(rng.random((n, _N_FEATURES)) < 0.3, np.nan, _normal(rng, n))


def _many(rng: np.random.Generator, n: int) -> Matrix:
    return rng.integers(0, n // 5, (n, _N_FEATURES)).astype(float)


def _uneven(rng: np.random.Generator, n: int) -> Matrix:
    return np.minimum(rng.zipf(1.5, (n, _N_FEATURES)), 1_000).astype(float)


def _mixed(rng: np.random.Generator, n: int) -> Matrix:
    """Of each kind two columns, the categories last."""
    kinds = (_normal, _few, _holed, _many, _uneven)
    return np.column_stack([kind(rng, n)[:, :2] for kind in kinds])


#: Columns, and the first of them that holds categories.
KINDS: dict[str, tuple[Callable[[np.random.Generator, int], Matrix], int]] = {
    "normal": (_normal, _N_FEATURES),
    "3 values": (_few, _N_FEATURES),
    "30 % missing": (_holed, _N_FEATURES),
    "n / 5 categories": (_many, 0),
    "uneven categories": (_uneven, 0),
    "mixed": (_mixed, 6),
}
SHARES = {
    "2": np.full(2, 1 / 2),
    "2, one of 5 %": np.array([0.95, 0.05]),
    "6": np.full(6, 1 / 6),
    "8, each half the last": 0.5 ** np.arange(8) / (0.5 ** np.arange(8)).sum(),
}
SIZES = (50, 300, 2_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the draws, not written")
    options = parser.parse_args()
    n_draws = 50 if options.quick else 500
    facts = machine.describe(get_cpu_info()) | {"Load": machine.load()}
    facts |= {"Command": machine.command(sys.argv[1:], None, ["benchmarks/stopping_study.py"])}
    facts |= machine.commit(get_commit_info())
    text = report.heading("Stopping by significance", facts)
    text += _NOISE.format(draws=n_draws, least=binom.ppf(0.025, n_draws, 1 - _LEVEL) / n_draws)
    text += _noise(n_draws)
    text += _SIGNAL.format(draws=n_draws // 2) + _signal(n_draws // 2)
    print(text)
    if not options.quick:
        report.put(_RESULT, text.encode())


def _noise(n_draws: int) -> str:
    rows, n_all, n_stumps_of_all = [], 0, 0
    for kind, (columns, first) in KINDS.items():
        for classes, shares in SHARES.items():
            row = [kind, classes]
            for n in SIZES:
                rng = np.random.default_rng(n)
                model = GainTreeClassifier(
                    max_p_value=_LEVEL, max_depth=1,
                    categorical_features=list(range(first, _N_FEATURES)),
                )  # fmt: skip
                n_stumps = sum(
                    model.fit(columns(rng, n), rng.choice(len(shares), n, p=shares)).get_n_leaves()
                    == 1
                    for _ in range(n_draws)
                )
                row.append(f"{n_stumps / n_draws:.3f}")
                n_all, n_stumps_of_all = n_all + n_draws, n_stumps_of_all + n_stumps
            rows.append(row)
    interval = binomtest(n_stumps_of_all, n_all).proportion_ci()
    text = markdown(["columns", "classes", *(f"n = {n:,}" for n in SIZES)], rows)
    return text + (
        f"\nOf all {n_all:,} draws {n_stumps_of_all / n_all:.3f} stay a stump, with a 95 %"
        f" interval of {interval.low:.3f} to {interval.high:.3f}.\n"
    )


def _signal(n_draws: int) -> str:
    rows = []
    for n in SIZES:
        for strength in (0.0, 1.5, 2.5, 3.5):
            n_split = dict.fromkeys(("max_p_value", "Bonferroni over cuts", "over columns only"), 0)
            rng = np.random.default_rng(n)
            for _ in range(n_draws):
                X, y = _normal(rng, n), rng.integers(0, 2, n)
                X[:, 0] += 2 * strength / np.sqrt(n) * y
                tree = GainTreeClassifier(max_depth=1).fit(X, y).tree_
                stopped = GainTreeClassifier(max_depth=1, max_p_value=_LEVEL).fit(X, y)
                n_split["max_p_value"] += stopped.get_n_leaves() > 1
                for name, correction in (
                    ("Bonferroni over cuts", "candidates"), ("over columns only", "features")
                ):  # fmt: skip
                    method = prune.Significance(max_p=_LEVEL, correction=correction)
                    left = prune.prune(tree, method, candidates=prune.count_candidates(tree, X))
                    n_split[name] += left.n_leaves > 1
            shares = (f"{number / n_draws:.3f}" for number in n_split.values())
            rows.append([f"{n:,}", f"{strength:.1f}", *shares])
    return markdown(["n", "shift", *n_split], rows)


_NOISE = """\
## Noise

Ten columns that tell nothing of the class. The share of {draws} draws in which the tree is the root
alone with `max_p_value=0.05`. It should be 0.95 or more; if it is 0.95, one figure in forty is
below {least:.3f}. "uneven" categories have the shares of a Zipf law, up to 1,000 of them; "mixed"
is two columns of each kind.

"""

_SIGNAL = """
## A weak signal

Ten normal columns and two classes. The mean of one column differs between the classes by the shift
times 2 / sqrt(n) standard deviations. The share of {draws} draws in which the root is split (by any
column), at the level 0.05: by `max_p_value`; by `prune.Significance`, which charges for every cut
as if cuts were independent; and by what does not charge for cuts at all, so that shift 0 shows what
charging is for.

"""

if __name__ == "__main__":
    main()
