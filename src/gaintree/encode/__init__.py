"""Encoding: what growing compares instead of values, and the values as they came."""

from gaintree.encode.codes import MAX_VALUES, Codes, codes_nbytes, encode_codes
from gaintree.encode.columns import (
    Columns,
    columns_nbytes,
    encode_columns,
    first_missing,
    rank_of,
    sample_of,
)
from gaintree.encode.table import Table, as_table, prefetch_value, value_at
from gaintree.encode.threads import run_in_threads

__all__ = [
    "MAX_VALUES",
    "Codes",
    "Columns",
    "Table",
    "as_table",
    "codes_nbytes",
    "columns_nbytes",
    "encode_codes",
    "encode_columns",
    "first_missing",
    "prefetch_value",
    "rank_of",
    "run_in_threads",
    "sample_of",
    "value_at",
]
