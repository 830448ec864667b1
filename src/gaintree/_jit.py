"""The house decorator: the one place that decides how kernels are compiled.

``kernel`` compiles on first use, caches on disk and releases the GIL. Nothing else in the
package calls numba's decorators, so that caching, error model and threading have one owner.
"""

from collections.abc import Callable
from typing import Any

import numba
from numba import types

#: float64(weight of each class, their sum, the criterion's parameter)
IMPURITY = types.float64(types.Array(types.float64, 1, "C"), types.float64, types.float64)

#: float64(left class weights, right class weights, their two sums, the criterion's parameter)
SCORE = types.float64(
    types.Array(types.float64, 1, "C"),
    types.Array(types.float64, 1, "C"),
    types.float64,
    types.float64,
    types.float64,
)


def _with_cache(compiler: Callable[..., Any], **options: Any) -> Any:
    """Call a numba compiler with its disk cache, or without one where no folder can hold it."""
    try:
        return compiler(cache=True, **options)
    except RuntimeError as error:  # numba finds neither a writable __pycache__ nor a user cache
        if "cannot cache function" not in str(error):
            raise
        return compiler(**options)


def kernel(function: Callable[..., Any]) -> Any:
    """Compile `function` on first call: cached on disk, without the GIL, NumPy's division."""
    return _with_cache(
        lambda **options: numba.njit(nogil=True, error_model="numpy", **options)(function)
    )


def pointer(signature: Any, function: Callable[..., Any]) -> Any:
    """Compile `function` to a typed function pointer that a kernel can take as an argument.

    The pointer's type is its signature alone. A kernel that calls through it is compiled once for
    all criteria, and its cache holds no copy of any of them.
    """
    return _with_cache(lambda **options: numba.cfunc(signature, **options)(function))
