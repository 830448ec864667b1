"""Sort a few values, each with the sample it belongs to."""

import numpy as np

from gaintree._jit import bits_of, float_of, inlined, subkernel

_FEW = 24
_SOME = 256
_DIGITS = 8  # bytes of a key
_BYTE = np.uint64(255)
_SIGN = np.uint64(2**63)


@subkernel
def _insert(values, items, n):
    for i in range(1, n):
        value, item = values[i], items[i]
        j = i
        while j > 0 and values[j - 1] > value:
            values[j], items[j] = values[j - 1], items[j - 1]
            j -= 1
        values[j], items[j] = value, item


@subkernel
def _fill_buckets(values, items, n, other, other_items, counts):
    """Bring values near to their places: to buckets of equal width, as many as there are values."""
    low, high, last = values[0], values[0], n - 1.0
    for i in range(n):
        low, high = min(low, values[np.uint64(i)]), max(high, values[np.uint64(i)])
        counts[0, np.uint64(i)] = 0
    scale = last / (high - low) if high - low > 0.0 else 0.0
    for i in range(n):
        counts[0, _bucket(values[np.uint64(i)], low, scale, last)] += 1
    total = 0
    for bucket in range(n):
        counts[0, bucket], total = total, total + counts[0, bucket]
    for i in range(n):
        bucket = _bucket(values[np.uint64(i)], low, scale, last)
        place = np.uint64(counts[0, bucket])
        counts[0, bucket] += 1
        other[place], other_items[place] = bits_of(values[np.uint64(i)]), items[np.uint64(i)]
    for i in range(n):
        values[np.uint64(i)], items[np.uint64(i)] = float_of(other[i]), other_items[i]


@inlined
def _bucket(value, low, scale, last):
    at = (value - low) * scale
    return np.uint64(at if 0.0 < at <= last else 0.0)


@subkernel
def sort_pairs(values, items, n, other, other_items, counts):
    """Sort ``values[:n]``, float64, and `items`, uint64, along with them.

    Few by insertion, some more by buckets before, many by the bytes of the values' bits, the lowest
    first (radix sort). A byte
    that is the same in all is skipped; the last three arguments are room to work in. In between,
    the values are not numbers but bits that ascend with them.
    """
    if n <= _FEW:
        _insert(values, items, n)
        return
    if n <= _SOME:
        _fill_buckets(values, items, n, other, other_items, counts)
        _insert(values, items, n)
        return
    for digit in range(_DIGITS):
        for byte in range(256):
            counts[digit, byte] = 0
    for i in range(n):
        key = bits_of(values[i])
        if values[i] == 0.0:
            key = np.uint64(0)  # minus zero becomes zero
        key = ~key if key & _SIGN else key | _SIGN  # ascends with the value
        values[i] = float_of(key)
        for digit in range(_DIGITS):
            counts[digit, (key >> np.uint64(8 * digit)) & _BYTE] += 1
    for digit in range(_DIGITS):
        shift = np.uint64(8 * digit)
        if counts[digit, (bits_of(values[0]) >> shift) & _BYTE] == n:
            continue
        total = 0
        for byte in range(256):
            counts[digit, byte], total = total, total + counts[digit, byte]
        for i in range(n):
            key = bits_of(values[i])
            byte = (key >> shift) & _BYTE
            place = counts[digit, byte]
            counts[digit, byte] = place + 1
            other[place], other_items[place] = key, items[i]
        for i in range(n):
            values[i], items[i] = float_of(other[i]), other_items[i]
    for i in range(n):
        key = bits_of(values[i])
        values[i] = float_of(key ^ _SIGN if key & _SIGN else ~key)
