"""A page to play with: one HTML file that shows what each split of a tree was chosen from."""

from gaintree.explorer._explore import explore
from gaintree.explorer._page import Explorer

__all__ = ["Explorer", "explore"]
