"""Do entropies corrected for few samples grow better trees, with many classes and few samples?

S. Nowozin, "Improved information gain estimates for decision tree induction", ICML 2012, says so
of forests of randomised trees.
"""

from collections.abc import Iterator
from statistics import geometric_mean

import numpy as np
import numpy.typing as npt

from gaintree import GainTreeClassifier
from study_figure import COLOURS, MARKERS, save, tidy
from study_ranks import Mean, holm, mean_of, show_p
from study_run import Cell, gaps, measured
from study_tables import Table
from tables import Record, markdown

TITLE = "Many classes, few samples: do corrected entropies help?"
FIGURE = "samples"
BASELINE, CLAIMED = "entropy", "grassberger"
_CORRECTED = (CLAIMED, "miller_madow", "james_stein", "laplace", "kt")
_KINDS = {"tree": "one tree", "forest": "a forest"}
_N_COLUMNS, _N_TREES, _MOST_TEST = 10, 15, 2_000
_MANY, _FEW = 10, 10  # classes, samples of each: what the claim is about
_LEAST_TEST = 10  # samples of a class that are left for the test
_DRAWN = "normal"

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Split = tuple[Array, Labels, Array, Labels]


def cells(tables: list[Table], names: list[str], quick: bool) -> Iterator[Cell]:
    contenders = [name for name in (BASELINE, *_CORRECTED) if name in names]
    n_draws = 3 if quick else 40
    for n_classes in (2, 10, 30) if quick else (2, 10, 30, 60):
        for n_each in (3, 10) if quick else (3, 10, 30):
            key = {"source": _DRAWN, "classes": n_classes, "each": n_each}
            yield from _cells(key, None, contenders, n_draws)
    for table in tables:
        y = table.load()[1]
        for n_each in (3,) if quick else (3, 10, 30):
            n_classes = len(_large_classes(y, n_each))
            if n_classes >= _MANY and _is_numeric(table):
                key = {"source": table.name, "classes": n_classes, "each": n_each}
                yield from _cells(key, table, contenders, n_draws)


def _cells(key: Record, table: Table | None, names: list[str], n_draws: int) -> Iterator[Cell]:
    for draw in range(n_draws):
        for name in names:
            full = key | {"draw": draw, "criterion": name}
            yield Cell(full, measure, (table, key["classes"], key["each"], draw, name))


def measure(table: Table | None, n_classes: int, n_each: int, draw: int, name: str) -> Record:
    """Return what share of the test samples one tree and a forest classify rightly."""
    rng = np.random.default_rng([draw, n_classes, n_each])
    X, y, X_test, y_test = (
        _draw_normal(n_classes, n_each, rng) if table is None else _draw_rows(table, n_each, rng)
    )
    tree = GainTreeClassifier(criterion=name, random_state=draw).fit(X, y)
    votes = np.zeros((len(y_test), n_classes))
    for number in range(_N_TREES):
        rows = np.random.default_rng([draw, number]).integers(0, len(y), len(y))
        grown = GainTreeClassifier(criterion=name, max_features="sqrt", random_state=number)
        grown.fit(X[rows], y[rows])
        votes[:, grown.classes_] += grown.predict_proba(X_test)
    return {
        "tree": float(np.mean(tree.predict(X_test) == y_test)),
        "forest": float(np.mean(votes.argmax(axis=1) == y_test)),
        "leaves": tree.get_n_leaves(),
    }


def _draw_normal(n_classes: int, n_each: int, rng: np.random.Generator) -> Split:
    """Return classes that are normal about random centres, as many samples of each."""
    centres = rng.standard_normal((n_classes, _N_COLUMNS))
    y = np.repeat(np.arange(n_classes), n_each)
    y_test = np.arange(_MOST_TEST) % n_classes
    X, X_test = (
        centres[codes] + rng.standard_normal((len(codes), _N_COLUMNS)) for codes in (y, y_test)
    )
    return X, y, X_test, y_test


def _draw_rows(table: Table, n_each: int, rng: np.random.Generator) -> Split:
    """Return as many rows of each class that has enough, and others to test on."""
    frame, all_y = table.load()
    all_X = frame.to_numpy(dtype=np.float64)
    train, test = [], []
    for label in _large_classes(all_y, n_each):
        rows = rng.permutation(np.flatnonzero(all_y == label))
        train.append(rows[:n_each])
        test.append(rows[n_each:])
    y = np.repeat(np.arange(len(train)), n_each)
    y_test = np.repeat(np.arange(len(test)), [len(rows) for rows in test])
    kept = rng.permutation(len(y_test))[:_MOST_TEST]
    return all_X[np.concatenate(train)], y, all_X[np.concatenate(test)[kept]], y_test[kept]


def _large_classes(y: Labels, n_each: int) -> Labels:
    return np.flatnonzero(np.bincount(y) >= n_each + _LEAST_TEST)


def _is_numeric(table: Table) -> bool:
    frame = table.load()[0]
    return all(dtype.kind in "iuf" for dtype in frame.dtypes)


def _gains(
    records: list[Record], kind: str, few_only: bool = False
) -> dict[str, dict[str, list[float]]]:
    """Return accuracy above the baseline's, by criterion and case, a value a draw."""
    scores: dict[tuple[str, int], dict[str, float]] = {}
    for one in measured(records):
        if not few_only or (one["classes"] >= _MANY and one["each"] <= _FEW):
            scores.setdefault((_case(one), one["draw"]), {})[one["criterion"]] = one[kind]
    gains: dict[str, dict[str, list[float]]] = {}
    for (case, _), found in scores.items():
        for who, score in found.items():
            if who != BASELINE and BASELINE in found:
                gains.setdefault(who, {}).setdefault(case, []).append(score - found[BASELINE])
    return gains


def _case(one: Record) -> str:
    return f"{one['source']}, {one['classes']} classes of {one['each']}"


def _means(records: list[Record], kind: str) -> dict[str, Mean]:
    """Return the mean over the cases that the claim is about, drawn ones only: draws are apart."""
    drawn = [one for one in records if one["source"] == _DRAWN]
    return {
        who: mean_of([value for values in cases.values() for value in values])
        for who, cases in _gains(drawn, kind, few_only=True).items()
    }


def _leaves(records: list[Record], names: list[str]) -> list[str]:
    """Return each one's leaves over the baseline's, the geometric mean where the claim is made."""
    found: dict[str, list[float]] = {}
    for one in measured(records):
        if one["source"] == _DRAWN and one["classes"] >= _MANY and one["each"] <= _FEW:
            found.setdefault(one["criterion"], []).append(one["leaves"])
    base = geometric_mean(found[BASELINE])
    return [
        f"{geometric_mean(found[name]) / base:.2f}x" if name in found else "-" for name in names
    ]


def report(records: list[Record]) -> str:
    text = _PROTOCOL
    for kind, title in _KINDS.items():
        gains = _gains(records, kind)
        if not gains:
            return text + "None of the corrected entropies is there.\n"
        cases = list(next(iter(gains.values())))
        level = {
            case: np.mean(
                [
                    one[kind]
                    for one in measured(records)
                    if _case(one) == case and one["criterion"] == BASELINE
                ]
            )
            for case in cases
        }
        rows = [
            [case, f"{level[case]:.1%}"]
            + [mean_of(found[case]).show(100) if case in found else "-" for found in gains.values()]
            for case in cases
        ]
        means = _means(records, kind)
        corrected = holm([mean.p_value for mean in means.values()])
        rows.append(["all the claim is about", "-", *(mean.show(100) for mean in means.values())])
        rows.append(["p, with Holm", "-", *(f"{p:.2g}" for p in corrected)])
        if kind == "tree":
            rows.append([f"leaves over {BASELINE}'s", "-", *_leaves(records, list(gains))])
        text += f"\n{title[0].upper()}{title[1:]}:\n\n"
        text += markdown(["case", f"accuracy by {BASELINE}", *gains], rows)
    failed = gaps(records, "criterion", "source")
    return text + (f"\nWhat could not be done, and why:\n\n{failed}" if failed else "")


_PROTOCOL = f"""\
Classes drawn about random centres in {_N_COLUMNS} columns (normal, centres and samples of variance
1), and tables of numbers with {_MANY} classes or more, cut down to a few samples of each class; the
test is on others, at most {_MOST_TEST:,}. One whole tree; and a forest of {_N_TREES}, each of a
bootstrap sample with the square root of the columns drawn at each node, their shares averaged.
Accuracy above that of {BASELINE} on the same draws, in points, with 95 % intervals over the draws.
Those of a table share its rows, so their intervals are too narrow; "all the claim is about" takes
the drawn classes only, {_MANY} or more with at most {_FEW} samples each. A tree of fewer leaves
stopped where no split seemed to gain: of some of these estimates the gain can be negative.
"""


def sentence(records: list[Record]) -> str:
    """Return what comes of the claim, with interval and p-value."""
    parts = []
    for kind, title in _KINDS.items():
        means = _means(records, kind)
        if CLAIMED not in means:
            return f"{CLAIMED} could not be measured."
        mean = means[CLAIMED]
        verb = "raises" if mean.low > 0.0 else "lowers"
        if mean.low <= 0.0 <= mean.high:
            verb = "does not change, beyond chance,"
        parts.append(
            f"{verb} the accuracy of {title} ({mean.show(100)} points, {show_p(mean.p_value)})"
        )
    return (
        f"With {_MANY} classes or more and at most {_FEW} samples of each, {CLAIMED} instead of "
        f"{BASELINE} {' and '.join(parts)} (95 % intervals)."
    )


def draw(records: list[Record]) -> bytes:
    """Return a PNG: rows tree and forest, a panel a number of classes or table."""
    from matplotlib.figure import Figure

    groups = dict.fromkeys((one["source"], one["classes"]) for one in measured(records))
    drawn = [group for group in groups if group[0] == _DRAWN]
    sources = list(dict.fromkeys(group[0] for group in groups if group[0] != _DRAWN))
    titles = [f"{n} classes, {source}" for source, n in drawn] + sources
    figure = Figure(figsize=(2.9 * len(titles) + 0.8, 6.4), dpi=130, layout="constrained")
    panels = figure.subplots(len(_KINDS), len(titles), sharey="row", squeeze=False)
    for line, (kind, kind_title) in zip(panels, _KINDS.items(), strict=True):
        for panel, title, group in zip(line, titles, [*drawn, *sources], strict=True):
            mine = [
                one for one in records if group in (one["source"], (one["source"], one["classes"]))
            ]
            _draw_panel(panel, mine, kind)
            panel.set_title(title, fontsize=10)
        line[0].set_ylabel(f"{kind_title}: accuracy above\n{BASELINE}'s, points")
    for panel in panels[-1]:
        panel.set_xlabel("samples of each class")
    handles, labels = panels[0][0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    return save(figure)


def _draw_panel(panel: object, records: list[Record], kind: str) -> None:
    sizes = sorted({one["each"] for one in records})
    gains = [_gains([one for one in records if one["each"] == size], kind) for size in sizes]
    panel.axhline(0, color="black", linewidth=1)
    for at, name in enumerate(_CORRECTED):
        x, means = [], []
        for place, found in enumerate(gains):
            if name in found:
                x.append(place + 0.1 * (at - (len(_CORRECTED) - 1) / 2))
                means.append(mean_of(next(iter(found[name].values()))))
        if means:
            y = np.array([100 * mean.value for mean in means])
            half = np.array([100 * (mean.high - mean.value) for mean in means])
            half[~np.isfinite(half)] = 0.0
            style = {"color": COLOURS[at], "marker": MARKERS[at], "markersize": 5, "capsize": 2}
            panel.errorbar(x, y, yerr=half, label=name, linewidth=1, **style)
    panel.set_xticks(range(len(sizes)), [str(size) for size in sizes])
    tidy(panel)
