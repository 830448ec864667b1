"""Gini against entropy: how often do they cut elsewhere, and does it matter to accuracy?"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy import stats
from sklearn.model_selection import StratifiedKFold

from gaintree import GainTreeClassifier
from study_figure import COLOURS, MARKERS, save, tidy
from study_ranks import Mean, mean_of, show_p
from study_run import Cell, gaps, measured
from study_tables import Table
from tables import Record, markdown

TITLE = "Gini against entropy: other cuts, other accuracy?"
FIGURE = "cuts"
_PAIR = ("entropy", "gini")
_SIGNALS = {"none": 0.0, "moderate": 0.5, "strong": 1.5}  # standard deviation of class centres
_N_COLUMNS, _N_INFORMATIVE, _N_TEST = 10, 3, 2_000
_LEVEL = 0.05


def cells(tables: list[Table], quick: bool) -> Iterator[Cell]:
    n_draws = 30 if quick else 300
    for signal in _SIGNALS:
        for n_classes in (2, 3, 5, 10):
            for n_samples in (100, 1_000) if quick else (100, 1_000, 10_000):
                key = {"signal": signal, "classes": n_classes, "samples": n_samples}
                yield Cell(key, compare_drawn, (*key.values(), n_draws))
    for table in tables:
        yield Cell({"set": table.name}, compare_real, (table, 1 if quick else 3))


def compare_drawn(signal: str, n_classes: int, n_samples: int, n_draws: int) -> Record:
    """Return how often root columns and cuts differ, and each draw's gain in accuracy by Gini."""
    other_column = other_cut = 0
    gains = []
    for draw in range(n_draws):
        rng = np.random.default_rng([draw, n_classes, n_samples, list(_SIGNALS).index(signal)])
        centres = np.zeros((n_classes, _N_COLUMNS))
        centres[:, :_N_INFORMATIVE] = _SIGNALS[signal] * rng.standard_normal(
            (n_classes, _N_INFORMATIVE)
        )
        y = rng.integers(0, n_classes, n_samples + _N_TEST)
        X = centres[y] + rng.standard_normal((len(y), _N_COLUMNS))
        trees = [_grow(name, X[:n_samples], y[:n_samples]) for name in _PAIR]
        columns, cuts = (
            [getattr(one.tree_, what)[0] for one in trees] for what in ("feature", "threshold")
        )
        other_column += columns[0] != columns[1]
        other_cut += columns[0] != columns[1] or cuts[0] != cuts[1]
        entropy, gini = (one.score(X[n_samples:], y[n_samples:]) for one in trees)
        gains.append(gini - entropy)
    return {"draws": n_draws, "column": int(other_column), "cut": int(other_cut), "gains": gains}


def compare_real(table: Table, n_repeats: int) -> Record:
    """Return how often roots differ over folds, and the mean gain in accuracy by Gini."""
    frame, y = table.load()
    column, cut, gains = [], [], []
    for repeat in range(n_repeats):
        folds = StratifiedKFold(5, shuffle=True, random_state=repeat)
        for train, test in folds.split(y, y):
            trees = [_grow(name, frame.iloc[train], y[train]) for name in _PAIR]
            entropy, gini = (one.score(frame.iloc[test], y[test]) for one in trees)
            gains.append(gini - entropy)
            sides = [_left_of_root(one, frame.iloc[train]) for one in trees]
            column.append(trees[0].tree_.feature[0] != trees[1].tree_.feature[0])
            cut.append(not np.array_equal(*sides) and not np.array_equal(sides[0], ~sides[1]))
    count = {"draws": len(gains), "column": int(sum(column)), "cut": int(sum(cut))}
    return count | {"gain": float(np.mean(gains))}


def _grow(name: str, X: Any, y: Any) -> GainTreeClassifier:
    return GainTreeClassifier(criterion=name, random_state=0).fit(X, y)


def _left_of_root(model: GainTreeClassifier, X: Any) -> Any:
    tree = model.tree_
    return model.apply(X) < tree.children_right[0]  # nodes are numbered depth first


def _drawn(records: list[Record]) -> list[Record]:
    return [one for one in measured(records) if "signal" in one]


def _real(records: list[Record]) -> list[Record]:
    return [one for one in measured(records) if "set" in one]


def report(records: list[Record]) -> str:
    rows = [
        [
            *(one[name] for name in ("signal", "classes", "samples")),
            *(f"{one[what] / one['draws']:.1%}" for what in ("column", "cut")),
            mean_of(one["gains"]).show(100),
        ]
        for one in _drawn(records)
    ]
    head = ["signal", "classes", "samples", "other root column", "other root cut"]
    text = _PROTOCOL + markdown([*head, "accuracy by Gini, points above entropy's"], rows)
    rows = [
        [
            one["set"],
            *(f"{one[what] / one['draws']:.0%}" for what in ("column", "cut")),
            f"{100 * one['gain']:+.2f}",
        ]
        for one in _real(records)
    ]
    text += f"\n{_REAL}" + markdown(["set", *head[3:], "accuracy, points above"], rows)
    failed = gaps(
        [one | {"who": "both", "where": one.get("set", "drawn")} for one in records], "who", "where"
    )
    return text + (f"\nWhat could not be done, and why:\n\n{failed}" if failed else "")


_PROTOCOL = f"""\
{_N_COLUMNS} columns of normal noise of variance 1; in {_N_INFORMATIVE} of them each class has a
centre, drawn normally with a standard deviation of
{", ".join(f"{size} ({name})" for name, size in _SIGNALS.items())}. Classes are equally frequent.
The same samples for both; whole trees, tested on {_N_TEST:,} others. A cut differs if the column or
the threshold does. Intervals are of 95 %, over the draws.

"""
_REAL = """\
On real tables, stratified cross-validation of 5 folds: in what share of the folds another column,
or other rows, go left of the root, and Gini's mean accuracy in points above entropy's.

"""


def _effects(records: list[Record]) -> tuple[Mean, Mean, float]:
    """Return the gain in accuracy where there is signal; that over real sets, and its p-value."""
    drawn = [gain for one in _drawn(records) if one["signal"] != "none" for gain in one["gains"]]
    real = [one["gain"] for one in _real(records)]
    p_value = float(stats.wilcoxon(np.round(real, 9)).pvalue) if np.any(real) else 1.0
    return mean_of(drawn), mean_of(real), p_value


def sentence(records: list[Record]) -> str:
    """Return what it comes to, with intervals and p-values."""
    shares: dict[int, list[float]] = {}
    for one in _drawn(records):
        shares.setdefault(one["samples"], []).append(one["cut"] / one["draws"])
    parts = [
        f"{min(found):.0%} to {max(found):.0%} of the draws with {size:,} samples"
        for size, found in shares.items()
    ]
    drawn, real, p_value = _effects(records)
    text = f"Gini and entropy cut the root elsewhere in {', '.join(parts)}"
    text += f", which changes accuracy by {drawn.show(100)} points where there is signal"
    text += f" (95 % interval, {show_p(drawn.p_value)})"
    if _real(records):
        text += f" and by {real.show(100)} points over {len(_real(records))} real sets"
        text += f" (Wilcoxon, {show_p(p_value)})"
    return text + "."


def draw(records: list[Record]) -> bytes:
    """Return a PNG: other cuts above, accuracy below, a column of panels a signal."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 6.4), dpi=130, layout="constrained")
    panels = figure.subplots(2, len(_SIGNALS), sharey="row")
    drawn = _drawn(records)
    for (above, below), signal in zip(panels.T, _SIGNALS, strict=True):
        mine = [one for one in drawn if one["signal"] == signal]
        sizes = sorted({one["samples"] for one in mine})
        below.axhline(0, color="black", linewidth=1)
        for at, n_classes in enumerate(sorted({one["classes"] for one in mine})):
            line = sorted(
                (one for one in mine if one["classes"] == n_classes), key=lambda one: one["samples"]
            )
            x = np.array([sizes.index(one["samples"]) for one in line]) + 0.06 * (at - 1.5)
            style = {"color": COLOURS[at], "marker": MARKERS[at], "markersize": 5, "linewidth": 1}
            share = np.array([one["cut"] / one["draws"] for one in line])
            ends = np.array(
                [
                    stats.binomtest(one["cut"], one["draws"]).proportion_ci(method="wilson")
                    for one in line
                ]
            ).T
            above.errorbar(
                x,
                100 * share,
                yerr=100 * np.abs(ends - share),
                label=f"{n_classes} classes",
                capsize=2,
                **style,
            )
            means = [mean_of(one["gains"]) for one in line]
            half = [100 * (mean.high - mean.value) for mean in means]
            below.errorbar(x, [100 * mean.value for mean in means], yerr=half, capsize=2, **style)
        for panel in (above, below):
            panel.set_xticks(range(len(sizes)), [f"{size:,}" for size in sizes])
            tidy(panel)
        above.set_ylim(0, 100)
        above.set_title(f"signal: {signal}", fontsize=10)
        below.set_xlabel("training samples")
    panels[0, 0].set_ylabel("root cut elsewhere, % of draws")
    panels[1, 0].set_ylabel("Gini's accuracy above\nentropy's, points")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    return save(figure)
