"""The page: template, style and scripts put together around the data."""

import functools
import hashlib
import html
import os
import re
from base64 import b64encode
from importlib import resources
from pathlib import Path
from typing import Any

from gaintree.explorer._wire import to_json

# In this order within one function: each uses what stands above it.
SCRIPTS = (
    "numbers",
    "criteria",
    "data",
    "candidates",
    "noise",
    "dom",
    "charts",
    "tree",
    "answer",
    "formula",
    "cut_chart",
    "play",
    "curves",
    "table",
    "changes",
    "growth",
    "pruning",
    "game",
    "main",
)


class Explorer:
    """A page about a tree, as `explore` makes it; a notebook shows it as it is.

    Attributes
    ----------
    html : str
        The page, whole: it loads nothing.
    """

    def __init__(self, data: dict[str, Any]) -> None:
        self._title = data["title"]
        self._n_nodes, self._n_samples = data["n_nodes"], data["n_samples"]
        self.html = _fill(data)

    def __repr__(self) -> str:
        return f"Explorer({self._title!r}, {self._n_nodes:,} nodes, {self._n_samples:,} samples)"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file, whole or not at all.

        Parameters
        ----------
        path : str or path-like
            Replaced if it is there.

        Raises
        ------
        OSError
            If it cannot be written. Nothing is left then, and what was there before still is.
        """
        path = Path(path)
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            part.write_text(self.html, encoding="utf-8")
            part.replace(path)
        except BaseException as error:
            part.unlink(missing_ok=True)
            if isinstance(error, OSError):
                error.filename = str(path)  # not that of the part
            raise

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{html.escape(self.html)}" title="{html.escape(self._title)}"'
            ' style="width: 100%; height: 900px; border: 0" sandbox="allow-scripts"></iframe>'
        )


def _fill(data: dict[str, Any]) -> str:
    style, script = _style(), _script()
    # Nothing but this script and this style, and nothing from elsewhere.
    policy = [
        "default-src 'none'",
        "img-src data:",
        f"script-src {_digest(script)}",
        f"style-src {_digest(style)}",
    ]
    parts = {
        "title": html.escape(data["title"]),
        "policy": "; ".join(policy),
        "style": style,
        "data": to_json(data),
        "script": script,
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda mark: parts[mark[1]], _read("page.html"))


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@functools.cache
def _script() -> str:
    scripts = "\n".join(_read(f"{name}.js") for name in SCRIPTS)
    return f'"use strict";\n(() => {{\n{scripts}}})();\n'


@functools.cache
def _style() -> str:
    return _read("style.css")


def _read(name: str) -> str:
    return (resources.files("gaintree.explorer") / "page" / name).read_text(encoding="utf-8")
