"""Ask fitted trees questions: why this split, was it luck, and where do two trees part?"""

from gaintree.inspection._candidates import split_candidates
from gaintree.inspection._difference import TreeDifference, first_difference
from gaintree.inspection._ledger import SplitLedger

__all__ = ["SplitLedger", "TreeDifference", "first_difference", "split_candidates"]
