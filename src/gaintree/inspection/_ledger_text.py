"""A ledger as a table, in text and in HTML."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gaintree.information import entropy_from_counts
from gaintree.wording import count_of

if TYPE_CHECKING:
    from gaintree.inspection._ledger import SplitLedger

_MOST_CLASSES = 5  # whose counts are shown

Integers = npt.NDArray[np.int64]


def _heading(ledger: SplitLedger, place: int) -> list[str]:
    """Lines about a node."""
    counts = ledger.node_counts[place]
    if not counts.any():
        return [f"Node {ledger.nodes[place]}: none of the samples given."]
    by_class = ", ".join(f"{ledger.class_names[k]} {counts[k]:,}" for k in _most_frequent(counts))
    lines = [
        f"Node {ledger.nodes[place]}: {count_of(int(counts.sum()), 'sample')}"
        f" ({by_class}{_rest(counts, ', ')}), {entropy_from_counts(counts):.3f} bits of"
        " entropy."
    ]
    n_cuts = ledger.n_cuts[place]
    number = f"{int(n_cuts):,}" if n_cuts < 1e9 else f"{n_cuts:.1g}"
    lines.append(
        f"{count_of(len(ledger.feature_names), 'feature')}, {number} ways to split;"
        " the best of each feature, * what the tree does."
    )
    return lines + ([ledger.notes[place]] if ledger.notes[place] else [])


def _cells(ledger: SplitLedger, place: int) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the table of a node."""
    counts = ledger.node_counts[place]
    shown = _most_frequent(counts)
    labels = "/".join(ledger.class_names[k] for k in shown) + _rest(counts, "/")
    others = [name for name in ledger.values if name != ledger.criterion]
    own = [] if ledger.criterion == "entropy" else [ledger.criterion]
    head = ["", "split", f"left {labels}", "right", "bits"]
    head += [f"{name} (rank)" for name in own + others]
    head += ["margin", "ties", "noise p"]
    head += [] if ledger.p_permutation is None else ["shuffled p"]
    head += [] if ledger.returns_split is None else ["returns", "feature"]
    rows = []
    for i in np.flatnonzero(ledger.place == place).tolist():
        left, right = (
            "/".join(f"{side[i, k]:,}" for k in shown) + _rest(side[i], "/", counts)
            for side in (ledger.left_counts, ledger.right_counts)
        )
        row = [f"{ledger.rank[i]}{'*' if ledger.chosen[i] else ' '}", ledger.conditions(i)[0]]
        row += [left, right, f"{ledger.gain[i]:.4f}"]
        row += [f"{ledger.values[name][i]:.4f} ({ledger.ranks[name][i]})" for name in own + others]
        row += [_margin(ledger.margin[i])]
        row += [str(ledger.ties[i]) if ledger.ties[i] else "", _chance(ledger.p_value[i])]
        if ledger.p_permutation is not None:
            row.append(_chance(ledger.p_permutation[i]))
        if ledger.returns_split is not None and ledger.returns_feature is not None:
            row += [f"{ledger.returns_split[i]:.0%}", f"{ledger.returns_feature[i]:.0%}"]
        rows.append(row)
    return head, rows


def text_of(ledger: SplitLedger, place: int) -> str:
    """A node and its candidates as text."""
    head, rows = _cells(ledger, place)
    lines = _heading(ledger, place)
    if rows:
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        for row in [head, *rows]:
            cells = [
                cell.ljust(width) if j == 1 else cell.rjust(width)
                for j, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def html_of(ledger: SplitLedger, place: int) -> str:
    """A node and its candidates as HTML, whatever is in the names."""
    head, rows = _cells(ledger, place)
    caption = "<br>".join(map(html.escape, _heading(ledger, place)))
    table = f"<thead>{_html_row(head, 'th')}</thead>"
    table += "".join(_html_row(row, "td") for row in rows)
    return f"<p>{caption}</p><table>{table}</table>" if rows else f"<p>{caption}</p>"


def _html_row(cells: list[str], tag: str) -> str:
    sides = ("left" if j == 1 else "right" for j in range(len(cells)))
    row = (
        f'<{tag} style="text-align:{side}">{html.escape(cell)}</{tag}>'
        for side, cell in zip(sides, cells, strict=True)
    )
    return f"<tr>{''.join(row)}</tr>"


def _most_frequent(counts: Integers) -> list[int]:
    """The classes that are shown, in their order: the most frequent, if there are many."""
    present = np.flatnonzero(counts)
    if len(present) <= _MOST_CLASSES:
        return present.tolist()
    return sorted(np.argsort(-counts, kind="stable")[: _MOST_CLASSES - 1].tolist())


def _rest(counts: Integers, before: str, of: Integers | None = None) -> str:
    """The number of samples of all classes that are not shown."""
    of = counts if of is None else of
    if np.count_nonzero(of) <= _MOST_CLASSES:
        return ""
    shown = _most_frequent(of)
    return f"{before}others {counts.sum() - counts[shown].sum():,}"


def _margin(margin: float) -> str:
    if np.isnan(margin):
        return ""
    return f"{margin:+.0e}" if 0 < abs(margin) < 5e-5 else f"{margin:+.4f}"


def _chance(p: float) -> str:
    if p < 1e-4:
        return f"{p:.0e}" if p > 1e-300 else "<1e-300"
    return f"{p:.3f}" if p >= 0.001 else f"{p:.4f}"
