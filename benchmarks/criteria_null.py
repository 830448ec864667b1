"""Which columns a criterion prefers where none has anything to do with the classes.

C. Strobl, A.-L. Boulesteix, T. Augustin, "Unbiased split selection for classification trees based
on the Gini index", Computational Statistics & Data Analysis 52 (2007) 483-501, has the design.
"""

from collections.abc import Iterator

import numpy as np
from scipy import stats

from gaintree import GainTreeClassifier
from study_figure import save, tidy
from study_ranks import holm, show_p
from study_run import Cell, gaps, measured
from tables import Record, markdown

TITLE = "No signal: which columns does a criterion prefer?"
FIGURE = "null"
_LEVELS = (0, 2, 4, 10, 20)  # values of each column, 0 for as many as there are samples
_COLUMNS = ("continuous", *(f"{levels} values" for levels in _LEVELS[1:]))
_KINDS = {"sets": "categories, split by sets", "codes": "numbers, split by thresholds"}
_N_SAMPLES = 120
_LEAST_SPLITS = 25  # for a chi-squared test
_LEVEL = 0.05
_SHOWN = "sets"
_BASELINE = "entropy"
# Okabe and Ito's orange, and blues from light to their darkest: readable without colours as well.
_COLOURS = ("#E69F00", "#E3F1FA", "#A9D4EF", "#56B4E9", "#0072B2", "white")


def cells(names: list[str], quick: bool) -> Iterator[Cell]:
    for kind in _KINDS:
        for name in names:
            yield Cell(
                {"criterion": name, "kind": kind}, pick, (name, kind, 150 if quick else 2000)
            )


def pick(name: str, kind: str, n_draws: int) -> Record:
    """Return how often the root splits on each column, and how often not at all."""
    picked = np.zeros(len(_LEVELS) + 1, dtype=int)
    for draw in range(n_draws):
        rng = np.random.default_rng([draw, len(_LEVELS)])
        order = rng.permutation(len(_LEVELS))  # so that a tie favours no column
        X = np.empty((_N_SAMPLES, len(_LEVELS)), dtype=np.float32)
        for place, column in enumerate(order):
            levels = _LEVELS[column]
            X[:, place] = rng.integers(0, levels, _N_SAMPLES) if levels else rng.random(_N_SAMPLES)
        is_category = [kind == "sets" and _LEVELS[column] > 0 for column in order]
        model = GainTreeClassifier(
            criterion=name, max_depth=1, random_state=draw, categorical_features=is_category
        )
        tree = model.fit(X, rng.integers(0, 2, _N_SAMPLES)).tree_
        picked[-1 if tree.node_count == 1 else order[tree.feature[0]]] += 1
    return {"picked": picked.tolist()}


def _p_values(records: list[Record]) -> dict[tuple[str, str], float]:
    """Return the p-value of all columns being picked alike, corrected within each kind."""
    found: dict[tuple[str, str], float] = {}
    for kind in _KINDS:
        mine = [
            one
            for one in records
            if one["kind"] == kind and sum(one["picked"][:-1]) >= _LEAST_SPLITS
        ]
        plain = [float(stats.chisquare(one["picked"][:-1]).pvalue) for one in mine]
        for one, p_value in zip(mine, holm(plain), strict=True):
            found[one["criterion"], kind] = p_value
    return found


def report(records: list[Record]) -> str:
    good, text = measured(records), _PROTOCOL
    p_values = _p_values(good)
    for kind, title in _KINDS.items():
        rows = []
        for one in _sorted(good, kind):
            n_splits = sum(one["picked"][:-1])
            shares = [f"{n / n_splits:.1%}" if n_splits else "-" for n in one["picked"][:-1]]
            p_value = p_values.get((one["criterion"], kind))
            shown = "-" if p_value is None else f"{p_value:.2g}"
            none = f"{one['picked'][-1] / sum(one['picked']):.1%}"
            rows.append([one["criterion"], *shares, none, shown])
        head = ["criterion", *_COLUMNS, "no split", "p, all alike"]
        text += f"\n{title[0].upper()}{title[1:]}:\n\n{markdown(head, rows)}"
    failed = gaps(records, "criterion", "kind")
    return text + (f"\nWhat could not be done, and why:\n\n{failed}" if failed else "")


_PROTOCOL = f"""\
Two classes and five columns, all drawn at random and apart: one continuous, and of
{", ".join(map(str, _LEVELS[1:]))} values; {_N_SAMPLES} samples. Which column does the root split
on? Without a preference, each in a fifth of the draws. Columns stand in random order, as ties go to
the first. Shares are of the draws in which the root is split. Chi-squared tests of equal shares, as
Holm corrects them for the number of criteria that split in {_LEAST_SPLITS} draws at least.
"""


def _sorted(records: list[Record], kind: str) -> list[Record]:
    """Return the records of a kind, the most even shares first."""

    def unevenness(one: Record) -> float:
        shares = np.array(one["picked"][:-1]) / max(sum(one["picked"][:-1]), 1)
        return float(((shares - 1 / len(shares)) ** 2).sum())

    return sorted((one for one in records if one["kind"] == kind), key=unevenness)


def sentence(records: list[Record]) -> str:
    """Return what it comes to, with the test and an interval."""
    good = measured(records)
    p_values = {who: p for (who, kind), p in _p_values(good).items() if kind == _SHOWN}
    fair = [who for who, p_value in p_values.items() if p_value >= _LEVEL]
    ours = next(one for one in good if (one["criterion"], one["kind"]) == (_BASELINE, _SHOWN))
    most = int(np.argmax(ours["picked"][:-1]))
    n_most, n_splits = ours["picked"][most], sum(ours["picked"][:-1])
    ends = stats.binomtest(n_most, n_splits).proportion_ci(method="wilson")
    names = f" ({', '.join(fair)})" if fair else ""
    return (
        f"Where nothing is related, {len(fair)} of {len(p_values)} criteria that split pick all "
        f"columns alike{names}; {_BASELINE} splits on the column of {_COLUMNS[most]} in "
        f"{n_most / n_splits:.1%} of {n_splits} draws (95 % interval {ends.low:.1%} to "
        f"{ends.high:.1%}; a fair share is {1 / len(_LEVELS):.0%}; chi-squared with Holm, "
        f"{show_p(p_values[_BASELINE])})."
    )


def draw(records: list[Record]) -> bytes:
    """Return a PNG: a panel a kind, criteria down, the share of each column across."""
    from matplotlib.figure import Figure

    good = measured(records)
    n_names = len({one["criterion"] for one in good})
    size = (12, 0.24 * n_names + 1.6)
    figure = Figure(figsize=size, dpi=130, layout="constrained")
    panels = figure.subplots(1, len(_KINDS))
    order = [one["criterion"] for one in _sorted(good, _SHOWN)]
    for panel, (kind, title) in zip(panels, _KINDS.items(), strict=True):
        by_name = {one["criterion"]: one for one in good if one["kind"] == kind}
        mine = [by_name[name] for name in order if name in by_name]
        names = [one["criterion"] for one in mine]
        shares = np.array([one["picked"] for one in mine]) / [[sum(one["picked"])] for one in mine]
        left = np.zeros(len(mine))
        for column, (share, colour) in enumerate(zip(shares.T, _COLOURS, strict=True)):
            label = (*_COLUMNS, "no split")[column]
            style = {"color": colour, "edgecolor": "0.4", "linewidth": 0.5}
            panel.barh(range(len(mine)), share, left=left, label=label, **style)
            left += share
        for fifth in range(1, len(_LEVELS)):
            panel.axvline(fifth / len(_LEVELS), color="0.25", linestyle=":", linewidth=1)
        panel.set_yticks(range(len(mine)), names, fontsize=8)
        panel.set_ylim(len(mine) - 0.4, -0.6)
        panel.set_xlim(0, 1)
        panel.set_xlabel("share of the draws; dotted: fair shares")
        panel.set_title(f"columns of values as {title}", fontsize=10)
        tidy(panel, "x")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    return save(figure)
