"""``gaintree predict``: what a tree says of the rows of a table."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from gaintree.cli.data import PARQUET
from gaintree.cli.model import load, read_for, write_whole
from gaintree.model_selection._progress import ProgressLine

_DESCRIPTION = """\
Predict the label of every row of a table by a tree that gaintree fit has written.

Columns are found by name; others, the labels for instance, are left alone. Out comes a table with
the column `prediction`, a row for each row of DATA in the same order, and with --proba the
probability of each class: its share among the rows of the fit that ended in the same leaf."""
_EPILOG = """\
examples:
  gaintree predict adult.joblib new.csv > predictions.csv
  gaintree predict adult.joblib new.parquet --proba -o predictions.parquet
  gaintree predict adult.joblib new.csv --proba --json

A category that the fit did not meet goes where missing values go."""


def add_parser(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "predict",
        help="predict the rows of a table by a tree from a file",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("model", metavar="MODEL", help="a file that gaintree fit has written")
    parser.add_argument(
        "data", metavar="DATA", help="a CSV file, may be compressed, or a Parquet file"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="CSV or Parquet (default: stdout)")
    parser.add_argument("--proba", action="store_true", help="the probability of each class, too")
    parser.add_argument("--json", action="store_true", help="write JSON instead of CSV")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the predictions; return the exit code."""
    import pandas as pd

    model = load(options.model)
    progress = ProgressLine(is_shown=True)
    progress.say(f"reading {options.data}")
    X = read_for(model, options.data)
    progress.say("predicting")
    columns: dict[str, Any] = {"prediction": model.predict(X)}
    if options.proba:
        names = [f"P({label})" for label in model.classes_]
        columns |= dict(zip(names, model.predict_proba(X).T, strict=True))
    progress.clear()
    frame = pd.DataFrame(columns)
    if options.output is None:
        sys.stdout.write(_as_json(frame) if options.json else frame.to_csv(index=False))
    else:
        write_whole(options.output, lambda path: _write(frame, path, options.json))
    return 0


def _as_json(frame: Any) -> str:
    return json.dumps(frame.to_dict(orient="list"), indent=2) + "\n"


def _write(frame: Any, path: str, as_json: bool) -> None:
    if as_json:
        Path(path).write_text(_as_json(frame), encoding="utf-8")
    elif Path(path).suffix in PARQUET:
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False)
