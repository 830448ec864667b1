"""Room that one fit has worked in is kept for the next of the same sizes.

To make twenty arrays takes longer than to grow a small tree. Whoever borrows takes the room off the
shelf, so no two threads ever work in it; if growing fails it is not put back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gaintree._bundle import Bundle

_MOST_BYTES = 2**22  # of what is kept; to make larger room takes little beside working in it
_N_KEPT = 8
_shelf: dict[Any, Bundle] = {}


@contextmanager
def borrow(make: Callable[..., Any], *sizes: Any) -> Iterator[Bundle]:
    """Lend a bundle of ``make(*sizes)``; whatever it holds is left from the last time."""
    key = make, sizes
    bundle = _shelf.pop(key, None) or Bundle(make(*sizes))
    yield bundle
    if bundle.nbytes <= _MOST_BYTES:
        if len(_shelf) >= _N_KEPT:
            _shelf.clear()
        _shelf[key] = bundle
