"""``gaintree explain``: the way of one row through a tree, in bits."""

import argparse
import json
import math
from itertools import pairwise
from typing import Any

import numpy as np

from gaintree import GainTreeClassifier
from gaintree.cli import UsageError
from gaintree.cli.model import load, read_for
from gaintree.model_selection._text import align
from gaintree.wording import Wording

_DESCRIPTION = """\
Show why a tree predicts what it predicts for one row of a table: the splits that the row passes.

Beside each stands the share of the predicted class among the rows of the fit that passed it too,
and the bits that the split told for that class: log2 of its share after the split over that before.
One bit more, and the class has become twice as frequent; a split may also tell against it. The bits
add up to log2 of the share in the leaf over that in all rows."""
_EPILOG = """\
examples:
  gaintree explain adult.joblib adult.csv.gz --row 1
  gaintree explain adult.joblib adult.csv.gz --row 8 --class '<=50K'
  gaintree explain adult.joblib adult.csv.gz --row 8 --json"""
_WIDTH = 100
_MOST_CATEGORIES = 4


def add_parser(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "explain",
        help="the way of one row through a tree, in bits",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="a file that gaintree fit has written")
    parser.add_argument(
        "data", metavar="DATA", help="a CSV file, may be compressed, or a Parquet file"
    )
    parser.add_argument(
        "--row", type=int, default=1, metavar="N", help="which row, counted from 1 (default 1)"
    )
    parser.add_argument(
        "--class", dest="label", metavar="LABEL", help="bits for this class (default: predicted)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the way of the row; return the exit code."""
    model = load(options.model)
    X = read_for(model, options.data)
    if not 1 <= options.row <= len(X):
        raise UsageError(f"--row is {options.row}; {options.data} has rows 1 to {len(X):,}.")
    row = X.iloc[[options.row - 1]]
    found = _explain(model, row, _class_of(model, row, options.label))
    found = {"data": options.data, "row": options.row, **found}
    print(json.dumps(found, indent=2) if options.json else _as_text(found))
    return 0


def _class_of(model: GainTreeClassifier, row: Any, label: str | None) -> int:
    """The place among the classes of the label that bits are told for."""
    labels = [str(known) for known in model.classes_]
    if label is None:
        label = str(model.predict(row)[0])
    if label not in labels:
        raise UsageError(f"--class is {label!r}; the classes are {', '.join(labels[:20])}.")
    return labels.index(label)


def _explain(model: GainTreeClassifier, row: Any, k: int) -> dict[str, Any]:
    """The nodes that a row passes, and what each split tells for class `k`."""
    tree = model.tree_
    names = [str(name) for name in model.feature_names_in_]
    wording = Wording(tree, names, model.categories_, None, _MOST_CATEGORIES)
    path = model.decision_path(row).indices
    shares, gains = tree.value[path, 0, k], tree.gains()
    steps = []
    for i, (node, child) in enumerate(pairwise(path)):
        goes_left = child == tree.children_left[node]
        value = row.iloc[0, tree.feature[node]]
        steps.append(
            {
                "condition": wording.conditions(node)[0 if goes_left else 1],
                "column": names[tree.feature[node]],
                "value": None if _is_missing(value) else str(value),
                "split_gain": float(gains[node]),
                "n_samples": int(tree.n_node_samples[child]),
                "share": float(shares[i + 1]),
                "bits": _bits(shares[i + 1], shares[i]),
            }
        )
    proba = model.predict_proba(row)[0]
    return {
        "prediction": str(model.predict(row)[0]),
        "class": str(model.classes_[k]),
        "probability": float(proba[k]),
        "n_samples": int(tree.n_node_samples[0]),
        "prior": float(shares[0]),
        "share": float(shares[-1]),
        "bits": _bits(shares[-1], shares[0]),
        "steps": steps,
    }


def _is_missing(value: Any) -> bool:
    import pandas as pd

    return bool(pd.isna(value))


def _bits(after: float, before: float) -> float | None:
    """What a split tells for a class; None for minus infinity and beyond, which JSON has not."""
    return None if after == 0.0 else float(np.log2(after / before))


def _as_text(found: dict[str, Any]) -> str:
    label, steps = found["class"], found["steps"]
    rows = [["", "its value", "rows", label, "bits"]]
    rows.append(["all rows", "", f"{found['n_samples']:,}", f"{found['prior']:.1%}", ""])
    rows += [
        [
            step["condition"],
            "missing" if step["value"] is None else _clip(step["value"], 16),
            f"{step['n_samples']:,}",
            f"{step['share']:.1%}",
            _signed(step["bits"]),
        ]
        for step in steps
    ]
    others = [max(len(row[i]) for row in rows) for i in range(1, 5)]
    room = _WIDTH - sum(others) - 2 * len(others)
    table = align([[_clip(row[0], room), *row[1:]] for row in rows])
    share, prior = found["share"], found["prior"]
    lines = [
        f"Row {found['row']} of {found['data']}: {found['prediction']}",
        "",
        *table,
        "",
        f"{label} has a share of {prior:.1%} of all rows and {share:.1%} of those in this leaf:"
        f" {_signed(found['bits'])} bits.",
    ]
    if not math.isclose(found["probability"], share, rel_tol=1e-9, abs_tol=1e-12):
        lines.append(f"Its probability is taken to be {found['probability']:.1%}.")
    return "\n".join(lines)


def _signed(bits: float | None) -> str:
    return "-inf" if bits is None else f"{bits:+.3f}"


def _clip(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
