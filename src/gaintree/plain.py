"""What of the input is plain: arrays that scikit-learn's checks would hand back as they are.

Those checks look for frames, lists, sparse matrices and more before they come to an array's
values, which takes longer than to grow a small tree.
"""

from typing import Any

import numpy as np

from gaintree._jit import kernel, read_only


@kernel
def _has_infinity(values):
    found = False
    for i in range(len(values)):  # as it stands it is vectorised; a way out, or an iterator, is not
        found |= abs(values[i]) == np.inf
    return found


def is_plain_matrix(X: Any) -> bool:
    """Whether `X` is an array of floats, not empty, not scattered in memory, without infinity."""
    return (
        type(X) is np.ndarray
        and X.ndim == 2
        and X.size > 0
        and (X.dtype == np.float64 or X.dtype == np.float32)
        and X.flags.forc
        and not _has_infinity(read_only(X.ravel(order="K")))
    )


def is_plain_vector(y: Any) -> bool:
    """Whether `y` is an array, not empty, of integers, booleans, strings or finite floats."""
    return (
        type(y) is np.ndarray
        and y.ndim == 1
        and y.size > 0
        and (y.dtype.kind in "biuU" or (y.dtype.kind == "f" and bool(np.isfinite(y).all())))
    )


def are_plain_weights(weights: Any, n_samples: int) -> bool:
    """Whether `weights` is an array of finite floats, none of them negative, not all zero."""
    return (
        type(weights) is np.ndarray
        and weights.shape == (n_samples,)
        and weights.dtype == np.float64
        and bool(weights.min() >= 0.0)
        and bool(0.0 < weights.max() < np.inf)
    )
