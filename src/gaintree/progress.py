"""Growth told to scikit-learn's callbacks, which there are from 1.9 on."""

from collections.abc import Callable
from typing import Any

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Nothing: there are no callbacks to set."""

    def with_callbacks(method: Callable[..., Any]) -> Callable[..., Any]:
        """Return `method`: nobody can set a callback."""
        return method


__all__ = ["CallbackSupportMixin", "Progress", "progress_of", "with_callbacks"]

_STEPS = 100  # a bar moves by whole steps only


class Progress:
    """Tells the callbacks of an estimator which share of its fit is done, in percent.

    They get `X`, `y` and the weights as `fit` got them, so that they can call `score`.
    Contexts of callbacks are not locked: all methods are for the thread that called `fit`.
    """

    def __init__(self, estimator: Any, X: Any, y: Any, sample_weight: Any) -> None:
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        self._estimator = estimator
        self._data = {"X": X, "y": y, "metadata": metadata}
        self._n_told, self._is_stopped = 0, False
        self._root = estimator._init_callback_context(max_subtasks=_STEPS)
        self._root.call_on_fit_task_begin(estimator=estimator, **self._data)

    def __call__(self, share: float) -> bool:
        """Tell that a share of the fit is done; return whether a callback asks to stop."""
        while self._n_told < int(share * _STEPS) and not self._is_stopped:
            self._n_told += 1
            step = self._root.subcontext(task_name="percent")
            step.call_on_fit_task_begin(estimator=self._estimator)
            self._is_stopped = step.call_on_fit_task_end(estimator=self._estimator)
        return self._is_stopped

    def end(self) -> None:
        """Tell that the estimator is fitted."""
        self(1.0)
        self._root.call_on_fit_task_end(
            estimator=self._estimator,
            reconstruction_attributes={},  # it has all of them already
            **self._data,
        )


def progress_of(estimator: Any, X: Any, y: Any, sample_weight: Any) -> Progress | None:
    """Return what tells the callbacks of `estimator` of its fit, None if it has none."""
    if not hasattr(estimator, "_skl_callbacks"):
        return None
    return Progress(estimator, X, y, sample_weight)
