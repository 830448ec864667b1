"""Where compiled kernels are kept on disk, and when what is kept is still true."""

import contextlib
import functools
import hashlib
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
from numba.core.caching import (
    CompileResultCacheImpl,
    FunctionCache,
    IndexDataCacheFile,
    NullCache,
)

_PACKAGE = Path(__file__).parent
_CRITERIA = _PACKAGE / "criteria"


@functools.cache
def _kernel_stamp(of_criteria: bool) -> bytes:
    """A hash of every file of the package that holds kernels, or numbers that they use.

    Kernels call criteria through pointers and hold no copy of any. So those of the package stay as
    they are when a criterion is added or edited; the criteria, which use each other, do not.
    """
    digest = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        source = path.read_bytes()
        holds_kernels = b"gaintree._jit import" in source or b"from numba" in source
        is_criterion = path.parent == _CRITERIA
        if is_criterion <= of_criteria and (
            holds_kernels or path.parent.name in ("criteria", "encode", "grow")
        ):
            digest.update(path.name.encode() + b"\0" + source)
    return digest.digest()


def _uses_criteria(function: Callable[..., Any]) -> bool:
    """Whether a function is a criterion, of the package or of a user's."""
    path = Path(inspect.getfile(function))
    return path.parent == _CRITERIA or _PACKAGE not in path.parents


@functools.cache
def _announce_compiling() -> None:
    print("gaintree: compiling kernels, some seconds at the first use", file=sys.stderr)


# Locators of numba pass over folders where they cannot write; these do not.
_READERS: list[Any] = [
    type(locator.__name__, (locator,), {"ensure_cache_path": lambda self: None})
    for locator in CompileResultCacheImpl._locator_classes
]


class _CacheImpl(CompileResultCacheImpl):
    _locator_classes = CompileResultCacheImpl._locator_classes + _READERS


class _CacheFile(IndexDataCacheFile):
    """The cache of one kernel: an index of its signatures, and a file of code for each.

    numba writes the index first. What comes in between, another process or an end of this one, may
    leave an index that names the code of another signature or of older source. So code is stored
    with what it is code of.
    """

    def save(self, key: Any, data: Any) -> None:
        super().save(key, (self._source_stamp, key, data))

    def load(self, key: Any) -> Any:
        stored = super().load(key)
        if stored is None or stored[:2] != (self._source_stamp, key):
            return None
        return stored[2]


class _PackageCache(FunctionCache):
    """numba's disk cache, fresh as long as no kernel of the package has changed.

    numba itself looks only at the file that a kernel stands in and would go on using old code of
    the kernels it calls. What cannot be read, because it is damaged or names a type that has moved,
    counts as not there and is written anew. What is compiled in folders where this process cannot
    write, as in a read-only installation, is used.
    """

    _impl_class = _CacheImpl

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = self._file_in(self.cache_path)

    def _file_in(self, folder: str) -> _CacheFile:
        # The function itself may stand in another file, a criterion of a user's.
        stamp = (
            self._impl.locator.get_source_stamp(),
            _kernel_stamp(_uses_criteria(self._py_func)),
        )
        return _CacheFile(folder, self._impl.filename_base, stamp)

    def save_overload(self, signature: Any, data: Any) -> None:
        with contextlib.suppress(OSError):  # read-only, or full: the next process compiles anew
            super().save_overload(signature, data)

    def load_overload(self, signature: Any, target_context: Any) -> Any:
        compiled = None
        try:
            compiled = super().load_overload(signature, target_context)
        except Exception:  # whatever unpickling a damaged file raises
            with contextlib.suppress(OSError):
                self.flush()
        if compiled is None:
            compiled = self._load_elsewhere(signature, target_context)
        if compiled is None:
            _announce_compiling()
        return compiled

    def _load_elsewhere(self, signature: Any, target_context: Any) -> Any:
        own, source = self._cache_file, inspect.getfile(self._py_func)
        try:
            for reader in _READERS:
                locator = reader.from_function(self._py_func, source)
                if locator is None or locator.get_cache_path() == self.cache_path:
                    continue
                if numba.config.CACHE_DIR and os.access(locator.get_cache_path(), os.W_OK):
                    continue  # the user has named another folder
                self._cache_file = self._file_in(locator.get_cache_path())
                with contextlib.suppress(Exception):
                    compiled = super().load_overload(signature, target_context)
                    if compiled is not None:
                        return compiled
        finally:
            self._cache_file = own
        return None


class _NoCache(NullCache):
    """No cache: every process compiles."""

    def load_overload(self, signature: Any, target_context: Any) -> None:
        _announce_compiling()


def cache_of(function: Callable[..., Any]) -> Any:
    """A disk cache for `function`, or none where no folder can hold one."""
    try:
        return _PackageCache(function)
    except RuntimeError as error:
        if "cannot cache function" not in str(error):
            raise
        return _NoCache()
