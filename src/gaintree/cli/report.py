"""What ``gaintree compare`` found, as text for people and as JSON for machines."""

import json
import math
import platform
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import sklearn

from gaintree import GainTreeClassifier, __version__, export_text
from gaintree.cli.data import Table
from gaintree.inspection import TreeDifference

_REASONS = {
    "tie": "a tie: both gain the same. gaintree takes the first column and the lowest threshold of"
    " tied splits, scikit-learn draws one.",
    "leaf": "one of the trees stops here.",
    "rounding": "scikit-learn rounds to float32 and takes values within 1e-7 for equal; it cannot"
    " see the better split.",
    "gain": "one of the splits gains less.",
}


@dataclass
class Figures:
    """What one learner did on each fold."""

    name: str
    accuracy: list[float] = field(default_factory=list)
    log_loss: list[float] = field(default_factory=list)  # bits a sample
    leaves: list[int] = field(default_factory=list)
    depth: list[int] = field(default_factory=list)
    fit_seconds: list[float] = field(default_factory=list)
    predict_seconds: list[float] = field(default_factory=list)


@dataclass
class Report:
    """The outcome of a comparison. Speed-ups are against the learner named `reference`."""

    table: Table
    figures: list[Figures]
    reference: str
    n_folds: int
    ours: GainTreeClassifier
    theirs: Any
    difference: TreeDifference | None
    levels: int

    def as_text(self) -> str:
        return "\n".join(
            [*self._heading(), "", *self._table(), "", *self._tree(), *self._difference()]
        )

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
                "n_folds": self.n_folds,
                "reference": self.reference,
                "learners": [self._learner(figures) for figures in self.figures],
                "tree": {
                    "n_leaves": self.ours.get_n_leaves(),
                    "depth": self.ours.get_depth(),
                    "text": self._tree_text(),
                },
                "difference": self._difference_as_json(),
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

    def _difference_as_json(self) -> dict[str, Any] | None:
        """JSON has no infinity: a split on being missing has no threshold, but says so."""
        if self.difference is None:
            return None
        result = asdict(self.difference)
        pairs = list(zip(self.difference.features, self.difference.thresholds, strict=True))
        result["features"] = [None if f is None else self.table.feature_names[f] for f, _ in pairs]
        result["on_missing"] = [t is not None and math.isinf(t) for _, t in pairs]
        result["thresholds"] = [None if t is None or math.isinf(t) else t for _, t in pairs]
        return result

    def _learner(self, figures: Figures) -> dict[str, Any]:
        return {
            **asdict(figures),
            "fit_speedup": self._speedup(figures, "fit_seconds"),
            "predict_speedup": self._speedup(figures, "predict_seconds"),
        }

    def _speedup(self, figures: Figures, name: str) -> float:
        """Median over the folds of the time of the reference divided by that of the learner."""
        reference = next(other for other in self.figures if other.name == self.reference)
        return float(np.median(np.divide(getattr(reference, name), getattr(figures, name))))

    def _heading(self) -> list[str]:
        labels, counts = np.unique(self.table.y, return_counts=True)
        notes = "".join(f"\n  {note}" for note in self.table.notes)
        return [
            f"{self.table.name}: {len(self.table.y):,} rows x {len(self.table.feature_names)},"
            f" {len(labels)} classes (the largest {counts.max() / counts.sum():.1%}),"
            f" {self.n_folds}-fold cross-validation{notes}"
        ]

    def _table(self) -> list[str]:
        rows = [["", "accuracy", "log loss, bits", "leaves", "depth", "fit", "", "predict", ""]]
        rows += [self._row(figures) for figures in self.figures]
        return [
            *_align(rows),
            "Mean ± standard deviation over the folds; times are medians, and x is how many times",
            f"faster than {self.reference}. A probability of 0 for the true class counts as 2e-16.",
        ]

    def _row(self, figures: Figures) -> list[str]:
        return [
            figures.name,
            f"{np.mean(figures.accuracy):.4f} ± {np.std(figures.accuracy):.4f}",
            f"{np.mean(figures.log_loss):.3f} ± {np.std(figures.log_loss):.3f}",
            f"{np.mean(figures.leaves):.0f}",
            f"{np.mean(figures.depth):.1f}",
            _duration(float(np.median(figures.fit_seconds))),
            f"{self._speedup(figures, 'fit_seconds'):.1f}x",
            _duration(float(np.median(figures.predict_seconds))),
            f"{self._speedup(figures, 'predict_seconds'):.1f}x",
        ]

    def _tree(self) -> list[str]:
        return [
            "The tree grown on all rows by information gain: "
            f"{self.ours.get_n_leaves():,} leaves, depth {self.ours.get_depth()}; its top:",
            "",
            self._tree_text(),
        ]

    def _tree_text(self) -> str:
        return export_text(
            self.ours, feature_names=self.table.feature_names, max_depth=self.levels - 1
        )

    def _difference(self) -> list[str]:
        if self.difference is None:
            return ["The entropy trees of gaintree and scikit-learn are the same on all rows."]
        place = f"at depth {self.difference.depth}" if self.difference.depth else "at the root"
        lines = [
            f"The entropy trees of gaintree and scikit-learn part first {place},"
            f" at a node of {self.difference.n_samples:,} samples:"
        ]
        for library, feature, threshold, gain in zip(
            ("gaintree", "scikit-learn"),
            self.difference.features,
            self.difference.thresholds,
            self.difference.gains,
            strict=True,
        ):
            if feature is None or threshold is None:
                lines.append(f"  {library:<12}  a leaf")
            else:
                name = self.table.feature_names[feature]
                rule = "is not missing" if math.isinf(threshold) else f"<= {threshold:.9g}"
                lines.append(f"  {library:<12}  {name} {rule}, gains {gain:.9f} bits")
        return [*lines, f"It is {_REASONS[self.difference.reason]}"]


def _duration(seconds: float) -> str:
    for unit, scale in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= scale:
            return f"{seconds / scale:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def _align(rows: list[list[str]]) -> list[str]:
    """Columns padded to equal width: the first to the left, numbers to the right."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
