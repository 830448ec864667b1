"""How far long work is, on stderr."""

import sys


class ProgressLine:
    """A line that is written over; where stderr is no terminal, a line a step.

    Parameters
    ----------
    is_shown : bool
        Nothing is written otherwise.
    """

    def __init__(self, is_shown: bool) -> None:
        self._is_shown = is_shown
        self._is_live = is_shown and sys.stderr.isatty()
        self._step = ""

    def say(self, step: str, detail: str = "") -> None:
        """Tell the step that is being done, and what of it."""
        if self._is_live:
            print(f"\r\033[K{step}  {detail}", end="", file=sys.stderr, flush=True)
        elif self._is_shown and step != self._step:
            print(step, file=sys.stderr, flush=True)
        self._step = step

    def clear(self) -> None:
        """Take the line away."""
        if self._is_live:
            print("\r\033[K", end="", file=sys.stderr, flush=True)
