"""What the pictures have in common: matplotlib when it is used, and colours that all can tell."""

from typing import Any

#: M. Okabe and K. Ito, "Color universal design", 2008.
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, VERMILION, YELLOW, BLACK = "#56B4E9", "#D55E00", "#F0E442", "#000000"
GREY, LIGHT = "#767676", "#D9D9D9"

_CLASSES = [BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, YELLOW]


def pyplot(display: str) -> Any:
    """Return matplotlib's pyplot.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            f"{display}.plot needs matplotlib: pip install 'gaintree[plot]'."
        ) from error
    return plt


def class_colours(n_classes: int) -> list[Any]:
    """A colour for each class; of more than seven, shades from dark to light."""
    if n_classes <= len(_CLASSES):
        return list(_CLASSES[:n_classes])
    from matplotlib import colormaps

    return [colormaps["cividis"](k / (n_classes - 1)) for k in range(n_classes)]


MOST_NAMED = 12  # classes in a legend


def legend_title(n_classes: int) -> str | None:
    """What a legend says of the classes that it has no room for."""
    return f"{MOST_NAMED} of {n_classes} classes" if n_classes > MOST_NAMED else None


def shorten(text: str, width: int) -> str:
    """The text cut to so many characters; a dollar sign starts no formula."""
    text = text if len(text) <= width else f"{text[: width - 1]}…"
    return text.replace("$", r"\$")


def clean(ax: Any) -> None:
    """Take away the frame that says nothing."""
    ax.spines[["top", "right"]].set_visible(False)
