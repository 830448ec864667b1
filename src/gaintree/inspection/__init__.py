"""Ask fitted trees questions: at which node do two trees differ first, and why?"""

from gaintree.inspection._difference import TreeDifference, first_difference

__all__ = ["TreeDifference", "first_difference"]
