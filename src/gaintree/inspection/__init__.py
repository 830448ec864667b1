"""Questions to fitted trees: where do two part, and why? And a page on which to ask more."""

from gaintree.explorer import Explorer, explore
from gaintree.inspection._difference import TreeDifference, first_difference

__all__ = ["Explorer", "TreeDifference", "explore", "first_difference"]
