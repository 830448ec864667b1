"""What the leaves of a tree say of samples that it was not grown from, alike for every learner."""

from typing import Any

import numpy as np
import numpy.typing as npt

from tables import Record

Array = npt.NDArray[Any]


def count_leaves(ends: Array, y: Array, n_classes: int) -> tuple[Array, Array]:
    """Return the names of the leaves that training samples end in, and their class counts.

    The last row of the counts is of all samples: for leaves that no training sample ends in, which
    only those have who send samples several ways.
    """
    names, leaf = np.unique(np.ravel(ends), return_inverse=True)
    counts = np.zeros((len(names) + 1, n_classes), dtype=np.int64)
    np.add.at(counts, (leaf, y), 1)
    counts[-1] = counts.sum(axis=0)
    return names, counts


def look_up(names: Array, counts: Array, ends: Array) -> Array:
    """Return the class counts of the leaf that each sample ends in."""
    ends = np.ravel(ends)
    at = np.minimum(np.searchsorted(names, ends), len(names) - 1)
    return counts[np.where(names[at] == ends, at, len(names))]


def quality(train_ends: Array, train_y: Array, ends: Array, y: Array, n_classes: int) -> Record:
    """Return leaves, accuracy and log loss, from the leaves that samples end in alone.

    A leaf stands for its training counts, one added to each class.
    """
    names, counts = count_leaves(train_ends, train_y, n_classes)
    found = look_up(names, counts, ends)
    share = (found[np.arange(len(y)), y] + 1) / (found.sum(axis=1) + n_classes)
    return {
        "leaves": len(names),
        "accuracy": float(np.mean(found.argmax(axis=1) == y)),
        "log_loss": float(-np.log(share).mean()),
    }
