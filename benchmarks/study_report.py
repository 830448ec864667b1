"""The report of the table study."""

from collections.abc import Callable, Iterable
from itertools import chain
from statistics import geometric_mean, mean, median
from typing import Any

import numpy as np

from learners import BASELINE, CHALLENGER
from report import heading
from study_learners import NATIVE
from study_ranks import Duel, Ranks, Values, by_set, duels, rank_shared
from tables import Record, markdown, seconds, spread, times

#: What is compared: the title, how folds are put together, and its sign where low is good.
MEASURES: dict[str, tuple[str, Callable[[Iterable[float]], float], int]] = {
    "log_loss": ("log loss", mean, 1),
    "accuracy": ("accuracy", mean, -1),
    "leaves": ("leaves", mean, 1),
    "seconds": ("time", median, 1),
}
_SHOW: dict[str, Callable[[float], str]] = {
    "log_loss": "{:.4f}".format,
    "accuracy": "{:.4f}".format,
    "leaves": "{:.0f}".format,
    "seconds": seconds,
}
_LEVEL = 0.05


def render(run: dict[str, Any]) -> str:
    """Return the whole report as Markdown."""
    records = run["records"]
    text = heading("Trees on tables with categories", run["facts"]) + _INTRODUCTION
    text += f"## In short\n\n{NATIVE}, by the paired tests below, is\n\n{_short(records)}\n"
    text += f"## Sets\n\n{_sets(run['sets'])}\n"
    text += "## Ranks\n\n![Mean ranks](tables_study.png)\n\n" + _RANKS
    text += _ranks(records) + f"\n## {NATIVE}, against each\n\n" + _DUELS
    text += _duels(records)
    for setting in settings(records):
        text += f"\n## {setting}\n"
        for measure, (title, _, _) in MEASURES.items():
            text += f"\n{title[0].upper()}{title[1:]}:\n\n{_matrix(records, setting, measure)}"
        text += f"\n{_speed(records, setting)}"
    text += f"\nWho was left out, and why:\n\n{_reasons(records)}"
    if run["races"]:
        text += f"\n## flights_nyc13 as a whole\n\n{_RACES}{_races(run['races'])}"
    text += f"\n## Sets of categories that are missed\n\n{_MISSES}{_misses(run['misses'])}"
    return text + f"\n## What they grow\n\n{_legend(records + run['races'])}"


_INTRODUCTION = """\
One tree a learner, without pruning, on equal terms: stratified cross-validation, the same folds
and stopping rules for all, one thread each. What a learner says of a test sample is read off the
leaf that it ends in: the training counts of that leaf, one added to each class, give the
probabilities of the log loss (nats), the most frequent class the accuracy. So it is the splits
that are compared; who stops otherwise than the others is told under "What they grow". Times are of
encoding and fit, in seconds of the processor, which other work on the machine lengthens less than
wall time. A class may have fewer samples than there are folds.

"""
_RANKS = """\
1 is the best; over the sets that all of the named could do. Friedman's p-value is that of no
difference among them; two mean ranks that are closer than Nemenyi's critical difference (CD, at
5 %) are not told apart. Bars in the figure are half of it to either side. Sets are the units, so
with few of them only large differences show.

"""
_DUELS = """\
Sets on which it is better / equal / worse, and the p-value of Wilcoxon's signed-rank test over
them, as Holm corrects it for the number of rivals; in bold below 5 %. This takes in those who could
not do all sets.

"""
_RACES = """\
327,346 rows, 17 columns of numbers and 9 of text with up to 4,037 categories, one thread each, in
turns. Encoding is what turns the frame into what the learner takes; who takes the frame does it in
its fit. Fit alone compares what comes after. LightGBM grows a tree for each class, so it is in the
rows of two classes (late or not).

"""
_MISSES = f"""\
With more than two classes and more than 10 categories in a node, {CHALLENGER}'s set of categories
need not be the best. Tables of 11 to 14 categories, all sets tried beside: at nodes of trees of
full depth (a column and a node each, drawn at random), and random ones of about 40 samples a
category, whose categories have class shares of their own or all the same. A miss is counted from a
relative loss of 1e-9 of the gain. Where only chance separates categories, there is little to find
and more is missed. Sets without such nodes are not listed; with two classes nothing is missed.

"""


def settings(records: list[Record]) -> list[str]:
    return list(dict.fromkeys(record["setting"] for record in records))


def values(records: list[Record], setting: str, measure: str) -> Values:
    """Return the value of each learner on each set, its folds put together."""
    mine = [record for record in records if record["setting"] == setting]
    return by_set(mine, measure, MEASURES[measure][1])


def ranks(records: list[Record], setting: str, measure: str) -> Ranks:
    n_sets = len({record["set"] for record in records})
    return rank_shared(values(records, setting, measure), n_sets, MEASURES[measure][2])


def _sets(sets: list[Record]) -> str:
    head = ["set", "rows", "rows used", "numbers", "text", "most categories", "classes"]
    return markdown(head, [list(one.values()) for one in sets])


def _ranks(records: list[Record]) -> str:
    columns = {
        f"{title}, {setting}": ranks(records, setting, measure)
        for setting in settings(records)
        for measure, (title, _, _) in MEASURES.items()
    }
    names = next(iter(columns.values())).names
    rows = []
    for title, found in columns.items():
        p_value = f"{found.p_value:.2g}"
        rows.append([title, *(f"{place:.2f}" for place in found.mean)])
        rows[-1] += [p_value, f"{found.difference:.2f}", found.n_sets]
    return markdown(["mean rank", *names, "Friedman's p", "CD", "sets"], rows)


def _all_duels(records: list[Record]) -> dict[str, list[Duel]]:
    """Return `NATIVE` against each rival, by measure and setting."""
    found = {}
    for setting in settings(records):
        for measure, (title, _, sign) in MEASURES.items():
            scores = {
                learner: {name: sign * value for name, value in sets.items()}
                for learner, sets in values(records, setting, measure).items()
            }
            found[f"{title}, {setting}"] = duels(scores.pop(NATIVE), scores)
    return found


def _duels(records: list[Record]) -> str:
    found = _all_duels(records)
    rows: dict[str, list[str]] = {}
    for duel in chain.from_iterable(found.values()):
        p = f"{duel.p_value:.2g}"
        p = f"**{p}**" if duel.p_value < _LEVEL else p
        cell = f"{duel.wins} / {duel.ties} / {duel.losses}, {p}"
        rows.setdefault(duel.rival, []).append(cell)
    return markdown(["rival", *found], [[rival, *cells] for rival, cells in rows.items()])


def _short(records: list[Record]) -> str:
    """Say which rivals it beats and which it loses to, beyond chance."""
    text = ""
    for title, found in _all_duels(records).items():
        sure = [duel for duel in found if duel.p_value < _LEVEL]
        parts = [
            f"{what} {'; '.join(names)}"
            for what, names in (
                ("better than", [duel.rival for duel in sure if duel.wins > duel.losses]),
                ("worse than", [duel.rival for duel in sure if duel.wins <= duel.losses]),
            )
            if names
        ]
        text += f"- {title}: {'. '.join(parts) or 'told apart from nobody'}\n"
    return text + "\nOn single sets it is furthest behind the best with\n\n" + _furthest(records)


def _furthest(records: list[Record]) -> str:
    """Say where each measure of `NATIVE` stands worst beside the best of the others."""
    text = ""
    for setting in settings(records):
        for measure, (title, _, sign) in MEASURES.items():
            found, show = values(records, setting, measure), _SHOW[measure]
            ours = found.pop(NATIVE)
            pick = min if sign > 0 else max
            best = {
                name: pick(sets[name] for sets in found.values() if name in sets) for name in ours
            }
            worst = max(ours, key=lambda name: sign * np.log(ours[name] / best[name]))
            text += f"- {title}, {setting}: {worst} ({show(ours[worst])}, "
            text += f"best of the others {show(best[worst])})\n"
    return text


def _speed(records: list[Record], setting: str) -> str:
    """Return each learner's time over that of `NATIVE`, the mean of the sets that both did."""
    found = values(records, setting, "seconds")
    ratios = {
        learner: geometric_mean(taken / found[NATIVE][name] for name, taken in sets.items())
        for learner, sets in found.items()
        if learner != NATIVE
    }
    listed = ", ".join(f"{learner} {times(ratio)}" for learner, ratio in ratios.items())
    return f"Time as a multiple of that of {NATIVE}, geometric mean: {listed}.\n"


def _matrix(records: list[Record], setting: str, measure: str) -> str:
    """Return a row a set and a column a learner, the best of each row in bold."""
    found, (_, _, sign), show = values(records, setting, measure), MEASURES[measure], _SHOW[measure]
    rows = []
    for name in found[NATIVE]:
        mine = {learner: sets[name] for learner, sets in found.items() if name in sets}
        best = show(min(mine.values(), key=lambda value: sign * value))
        cells = [show(mine[learner]) if learner in mine else "-" for learner in found]
        rows.append([name, *(f"**{cell}**" if cell == best else cell for cell in cells)])
    return markdown(["set", *found], rows)


def _reasons(records: list[Record]) -> str:
    left_out: dict[tuple[str, str], dict[str, None]] = {}
    for one in records:
        if "skipped" in one:
            left_out.setdefault((one["learner"], one["skipped"]), {})[one["set"]] = None
    lines = [f"- {who}: {', '.join(sets)} ({why})\n" for (who, why), sets in left_out.items()]
    return "".join(lines) or "- nobody\n"


def _races(races: list[Record]) -> str:
    cases: dict[str, dict[str, list[Record]]] = {}
    for one in races:
        cases.setdefault(one["case"], {}).setdefault(one["learner"], []).append(one)
    rows = []
    for case, field in cases.items():
        for learner, rounds in field.items():
            cells = [seconds(median(one[part] for one in rounds)) for part in ("encoding", "fit")]
            alone = _ratios(rounds, field[f"{NATIVE}, category dtype"], "fit")
            whole = _ratios(rounds, field[NATIVE], "seconds")
            rows.append([case, learner, *cells, alone, whole, rounds[0]["leaves"], len(rounds)])
    head = ["case", "learner", "encoding", "fit", "fit alone, a multiple of category dtype's"]
    head += [f"with encoding, a multiple of {NATIVE}'s", "leaves", "rounds"]
    return markdown(head, rows) + f"\n{_verdict(cases)}"


def _ratios(theirs: list[Record], ours: list[Record], part: str) -> str:
    if theirs is ours:
        return "-"
    ratios = [a[part] / b[part] for a, b in zip(theirs, ours, strict=True)]
    shown = times(median(ratios))
    return f"{shown} ({spread(ratios, times)})" if len(ratios) > 1 else shown


def _verdict(cases: dict[str, dict[str, list[Record]]]) -> str:
    """Say whether the target is met: ten times scikit-learn's speed at full depth."""
    field = cases["3 classes, full depth"]
    theirs = median(one["fit"] for one in field[f"{BASELINE}, ordinal"])
    ours = median(one["fit"] for one in field[f"{NATIVE}, category dtype"])
    met = "met" if theirs / ours >= 10 else "NOT met"
    return (
        f"Target: fit to full depth at least 10x faster than {BASELINE} on ordinal codes, "
        f"encoding left out for both: {times(theirs / ours)}, {met}.\n"
    )


def _misses(misses: list[Record]) -> str:
    rows = [
        [
            one["name"],
            one["tables"],
            f"{one['missed']} ({one['missed'] / one['tables']:.1%})",
            f"{one['mean']:.2%}",
            f"{one['most']:.2%}",
        ]
        for one in misses
    ]
    head = ["tables", "number", "missed", "gain lost by a miss, mean", "at most"]
    return markdown(head, rows)


def _legend(records: list[Record]) -> str:
    lines = {
        f"- {one['learner']} {one['version']}: {one['what']}\n": None
        for one in records
        if "what" in one
    }
    return "".join(lines)
