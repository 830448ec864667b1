"""Sort a few values, each with the sample it belongs to."""

import numpy as np

from gaintree._jit import bits_of, float_of, subkernel

_VERY_FEW, _FEW = 12, 48
_DIGITS = 8  # bytes of a key
_BYTE = np.uint64(255)
_SIGN = np.uint64(2**63)
_NONE = -1
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


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
def sort_pairs(values, items, n, other, other_items, counts):
    """Sort ``values[:n]``, float64, and `items`, uint64, along with them.

    Few by insertion, many by the bytes of the values' bits, the lowest first (radix sort). A byte
    that is the same in all is skipped; the last three arguments are room to work in. In between,
    the values are not numbers but bits that ascend with them.
    """
    if n <= _FEW:
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


@subkernel
def sort_repeated(values, order, n, room, counts):
    """Write to `order` the order of ``values[:n]``, equal ones as they stand; `values` is used up.

    The different values are found by hashing, and sorted; there are few of them.
    """
    if not _VERY_FEW < n <= counts.size // 2:
        for i in range(n):
            order[i] = i
        sort_pairs(values, order, n, room[0], room[1], counts)
        return
    numbers, sizes, n_different = room[2], room[3], 0
    n_rows = 1 if n <= _FEW else len(counts)  # of slots to hash to
    shift, last = np.uint64(64 - 8 if n <= _FEW else 64 - 11), np.uint64(256 * n_rows - 1)
    for row in range(n_rows):
        for i in range(256):
            counts[row, i] = _NONE
    for i in range(n):
        value = values[i]
        slot = bits_of(value + 0.0) * _GOLDEN >> shift  # minus zero is zero
        while True:
            number = counts[slot >> np.uint64(8), slot & _BYTE]
            if number == _NONE or values[number] == value:
                break
            slot = (slot + np.uint64(1)) & last
        if number == _NONE:
            number, n_different = n_different, n_different + 1
            counts[slot >> np.uint64(8), slot & _BYTE] = number
            values[number], numbers[number], sizes[number] = value, number, 0
        order[i] = number
        sizes[number] += np.uint64(1)
    sort_pairs(values, numbers, n_different, room[0], room[1], counts)
    starts, items, start = room[0], room[1], np.uint64(0)
    for i in range(n_different):
        starts[numbers[i]] = start
        start += sizes[numbers[i]]
    for i in range(n):
        number = order[i]
        items[starts[number]] = i
        starts[number] += np.uint64(1)
    for i in range(n):
        order[i] = items[i]
