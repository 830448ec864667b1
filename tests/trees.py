"""Trees made by dice: any shape, any counts of classes, grown from no samples at all."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gaintree.tree import LEAF, UNDEFINED, Tree


def for_all(*args, max_examples=60):
    """A test of so many cases; the first may have to compile."""
    return lambda test: settings(deadline=None, max_examples=max_examples)(given(*args)(test))


def tree_of(nested, n_features=3, seed=0):
    """A tree from class counts, nested: a leaf is a list of them, a split a pair of branches."""
    counts, children = [], []

    def add(branch):
        node = len(counts)
        counts.append(np.zeros(0))
        children.append((LEAF, LEAF))
        if isinstance(branch, tuple):
            children[node] = (add(branch[0]), add(branch[1]))
            counts[node] = counts[children[node][0]] + counts[children[node][1]]
        else:
            counts[node] = np.asarray(branch, dtype=np.float64)
        return node

    add(nested)
    rng, counts = np.random.default_rng(seed), np.array(counts)
    left, right = np.array(children).T
    n_nodes, weight, is_leaf = len(counts), counts.sum(axis=1), left == LEAF
    p = counts / weight[:, None]
    samples = np.where(is_leaf, np.ceil(weight), 0).astype(np.int64)
    for node in range(n_nodes - 1, -1, -1):
        if not is_leaf[node]:
            samples[node] = samples[left[node]] + samples[right[node]]
    return Tree(
        n_features=n_features,
        children_left=left.copy(),
        children_right=right.copy(),
        feature=np.where(is_leaf, UNDEFINED, rng.integers(0, n_features, n_nodes)),
        threshold=np.where(is_leaf, UNDEFINED, rng.normal(size=n_nodes)),
        missing_go_to_left=np.where(is_leaf, 0, rng.integers(0, 2, n_nodes)).astype(np.uint8),
        impurity=-(p * np.log2(np.where(p > 0, p, 1))).sum(axis=1),
        n_node_samples=samples,
        weighted_n_node_samples=weight,
        value=p[:, None, :],
    )


def with_categories(tree, rng):
    """The tree with splits by category, on every other column."""
    by_category = tree.feature % 2 == 1
    rows = np.full(tree.node_count, -1)
    rows[by_category] = np.arange(by_category.sum())
    return replace(
        tree,
        threshold=np.where(by_category, np.nan, tree.threshold),
        category_set=rows,
        left_categories=rng.integers(0, 2**64, (by_category.sum(), 2), dtype=np.uint64),
    )


# Counts of the classes in a leaf.


def few(rng, n_classes):
    return rng.integers(0, 4, n_classes)


def many(rng, n_classes):
    return rng.integers(0, 200, n_classes)


def pure(rng, n_classes):
    return rng.integers(1, 6) * np.eye(n_classes, dtype=int)[rng.integers(n_classes)]


def single(rng, n_classes):
    return np.eye(n_classes, dtype=int)[rng.integers(n_classes)]


def tilted(rng, n_classes):
    """Mostly of one class, the same in many leaves: splits that gain little."""
    return rng.integers(0, 3, n_classes) + 10 * (np.arange(n_classes) == rng.random() // 0.8)


def weighted(rng, n_classes):
    return rng.random(n_classes) * 10.0 ** rng.integers(-2, 3)


WHOLE = [few, many, pure, single, tilted]
COUNTS = [*WHOLE, weighted]


# Shapes: where the leaves of a branch are parted.


def anywhere(rng, n):
    return rng.integers(1, n)


def in_the_middle(rng, n):
    return n // 2


def first_from_rest(rng, n):
    return 1


def last_from_rest(rng, n):
    return n - 1


SHAPES = [anywhere, in_the_middle, first_from_rest, last_from_rest]


@st.composite
def trees(draw, max_leaves=8, counts=COUNTS, n_classes=(1, 2, 3, 5)):
    """A tree of up to `max_leaves` leaves."""
    n_leaves = draw(st.integers(1, max_leaves))
    kinds = draw(st.lists(st.sampled_from(counts), min_size=1, max_size=2))
    part = draw(st.sampled_from(SHAPES))
    n_classes, seed = draw(st.sampled_from(n_classes)), draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)

    def leaf():
        while not (found := kinds[rng.integers(len(kinds))](rng, n_classes)).sum():
            pass
        return found

    def branch(n):
        if n == 1:
            return leaf()
        middle = part(rng, n)
        return (branch(middle), branch(n - middle))

    tree = tree_of(branch(n_leaves), n_features=int(rng.integers(1, 30)), seed=seed)
    return with_categories(tree, rng) if seed % 2 else tree


@st.composite
def trees_with_held_out(draw, **parameters):
    """A tree, and counts of samples held out in its nodes: none in some."""
    tree = draw(trees(**parameters))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    held_out = rng.integers(0, 3, (tree.node_count, tree.n_classes)).astype(float)
    held_out[tree.is_leaf & (rng.random(tree.node_count) < 0.2)] = 0.0
    held_out[np.flatnonzero(tree.is_leaf)[0], 0] += 1.0  # so that there is one at all
    for node in range(tree.node_count - 1, -1, -1):
        if not tree.is_leaf[node]:
            children = [tree.children_left[node], tree.children_right[node]]
            held_out[node] = held_out[children].sum(axis=0)
    return tree, held_out
