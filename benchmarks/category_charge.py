"""What charging for sets of categories does to trees on tables with columns of many categories.

usage: python benchmarks/category_charge.py --data DIR [--quick]

Sets of DIR with a column of text of more than 20 values. The report goes to
results/category_charge.md; with --quick, one split of 10,000 rows, it is only printed.
"""

import argparse
import sys
import warnings
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from cpuinfo import get_cpu_info
from pytest_benchmark.utils import get_commit_info
from sklearn.metrics import log_loss
from sklearn.model_selection import ShuffleSplit

import machine
import report
from datasets import depth_name, read_frame, text_columns
from gaintree import GainTreeClassifier, prune
from gaintree.tree import Tree
from tables import markdown

_RESULT = Path(__file__).parent / "results" / "category_charge.md"
_MANY = 20
_CHARGES = (0.0, 0.25, 0.5, 1.0, 2.0, 4.0)
_MEASURES = ("log loss", "accuracy", "leaves")
_SHOW = {"log loss": "{:.4f}", "accuracy": "{:.4f}", "leaves": "{:.0f}"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="a folder of *.csv.gz")
    parser.add_argument("--quick", action="store_true", help="one split of 10,000 rows")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", "The y_pred values do not sum", UserWarning)
    command = machine.command(sys.argv[1:], options.data, ["benchmarks/category_charge.py"])
    facts = machine.describe(get_cpu_info()) | {"Load": machine.load(), "Command": command}
    facts |= machine.commit(get_commit_info())
    text = report.heading("Sets of categories, charged for", facts) + _INTRODUCTION
    for path in sorted(options.data.glob("*.csv.gz")):
        frame, target = read_frame(path)
        most = max((frame[name].nunique() for name in text_columns(frame)), default=0)
        if most > _MANY:
            name = path.name.removesuffix(".csv.gz")
            text += f"\n## {name}: up to {most:,} categories, {len(frame):,} rows\n\n"
            text += _table(frame, target, options.quick)
            print(name, file=sys.stderr)
    print(text)
    if not options.quick:
        report.put(_RESULT, text.encode())


def _table(frame: Any, target: Any, quick: bool) -> str:
    """The mean over some splits of the rows, a row a setting and a measure."""
    most = 10_000 if quick else len(frame)
    size = {"train_size": int(0.75 * most), "test_size": int(0.25 * most)}
    splits = ShuffleSplit(1 if quick else 3, random_state=0, **size)
    found: dict[tuple[str, str, float], list[float]] = {}
    for train, test in splits.split(frame):
        for charge in _CHARGES:
            for setting, values in _measure(frame, target, train, test, charge).items():
                for measure, value in zip(_MEASURES, values, strict=True):
                    found.setdefault((setting, measure, charge), []).append(value)
    rows = [
        [
            setting,
            measure,
            *(_SHOW[measure].format(mean(found[setting, measure, charge])) for charge in _CHARGES),
        ]
        for setting, measure in dict.fromkeys((key[0], key[1]) for key in found)
    ]
    return markdown(["", "", *(f"charge {charge:g}" for charge in _CHARGES)], rows)


def _measure(
    frame: Any, target: Any, train: Any, test: Any, charge: float
) -> dict[str, tuple[float, float, float]]:
    measured = {}
    for depth in (None, 8):
        model = GainTreeClassifier(max_depth=depth, category_charge=charge)
        model.fit(frame.iloc[train], target[train])
        whole = model.tree_
        for how, tree in {"": whole, ", error_based": prune.prune(whole, "error_based")}.items():
            model.tree_ = tree
            shares = _shares(tree)[model.apply(frame.iloc[test])]
            is_known = np.isin(target[test], model.classes_)
            loss = log_loss(target[test][is_known], shares[is_known], labels=model.classes_)
            accuracy = float(np.mean(model.classes_[shares.argmax(axis=1)] == target[test]))
            measured[depth_name(depth) + how] = loss, accuracy, tree.n_leaves
    return measured


def _shares(tree: Tree) -> Any:
    """The shares of the classes in each node, one sample added to each class."""
    counts = tree.value[:, 0] * tree.weighted_n_node_samples[:, None] + 1.0
    return counts / counts.sum(axis=1, keepdims=True)


_INTRODUCTION = """\
`category_charge`: a set of categories has to save so many bits for each category of the node but
one, or a column of numbers, or of fewer categories, is split on instead. 0 is the default; 1 is
what it takes to tell which set it is. Criterion entropy; means over three random splits of the
rows, three quarters to learn from and one to test on. Log loss (nats) is that of the counts of a
leaf with one added to each class. "error_based" is the same tree after C4.5's pruning.
"""

if __name__ == "__main__":
    main()
