"""The figure of the table study: mean ranks, with what they have to differ by."""

import io
from typing import Any, Literal

from study_learners import NATIVE
from study_ranks import Ranks
from study_report import MEASURES, ranks, settings
from tables import Record

# Okabe and Ito's; the markers differ as well.
OURS, THEIRS = "#D55E00", "#0072B2"
COLOURS = ("#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
MARKERS = "osD^vPX*"


def draw(records: list[Record]) -> bytes:
    """Return a PNG: a panel a setting and measure, learners down, mean ranks across."""
    from matplotlib.figure import Figure

    rows = settings(records)
    size = (11, 2.6 * len(rows) + 0.6)
    figure = Figure(figsize=size, dpi=150, layout="constrained")
    panels = figure.subplots(len(rows), len(MEASURES), sharex=True, sharey=True, squeeze=False)
    for setting, line in zip(rows, panels, strict=True):
        for (measure, (title, _, _)), panel in zip(MEASURES.items(), line, strict=True):
            found = ranks(records, setting, measure)
            draw_ranks(panel, found, f"{title}, {setting}", NATIVE)
    for panel in panels[-1]:
        panel.set_xlabel("mean rank, 1 is best")
    shown = ranks(records, rows[0], "log_loss")
    figure.suptitle(
        f"Mean ranks over {shown.n_sets} tables with categories; where bars do not overlap, two "
        f"learners differ (Nemenyi, 5 %)",
        fontsize=11,
    )
    return save(figure)


def save(figure: Any) -> bytes:
    """Return the figure as PNG."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


def tidy(panel: Any, axis: Literal["x", "y", "both"] = "y") -> None:
    """Take away what does not help reading."""
    panel.grid(axis=axis, color="0.9")
    panel.set_axisbelow(True)
    panel.spines[["top", "right"]].set_visible(False)


def draw_ranks(panel: Any, found: Ranks, title: str, ours: str) -> None:
    """Draw mean ranks, learners down, each with half a critical difference to either side."""
    for at, (name, place) in enumerate(zip(found.names, found.mean, strict=True)):
        colour, marker = (OURS, "o") if name == ours else (THEIRS, "s")
        if name == ours:
            half = found.difference / 2
            panel.axvspan(place - half, place + half, color=OURS, alpha=0.12, linewidth=0)
        panel.errorbar(place, at, xerr=found.difference / 2, color=colour, marker=marker, capsize=2)
    panel.set_yticks(range(len(found.names)), found.names)
    step = 1 if len(found.names) < 14 else 5
    panel.set_xticks(range(1, len(found.names) + 1, step))
    panel.set_ylim(len(found.names) - 0.4, -0.6)
    panel.set_title(title, fontsize=10)
    tidy(panel, "x")
