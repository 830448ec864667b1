"""The figures of the pruning study: mean ranks, and accuracy against leaves."""

from statistics import geometric_mean

import numpy as np

from pruning_learners import TUNED
from pruning_report import MEASURES, Found
from study_figure import OURS, THEIRS, draw_ranks, save, tidy
from study_ranks import Mean, mean_of

_SHOWN = ("accuracy", "log_loss", "leaf_log_loss", "calibration", "leaves", "seconds")


def draw(found: Found) -> dict[str, bytes]:
    """Return PNGs by name."""
    return {"ranks": _draw_ranks(found), "size": _draw_size(found)}


def _draw_ranks(found: Found) -> bytes:
    from matplotlib.figure import Figure

    names = found.short_list
    figure = Figure(figsize=(12, 0.5 * len(names) + 2.4), dpi=130, layout="constrained")
    panels = figure.subplots(2, 3, sharex=True, sharey=True)
    for panel, measure in zip(panels.flat, _SHOWN, strict=True):
        ranks = found.ranks(measure, names)
        draw_ranks(panel, ranks, MEASURES[measure].title, found.recommended)
    for panel in panels[-1]:
        panel.set_xlabel("mean rank, 1 is best")
    figure.suptitle(
        f"Mean ranks over {ranks.n_sets} sets; where bars do not overlap, two learners differ "
        "(Nemenyi, 5 %)",
        fontsize=11,
    )
    return save(figure)


def _draw_size(found: Found) -> bytes:
    """Draw each learner's accuracy against its leaves, both beside the tuned tree's."""
    from matplotlib.figure import Figure

    points = {name: _beside_tuned(found, name) for name in found.values("leaves", found.field)}
    gains = [gain.value for _, gain, _ in points.values()]
    floor = -max(1.0, 8.0 * float(np.median(np.abs(gains))))
    figure = Figure(figsize=(11, 6), dpi=130, layout="constrained")
    panel = figure.subplots()
    panel.axhline(0, color="0.4", linewidth=1)
    panel.axvline(1, color="0.4", linewidth=1)
    for number, (name, (ratio, gain, note)) in enumerate(points.items(), 1):
        is_recommended, is_below = name == found.recommended, gain.value < floor
        colour, marker = (OURS, "o") if name in found.ours else (THEIRS, "s")
        error = 0.0 if is_below or not np.isfinite(gain.high) else gain.high - gain.value
        place = max(gain.value, floor)
        panel.errorbar(
            ratio,
            place,
            yerr=error,
            color=colour,
            marker="v" if is_below else marker,
            markersize=13 if is_recommended else 11,
            markerfacecolor=colour if is_recommended else "white",
            elinewidth=0.8,
            zorder=6 if is_recommended else 2,
            label=f"{number}  {name}{note}" + (f" ({gain.value:.1f})" if is_below else ""),
        )
        text = {"color": "white" if is_recommended else colour, "fontsize": 7, "zorder": 10}
        panel.annotate(str(number), (ratio, place), ha="center", va="center", **text)
    panel.set_xscale("log")
    panel.set_ylim(bottom=1.15 * floor)
    panel.set_xlabel(f"leaves, a multiple of those of {TUNED} (geometric mean over sets)")
    panel.set_ylabel(f"accuracy above that of {TUNED}, points\n(mean over sets, 95 % interval)")
    ratios = [ratio for ratio, _, _ in points.values()]
    powers = range(int(np.floor(np.log2(min(ratios)))), int(np.ceil(np.log2(max(ratios)))) + 1)
    names = [str(2**power) if power >= 0 else f"1/{2**-power}" for power in powers]
    panel.set_xticks([2.0**power for power in powers], names)
    panel.minorticks_off()
    tidy(panel, "both")
    figure.legend(loc="outside right center", frameon=False, fontsize=8)
    return save(figure)


def _beside_tuned(found: Found, name: str) -> tuple[float, Mean, str]:
    """Return leaves over the tuned tree's, accuracy above its, and a note if sets are missing."""
    leaves, accuracy = (found.values(one, [name, TUNED]) for one in ("leaves", "accuracy"))
    both = [one for one in leaves[name] if one in leaves[TUNED]]
    ratio = geometric_mean(leaves[name][one] / leaves[TUNED][one] for one in both)
    gain = mean_of([100 * (accuracy[name][one] - accuracy[TUNED][one]) for one in both])
    return ratio, gain, "" if len(both) == len(leaves[TUNED]) else f" ({len(both)} sets)"
