"""Bundles: named arrays and numbers that kernels take as one pointer.

A named tuple of arrays is passed to a kernel as seven numbers an array, at each call on the way
down. That makes calls slow, and compiling far slower. A bundle lies in memory, and the fields of
the same names are read from there when they are asked for:

    bundle of a    | codes: 7 words | columns: 7 words | n: 1 word |
    named tuple

The words of an array are numba's own: nothing, nothing, size, item size, data, shape, strides. A
bundle in a bundle is its address, None is a word that nobody reads, and a function pointer brings
its words along.
"""

import ctypes
import functools
import struct
from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.pythonapi import PythonAPI
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    unbox,
)
from numba.np import numpy_support


class BundleType(types.Type):
    """The names of the fields and their types."""

    def __init__(self, fields: tuple[tuple[str, types.Type], ...]) -> None:
        self.fields = fields
        super().__init__(name=f"Bundle{fields}")


register_model(BundleType)(models.OpaqueModel)


@infer_getattr
class _BundleAttribute(AttributeTemplate):
    key = BundleType

    def generic_resolve(self, bundle: BundleType, name: str) -> types.Type | None:
        return dict(bundle.fields).get(name)


@lower_getattr_generic(BundleType)
def _read_field(context: Any, builder: Any, bundle: BundleType, value: Any, name: str) -> Any:
    names = [field for field, _ in bundle.fields]
    layout = ir.LiteralStructType([context.get_value_type(kind) for _, kind in bundle.fields])
    pointer = builder.bitcast(value, layout.as_pointer())
    number = ir.IntType(32)
    return builder.load(builder.gep(pointer, [number(0), number(names.index(name))]))


@unbox(BundleType)
def _unbox(bundle: BundleType, value: Any, c: Any) -> NativeValue:
    api: PythonAPI = c.pyapi
    address = api.object_getattr_string(value, "address")
    pointer = api.long_as_voidptr(address)
    api.decref(address)
    return NativeValue(pointer)


class Bundle:
    """What a kernel takes for a named tuple of arrays, int, float, None, pointers and bundles.

    It keeps them alive.
    """

    __slots__ = ("_numba_type_", "_words", "address", "fields", "nbytes")
    _numba_type_: BundleType
    address: int

    def __init__(self, fields: Any) -> None:
        self.fields = fields
        self.nbytes = 0  # of the arrays
        kinds: list[Any] = []
        words: list[int] = []
        for value in fields:
            if isinstance(value, np.ndarray):
                kinds.append((value.dtype, value.ndim))
                words += (0, 0, value.size, value.itemsize, _data_of(value))
                words += value.shape
                words += value.strides
                self.nbytes += value.nbytes
            elif isinstance(value, float):
                kinds.append(float)
                words += struct.unpack("q", struct.pack("d", value))
            elif isinstance(value, int):
                kinds.append(int)
                words.append(value)
            elif value is None:
                kinds.append(types.none)
                words.append(0)
            elif isinstance(value, Bundle):
                kinds.append(value._numba_type_)
                words.append(value.address)
            else:
                kinds.append(value.numba_type)
                words += value.words
        self._numba_type_ = _type_of(fields._fields, tuple(kinds))
        self._words = struct.pack(f"{len(words)}q", *words)
        self.address = _address_of(self._words)


@functools.cache
def _type_of(names: tuple[str, ...], kinds: tuple[Any, ...]) -> BundleType:
    return BundleType(tuple(zip(names, map(_field_type, kinds), strict=True)))


def _field_type(kind: Any) -> types.Type:
    if isinstance(kind, types.Type):
        return kind
    if kind is float:
        return types.float64
    if kind is int:
        return types.int64
    dtype, n_dimensions = kind
    return types.Array(numpy_support.from_dtype(dtype), n_dimensions, "C")


def _data_of(array: Any) -> int:
    """The address of an array's memory. NumPy's own way to it takes several times as long."""
    if array.size == 0:
        return 0
    if not array.flags.writeable:
        return int(array.ctypes.data)
    return ctypes.addressof(ctypes.c_char.from_buffer(array))


_as_address = ctypes.pythonapi.PyBytes_AsString
_as_address.argtypes, _as_address.restype = [ctypes.py_object], ctypes.c_void_p


def _address_of(words: bytes) -> Any:
    return _as_address(words)
