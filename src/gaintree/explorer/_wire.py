"""Data as text within a page: packed arrays, and JSON that cannot end the element it is in."""

import base64
import json
from typing import Any

import numpy as np
import numpy.typing as npt

_LONGEST = 80  # letters of a name

# Characters that mean something to HTML, as JSON may write them, too.
_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&"}


def pack(array: npt.ArrayLike, dtype: str) -> dict[str, str]:
    """Return the bytes of an array, little-endian, as text.

    Parameters
    ----------
    array : array-like
    dtype : {"u1", "u2", "i4", "f4", "f8"}

    Returns
    -------
    packed : dict
        `dtype` and `base64`.
    """
    contiguous = np.ascontiguousarray(array, dtype=np.dtype(dtype).newbyteorder("<"))
    return {"dtype": dtype, "base64": base64.b64encode(contiguous.tobytes()).decode("ascii")}


def to_json(value: Any) -> str:
    """Return JSON in ASCII that is safe within a script element."""
    return json.dumps(value, allow_nan=False, separators=(",", ":")).translate(_ESCAPES)


def short(name: Any) -> str:
    """Return a name as text of no more letters than a page has room for."""
    text = str(name)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
