"""The house decorators: the one place that decides how kernels are compiled.

``kernel`` compiles on first use, caches on disk and releases the GIL. Nothing else in the
package calls numba's decorators, so that caching, error model and threading have one owner.
"""

import functools
from collections.abc import Callable
from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.ccallback import CFunc
from numba.core.registry import CPUDispatcher
from numba.core.sigutils import normalize_signature
from numba.experimental.function_type import FunctionModel
from numba.extending import (
    NativeValue,
    intrinsic,
    register_jitable,
    register_model,
    typeof_impl,
    unbox,
)

from gaintree._cache import cache_of
from gaintree._compiler import KernelCompiler, PartCompiler

_WEIGHTS = types.Array(types.float64, 1, "C")
_ROWS = types.Array(types.float64, 2, "C")

_OPTIONS = {"nogil": True, "error_model": "numpy"}

#: float64(weight of each class, their sum, the criterion's parameter)
IMPURITY = types.float64(_WEIGHTS, types.float64, types.float64)

#: float64(left class weights, right class weights, their two sums, the criterion's parameter)
SCORE = types.float64(_WEIGHTS, _WEIGHTS, types.float64, types.float64, types.float64)

#: float64(left class weights, right class weights, their two sums, cost of the left side, of the
#: right side, of the node, a parameter)
VALUE = types.float64(_WEIGHTS, _WEIGHTS, *[types.float64] * 6)

#: float64(left class weights and right class weights, each a row a column; log2 of the number of
#: cuts of the column, a random number of its own; room for a value each; the parameter)
RANK = types.float64(_ROWS, _ROWS, _WEIGHTS, _WEIGHTS, _WEIGHTS, types.float64)

#: float64(weight, the criterion's parameter)
TERM = types.float64(types.float64, types.float64)

#: A formula that is called from kernels and from Python alike.
formula = register_jitable


class _Subkernel(CPUDispatcher):
    """numba's dispatcher. To numba a literal is a type of its own; here it is a number as others.

    A subkernel would be compiled once more for each literal that it is called with.
    """

    def get_call_template(self, args: Any, kws: Any) -> Any:
        plain = tuple(map(types.unliteral, args))
        return super().get_call_template(plain, {k: types.unliteral(kws[k]) for k in kws})


def require_compiler() -> None:
    """Raise if numba is told not to compile: growth runs compiled only."""
    if numba.config.DISABLE_JIT:
        raise RuntimeError("NUMBA_DISABLE_JIT is set; growing a tree needs numba's compiler.")


def kernel(function: Callable[..., Any]) -> Any:
    """Compile `function` on its first call: cached on disk, without the GIL, NumPy's division.

    A kernel makes no arrays: what it needs room for is passed to it. Without counting references,
    which is what that is for, small kernels are several times faster.
    """
    return _cached(_compiled(function, _nrt=False))


def subkernel(function: Callable[..., Any]) -> Any:
    """Compile a kernel that only kernels call. It is part of theirs and has no cache of its own."""
    return _part(function)


def inlined(function: Callable[..., Any]) -> Any:
    """Compile a few lines that kernels call in their loops: they are put in place of the call."""
    return _part(function, forceinline=True)


def allocating_kernel(function: Callable[..., Any]) -> Any:
    """Compile a kernel that makes arrays of its own."""
    return _cached(_compiled(function))


def _compiled(function: Callable[..., Any], **options: Any) -> Any:
    options |= {"pipeline_class": KernelCompiler, "no_cfunc_wrapper": True, **_OPTIONS}
    return numba.njit(**options)(function)


def _part(function: Callable[..., Any], **options: Any) -> Any:
    if numba.config.DISABLE_JIT:
        return function
    options |= {"nopython": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    options |= {"_nrt": False, **_OPTIONS}
    return _Subkernel(function, targetoptions=options, pipeline_class=PartCompiler)


def _cached(dispatcher: Any) -> Any:
    if not numba.config.DISABLE_JIT:
        dispatcher._cache = cache_of(dispatcher.py_func)
    return dispatcher


class _PointerType(types.FunctionType):
    """A function pointer that enters a kernel in 2 us; one of numba's own type takes 10."""


register_model(_PointerType)(FunctionModel)


class _Pointer(CFunc):
    """A compiled function that knows its type."""

    def __init__(self, function: Callable[..., Any], signature: Any, is_kept: bool = True) -> None:
        options = {"error_model": "numpy"}
        super().__init__(function, normalize_signature(signature), locals={}, options=options)
        self.numba_type = _PointerType(signature)
        if is_kept:
            self._cache = cache_of(function)
        self.compile()

    @property
    def words(self) -> tuple[Any, ...]:
        """What a bundle holds of it: the address, and nothing in the place of others."""
        return (self.address, 0, 0)


@typeof_impl.register(_Pointer)
def _type_of(function, _):
    return function.numba_type


@unbox(_PointerType)
def _address_of(numba_type, function, c):
    """Machine code that reads the address from the object, and leaves all other fields zero."""
    address = c.pyapi.object_getattr_string(function, "_wrapper_address")
    fields = cgutils.create_struct_proxy(numba_type)(
        c.context, c.builder, value=c.context.get_constant_null(numba_type)
    )
    fields.c_addr = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(fields._getvalue())


@functools.cache
def pointer(signature: Any, function: Callable[..., Any]) -> Any:
    """Compile `function` to a typed function pointer that a kernel can take as an argument.

    The pointer's type is its signature alone. A kernel that calls through it is compiled once for
    all criteria, and its cache holds no copy of any of them.
    """
    if numba.config.DISABLE_JIT:
        return function
    return _Pointer(function, signature)


def compiled_function(function: Callable[..., Any]) -> Any:
    """A function of a user's, to be called from compiled code; one that is compiled stays so."""
    if isinstance(function, CPUDispatcher):
        return function
    return numba.njit(**_OPTIONS)(function)


def own_pointer(signature: Any, function: Callable[..., Any]) -> Any:
    """A pointer to a function that calls one of a user's.

    It is kept by no disk cache, which would not see that something the user's function uses has
    changed.
    """
    try:
        return _Pointer(function, signature, is_kept=False)
    except Exception as error:  # numba raises many a kind, and not only its own
        raise TypeError(str(error)) from error


@intrinsic
def prefetch(typing_context, array, index):
    """Ask for the memory of ``array[index]``; nothing waits for it."""

    def codegen(context, builder, signature, arguments):
        array_type = signature.args[0]
        view = context.make_array(array_type)(context, builder, arguments[0])
        item = cgutils.get_item_pointer(
            context, builder, array_type, view, [arguments[1]], wraparound=False
        )
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        function = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte, number, number, number]),
            "llvm.prefetch.p0",
        )
        # For reading (0), to all levels of the cache (3), data (1).
        builder.call(function, [builder.bitcast(item, byte), number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, types.uint64), codegen


@intrinsic
def bits_of(typing_context, number):
    """The bits of a float64, as a word."""

    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.uint64(types.float64), codegen


@intrinsic
def float_of(typing_context, word):
    """The float64 that has the bits of a word."""

    def codegen(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.uint64), codegen


@intrinsic
def count_ones(typing_context, word):
    """The number of bits of a word that are one."""

    def codegen(context, builder, signature, arguments):
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), codegen


@intrinsic
def first_one(typing_context, word):
    """The number of the lowest bit of a word that is one; the word is not zero."""

    def codegen(context, builder, signature, arguments):
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), codegen


@intrinsic
def last_one(typing_context, word):
    """The number of the highest bit of a word that is one; the word is not zero."""

    def codegen(context, builder, signature, arguments):
        zeros = builder.ctlz(arguments[0], ir.Constant(ir.IntType(1), 1))
        return builder.sub(ir.Constant(ir.IntType(64), 63), zeros)

    return types.int64(types.uint64), codegen


def read_only(array):
    """A view for kernels that do not write: else they are compiled once more for arrays that
    nobody may write to."""
    view = array.view()
    view.flags.writeable = False
    return view
