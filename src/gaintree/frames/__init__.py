"""Tables to matrices of floats: numbers as they are, categories as codes, missing values as NaN.

A table is a data frame of any library that narwhals knows, or an array. ``encoder.py`` goes over
its columns, ``choice.py`` says which of them hold categories, ``column.py`` looks into one, and
``factors.py`` asks the library that made it for its labels. ``encoded.py`` is for fits that share
the outcome.
"""

from gaintree.frames.column import MAX_CATEGORIES
from gaintree.frames.encoded import EncodedTable
from gaintree.frames.encoder import ColumnEncoder, as_table, needs_encoding

__all__ = ["MAX_CATEGORIES", "ColumnEncoder", "EncodedTable", "as_table", "needs_encoding"]
