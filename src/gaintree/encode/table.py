"""A table's values as they came."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import prefetch, subkernel
from gaintree._memory import require_memory


class Table(NamedTuple):
    """The values as they came, float32 or float64, without a copy; the other array is empty."""

    single: npt.NDArray[np.float32]  # flat
    double: npt.NDArray[np.float64]  # flat
    row_stride: int
    column_stride: int


def as_table(X: npt.NDArray[np.floating[Any]]) -> Table:
    """Return the memory of `X`, float32 or float64, as it is if it has no gaps."""
    if not (X.flags.c_contiguous or X.flags.f_contiguous):
        require_memory(X.nbytes, "An X without gaps in memory is not copied.", "A copy of X")
        X = np.ascontiguousarray(X)
    flat: Any = X.ravel(order="K")
    row_stride, column_stride = (stride // X.itemsize for stride in X.strides)
    if X.dtype == np.float32:
        return Table(flat, np.empty(0, np.float64), row_stride, column_stride)
    return Table(np.empty(0, np.float32), flat, row_stride, column_stride)


@subkernel
def value_at(table, sample, feature):
    """A value of the table as float64, which holds every float32."""
    at = np.uint64(sample) * np.uint64(table.row_stride) + np.uint64(feature) * np.uint64(
        table.column_stride
    )
    if len(table.double) > 0:
        return table.double[at]
    return np.float64(table.single[at])


@subkernel
def prefetch_value(table, sample, feature):
    at = np.uint64(sample) * np.uint64(table.row_stride)
    at += np.uint64(feature) * np.uint64(table.column_stride)
    if len(table.double) > 0:
        prefetch(table.double, at)
    else:
        prefetch(table.single, at)
