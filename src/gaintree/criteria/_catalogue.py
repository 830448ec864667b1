"""The table of all criteria."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any, NamedTuple

from gaintree.criteria._base import Criterion


class Entry(NamedTuple):
    """What is to be known of a criterion; the words are those of `Criterion`."""

    name: str
    aliases: tuple[str, ...]
    formula: str
    unit: str
    range: str
    concave: bool
    boundary_exact: bool
    weights: str
    classes: str
    self_stopping: bool
    is_impurity: bool
    source: str
    criterion: Criterion

    @classmethod
    def of(cls, criterion: Criterion) -> "Entry":
        return cls._make([*(getattr(criterion, name) for name in cls._fields[:-1]), criterion])


_SHOWN = Entry._fields[:1] + Entry._fields[2:-1]


class Catalogue(Sequence[Entry]):
    """The criteria there are: a sequence of entries that prints as a table."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: Any) -> Any:
        found = self._entries[index]
        return Catalogue(found) if isinstance(index, slice) else found

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def _cells(self) -> list[list[str]]:
        """The table as text, its header first."""
        header = [name.removeprefix("is_").replace("_", " ") for name in _SHOWN]
        return [header] + [[_text(getattr(entry, name)) for name in _SHOWN] for entry in self]

    def __repr__(self) -> str:
        cells = self._cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in cells
        ]
        return "\n".join([lines[0], "-" * sum(widths, 2 * len(widths) - 2), *lines[1:]])

    def _repr_html_(self) -> str:
        rows = []
        for number, row in enumerate(self._cells()):
            tag = "td" if number else "th"
            rows.append("".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row))
        body = "".join(f"<tr>{row}</tr>" for row in rows[1:])
        return f"<table><thead><tr>{rows[0]}</tr></thead><tbody>{body}</tbody></table>"

    def to_markdown(self) -> str:
        """Return the table as Markdown.

        Returns
        -------
        text : str
            A line a criterion, and two of the header.
        """
        header, *rows = [[cell.replace("|", "\\|") for cell in row] for row in self._cells()]
        lines = [header, ["---"] * len(header)]
        lines += [[f"`{name}`", f"`{formula}`", *rest] for name, formula, *rest in rows]
        return "".join("| " + " | ".join(line) + " |\n" for line in lines)

    def to_frame(self) -> Any:
        """Return the table as a pandas frame.

        Returns
        -------
        frame : pandas.DataFrame
            A row a criterion, by its name; needs the extra `data`.

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ImportError("to_frame needs pandas: pip install 'gaintree[data]'") from error
        return pd.DataFrame(self._entries, columns=list(Entry._fields)).set_index("name")


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    return str(value)
