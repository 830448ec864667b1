"""Labels to codes: the distinct labels, sorted, and the place of each sample's label among them.

That is ``np.unique(labels, return_inverse=True)``, which sorts all samples to get there. But labels
are few, and most often integers that lie close together.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from gaintree._jit import kernel, read_only

_SHORT = 1024  # a table of so many integers costs nothing, even if there are few samples
_SAMPLE = 1024  # so many samples show most of the labels
_FEW = 64  # so many labels are found sooner by bisection than by sorting


@kernel
def _number_integers(integers, low, code_of, codes):
    """Write the codes of integers, and of all from `low` on: -1 if it is not among them."""
    for i in range(len(code_of)):
        code_of[i] = -1
    for i in range(len(integers)):
        code_of[np.uint64(integers[i] - low)] = 0
    code = 0
    for i in range(len(code_of)):
        if code_of[i] == 0:
            code_of[i] = code
            code += 1
    for i in range(len(integers)):
        codes[i] = code_of[np.uint64(integers[i] - low)]


def _number_few(y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int32]]:
    """The labels of some samples are looked for in all."""
    labels = np.unique(y[:: len(y) // _SAMPLE + 1])
    if len(labels) > _FEW:
        labels, codes = np.unique(y, return_inverse=True)
        return labels, codes.astype(np.int32)
    codes = np.searchsorted(labels, y)
    missed = labels.take(codes, mode="clip") != y
    if missed.any():
        known, labels = labels, np.union1d(labels, y[missed])
        codes = np.searchsorted(labels, known).take(codes, mode="clip")
        codes[missed] = np.searchsorted(labels, y[missed])
    return labels, codes.astype(np.int32)


def number_labels(y: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.int32]]:
    """Return the distinct labels, sorted, and the number of the label of each sample.

    Parameters
    ----------
    y : ndarray of shape (n_samples,), of integers, booleans or strings
        At least one.

    Returns
    -------
    labels : ndarray of shape (n_labels,), of the dtype of `y`
    codes : ndarray of int32 of shape (n_samples,)
        ``labels[codes]`` is `y`.
    """
    if np.can_cast(y.dtype, np.int64):
        integers = np.ascontiguousarray(y, dtype=np.int64)
        low, high = int(integers.min()), int(integers.max())
        if high - low < max(len(integers), _SHORT):
            code_of = np.empty(high - low + 1, dtype=np.int32)
            codes = np.empty(len(integers), dtype=np.int32)
            _number_integers(read_only(integers), low, code_of, codes)
            return (low + np.flatnonzero(code_of >= 0)).astype(y.dtype), codes
    return _number_few(y)


def hash_labels(
    values: Iterable[Hashable], n_values: int
) -> tuple[list[Hashable], npt.NDArray[np.int64]]:
    """Return the distinct values, as they come, and the place of each value among them.

    Raises
    ------
    TypeError
        If a value cannot be hashed.
    """
    place_of: defaultdict[Hashable, int] = defaultdict(count().__next__)
    places = np.fromiter(map(place_of.__getitem__, values), np.int64, n_values)
    return list(place_of), places


def number_strings(
    y: npt.NDArray[np.object_],
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int32]] | None:
    """Return the labels and their numbers, as `number_labels`; None if some are no strings."""
    try:
        distinct, places = hash_labels(y.tolist(), len(y))
    except TypeError:
        return None
    if not all(isinstance(label, str) for label in distinct):
        return None
    labels = np.array(distinct, dtype=object)
    order = np.argsort(labels)
    codes = np.empty(len(order), dtype=np.int32)
    codes[order] = np.arange(len(order), dtype=np.int32)
    return labels[order], codes[places]
