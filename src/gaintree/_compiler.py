"""numba's compiler, with less of it: what no kernel of the package needs is left out.

The first fit on a machine waits for some 150 functions to be compiled. Most of that time is spent
in numba's passes, which are Python.
"""

import gc
from typing import Any, ClassVar

from llvmlite.binding import Linkage
from numba.core import typed_passes, untyped_passes
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler, Flags
from numba.core.compiler_machinery import PassManager

# Left out are the passes for closures, `with`, literal arguments, inlining by numba instead of LLVM
# and expressions of whole arrays.
_PASSES: list[Any] = [
    untyped_passes.TranslateByteCode,
    untyped_passes.FixupArgs,
    untyped_passes.IRProcessing,
    untyped_passes.RewriteSemanticConstants,
    untyped_passes.DeadBranchPrune,
    untyped_passes.GenericRewrites,
    untyped_passes.RewriteDynamicRaises,
    untyped_passes.ReconstructSSA,
    untyped_passes.DeadBranchPrune,
    typed_passes.NopythonTypeInference,
    typed_passes.PreLowerStripPhis,
    typed_passes.IRLegalization,
    typed_passes.AnnotateTypes,
    typed_passes.NativeLowering,
    typed_passes.NoPythonBackend,
]


class _SharedFlags(Flags):
    """Flags of which there is one object for equal ones, so that it is quickly found in a cache.

    numba asks its caches of implementations, with the flags as part of the key, some 50,000 times.
    """

    _known: ClassVar[dict[Any, "_SharedFlags"]] = {}

    @classmethod
    def of(cls, flags: Flags) -> "_SharedFlags":
        key = frozenset((name, str(value)) for name, value in flags.values().items())
        return cls._known.setdefault(key, cls(flags))

    def __init__(self, flags: Flags) -> None:
        super().__init__(flags)
        self._hash = super().__hash__()

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _SharedFlags):
            return self is other
        return super().__eq__(other)

    def copy(self) -> Flags:
        return Flags(self)


class _Options(Flags):
    """The flags that a function is compiled with."""

    def copy(self) -> Flags:
        return _SharedFlags.of(self)


class _NoMachine:
    """In place of what holds machine code: there is none to be told where its globals are."""

    @staticmethod
    def set_env(name: str, environment: Any) -> None:
        pass


def _all_below(library: Any) -> list[Any]:
    """Libraries that the code of `library` needs, each once: its own, and those of its parts."""
    found = dict.fromkeys(library._linking_libraries)
    waiting = list(found)
    while waiting:
        below = waiting.pop()
        if isinstance(below, _Part):
            new = [one for one in below._linking_libraries if one not in found]
            found |= dict.fromkeys(new)
            waiting += new
    return list(found)


class _Part(JITCodeLibrary):
    """The code of a subkernel, to be linked into kernels, and optimised and compiled only there.

    numba would optimise and compile it with all that it calls, and again as part of each of its
    callers, from level to level. All that takes twice as long, and no kernel is the faster for it.
    """

    codegen = _NoMachine
    _shared_module: Any

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def finalize(self) -> None:
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage == Linkage.external:
                function.linkage = "linkonce_odr"
        self._finalized = True

    def _get_module_for_linking(self) -> Any:
        """The part with all below it, for callers that are no kernels of the package."""
        if self._shared_module is None:
            whole = self._final_module.clone()
            for library in _all_below(self):
                module = library._final_module if isinstance(library, _Part) else None
                whole.link_in(module or library._get_module_for_linking(), preserve=True)
                self._reload_init.update(library._reload_init)
            self._shared_module = whole
        return self._shared_module

    def get_pointer_to_function(self, name: str) -> int:
        self._ensure_finalized()
        return 0


class _Kernel(JITCodeLibrary):
    """The code of a kernel, with that of all parts below it, each linked in once."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._linking_libraries: list[Any] = []
        self.enable_object_caching()

    def finalize(self) -> None:
        below = _all_below(self)
        for part in below:
            if isinstance(part, _Part):
                self._reload_init.update(part._reload_init)
                self._final_module.link_in(part._final_module, preserve=True)
        self._linking_libraries = [one for one in below if not isinstance(one, _Part)]
        super().finalize()

    def _optimize_final_module(self) -> None:
        """Optimise once. numba runs cheaper passes before, to find counts of references."""
        passes, builder = self._codegen._module_pass_manager()
        passes.run(self._final_module, builder)


class KernelCompiler(Compiler):
    """Compile without looking for garbage: numba makes millions of objects, and few go."""

    library: type[JITCodeLibrary] = _Kernel

    def compile_extra(self, function: Any) -> Any:
        self.state.flags = _Options(self.state.flags)
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return super().compile_extra(function)
        finally:
            if was_enabled:
                gc.enable()

    def define_pipelines(self) -> Any:
        state = self.state
        state.library = self.library(state.targetctx.codegen(), state.func_id.func_qualname)
        passes = PassManager("kernel")
        for one in _PASSES:
            passes.add_pass(one, one.__name__)
        passes.finalize()
        return [passes]


class PartCompiler(KernelCompiler):
    """Compile to code that is linked into kernels."""

    library = _Part
