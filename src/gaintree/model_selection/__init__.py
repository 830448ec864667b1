"""Choose between trees: criteria on the same folds, with tests that know how folds overlap."""

from gaintree.model_selection._compare import compare_criteria
from gaintree.model_selection._comparison import CriteriaComparison, PairedTest

__all__ = ["CriteriaComparison", "PairedTest", "compare_criteria"]
