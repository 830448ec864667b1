"""The report of the pruning study, and the recommendation that follows from its ranks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import geometric_mean, mean, median
from typing import NamedTuple

import numpy as np

from learners import CHALLENGER
from pruning_learners import TUNED, WHOLE, Family
from report import heading
from study_ranks import Ranks, Values, by_set, duels, rank_shared, show_p
from study_run import FAILED, gaps, measured
from study_tables import list_tables
from tables import Record, markdown, seconds, times


class Measure(NamedTuple):
    title: str
    together: Callable[[Iterable[float]], float]
    sign: int  # 1 where low is good, else -1
    show: Callable[[float], str]


MEASURES = {
    "accuracy": Measure("accuracy", mean, -1, "{:.4f}".format),
    "log_loss": Measure("log loss", mean, 1, "{:.4f}".format),
    "leaf_log_loss": Measure("log loss, leaves alike", mean, 1, "{:.4f}".format),
    "calibration": Measure("calibration error", mean, 1, "{:.4f}".format),
    "leaves": Measure("leaves", mean, 1, "{:.0f}".format),
    "seconds": Measure("time", median, 1, seconds),
}
_DECIDING = ("accuracy", "log_loss")
_LEVEL = 0.05
_SHARE = 0.9  # of the sets that one has to have done more of, to be ranked


@dataclass(frozen=True, eq=False)
class Found:
    """All that was measured, and who takes part."""

    records: list[Record]
    families: list[Family]
    tables: list[Record]
    facts: dict[str, str]

    @cached_property
    def kinds(self) -> dict[str, str]:
        """The kind of each learner, by name."""
        return {name: family.kind for family in self.families for name in family.names}

    @property
    def field(self) -> list[str]:
        """All but those who only differ in their probabilities."""
        return [name for name, kind in self.kinds.items() if kind != "probabilities"]

    @property
    def short_list(self) -> list[str]:
        """The recommended one and those of others."""
        return [name for name in self.field if name == self.recommended or name not in self.ours]

    @property
    def ours(self) -> list[str]:
        return [name for name in self.field if self.kinds[name] == "ours"]

    def values(self, measure: str, names: list[str]) -> Values:
        found = by_set(measured(self.records), measure, MEASURES[measure].together)
        return {name: found[name] for name in names if name in found}

    def ranks(self, measure: str, names: list[str], share: float = _SHARE) -> Ranks:
        found = self.values(measure, names)
        return rank_shared(found, len(self.tables), MEASURES[measure].sign, share)

    @cached_property
    def places(self) -> dict[str, float]:
        """The mean of the mean ranks in what decides, of those who did all of the shared sets."""
        ranks = [self.ranks(measure, self.field) for measure in _DECIDING]
        joint = np.mean([one.mean for one in ranks], axis=0)
        return dict(zip(ranks[0].names, joint.tolist(), strict=True))

    @cached_property
    def recommended(self) -> str:
        """Ours with the best place; of equal ones that of fewer leaves."""
        leaves = self.values("leaves", self.field)
        return min(
            (name for name in self.ours if name in self.places),
            key=lambda name: (round(self.places[name], 6), mean(leaves[name].values())),
        )


def render(found: Found) -> str:
    """Return the whole report as Markdown."""
    text = heading("The right-sized tree", found.facts) + _INTRODUCTION
    text += f"## Which tree should I use?\n\n{_advice(found)}"
    text += f"\n## Sets\n\n{list_tables(found.tables)}"
    text += f"\n## Ranks of all\n\n![Accuracy against leaves](pruning_size.png)\n\n{_RANKS}"
    text += _ranks(
        found, found.field, ("accuracy", "log_loss", "leaf_log_loss", "leaves", "seconds")
    )
    text += f"\n## {found.recommended}, and others\n\n![Mean ranks](pruning_ranks.png)\n\n"
    text += _ranks(found, found.short_list, tuple(MEASURES))
    text += f"\n{_DUELS}{_duels(found)}"
    text += f"\n## Where it is not the best\n\n{_BEHIND}{_behind(found)}"
    text += f"\n## Probabilities\n\n{_PROBABILITIES}{_probabilities(found)}"
    text += "\n## Set by set\n"
    for measure in ("accuracy", "log_loss", "leaves", "seconds"):
        title = MEASURES[measure].title
        text += f"\n{title[0].upper()}{title[1:]}:\n\n{_matrix(found, measure)}"
    failed = gaps(found.records, "family", "set")
    text += f"\n## Who was left out, and why\n\n{failed or 'Nobody.'}\n"
    return text + f"\n## What they do\n\n{_legend(found)}"


_INTRODUCTION = f"""\
One tree a learner. Stratified cross-validation of shuffled rows, the same folds for all; whatever a
learner tunes by, it takes from its training samples. Times are seconds of the processor on one
thread, from the data frame to the fitted tree, tuning included. Log loss (nats) is that of a
learner's own probabilities, clipped at {np.finfo(np.float64).eps:.2g} as scikit-learn does; "leaves
alike" is that of the training counts of its leaves, one added to each class, which compares sizes
and splits alone. Leaves are those that training samples end in. Calibration error: the mean gap
between the probability of the predicted class and how often it is right, in 15 bins.

"""
_RANKS = """\
1 is the best, over the sets that all of the named could do; who could not do a tenth of the sets or
more is not among them. Two mean ranks that are closer than
Nemenyi's critical difference (CD, at 5 %) are not told apart; Friedman's p-value is that of no
difference among all.

"""
_DUELS = """\
Sets on which it is better / equal / worse, and the p-value of Wilcoxon's signed-rank test, as Holm
corrects it for the number of rivals; in bold below 5 %. This takes in those who could not do all
sets.

"""
_BEHIND = """\
The sets on which another learner of the study is better, the best of them, and by how many standard
errors of the difference over the folds (as Nadeau and Bengio correct them for training samples in
common). Below two it may be chance, all the more as the best of many is picked.

"""
_PROBABILITIES = """\
The same tree, chosen by log loss on folds, with other rules for the probabilities of its leaves,
and with scikit-learn's `CalibratedClassifierCV` around it (`ensemble=False`). Mean ranks,
and means, over the sets that all of these could do: calibration needs a few samples of each class.

"""


def _advice(found: Found) -> str:
    """Return the recommendation, and whether it does what was to be reached."""
    name = found.recommended
    family = next(one for one in found.families if name in one.names)
    text = (
        f"**{name}**: {family.what}. Of gaintree's trees its mean ranks in accuracy and log loss "
    )
    text += f"are the best taken together ({found.places[name]:.2f} of {len(found.places)}). "
    text += _left_out(found) + "\n\n"
    for measure in (*_DECIDING, "leaf_log_loss"):
        for title, names in (("all learners", found.field), ("it and others", found.short_list)):
            ranks = found.ranks(measure, names)
            places = dict(zip(ranks.names, ranks.mean.tolist(), strict=True))
            first = min(places, key=places.__getitem__)
            text += f"- {MEASURES[measure].title}, {title}: mean rank {places[name]:.2f}, "
            text += (
                "the best"
                if first == name
                else f"NOT the best, which is {first}'s {places[first]:.2f}"
            )
            text += f" ({ranks.n_sets} sets; Friedman, {show_p(ranks.p_value)})\n"
    for measure, better in (("leaves", "fewer leaves"), ("seconds", "less time")):
        values = found.values(measure, [name, TUNED])
        both = [one for one in values[name] if one in values.get(TUNED, {})]
        if both:
            ratio = geometric_mean(values[name][one] / values[TUNED][one] for one in both)
            less = sum(values[name][one] < values[TUNED][one] for one in both)
            text += f"- {better} than {TUNED}: {times(ratio)} (geometric mean), on {less} of "
            text += f"{len(both)} sets, {'met' if ratio < 1 else 'NOT met'}\n"
    return text


def _left_out(found: Found) -> str:
    """Say how the choice would have fared on sets that it was not made on."""
    tables = [found.ranks(measure, found.field) for measure in _DECIDING]
    places = np.mean([one.places for one in tables], axis=0)
    names = tables[0].names
    ours = [names.index(name) for name in found.ours if name in names]
    n_sets = len(places)
    if n_sets < 3:
        return ""
    picked = []
    for i in range(n_sets):
        others = np.delete(places, i, axis=0)[:, ours].mean(axis=0)
        picked.append(ours[int(others.argmin())])
    honest = mean(places[i, which] for i, which in enumerate(picked))
    same = sum(names[which] == found.recommended for which in picked)
    return (
        f"The choice is made on the same sets; made on all but one and ranked on that one, its "
        f"mean rank is {honest:.2f}, and it is the same tree {same} times of {n_sets}."
    )


def _ranks(found: Found, names: list[str], measures: tuple[str, ...]) -> str:
    columns = {MEASURES[measure].title: found.ranks(measure, names) for measure in measures}
    first = next(iter(columns.values()))
    joint = np.mean([ranks.mean for ranks in list(columns.values())[:2]], axis=0)
    rows = []
    for i in np.argsort(joint):
        shown = first.names[i]
        shown = f"**{shown}**" if shown == found.recommended else shown
        rows.append([shown, *(f"{ranks.mean[i]:.2f}" for ranks in columns.values())])
    rows.append(["CD", *(f"{ranks.difference:.2f}" for ranks in columns.values())])
    rows.append(["Friedman's p", *(f"{ranks.p_value:.2g}" for ranks in columns.values())])
    rows.append(["sets", *(str(ranks.n_sets) for ranks in columns.values())])
    return markdown(["mean rank", *columns], rows)


def _duels(found: Found) -> str:
    rows: dict[str, list[str]] = {}
    for measure, (_, _, sign, _) in MEASURES.items():
        scores = {
            name: {one: sign * value for one, value in sets.items()}
            for name, sets in found.values(measure, found.field).items()
        }
        for duel in duels(scores.pop(found.recommended), scores):
            p = f"{duel.p_value:.2g}"
            p = f"**{p}**" if duel.p_value < _LEVEL else p
            rows.setdefault(duel.rival, []).append(
                f"{duel.wins} / {duel.ties} / {duel.losses}, {p}"
            )
    titles = [measure.title for measure in MEASURES.values()]
    return markdown(["rival", *titles], [[rival, *cells] for rival, cells in rows.items()])


def _behind(found: Found) -> str:
    """Return a row for each set and deciding measure on which another is better."""
    rows = []
    for measure in _DECIDING:
        title, _, sign, show = MEASURES[measure]
        values = found.values(measure, found.field)
        ours = values.pop(found.recommended)
        for one, value in ours.items():
            rivals = {name: sets[one] for name, sets in values.items() if one in sets}
            best = min(rivals, key=lambda name: sign * rivals[name])
            if sign * (value - rivals[best]) > 1e-9:
                errors = _standard_errors(found, measure, one, best)
                rows.append([title, one, show(value), best, show(rivals[best]), errors])
    if not rows:
        return "None.\n"
    head = ["measure", "set", CHALLENGER, "the best", "its value", "standard errors behind"]
    return markdown(head, rows)


def _standard_errors(found: Found, measure: str, table: str, rival: str) -> str:
    """Return how far behind the rival it is on a set, in standard errors."""
    folds = {
        name: {
            one["fold"]: one[measure]
            for one in measured(found.records)
            if (one["set"], one["learner"]) == (table, name)
        }
        for name in (found.recommended, rival)
    }
    sides = (folds[found.recommended], folds[rival])
    differences = np.array([sides[0][fold] - sides[1][fold] for fold in sides[0]])
    n = len(differences)
    error = differences.std(ddof=1) * np.sqrt(1 / n + 1 / (n - 1))
    return f"{abs(differences.mean()) / error:.1f}" if error > 0.0 else "-"


def _probabilities(found: Found) -> str:
    base = f"{CHALLENGER}, CV by log loss"
    names = [name for name in found.kinds if name.startswith(base) and "one SE" not in name]
    ranks = {one: found.ranks(one, names, share=0.5) for one in ("log_loss", "calibration")}
    values = {one: found.values(one, names) for one in ("log_loss", "calibration", "accuracy")}
    ranked = ranks["log_loss"].names
    shared = set.intersection(*(set(values["log_loss"][name]) for name in ranked))
    rows = []
    for i in np.argsort(ranks["log_loss"].mean):
        cells = [f"{one.mean[i]:.2f}" for one in ranks.values()]
        for measure, by_name in values.items():
            cells.append(MEASURES[measure].show(mean(by_name[ranked[i]][one] for one in shared)))
        shown = ranked[i].removeprefix(base).removeprefix(", ") or "laplace"
        rows.append([shown, *cells])
    rows.append(["Friedman's p", *(f"{one.p_value:.2g}" for one in ranks.values()), *"---"])
    head = ["probabilities", "log loss, rank", "calibration error, rank"]
    head += ["log loss", "calibration error", "accuracy"]
    return markdown(head, rows) + f"\n{len(shared)} sets.\n"


def _matrix(found: Found, measure: str) -> str:
    """Return a row a set and a column a learner of the short list, the best of each row in bold."""
    _, _, sign, show = MEASURES[measure]
    names = [*found.short_list, *([WHOLE] if found.recommended != WHOLE else [])]
    values = found.values(measure, names)
    rows = []
    for table in (one["set"] for one in found.tables):
        mine = {name: sets[table] for name, sets in values.items() if table in sets}
        if mine:
            best = show(min(mine.values(), key=lambda value: sign * value))
            cells = [show(mine[name]) if name in mine else "-" for name in values]
            rows.append([table, *(f"**{cell}**" if cell == best else cell for cell in cells)])
    return markdown(["set", *values], rows)


def _legend(found: Found) -> str:
    done = {record["learner"] for record in found.records if FAILED not in record}
    return "".join(
        f"- {' / '.join(family.names)} {family.version}: {family.what}\n"
        for family in found.families
        if done & set(family.names)
    )
