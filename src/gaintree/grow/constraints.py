"""Constraints: in which direction the share of a class may go, which features may stand together.

A feature may have a sign: along it the share of class 0 must not fall, or must not rise. A cut of
such a feature is admissible if the shares of its two sides are in that order and within the bounds
of the node:

    bounds of the node     low                          high
                            |     left      right        |
    children of a cut       |------o----|----o-----------|      the middle of both shares parts
                            |   left    |     right      |      the bounds of what is below

Whatever is cut below, by any feature, what is left of the cut stays below what is right of it, as
shares are clipped to the bounds of their node in the end. That is scikit-learn's rule.

Which features a node may be split on depends on those that its path has used: all that are in one
group with these, or all up to a number of different features on a path, and then the used ones.

Both are a matter of a node and a cut. The bounds of costs (bound.py) stay true, as they hold for
all cuts, admissible or not.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._jit import count_ones, subkernel
from gaintree.grow.draw import draw_all
from gaintree.grow.sets import is_in_set
from gaintree.grow.tally import weigh

ANY_NUMBER = 2**62


class Constraints(NamedTuple):
    """What a tree must not do."""

    #: (n_features,), 1 where the share of class 0 must not fall along a feature, -1 where it must
    #: not rise, else 0
    signs: npt.NDArray[np.int64]
    most_features: int  # different ones on a path; 0 where groups decide
    groups: list[list[int]]  # of features that may be together on a path; each is in one at least


class Limits(NamedTuple):
    """The constraints as kernels take them, and what they are at the node that is searched."""

    signs: npt.NDArray[np.int64]  # (n_features,)
    most_features: int
    starts: npt.NDArray[np.int64]  # (n_groups + 1,), of each group among ...
    members: npt.NDArray[np.int64]  # ... the features of all groups
    group_starts: npt.NDArray[np.int64]  # (n_features + 1,), of each feature among ...
    group_numbers: npt.NDArray[np.int64]  # ... the groups of all features
    bounds: npt.NDArray[np.float64]  # (2,), of the share of class 0
    allowed: npt.NDArray[np.uint64]  # (n_words,), the features that it may be split on
    right: npt.NDArray[np.int64]  # (tally_length,), what is right of a cut
    weights: npt.NDArray[np.float64]  # (n_classes,), of one side


def n_words_of(constraints: Constraints | None) -> int:
    """Words of a set of features; 0 where they need not be noted."""
    return 0 if constraints is None else -(-len(constraints.signs) // 64)


def new_limits(constraints: Constraints, n_classes: int, tally_length: int) -> Limits:
    """Return the constraints as kernels take them."""
    n_features, groups = len(constraints.signs), constraints.groups
    sizes = np.array([len(group) for group in groups], dtype=np.int64)
    members = np.array([feature for group in groups for feature in group], dtype=np.int64)
    numbers = np.repeat(np.arange(len(groups)), sizes)
    return Limits(
        signs=constraints.signs,
        most_features=constraints.most_features,
        starts=np.concatenate(([0], np.cumsum(sizes))),
        members=members,
        group_starts=np.concatenate(([0], np.bincount(members, minlength=n_features).cumsum())),
        group_numbers=numbers[np.argsort(members, kind="stable")],
        bounds=np.empty(2),
        allowed=np.empty(n_words_of(constraints), dtype=np.uint64),
        right=np.empty(tally_length, dtype=np.int64),
        weights=np.empty(n_classes),
    )


@subkernel
def is_constrained(feature, m):
    """Whether a feature has a sign, so that its best cut may be inadmissible."""
    if m is not None:
        return m.signs[feature] != 0
    return False


@subkernel
def _share(tally, labels, m):
    """The share of class 0."""
    total = weigh(tally, labels, m.weights)
    return m.weights[0] / total


@subkernel
def keeps_order(left, node, feature, labels, m):
    """Whether the shares of class 0 on both sides of a cut are as the constraints want them."""
    if m is not None:
        sign = m.signs[feature]
        if sign != 0:
            for j in range(len(node)):
                m.right[j] = node[j] - left[j]
            share_left, share_right = _share(left, labels, m), _share(m.right, labels, m)
            low, high = min(share_left, share_right), max(share_left, share_right)
            is_ordered = (share_left - share_right) * sign <= 0.0
            return is_ordered and low >= m.bounds[0] and high <= m.bounds[1]
    return True


@subkernel
def _allow(words, m):
    """Allow the features of those groups that hold all features of a set."""
    n_used, rarest, fewest = 0, 0, len(m.members) + 1
    for feature in range(len(m.signs)):
        if is_in_set(words, feature):
            n_used += 1
            n_groups = m.group_starts[feature + 1] - m.group_starts[feature]
            if n_groups < fewest:
                rarest, fewest = feature, n_groups
    for i in range(m.group_starts[rarest], m.group_starts[rarest + 1]):
        group, n_shared = m.group_numbers[i], 0
        for j in range(m.starts[group], m.starts[group + 1]):
            n_shared += is_in_set(words, m.members[j])
        if n_shared == n_used:
            for j in range(m.starts[group], m.starts[group + 1]):
                feature = m.members[j]
                m.allowed[feature >> 6] |= np.uint64(1) << np.uint64(feature & 63)


@subkernel
def enter_node(i, g, m):
    """Make the constraints those of node `i`."""
    if m is not None:
        used, n_used = g.used[i], 0
        m.bounds[0], m.bounds[1] = g.bounds[i, 0], g.bounds[i, 1]
        for word in used:
            n_used += count_ones(word)
        takes_any = n_used == 0 or n_used < m.most_features
        for j in range(len(used)):
            m.allowed[j] = ~np.uint64(0) if takes_any else np.uint64(0)
            if not takes_any and m.most_features > 0:
                m.allowed[j] = used[j]
        if not takes_any and m.most_features == 0:
            _allow(used, m)


@subkernel
def order_features(features, is_drawn, key, m):
    """Bring the features that a node may be split on to the front, drawn or not; count them."""
    if is_drawn:
        draw_all(features, key)
    n_allowed = len(features)
    if m is not None:
        n_allowed = 0
        for i in range(len(features)):
            if not is_drawn:
                features[i] = i
            if is_in_set(m.allowed, features[i]):
                features[n_allowed], features[i] = features[i], features[n_allowed]
                n_allowed += 1
    return n_allowed


@subkernel
def bequeath(i, at, g, labels, m):
    """Write the constraints of the children of node `i`, which are records `at` and `at` + 1."""
    if m is not None:
        feature, bounds = g.nodes[i].feature, g.bounds
        for child in (at, at + 1):
            bounds[child, 0], bounds[child, 1] = bounds[i, 0], bounds[i, 1]
            for j in range(g.used.shape[1]):
                g.used[child, j] = g.used[i, j]
            g.used[child, feature >> 6] |= np.uint64(1) << np.uint64(feature & 63)
        sign = m.signs[feature]
        if sign != 0:
            share_left = _share(g.tallies[at], labels, m)
            share_right = _share(g.tallies[at + 1], labels, m)
            below, above = (at, at + 1) if sign > 0 else (at + 1, at)
            bounds[below, 1] = bounds[above, 0] = share_left / 2.0 + share_right / 2.0


def clip_shares(
    value: npt.NDArray[np.float64], bounds: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return the class shares of nodes, that of class 0 of two within the bounds of the node."""
    if bounds.shape[1] == 0 or value.shape[1] != 2:
        return value
    first = np.clip(value[:, 0], bounds[:, 0], bounds[:, 1])
    clipped = np.column_stack((first, 1.0 - first))
    return np.where((first != value[:, 0])[:, None], clipped, value)
