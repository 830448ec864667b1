"""A comparison of criteria as text of at most 100 columns, and as HTML."""

import html
import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gaintree.model_selection._comparison import CriteriaComparison

_WIDTH = 100
_NAME_WIDTH = 22
_LEVEL = 0.05
#: The measures that text shows tests of, and how it writes a difference.
_TESTED = {"accuracy": "{:+.4f}", "log_loss": "{:+.3f}"}
_NOTE = """\
Means over the folds, ± their standard deviation; the time of fit is the median. Log loss is in \
bits, a probability of 0 for the true class counts as 2e-16. ECE is the expected calibration error \
of the predicted class, in 15 bins."""
_NOTE_AGAINST = """\
Root, splits: in how many folds the root is split alike, and the share of all splits that are. \
Parts: depth at which the trees of all rows first part, and why. Differences are from {first}; p \
is that of no difference, by the corrected resampled t-test (Nadeau and Bengio, 2003), after Holm \
for {n} tests. Ranks are means over the folds, 1 the best."""


class _Table(NamedTuple):
    """A title, the cells, the heading first, and what is to be known of them."""

    title: str
    rows: list[list[str]]
    note: str


def as_text(found: "CriteriaComparison") -> str:
    """Return the tables and what follows from them."""
    parts = []
    for table in _tables(found):
        parts += [*align(table.rows), *_wrap(table.note), ""]
    parts += [line for verdict in _verdicts(found) for line in _wrap(verdict)]
    parts += [line for note in found.notes for line in _wrap(f"- {note}", "  ")]
    return "\n".join(parts).rstrip()


def as_html(found: "CriteriaComparison") -> str:
    """Return the same for a notebook."""
    parts = []
    for title, (head, *rows), note in _tables(found):
        names = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in head)
        body = "".join(f"<tr>{_html_cells(row)}</tr>" for row in rows)
        parts.append(
            f"<table><caption>{html.escape(title)}</caption><thead><tr>{names}</tr></thead>"
            f"<tbody>{body}</tbody></table><p>{html.escape(note)}</p>"
        )
    parts += [f"<p>{html.escape(verdict)}</p>" for verdict in _verdicts(found)]
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in found.notes)
    return f"<div>{''.join(parts)}{f'<ul>{notes}</ul>' if notes else ''}</div>"


def _html_cells(row: list[str]) -> str:
    name, *cells = map(html.escape, row)
    return f'<th scope="row" style="text-align: left">{name}</th>' + "".join(
        f'<td style="text-align: right">{cell}</td>' for cell in cells
    )


def align(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines of columns padded to equal width: the first to the left, others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it, three digits long."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def _wrap(line: str, indent: str = "") -> list[str]:
    return textwrap.wrap(line, _WIDTH, subsequent_indent=indent)


def _tables(found: "CriteriaComparison") -> list[_Table]:
    folds = f"{found.n_folds} folds"
    tables = [_Table(f"{len(found.names)} learners, {folds}", _figures(found), _NOTE)]
    if len(found.names) > 1:
        first = found.names[0]
        note = _NOTE_AGAINST.format(first=first, n=len(found.names) - 1)
        tables.append(_Table(f"Against {first}, {folds}", _against(found), note))
    return tables


def _figures(found: "CriteriaComparison") -> list[list[str]]:
    head = ["", "accuracy", "balanced", "log loss", "AUC", "ECE", "leaves", "depth", "fit"]
    deviations = found.std("accuracy")
    measures = ("balanced_accuracy", "log_loss", "roc_auc", "calibration_error", "leaves", "depth")
    formats = ("{:.4f}", "{:.3f}", "{:.4f}", "{:.4f}", "{:,.0f}", "{:.1f}")
    columns = [
        {name: _number(value, form) for name, value in found.mean(measure).items()}
        for measure, form in zip(measures, formats, strict=True)
    ]
    accuracy, fit = found.mean("accuracy"), found.mean("fit_seconds")
    return [head] + [
        [
            _shorten(name),
            f"{accuracy[name]:.4f} ± {_number(deviations[name], '{:.4f}')}",
            *(column[name] for column in columns),
            duration(fit[name]),
        ]
        for name in found.names
    ]


def _against(found: "CriteriaComparison") -> list[list[str]]:
    first, *others = found.names
    head = ["against the first", "root", "splits", "parts"]
    columns: list[dict[str, str]] = []
    for measure, form in _TESTED.items():
        head += [measure.replace("_", " "), "p", "rank"]
        tests, ranks = found.paired_tests(measure), found.mean_ranks(measure)
        columns += [
            {name: _number(test.difference, form) for name, test in tests.items()},
            {name: _p_value(test.p_holm) for name, test in tests.items()},
            {name: _number(rank, "{:.1f}") for name, rank in ranks.items()},
        ]
    roots, splits = found.scores["same_root"], found.mean("same_splits")
    rows = [[_shorten(first), "", "", "", *(column.get(first, "") for column in columns)]]
    rows += [
        [
            _shorten(name),
            f"{roots[i].sum():.0f}/{found.n_folds}",
            f"{splits[name]:.1%}",
            _part(found, name),
            *(column[name] for column in columns),
        ]
        for i, name in enumerate(others, 1)
    ]
    return [head, *rows]


def _part(found: "CriteriaComparison", name: str) -> str:
    part = found.differences[name]
    return "nowhere" if part is None else f"{part.depth}, {part.reason}"


def _verdicts(found: "CriteriaComparison") -> list[str]:
    """Say in words which differences count."""
    if len(found.names) < 2 or found.n_folds < 2:
        return []
    return [_verdict(found, measure) for measure in _TESTED]


def _verdict(found: "CriteriaComparison", measure: str) -> str:
    first, tests = found.names[0], found.paired_tests(measure)
    differ = {name: test for name, test in tests.items() if test.p_holm < _LEVEL}
    title = measure.replace("_", " ").capitalize()
    if not differ:
        return f"{title}: no difference from {first} is significant at {_LEVEL:.0%}."
    named = ", ".join(
        f"{name} ({_TESTED[measure].format(test.difference)})" for name, test in differ.items()
    )
    return f"{title}: significantly different from {first} at {_LEVEL:.0%}: {named}."


def _shorten(name: str) -> str:
    return name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + "…"


def _number(value: float, form: str) -> str:
    return "-" if math.isnan(value) else form.format(value)


def _p_value(p: float) -> str:
    return "<0.001" if p < 0.001 else _number(p, "{:.3f}")
