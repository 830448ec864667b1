"""Choosing among trees: every size from a few growths, every criterion on the same folds.

>>> from sklearn.datasets import load_breast_cancer
>>> from gaintree.model_selection import GainTreeClassifierCV
>>> tree = GainTreeClassifierCV().fit(*load_breast_cancer(return_X_y=True))
>>> tree.get_n_leaves()
10
"""

from gaintree.model_selection._classifier_cv import GainTreeClassifierCV
from gaintree.model_selection._compare import compare_criteria
from gaintree.model_selection._comparison import CriteriaComparison, PairedTest
from gaintree.model_selection._display import TreeSizeDisplay

__all__ = [
    "CriteriaComparison",
    "GainTreeClassifierCV",
    "PairedTest",
    "TreeSizeDisplay",
    "compare_criteria",
]
