"""Features chosen by what each tells about the classes, before any tree is grown.

A column becomes a table of counts, a row for each of its values and a column for each class:

- of categories, a row is a category;
- of numbers, with ``discretize="binary"``, the rows are the two sides of its best binary split, the
  root of a tree that has no other column; with ``"mdlp"``, the bins of Fayyad and Irani, as
  `mdlp_cuts` finds them;
- missing values are a category or a bin of their own, and go to one of the sides of a split.

What the table tells is scored. What there is::

    information_gain       bits about the class
    gain_ratio             the same, over the bits of the column
    symmetric_uncertainty  the same, over the mean of the bits of the column and of the class
    adjusted_information   bits above those that chance brings
    significance           -log10 of the chance of so much, and that chance
    SelectByInformation    a transformer that keeps the columns with the highest scores

The scores are functions ``(X, y) -> scores`` for :class:`sklearn.feature_selection.SelectKBest` and
its relatives, which take arrays of numbers without missing values. `SelectByInformation` takes
frames, categories and missing values as the tree does.

The first is greedy for many values: every category more is one more chance to tell the classes of
the fit apart, and a column of names, which says nothing of any other sample, tells all there is.
``gain_ratio`` and ``symmetric_uncertainty`` divide by what the column itself has to tell, which
does not make up for it. ``adjusted_information`` and ``significance`` do.

Each column is judged by itself: of columns that tell something only together, as in an exclusive
or, none is found, and of two that tell the same both are.
"""

from gaintree.feature_selection.mdlp import mdlp_cuts
from gaintree.feature_selection.scorers import (
    adjusted_information,
    gain_ratio,
    information_gain,
    significance,
    symmetric_uncertainty,
)
from gaintree.feature_selection.selector import SelectByInformation

__all__ = [
    "SelectByInformation",
    "adjusted_information",
    "gain_ratio",
    "information_gain",
    "mdlp_cuts",
    "significance",
    "symmetric_uncertainty",
]
