"""What ``gaintree compare`` found, as text for people and as JSON for machines."""

import json
import math
import platform
import textwrap
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import sklearn

from gaintree import GainTreeClassifier, __version__, export_text
from gaintree.cli.data import Table
from gaintree.model_selection import CriteriaComparison

#: The learner that speed-ups are against.
_REFERENCE = "scikit-learn entropy"
_WIDTH = 100
_MOST_CATEGORIES = (10, 4, 2, 1)  # of a split, named in a tree's text: as many as there is room for
_REASONS = {
    "tie": "a tie: both gain the same. gaintree takes the first column and the lowest threshold of"
    " tied splits, scikit-learn draws one.",
    "leaf": "one of the trees stops here.",
    "rounding": "scikit-learn rounds to float32 and takes values within 1e-7 for equal; it cannot"
    " see the better split.",
    "gain": "one of the splits gains less.",
}


def heading(table: Table, more: str = "") -> list[str]:
    """Return lines that tell which table it is."""
    labels, counts = np.unique(table.y, return_counts=True)
    line = (
        f"{table.name}: {len(table.y):,} rows x {len(table.feature_names)}, {len(labels)} classes"
        f" (the largest {counts.max() / counts.sum():.1%}){more}"
    )
    return [*textwrap.wrap(line, _WIDTH), *(f"  {note}" for note in table.notes)]


def tree_text(tree: GainTreeClassifier, feature_names: list[str], levels: int) -> str:
    """Return the top of a tree, in lines that are cut where they are too long to read."""
    for most in _MOST_CATEGORIES:
        lines = export_text(
            tree, feature_names=feature_names, max_depth=levels - 1, max_categories=most
        ).splitlines()
        if max(map(len, lines)) <= _WIDTH:
            break
    return "\n".join(line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…" for line in lines)


@dataclass
class Report:
    """The outcome of a comparison, with the top of the first criterion's tree of all rows."""

    table: Table
    found: CriteriaComparison
    levels: int

    @property
    def tree(self) -> GainTreeClassifier:
        """The tree of the first criterion, grown on all rows."""
        tree: GainTreeClassifier = self.found.trees[self.found.names[0]]
        return tree

    def as_text(self) -> str:
        head = heading(self.table, f", {self.found.n_folds}-fold cross-validation")
        parts = [*head, "", str(self.found), *self._speed(), "", *self._tree()]
        return "\n".join([*parts, *self._difference()])

    def as_json(self) -> str:
        labels, counts = np.unique(self.table.y, return_counts=True)
        return json.dumps(
            {
                "data": {
                    "name": self.table.name,
                    "n_samples": len(self.table.y),
                    "n_features": len(self.table.feature_names),
                    "n_classes": len(labels),
                    "majority_share": float(counts.max() / counts.sum()),
                    "notes": self.table.notes,
                },
                "n_folds": self.found.n_folds,
                "notes": self.found.notes,
                "reference": _REFERENCE,
                "learners": [self._learner(i) for i in range(len(self.found.names))],
                "tree": {
                    "n_leaves": self.tree.get_n_leaves(),
                    "depth": self.tree.get_depth(),
                    "text": self._tree_text(),
                },
                "difference": self._difference_as_json(_REFERENCE),
                "versions": {
                    "gaintree": __version__,
                    "scikit-learn": sklearn.__version__,
                    "numpy": np.__version__,
                    "python": platform.python_version(),
                },
            },
            indent=2,
            allow_nan=False,
        )

    def _learner(self, i: int) -> dict[str, Any]:
        """The scores of a learner by fold, and how it differs from the first."""
        found, name = self.found, self.found.names[i]
        scores = {measure: _json(values[i].tolist()) for measure, values in found.scores.items()}
        tests = {
            measure: {field: _json(value) for field, value in test._asdict().items()}
            for measure in found.scores
            if (test := found.paired_tests(measure).get(name)) is not None
        }
        return {
            "name": name,
            **scores,
            "fit_speedup": self._speedup("fit_seconds", i),
            "predict_speedup": self._speedup("predict_seconds", i),
            "tests": tests,
            "difference": self._difference_as_json(name),
        }

    def _difference_as_json(self, name: str) -> dict[str, Any] | None:
        """JSON has no infinity: a split on being missing has no threshold, but says so."""
        difference = self.found.differences.get(name)
        if difference is None:
            return None
        result = asdict(difference)
        pairs = list(zip(difference.features, difference.thresholds, strict=True))
        result["features"] = [None if f is None else self.table.feature_names[f] for f, _ in pairs]
        result["on_missing"] = [t is not None and math.isinf(t) for _, t in pairs]
        result["thresholds"] = [None if t is None or math.isinf(t) else t for _, t in pairs]
        return result

    def _speedup(self, measure: str, i: int) -> float | None:
        """Median over the folds of the time of the reference divided by that of a learner."""
        if _REFERENCE not in self.found.names:
            return None
        times = self.found.scores[measure]
        reference = times[self.found.names.index(_REFERENCE)]
        return float(np.median(reference / times[i]))

    def _speed(self) -> list[str]:
        fit, predict = self._speedup("fit_seconds", 0), self._speedup("predict_seconds", 0)
        if fit is None or predict is None:
            return []
        return [
            f"Speed, times that of {_REFERENCE}: {self.found.names[0]} fits {fit:.1f}x and predicts"
            f" {predict:.1f}x as fast."
        ]

    def _tree(self) -> list[str]:
        return [
            f"The tree grown on all rows by {self.found.names[0]}: "
            f"{self.tree.get_n_leaves():,} leaves, depth {self.tree.get_depth()}; its top:",
            "",
            self._tree_text(),
            "",
        ]

    def _tree_text(self) -> str:
        return tree_text(self.tree, self.table.feature_names, self.levels)

    def _difference(self) -> list[str]:
        first = self.found.names[0]
        if _REFERENCE not in self.found.names:
            return []
        difference = self.found.differences[_REFERENCE]
        if difference is None:
            return [f"The trees of {first} and {_REFERENCE} are the same on all rows."]
        place = f"at depth {difference.depth}" if difference.depth else "at the root"
        lines = [
            f"The trees of {first} and {_REFERENCE} part first {place},"
            f" at a node of {difference.n_samples:,} samples:"
        ]
        names, width = (first, _REFERENCE), max(len(first), len(_REFERENCE))
        splits = zip(
            names, difference.features, difference.thresholds, difference.gains, strict=True
        )
        for name, feature, threshold, gain in splits:
            rule = self._rule(feature, threshold)
            gains = "" if gain is None else f", gains {gain:.9f} bits"
            lines.append(f"  {name:<{width}}  {rule}{gains}")
        return [*lines, *textwrap.wrap(f"It is {_REASONS[difference.reason]}", _WIDTH)]

    def _rule(self, feature: int | None, threshold: float | None) -> str:
        if feature is None:
            return "a leaf"
        name = self.table.feature_names[feature]
        if threshold is None:
            return f"{name}, by category"
        return f"{name} is not missing" if math.isinf(threshold) else f"{name} <= {threshold:.9g}"


def _json(value: Any) -> Any:
    """Numbers as JSON has them: null where there is none."""
    if isinstance(value, list):
        return [_json(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value
