"""The right-sized tree: gaintree's pruning and its CV beside trees tuned and pruned by others.

usage: python benchmarks/pruning_study.py [--data DIR] [--quick] [--only TEXT] [--rows N]
       [--alphas N] [--jobs N] [--resume]

The report and its figures go to results/pruning.md and results/pruning_*.png; with --quick or
--only it is printed, and all goes to .benchmarks/. --resume goes on with a run that was stopped.
"""

import argparse
import os
import sys
from collections.abc import Iterator

for _variable in ("OMP", "OPENBLAS", "MKL", "NUMBA", "NUMEXPR"):
    os.environ[f"{_variable}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402 (the environment comes first)
import numpy.typing as npt  # noqa: E402
from sklearn.model_selection import StratifiedKFold  # noqa: E402

import pruning_figure  # noqa: E402
import pruning_report  # noqa: E402
import study_options  # noqa: E402
from pruning_learners import Family, Fitted, families, log_losses  # noqa: E402
from report import put  # noqa: E402
from study_leaves import quality  # noqa: E402
from study_run import Cell, Journal, run  # noqa: E402
from study_tables import Table, find_tables  # noqa: E402
from tables import Record  # noqa: E402

_NAME = "pruning"
_QUICK_TABLES = ("breast_cancer", "credit_a", "pima_diabetes", "soybean", "hypothyroid", "segment")
_N_BINS = 15  # of the calibration error


def main() -> None:
    options = _options()
    facts = study_options.facts(f"benchmarks/{_NAME}_study.py", options.data)
    tables = find_tables(options.data, 600 if options.quick else options.rows, options.only)
    if options.quick:
        tables = [table for table in tables if table.name in _QUICK_TABLES]
    if not tables:
        raise SystemExit("there is no table of that name")
    n_folds, n_alphas = (3, 8) if options.quick else (5, options.alphas)
    field = families(n_alphas)
    path = None if options.quick else study_options.SCRATCH / f"{_NAME}_study.jsonl"
    asked = {"rows": options.rows, "only": options.only, "alphas": options.alphas}
    asked["learners"] = [name for family in field for name in family.names]
    asked["tables"] = [table.name for table in tables]
    journal = Journal(path, {"options": asked, "facts": facts}, options.resume)
    records = run(_NAME, _cells(tables, field, n_folds, n_alphas), journal, options.jobs)
    found = pruning_report.Found(
        records, field, [table.describe() for table in tables], journal.head["facts"]
    )
    text = pruning_report.render(found)
    print(text)
    folder = study_options.folder_of(not (options.quick or options.only))
    for name, picture in pruning_figure.draw(found).items():
        put(folder / f"{_NAME}_{name}.png", picture)
    print(put(folder / f"{_NAME}.md", text.encode()), file=sys.stderr)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    study_options.add_to(parser, jobs=1)  # times are told
    parser.add_argument(
        "--alphas", type=int, default=50, help="values of ccp_alpha in the grid (%(default)s)"
    )
    return study_options.parse(parser)


def _cells(tables: list[Table], field: list[Family], n_folds: int, n_alphas: int) -> Iterator[Cell]:
    for table in tables:
        for number, family in enumerate(field):
            key = {"set": table.name, "family": family.names[0]}
            yield Cell(key, cross_validate, (table, number, n_folds, n_alphas))


def cross_validate(table: Table, number: int, n_folds: int, n_alphas: int) -> list[Record]:
    """Return a record a fold and learner of a family, which is told by its number."""
    family = families(n_alphas)[number]
    frame, y = table.load()
    n_classes = int(y.max()) + 1
    records = []
    folds = StratifiedKFold(n_folds, shuffle=True, random_state=0)
    for fold, (train, test) in enumerate(folds.split(y, y)):
        training, held_out = (frame.iloc[train], y[train]), (frame.iloc[test], y[test])
        if fold == 0 and family.compiles:
            list(family.fit(*training))  # compiling is not timed
        for fitted in family.fit(*training):
            measured = _measure(fitted, training, held_out, n_classes)
            records.append({"learner": fitted.name, "fold": fold} | measured)
    return records


def _measure(fitted: Fitted, training: tuple, held_out: tuple, n_classes: int) -> Record:
    """Return leaves, the time, and how good what it says of the samples held out is."""
    (X, y), (X_test, y_test) = training, held_out
    shares = fitted.model.shares(X_test, n_classes)
    by_leaf = quality(fitted.model.ends(X), y, fitted.model.ends(X_test), y_test, n_classes)
    return {
        "accuracy": float(np.mean(shares.argmax(axis=1) == y_test)),
        "log_loss": float(log_losses(shares, y_test).mean()),
        "leaf_log_loss": by_leaf["log_loss"],
        "calibration": _calibration_error(shares, y_test),
        "leaves": by_leaf["leaves"],
        "seconds": fitted.seconds,
    }


def _calibration_error(shares: npt.NDArray[np.float64], y: npt.NDArray[np.int64]) -> float:
    """Return the mean gap between the probability of the predicted class and how often it is right.

    Over samples, in bins of that probability of equal width.
    """
    confidence, is_right = shares.max(axis=1), shares.argmax(axis=1) == y
    bins = np.minimum((confidence * _N_BINS).astype(int), _N_BINS - 1)
    gaps = np.bincount(bins, confidence - is_right, _N_BINS)
    return float(np.abs(gaps).sum() / len(y))


if __name__ == "__main__":
    main()
