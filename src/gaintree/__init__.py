"""Exact information-gain decision trees for scikit-learn, and the information theory behind them.

>>> from gaintree import GainTreeClassifier
>>> GainTreeClassifier().fit([[0.0], [1.0], [2.0], [3.0]], ["a", "a", "b", "b"]).predict([[2.5]])
array(['b'], dtype='<U1')
"""

from gaintree import criteria, information, inspection, leaves, model_selection, prune
from gaintree.estimators import GainTreeClassifier
from gaintree.export import export_text
from gaintree.model_selection import GainTreeClassifierCV

__all__ = [
    "GainTreeClassifier",
    "GainTreeClassifierCV",
    "criteria",
    "export_text",
    "information",
    "inspection",
    "leaves",
    "model_selection",
    "prune",
]

__version__ = "0.1.0"
