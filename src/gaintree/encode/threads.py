"""Threads around kernels, which run without the interpreter."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_in_threads(task: Callable[[Any], Any], items: Iterable[Any], n_threads: int) -> list[Any]:
    """Return ``[task(item) for item in items]``, done by so many threads."""
    if n_threads == 1:
        return [task(item) for item in items]
    with ThreadPoolExecutor(n_threads) as pool:
        return list(pool.map(task, items))
