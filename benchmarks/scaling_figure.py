"""The figure of how the time of fit grows."""

import io
from statistics import median
from typing import Any

from tables import Record

_AXES = {
    "rows": "rows (10 columns, 2 classes)",
    "columns": "columns (20,000 rows, 2 classes)",
    "classes": "classes (20,000 rows, 20 columns)",
    "threads": "threads (1,000,000 rows, 10 columns)",
}
# Okabe and Ito's colours, which colour-blind people tell apart, and markers for print in grey.
_LOOKS = {
    "scikit-learn": ("#000000", "s"),
    "obliquetree": ("#999999", "P"),
    "YDF CART": ("#CC79A7", "D"),
    "XGBoost exact": ("#0072B2", "v"),
    "XGBoost hist": ("#56B4E9", "<"),
    "LightGBM": ("#009E73", "^"),
    "gaintree": ("#D55E00", "o"),
    "gaintree, 255 bins": ("#E69F00", "o"),
}


def draw_scaling(records: list[Record]) -> bytes:
    """Return a PNG: seconds against rows, columns, classes and threads, both logarithmic."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 7.2), dpi=150, layout="constrained")
    panels = figure.subplots(2, 2, sharey=True)
    for panel, (axis, label) in zip(panels.flat, _AXES.items(), strict=True):
        _draw_panel(panel, [one for one in records if one["group"] == axis], label)
    for panel in panels[:, 0]:
        panel.set_ylabel("fit to depth 8, one tree (seconds)")
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper center", ncols=4, frameon=False)
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def _draw_panel(panel: Any, records: list[Record], label: str) -> None:
    panel.set(xscale="log", yscale="log", xlabel=label)
    ticks: set[int] = set()
    for name, (colour, marker) in _LOOKS.items():
        points = _points([one for one in records if one["learner"] == name])
        if points:
            width = 2.5 if name.startswith("gaintree") else 1.2
            panel.plot(*zip(*points.items(), strict=True), color=colour, marker=marker, label=name)
            panel.lines[-1].set(linewidth=width, markersize=5)
        ticks |= points.keys()
    panel.minorticks_off()
    panel.set_xticks(sorted(ticks), [_short(x) for x in sorted(ticks)])
    panel.yaxis.set_major_formatter("{x:g}")
    panel.margins(x=0.08)
    panel.grid(color="0.9")
    panel.spines[["top", "right"]].set_visible(False)


def _points(records: list[Record]) -> dict[int, float]:
    """Return the median seconds of one curve, by what they are drawn against."""
    rounds: dict[int, list[float]] = {}
    for record in records:
        if "skipped" not in record:
            rounds.setdefault(record["x"], []).append(record["seconds"])
    return {x: median(taken) for x, taken in rounds.items()}


def _short(number: int) -> str:
    if number >= 1_000_000:
        return f"{number // 1_000_000}M"
    return f"{number // 1_000}k" if number >= 10_000 else str(number)
