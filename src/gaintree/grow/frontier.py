"""The nodes that have a split but are not split yet, as a heap, the one to split next on top."""

import numpy as np

from gaintree._jit import subkernel

ENTRY = np.dtype([("priority", np.float64), ("start", np.int64), ("node", np.int64)])


@subkernel
def _comes_before(entry, priority, start):
    """The lower priority comes first; of equals the node further left in the tree."""
    return entry.priority < priority or (entry.priority == priority and entry.start <= start)


@subkernel
def _write(entry, priority, start, node):
    entry.priority, entry.start, entry.node = priority, start, node


@subkernel
def push(heap, n_entries, priority, start, node):
    """Add an entry to the `n_entries` of a heap that has room."""
    child = n_entries
    while child > 0:
        parent = (child - 1) // 2
        above = heap[parent]
        if _comes_before(above, priority, start):
            break
        _write(heap[child], above.priority, above.start, above.node)
        child = parent
    _write(heap[child], priority, start, node)


@subkernel
def pop(heap, n_entries):
    """Take the first of `n_entries` entries out; return its node."""
    top = heap[0].node
    last = heap[n_entries - 1]
    parent = 0
    while 2 * parent + 1 < n_entries - 1:
        child = 2 * parent + 1
        if child + 1 < n_entries - 1 and _comes_before(
            heap[child + 1], heap[child].priority, heap[child].start
        ):
            child += 1
        below = heap[child]
        if _comes_before(last, below.priority, below.start):
            break
        _write(heap[parent], below.priority, below.start, below.node)
        parent = child
    _write(heap[parent], last.priority, last.start, last.node)
    return top
