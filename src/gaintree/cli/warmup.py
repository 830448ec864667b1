"""``gaintree warmup``: compile ahead what fits and predictions will call, into numba's cache."""

import argparse
import sys
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from gaintree import inspection, leaves, prune
from gaintree.estimators import GainTreeClassifier

_FEW, _MANY = 300, 1500  # samples: below and above where histograms begin
_WIDE = 4096  # columns; of more, not all small nodes become bits if there are two classes


def add_parser(commands: Any) -> None:
    """Add the command to the command line."""
    parser = commands.add_parser(
        "warmup",
        help="compile now, so that later fits need not",
        description="Compile what fits, predictions and ledgers of numbers and of categories call,"
        " and keep it on disk, so that later ones need not. Constraints compile when they are first"
        " used.",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Fit and predict small tables of each kind; return the exit code."""
    begun = time.perf_counter()
    for name, fit in _kinds():
        print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
        start = time.perf_counter()
        fit()
        print(f"{time.perf_counter() - start:.1f} s", file=sys.stderr, flush=True)
    print(
        f"Compiled, in {time.perf_counter() - begun:.1f} s. Constraints, and weights together with"
        " categories, compile when they are first used."
    )
    return 0


def _kinds() -> Iterator[tuple[str, Any]]:
    """What calls for kernels of its own, by name."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(_MANY, 3)).astype(np.float32)
    X[:, 2] = X[:, 2].round()
    X[1, 2] = 99.0  # one that a sample of the rows misses
    y = (X[:, 0] + rng.normal(size=_MANY) > 0).astype(int)
    weights = rng.random(_MANY) + 0.5

    def fit(n: int, weights: Any = None, n_copies: int = 1, **parameters: Any) -> Any:
        def call() -> None:
            for dtype in (np.float32, np.float64):
                table = np.tile(X[:n], n_copies).astype(dtype)
                own = None if weights is None else weights[:n]
                model = GainTreeClassifier(**parameters).fit(table, y[:n], own)
                model.predict_proba(table)
                model.predict(table)
                model.apply(table)

        return call

    yield "small tables", fit(_FEW)
    yield "large tables", fit(_MANY)
    yield "wide tables", fit(_MANY, n_copies=_WIDE // 3 + 1, max_depth=2)
    yield "weights, small tables", fit(_FEW, weights)
    yield "weights, large tables", fit(_MANY, weights)
    yield "random splitter", fit(_FEW, splitter="random")
    yield "other criteria", fit(_MANY, criterion="gain_ratio")
    for name, n in (("small", _FEW), ("large", _MANY)):
        categories = GainTreeClassifier(categorical_features=[2])
        labels = y[:n].astype(str)
        yield f"categories, {name} tables", partial(_fit_categories, categories, X[:n], labels)
    yield "pruning and leaf probabilities", lambda: _prune(X[:_FEW], y[:_FEW])
    yield "ledgers of splits", lambda: _list_candidates(X[:_FEW], y[:_FEW])


def _fit_categories(model: GainTreeClassifier, X: Any, y: Any) -> None:
    for dtype in (np.float32, np.float64):  # frames are float64
        table = X.astype(dtype)
        model.fit(table, y).predict(table)
        model.apply(table)


def _prune(X: Any, y: Any) -> None:
    tree = GainTreeClassifier().fit(X, y).tree_
    prune.count_candidates(tree, X)
    held_out = prune.class_counts(tree, X, y)
    for name in prune.names():
        prune.prune(tree, name, held_out=held_out)
    prune.cost_complexity_path(tree)
    prune.path(tree, "cost_complexity").ends(0)
    leaves.Shrinkage().of_nodes(tree)
    for dtype in (np.float32, np.float64):
        prune.prune_and_raise(tree, X.astype(dtype), y, "entropy")


def _list_candidates(X: Any, y: Any) -> None:
    for dtype in (np.float32, np.float64):
        for categorical in (None, [2]):
            table = X.astype(dtype)
            tree = GainTreeClassifier(categorical_features=categorical).fit(table, y)
            inspection.split_candidates(tree, table, y, node=None, criteria=["gain_ratio"])
