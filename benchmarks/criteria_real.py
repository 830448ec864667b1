"""Every criterion on real tables: whole trees, and trees of a depth and leaf size chosen inside."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import StratifiedKFold

from gaintree import GainTreeClassifier, criteria
from study_figure import draw_ranks, save
from study_ranks import Duel, Values, by_set, duels, mean_of, rank_shared, show_p
from study_run import Cell, gaps, measured
from study_tables import Labels, Table
from tables import Record, markdown

TITLE = "Real tables: which criterion grows the best tree?"
FIGURE = "real"
SETTINGS = ("whole", "tuned")
_NULL = "random"  # what all others are to be better than, so no test of differences counts it
MEASURES = {"log_loss": ("log loss", 1), "accuracy": ("accuracy", -1), "leaves": ("leaves", 1)}
BASELINE = "entropy"
_LEVEL = 0.05
_SHARE = 0.9  # of the sets that one has to have done more of, to be ranked
_DEPTHS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30, 10**6])
_LEAF_SIZES = (1, 2, 5, 10, 20, 50)

Floats = npt.NDArray[np.float64]


def cells(tables: list[Table], names: list[str], quick: bool) -> Iterator[Cell]:
    for table in tables:
        n_classes = int(table.load()[1].max()) + 1
        for name in names:
            if n_classes > 2 and criteria.get(name).classes == "two":
                continue
            key = {"set": table.name, "criterion": name}
            yield Cell(key, cross_validate, (table, name, quick))


def cross_validate(table: Table, name: str, quick: bool) -> list[Record]:
    """Return a record a fold and setting."""
    frame, y = table.load()
    n_folds, n_inner, sizes = (3, 2, (1, 10)) if quick else (5, 3, _LEAF_SIZES)
    n_classes = int(y.max()) + 1
    records = []
    for fold, (train, test) in enumerate(_folds(n_folds, y)):
        X, labels = frame.iloc[train], y[train]
        held_out = frame.iloc[test], y[test]
        size, depth = _choose(name, X, labels, n_classes, n_inner, sizes)
        for setting, grown in (
            ("whole", (1, _DEPTHS[-1])),
            ("tuned", (size, depth)),
        ):
            tree = _grow(name, X, labels, grown[0])
            found = _by_depth(tree, *held_out, n_classes, np.array([grown[1]]))
            quality = {measure: float(values[0]) for measure, values in found.items()}
            records.append({"setting": setting, "fold": fold} | quality)
    return records


def _folds(n: int, y: Labels) -> Iterator[tuple[Labels, Labels]]:
    return StratifiedKFold(n, shuffle=True, random_state=0).split(y, y)


def _grow(name: str, X: Any, y: Labels, size: int) -> GainTreeClassifier:
    model = GainTreeClassifier(criterion=name, min_samples_leaf=size, random_state=0)
    return model.fit(X, y)


def _choose(
    name: str, X: Any, y: Labels, n_classes: int, n_folds: int, sizes: tuple[int, ...]
) -> tuple[int, int]:
    """Return leaf size and depth of the least log loss on folds inside; of tied ones the simplest.

    A tree of limited depth is the upper part of a whole one, so each leaf size takes one growth.
    """
    losses = np.zeros((len(sizes), len(_DEPTHS)))
    for train, test in _folds(n_folds, y):
        for i, size in enumerate(sizes):
            tree = _grow(name, X.iloc[train], y[train], size)
            found = _by_depth(tree, X.iloc[test], y[test], n_classes, _DEPTHS)
            losses[i] += found["log_loss"] / n_folds
    simplest_first = np.round(losses[::-1], 9)
    size, depth = np.unravel_index(simplest_first.argmin(), losses.shape)
    return sizes[len(sizes) - 1 - size], int(_DEPTHS[depth])


def _by_depth(
    model: GainTreeClassifier, X: Any, y: Labels, n_classes: int, depths: Labels
) -> dict[str, Floats]:
    """Return what the tree cut off at each of the depths is worth on samples held out."""
    tree = model.tree_
    counts = np.zeros((tree.node_count, n_classes))  # a class may be missing in training
    counts[:, model.classes_] = tree.value[:, 0] * tree.n_node_samples[:, None]
    ends = model.apply(X)
    found: dict[str, list[float]] = {measure: [] for measure in MEASURES}
    for depth in depths[::-1]:
        while (below := tree.depths[ends] > depth).any():
            ends = np.where(below, tree.parents[ends], ends)
        mine = counts[ends]
        share = (mine[np.arange(len(y)), y] + 1.0) / (mine.sum(axis=1) + n_classes)
        is_end = (tree.is_leaf & (tree.depths <= depth)) | (tree.depths == depth)
        found["log_loss"].append(-np.log(share).mean())
        found["accuracy"].append(np.mean(mine.argmax(axis=1) == y))
        found["leaves"].append(is_end.sum())
    return {measure: np.array(values[::-1]) for measure, values in found.items()}


def report(records: list[Record]) -> str:
    text = _PROTOCOL + _ranks(records) + f"\n{_DUELS}" + _duels(records)
    failed = gaps(records, "criterion", "set")
    return text + (f"\nWhat could not be done, and why:\n\n{failed}" if failed else "")


_PROTOCOL = f"""\
Stratified cross-validation, the same folds for all. Whole trees end in leaves of one class, or
where the criterion itself stops. Tuned ones have the depth (to {_DEPTHS[-2]}, or none) and
leaf size ({", ".join(map(str, _LEAF_SIZES))}) of the least log loss on folds inside the training
samples. Columns of text are categories, missing values stay missing. A leaf stands for its training
counts, one added to each class: log loss in nats. Sets are the units. A criterion for two classes
takes part on such sets only, so it is not ranked beside those that did all.

Mean ranks, 1 the best. Two that are closer than Nemenyi's critical difference (CD, at 5 %) are not
told apart; Friedman's p-value is that of no difference among all but `{_NULL}`.

"""
_DUELS = f"""\
Against {BASELINE}: sets on which it is better / equal / worse, and the p-value of Wilcoxon's
signed-rank test, as Holm corrects it for the number of criteria; in bold below 5 %.

"""


def _columns(records: list[Record]) -> dict[str, tuple[Values, int]]:
    """Return each setting and measure: the values by criterion and set, and the sign."""
    good = measured(records)
    return {
        f"{title}, {setting}": (
            by_set([one for one in good if one["setting"] == setting], measure, who="criterion"),
            sign,
        )
        for setting in SETTINGS
        for measure, (title, sign) in MEASURES.items()
    }


def _n_sets(records: list[Record]) -> int:
    return len({record["set"] for record in records})


def _friedman(found: Values, n_sets: int, sign: int) -> float:
    """Return the p-value of no difference among all but the null."""
    rest = {who: sets for who, sets in found.items() if who != _NULL}
    return rank_shared(rest, n_sets, sign, _SHARE).p_value


def _ranks(records: list[Record]) -> str:
    n_sets = _n_sets(records)
    columns = {
        name: rank_shared(found, n_sets, sign, _SHARE)
        for name, (found, sign) in _columns(records).items()
    }
    by_name = {
        name: dict(zip(ranks.names, ranks.mean, strict=True)) for name, ranks in columns.items()
    }
    first = by_name[f"log loss, {SETTINGS[-1]}"]
    rows = [
        [who, *(f"{places[who]:.2f}" if who in places else "-" for places in by_name.values())]
        for who in sorted(first, key=first.__getitem__)
    ]
    rows.append(["CD", *(f"{ranks.difference:.2f}" for ranks in columns.values())])
    p_values = [_friedman(found, n_sets, sign) for found, sign in _columns(records).values()]
    rows.append(["Friedman's p", *(f"{p_value:.2g}" for p_value in p_values)])
    rows.append(["sets", *(str(ranks.n_sets) for ranks in columns.values())])
    return markdown(["mean rank", *columns], rows)


def _all_duels(records: list[Record]) -> dict[str, list[Duel]]:
    """Return each criterion against the baseline, by setting and measure."""
    found = {}
    for title, (by_criterion, sign) in _columns(records).items():
        scores = {
            who: {name: sign * value for name, value in sets.items()}
            for who, sets in by_criterion.items()
        }
        theirs = scores.pop(BASELINE)
        flipped = duels(theirs, scores)
        found[title] = [duel._replace(wins=duel.losses, losses=duel.wins) for duel in flipped]
    return found


def _duels(records: list[Record]) -> str:
    found = _all_duels(records)
    rows: dict[str, list[str]] = {}
    for column in found.values():
        for duel in column:
            p = f"{duel.p_value:.2g}"
            cell = f"{duel.wins} / {duel.ties} / {duel.losses}, "
            rows.setdefault(duel.rival, []).append(
                cell + (f"**{p}**" if duel.p_value < _LEVEL else p)
            )
    return markdown(["criterion", *found], [[rival, *cells] for rival, cells in rows.items()])


def sentence(records: list[Record]) -> str:
    """Return what it comes to, with the tests."""
    all_duels, parts = _all_duels(records), []
    for setting in SETTINGS:
        found, sign = _columns(records)[f"log loss, {setting}"]
        ranks = rank_shared(found, _n_sets(records), sign, _SHARE)
        p_value = _friedman(found, _n_sets(records), sign)
        sure = [one for one in all_duels[f"log loss, {setting}"] if one.p_value < _LEVEL]
        better = [duel.rival for duel in sure if duel.wins > duel.losses]
        worse = [duel.rival for duel in sure if duel.wins <= duel.losses]
        first = ranks.names[int(ranks.mean.argmin())]
        differ = "differs" if p_value < _LEVEL else "is not told apart"
        parts.append(
            f"the log loss of {setting} trees {differ} among {len(ranks.names)} criteria over "
            f"{ranks.n_sets} sets (Friedman, {show_p(p_value)}; {first} ranks first; beyond chance "
            f"better than {BASELINE}: {', '.join(better) or 'none'}, worse: "
            f"{', '.join(worse) or 'none'}{_gap(found, 'gini')})"
        )
    text = ", and ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _gap(found: Values, name: str) -> str:
    """Say by how much a criterion differs from the baseline, if it takes part."""
    if name not in found:
        return ""
    mean = mean_of([found[name][one] - found[BASELINE][one] for one in found[name]])
    return f"; {name}'s is {mean.show(digits=3)} nats above {BASELINE}'s, 95 % interval"


def draw(records: list[Record]) -> bytes:
    """Return a PNG: a panel a setting and measure, criteria down, mean ranks across."""
    from matplotlib.figure import Figure

    columns, n_sets = _columns(records), _n_sets(records)
    all_ranks = {
        name: rank_shared(*column[:1], n_sets, column[1], _SHARE)
        for name, column in columns.items()
    }
    n_names = max(len(ranks.names) for ranks in all_ranks.values())
    figure = Figure(figsize=(12, 2 * (0.22 * n_names + 0.9)), dpi=130, layout="constrained")
    panels = figure.subplots(len(SETTINGS), len(MEASURES), squeeze=False)
    for panel, (title, ranks) in zip(panels.flat, all_ranks.items(), strict=True):
        order = np.argsort(ranks.mean)
        best_first = ranks._replace(names=[ranks.names[i] for i in order], mean=ranks.mean[order])
        draw_ranks(panel, best_first, title, BASELINE)
        panel.tick_params(axis="y", labelsize=8)
    for panel in panels[-1]:
        panel.set_xlabel("mean rank, 1 is best")
    figure.suptitle(
        f"Mean ranks over {all_ranks[next(iter(all_ranks))].n_sets} tables; criteria whose bars "
        f"do not overlap differ (Nemenyi, 5 %); {BASELINE} in orange",
        fontsize=11,
    )
    return save(figure)
