"""Ask fitted trees questions.

What there is::

    Why this split, and was it luck?
      split_candidates     the candidates of a node, or of all, as a SplitLedger
      GainCurveDisplay     gain against threshold, what was chosen, what noise gains
      ConcavityDisplay     an impurity, the chord of a split, the gap that is its gain

    What does the tree do?
      TreeDisplay          the tree with class counts, bits and samples
      PartitionDisplay     the plane of two features as the tree parts it

    Why this prediction?
      explain_prediction   bits gained and lost on the way of a sample, as a PredictionPath
      PathDisplay          the same as a picture

    All of that on one page to play with
      explore              the tree and its samples as an HTML file, an Explorer

    Which features matter?
      bits_on              bits that the splits of each feature save on any samples
      ImportanceDisplay    bits gained in the fit, and saved on samples held out

    Where do two trees part?
      first_difference     the first node at which they do, and why, as a TreeDifference

Pictures need matplotlib, the extra `plot`, and are made by ``from_estimator``, as scikit-learn's.
"""

from gaintree.explorer import Explorer, explore
from gaintree.inspection._candidates import split_candidates
from gaintree.inspection._concavity import ConcavityDisplay
from gaintree.inspection._difference import TreeDifference, first_difference
from gaintree.inspection._gain_curve import GainCurveDisplay
from gaintree.inspection._importance import ImportanceDisplay, bits_on
from gaintree.inspection._ledger import SplitLedger
from gaintree.inspection._partition import PartitionDisplay
from gaintree.inspection._path import PathDisplay, PredictionPath, explain_prediction
from gaintree.inspection._tree_display import TreeDisplay

__all__ = [
    "ConcavityDisplay",
    "Explorer",
    "GainCurveDisplay",
    "ImportanceDisplay",
    "PartitionDisplay",
    "PathDisplay",
    "PredictionPath",
    "SplitLedger",
    "TreeDifference",
    "TreeDisplay",
    "bits_on",
    "explain_prediction",
    "explore",
    "first_difference",
    "split_candidates",
]
