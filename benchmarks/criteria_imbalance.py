"""Rare classes: does Hellinger's distance grow better trees than entropy?

D. Cieslak, T. Hoens, N. Chawla, W. Kegelmeyer, "Hellinger distance decision trees are robust and
skew-insensitive", Data Mining and Knowledge Discovery 24 (2012) 136-158, says so.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.model_selection import train_test_split

from gaintree import GainTreeClassifier
from study_figure import COLOURS, MARKERS, save, tidy
from study_leaves import count_leaves, look_up
from study_ranks import Mean, holm, mean_of, show_p
from study_run import Cell, gaps, measured
from study_tables import Labels, Table
from tables import Record, markdown

TITLE = "Rare classes: Hellinger against entropy"
FIGURE = "imbalance"
BASELINE, CLAIMED = "entropy", "hellinger"
_BALANCED = f"{BASELINE}, balanced weights"
_CONTENDERS = (BASELINE, CLAIMED, "gini", "dkm", "ks", _BALANCED)
_RATIOS = (1, 3, 10, 30, 100)
_MOST_FREQUENT, _LEAST_RARE = 3_000, 10  # training samples of either class
_SCORES = {"auc": "area under the ROC curve", "precision": "average precision"}
_RARE = 30  # from this ratio on, or from a lower one if need be, the sentence speaks of


def cells(tables: list[Table], names: list[str], quick: bool) -> Iterator[Cell]:
    n_draws = 2 if quick else 10
    contenders = [name for name in _CONTENDERS if name.partition(",")[0] in names]
    for table in tables:
        for ratio in _RATIOS:
            if _sizes(_against_others(table.load()[1]), ratio) is not None:
                for name in contenders:
                    key = {"set": table.name, "ratio": ratio, "criterion": name}
                    yield Cell(key, measure, (table, ratio, name, n_draws))


def _against_others(y: Labels) -> npt.NDArray[np.int64]:
    """Return 1 for the rarer of two groups: the most frequent class, and all others."""
    is_most_frequent = y == np.bincount(y).argmax()
    return (is_most_frequent == (is_most_frequent.mean() < 0.5)).astype(np.int64)


def _sizes(y: Labels, ratio: int) -> tuple[int, int] | None:
    """Return how many frequent and rare samples to train on, from half of them; None if too few."""
    n_rare, n_frequent = int(y.sum()) // 2, int(len(y) - y.sum()) // 2
    n_frequent = min(n_frequent, _MOST_FREQUENT, n_rare * ratio)
    n_rare = n_frequent // ratio
    return (n_frequent, n_rare) if n_rare >= _LEAST_RARE else None


def measure(table: Table, ratio: int, name: str, n_draws: int) -> Record:
    """Return the mean scores over draws of training samples with one rare in `ratio` frequent."""
    frame, labels = table.load()
    y = _against_others(labels)
    sizes = _sizes(y, ratio)
    assert sizes is not None
    found = []
    for draw in range(n_draws):
        half, test = train_test_split(
            np.arange(len(y)), test_size=0.5, stratify=y, random_state=draw
        )
        rows = np.concatenate([half[y[half] == label][:size] for label, size in enumerate(sizes)])
        found.append(_score(name, frame.iloc[rows], y[rows], frame.iloc[test], y[test]))
    auc, precision = np.mean(found, axis=0)
    return {"auc": float(auc), "precision": float(precision), "rare": sizes[1]}


def _score(name: str, X: Any, y: Labels, X_test: Any, y_test: Labels) -> tuple[float, float]:
    weights = "balanced" if name == _BALANCED else None
    model = GainTreeClassifier(
        criterion=name.partition(",")[0], class_weight=weights, random_state=0
    )
    model.fit(X, y)
    counts = look_up(*count_leaves(model.apply(X), y, 2), model.apply(X_test))
    share = (counts[:, 1] + 1) / (counts.sum(axis=1) + 2)
    return roc_auc_score(y_test, share), average_precision_score(y_test, share)


def _gains(records: list[Record], score: str) -> dict[str, dict[int, dict[str, float]]]:
    """Return scores above the baseline's, by criterion, ratio and set."""
    scores = {(one["criterion"], one["ratio"], one["set"]): one[score] for one in measured(records)}
    gains: dict[str, dict[int, dict[str, float]]] = {}
    for (who, ratio, name), value in scores.items():
        if who != BASELINE and (BASELINE, ratio, name) in scores:
            gain = value - scores[BASELINE, ratio, name]
            gains.setdefault(who, {}).setdefault(ratio, {})[name] = gain
    return gains


def _test(by_set: dict[str, float]) -> tuple[Mean, float]:
    gains = np.round(list(by_set.values()), 9)
    return mean_of(gains), float(stats.wilcoxon(gains).pvalue) if gains.any() else 1.0


def report(records: list[Record]) -> str:
    text = _PROTOCOL
    for score, title in _SCORES.items():
        gains = _gains(records, score)
        rows = []
        for ratio in _RATIOS:
            levels = [
                one[score]
                for one in measured(records)
                if (one["criterion"], one["ratio"]) == (BASELINE, ratio)
            ]
            if levels:
                found = [
                    _test(by_ratio[ratio]) if ratio in by_ratio else None
                    for by_ratio in gains.values()
                ]
                p_values = iter(holm([one[1] for one in found if one]))
                shown = [
                    f"{one[0].show(100)}, {show_p(next(p_values))}" if one else "-" for one in found
                ]
                rows.append([f"1 in {ratio}", len(levels), f"{np.mean(levels):.3f}", *shown])
        text += f"\n{title[0].upper()}{title[1:]}:\n\n"
        text += markdown(["rare to frequent", "sets", BASELINE, *gains], rows)
    failed = gaps(records, "criterion", "set")
    return text + (f"\nWhat could not be done, and why:\n\n{failed}" if failed else "")


_PROTOCOL = f"""\
Two classes: the most frequent one against all others, the smaller group being the rare one. Half of
the rows, by class, are for the test, as they are; from the other half, at most
{_MOST_FREQUENT:,} of the frequent class and as many of the rare one as the ratio asks for, at
least {_LEAST_RARE}. Whole trees; a leaf stands for its training counts, one added to each class.
Means over draws of the halves; sets are the units. Points (hundredths) above {BASELINE}, with 95 %
intervals, and p-values of Wilcoxon's signed-rank test, as Holm corrects them for the criteria of a
row.
"""


def _rare(records: list[Record]) -> tuple[int, dict[str, float]]:
    """Return what the claimed criterion gains by set, the mean of the high ratios, and the least
    of these: that asked for, or a lower one where fewer than two sets have so many samples."""
    by_ratio = _gains(records, "auc").get(CLAIMED, {})
    for least in sorted((ratio for ratio in _RATIOS if ratio <= _RARE), reverse=True):
        found: dict[str, list[float]] = {}
        for ratio, sets in by_ratio.items():
            if ratio >= least:
                for name, gain in sets.items():
                    found.setdefault(name, []).append(gain)
        if len(found) > 1:
            break
    return least, {name: float(np.mean(values)) for name, values in found.items()}


def sentence(records: list[Record]) -> str:
    """Return what comes of the claim, with interval and p-value."""
    least, by_set = _rare(records)
    if len(by_set) < 2:
        return f"{CLAIMED} could not be measured on two sets."
    mean, p_value = _test(by_set)
    if p_value >= 0.05:
        verdict = "is not told apart from"
    else:
        verdict = "beats" if mean.value > 0 else "loses to"
    return (
        f"With {least} frequent samples or more to a rare one, {CLAIMED} {verdict} {BASELINE}: its "
        f"area under the ROC curve is {mean.show(100)} points above over {len(by_set)} sets (95 % "
        f"interval; Wilcoxon, {show_p(p_value)})."
    )


def draw(records: list[Record]) -> bytes:
    """Return a PNG: a panel a score, the ratio across, means and the claimed one's sets."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.6), dpi=130, layout="constrained")
    panels = figure.subplots(1, len(_SCORES))
    for panel, (score, title) in zip(panels, _SCORES.items(), strict=True):
        panel.axhline(0, color="black", linewidth=1)
        gains = _gains(records, score)
        for at, (who, by_ratio) in enumerate(gains.items()):
            ratios = sorted(by_ratio)
            x = np.array([_RATIOS.index(ratio) for ratio in ratios]) + 0.07 * (at - 1.5)
            if who == CLAIMED:
                for place, ratio in zip(x, ratios, strict=True):
                    values = [100 * gain for gain in by_ratio[ratio].values()]
                    panel.plot([place] * len(values), values, ".", color="0.6", markersize=4)
            means = [mean_of(list(by_ratio[ratio].values())) for ratio in ratios]
            half = [100 * (mean.high - mean.value) for mean in means]
            half = [value if np.isfinite(value) else 0.0 for value in half]
            style = {"color": COLOURS[at], "marker": MARKERS[at], "markersize": 5, "linewidth": 1}
            panel.errorbar(
                x, [100 * mean.value for mean in means], yerr=half, label=who, capsize=2, **style
            )
        panel.set_xticks(range(len(_RATIOS)), [f"1:{ratio}" for ratio in _RATIOS])
        panel.set_xlim(-0.5, len(_RATIOS) - 0.5)
        panel.set_xlabel("rare to frequent samples")
        panel.set_ylabel(f"points above {BASELINE}")
        panel.set_title(f"{title}; grey: each set by {CLAIMED}", fontsize=10)
        tidy(panel)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    return save(figure)
