"""Splits in words."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree.tree import Tree

MOST_CATEGORIES = 10


@dataclass(frozen=True)
class Wording:
    """The splits of a tree in words."""

    tree: Tree
    names: list[str]
    categories: Any  # as the estimator's categories_
    decimals: int | None = None
    max_categories: int = MOST_CATEGORIES

    def conditions(self, node: int) -> tuple[str, str]:
        """What sends a sample left, and what right."""
        feature, threshold = self.tree.feature[node], float(self.tree.threshold[node])
        name = self.names[feature]
        if self.tree.category_set[node] < 0:
            return by_threshold(name, threshold, self.decimals)
        categories = self.categories[feature]
        goes_left = self.tree.goes_left(node)[: len(categories)]
        missing_left = bool(self.tree.missing_go_to_left[node])
        return by_category(name, categories, goes_left, missing_left, self.max_categories)


def by_threshold(name: str, threshold: float, decimals: int | None = None) -> tuple[str, str]:
    """What sends a number left, and what right."""
    if math.isinf(threshold):
        return f"{name} is not missing", f"{name} is missing"
    number = short(threshold) if decimals is None else f"{threshold:.{decimals}f}"
    return f"{name} <= {number}", f"{name} >  {number}"


def by_category(
    name: str,
    categories: npt.NDArray[np.object_],
    goes_left: npt.NDArray[np.bool_],
    missing_left: bool,
    max_categories: int = MOST_CATEGORIES,
    tells_missing: bool = True,
) -> tuple[str, str]:
    """What sends a category left, and what right, told by the side that has fewer of them."""
    n_left = np.count_nonzero(goes_left)
    n_right = len(categories) - n_left
    # Of two sides of as many the one without missing values, which then need no mention.
    left_is_named = n_left < n_right or (n_left == n_right and not missing_left)
    named = categories[goes_left == left_is_named]
    if len(named) == 0:
        there, elsewhere = f"{name} is missing", f"{name} is not missing"
    else:
        listed = _set(named, max_categories)
        there, elsewhere = f"{name} in {listed}", f"{name} not in {listed}"
        if tells_missing and missing_left == left_is_named:
            there, elsewhere = f"{there} or missing", f"{elsewhere} nor missing"
    return (there, elsewhere) if left_is_named else (elsewhere, there)


def _set(categories: Any, max_categories: int) -> str:
    shown = [str(category) for category in categories[:max_categories]]
    if len(categories) > max_categories:
        shown.append(f"... {len(categories) - max_categories:,} more")
    return f"{{{', '.join(shown)}}}"


def short(number: float) -> str:
    """Six significant digits, or as many as it takes to see the first decimal."""
    integer_digits = len(str(int(abs(number)))) if abs(number) < 1e15 else 0
    return f"{number:.{max(6, integer_digits + 1)}g}"


def count_of(n: int, what: str) -> str:
    """A number of things."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def names_of(estimator: Any) -> list[str]:
    """The names of the features, those seen in `fit` or feature_0, feature_1, ..."""
    numbered = [f"feature_{i}" for i in range(estimator.n_features_in_)]
    return [str(name) for name in getattr(estimator, "feature_names_in_", numbered)]
