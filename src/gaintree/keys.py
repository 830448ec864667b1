"""Random numbers that follow from a key alone.

A draw is a hash of a key and a number: whoever draws it, and whatever was drawn before, it is the
same. The hash is SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
generators", OOPSLA 2014).
"""

import numpy as np

from gaintree._jit import kernel, subkernel

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_UNIT = 2.0**-53


@subkernel
def mix(key):
    """Scramble 64 bits so that neighbouring keys have nothing in common."""
    key = (key ^ (key >> np.uint64(30))) * _MIX_1
    key = (key ^ (key >> np.uint64(27))) * _MIX_2
    return key ^ (key >> np.uint64(31))


@kernel
def derive(key, number):
    """Key number `number` under `key`: of a child, or of a draw."""
    return mix(key + _GOLDEN * np.uint64(number + 1))


@kernel
def uniform(key):
    """A number in [0, 1) from `key`."""
    return (key >> np.uint64(11)) * _UNIT
