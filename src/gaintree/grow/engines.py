"""The two engines: the room they need, and the kernels that they call."""

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from gaintree._bundle import Bundle
from gaintree._memory import FEWER, require_memory
from gaintree.criteria import CostTables, Formulas, Tables
from gaintree.encode import (
    MAX_VALUES,
    Columns,
    as_table,
    codes_nbytes,
    columns_nbytes,
    encode_codes,
    encode_columns,
)
from gaintree.grow.bits import SIZES, new_bits
from gaintree.grow.categories import new_categories
from gaintree.grow.constraints import Constraints, n_words_of, new_limits
from gaintree.grow.exhaustive import grow_exhaustive
from gaintree.grow.finish import to_tree
from gaintree.grow.growth import SMALLER, Grown, Growth, RoomSizes, n_first_nodes, new_room
from gaintree.grow.histogram_tree import N_RESERVED, grow_histogram
from gaintree.grow.measure import new_columns
from gaintree.grow.nodes import write_root
from gaintree.grow.parts import grow_parts
from gaintree.grow.problem import Labels, Rules
from gaintree.grow.report import Report, Reporter
from gaintree.grow.scratch import new_scratch
from gaintree.grow.shelf import borrow
from gaintree.grow.split import NOWHERE
from gaintree.grow.tally import class_weights, tally_length_of
from gaintree.tree import Tree

_MOST_SMALL = 4096  # samples of a node that is searched exhaustively
_SORTED = f"{FEWER} splitter='best' with entropy or gini takes an eighth of it."
_HISTOGRAMS = "Fewer features or classes, a lower max_bins or n_jobs take less."
_LEAST_IN_THREADS = 2**15  # samples; fewer are done before a thread has started
_LEAST_VALUES_IN_THREADS = 2**18
_HIST_BYTES = 2**26  # of the histograms that best-first growth keeps, besides the least number


class Problem(NamedTuple):
    """What to grow a tree of, and by which rules."""

    X: npt.NDArray[np.floating[Any]]
    labels: Labels
    tables: Tables | None  # None where samples or classes have weights
    cost_tables: CostTables | None  # None where the criterion has `tables`, and with weights
    formulas: Formulas
    rules: Rules
    seed: int
    n_threads: int
    n_categories: npt.NDArray[np.int64]  # of each column, 0 for a column of numbers
    constraints: Constraints | None
    n_most: int  # categories of the column that has most
    n_bits: int  # nodes of at most so many samples become bits
    report: Report | None


def _threads_to_encode(problem: Problem) -> int:
    return problem.n_threads if problem.X.size >= _LEAST_VALUES_IN_THREADS else 1


def _n_words(problem: Problem) -> int:
    """Words of a set of categories."""
    return -(-problem.n_most // 64)


def _order(features: npt.NDArray[np.int64], problem: Problem) -> None:
    """Columns of many categories are searched first, as few others can beat those."""
    features[:] = np.argsort(-problem.n_categories, kind="stable")


def _categories(problem: Problem, tally_length: int) -> Bundle | None:
    """Room for sets of categories, or None where all columns hold numbers."""
    if problem.n_most == 0:
        return None
    n_classes = len(problem.labels.class_weight)
    return Bundle(new_categories(problem.n_categories, n_classes, tally_length))


def _limits(problem: Problem, tally_length: int) -> Bundle | None:
    """The constraints, and room for them at a node, or None where there are none."""
    if problem.constraints is None:
        return None
    n_classes = len(problem.labels.class_weight)
    return Bundle(new_limits(problem.constraints, n_classes, tally_length))


def _require_room(n_bytes: int, problem: Problem, advice: str) -> None:
    purpose = "Growing a tree of {:,} samples and {:,} features"
    require_memory(n_bytes, advice, purpose, *problem.X.shape)


@functools.lru_cache(maxsize=32)
def _bundled(formulas: Formulas) -> Bundle:
    measure: Any = None if formulas.measure is None else Bundle(formulas.measure)
    return Bundle(formulas._replace(measure=measure))


def _plant(growth: Growth, problem: Problem, labels: Bundle, formulas: Bundle) -> None:
    """Make record 0 the node of all samples."""
    room, weights = growth.room, np.empty(len(problem.labels.class_weight))
    write_root(
        room.nodes, room.tallies, room.states, room.samples, labels, formulas,
        np.uint64(problem.seed), weights,
    )  # fmt: skip


def _finish(grown: Grown, problem: Problem) -> Tree:
    """Return the tree, which shares no memory with the room that it has grown in."""
    nbytes = sum(array.nbytes for array in grown[:-1])
    require_memory(nbytes, SMALLER, "A tree of {:,} nodes", len(grown.nodes))
    return to_tree(grown, class_weights(grown.tallies, problem.labels), problem.X.shape[1])


def grow_exhaustively(problem: Problem) -> Tree:
    """Grow a tree by exhaustive search."""
    X, labels, rules = problem.X, problem.labels, problem.rules
    n_samples, n_features = X.shape
    n_classes, length = len(labels.class_weight), tally_length_of(labels)
    n_to_encode = _threads_to_encode(problem)
    sorting = columns_nbytes(X, n_to_encode)
    _require_room(sorting + 10 * n_samples, problem, _SORTED)  # 10: `swap`, `marks`
    bundled, formulas = Bundle(labels), _bundled(problem.formulas)
    tables: Any = problem.tables
    scorer: Any = formulas
    random, columns = None, None
    if problem.formulas.measure is not None:
        is_counted = len(labels.coarse) == 0 and bool((labels.class_weight == 1.0).all())
        of_columns = new_columns(
            n_samples, n_features, n_classes, is_counted, rules.random_thresholds,
            problem.cost_tables,
        )  # fmt: skip
        columns, scorer = Bundle(of_columns), None
    elif rules.random_thresholds:
        tables, random = None, True
    elif tables is not None:
        tables, scorer = Bundle(tables), None
    table, record = Bundle(as_table(X)), rules.record()
    categories, limits = _categories(problem, length), _limits(problem, length)
    sizes = RoomSizes(
        n_first_nodes(n_samples, 0), length, _n_words(problem), n_words_of(problem.constraints),
        n_samples, 0, n_features, n_sorted=n_samples, n_hists=0, n_entries=0, n_slots=0,
    )  # fmt: skip
    scratch_sizes = n_features, n_classes, length, 0, SIZES[0], problem.n_most
    with (
        borrow(new_room, sizes) as room,
        borrow(new_scratch, *scratch_sizes) as scratch,
        borrow(new_bits, n_features, n_classes, problem.n_bits) as bits,
    ):
        growth = Growth(room)
        encode_columns(X, n_to_encode, Columns(growth.room.words, growth.room.n_values))
        _plant(growth, problem, bundled, formulas)
        _order(scratch.fields.features, problem)
        growth.run(
            lambda root, room: grow_exhaustive(
                root,
                room,
                table,
                bundled,
                tables,
                formulas,
                scorer,
                random,
                record,
                scratch,
                bits,
                categories,
                limits,
                columns,
            ),
            Reporter(problem.report, growth, rules).listen_to(growth),
        )
        return _finish(growth.grown(), problem)


def _n_small(problem: Problem, n_entries: int) -> int:
    """Samples of a node that is searched by its sorted columns, where histograms cost more."""
    n_samples, n_features = problem.X.shape
    if problem.rules.max_bins > 0:
        return 1  # exhaustive search would cut inside bins
    n_small = problem.n_bits
    if problem.tables is None or n_small == 0:
        n_small = int(min(max(n_entries // (4 * n_features), 1), _MOST_SMALL))
    return min(n_small, n_samples)


def grow_by_histograms(
    problem: Problem, n_small: int | None = None, n_bins: int = MAX_VALUES
) -> Tree:
    """Grow a tree by histograms, bounds and refinement."""
    X, labels, rules = problem.X, problem.labels, problem.rules
    n_samples, n_features = X.shape
    n_classes, length, table = len(labels.class_weight), tally_length_of(labels), as_table(X)
    encoding = codes_nbytes(n_samples, n_features)
    _require_room(encoding + 10 * n_samples, problem, FEWER)  # 10: `samples`, `marks`, parting them
    codes = encode_codes(
        X, table, length, rules.max_bins or n_bins, _threads_to_encode(problem),
        problem.n_categories,
    )  # fmt: skip
    n_entries = codes.first[-1] * length
    if n_small is None or rules.max_bins > 0:
        n_small = _n_small(problem, n_entries)
    # The larger of two children waits with its histogram while the smaller one is grown.
    n_hists = N_RESERVED + (n_samples // n_small).bit_length() + 1
    if rules.max_leaf_nodes > 0:
        n_hists = max(n_hists, min(rules.max_leaf_nodes + 2, _HIST_BYTES // (8 * n_entries)))
    sizes = RoomSizes(
        n_first_nodes(n_samples, 4 * n_small), length, _n_words(problem),
        n_words_of(problem.constraints), n_samples, n_samples, n_features, n_small, n_hists,
        n_entries, n_hists - N_RESERVED,
    )  # fmt: skip
    formulas = _bundled(problem.formulas)
    scorer = formulas if problem.tables is None else None
    bundles = [Bundle(codes), Bundle(table), Bundle(labels)]
    tables, record = problem.tables and Bundle(problem.tables), rules.record()

    def new_growth(room: Bundle) -> Growth:
        growth = Growth(room)
        growth.room.slots[:] = np.arange(n_hists - 1, N_RESERVED - 1, -1)
        growth.room.states[0]["n_slots"] = n_hists - N_RESERVED
        return growth

    def grow(growth: Growth, is_stopped: Callable[[], bool]) -> None:
        categories, limits = _categories(problem, length), _limits(problem, length)
        n_most_small = max(n_small, SIZES[0])
        with (
            borrow(
                new_scratch, n_features, n_classes, length, n_samples, n_most_small, problem.n_most
            ) as scratch,
            borrow(new_bits, n_features, n_classes, problem.n_bits) as bits,
        ):
            _order(scratch.fields.features, problem)
            scratch.fields.flags.fill(0)
            scratch.fields.kept_ranges.fill(0)
            all_fit = problem.tables is not None and n_small <= bits.fields.sizes.max(initial=0)
            sorts: Any = None if all_fit else True
            growth.run(
                lambda root, room: grow_histogram(
                    root,
                    n_small,
                    room,
                    *bundles,
                    tables,
                    formulas,
                    scorer,
                    sorts,
                    record,
                    scratch,
                    bits,
                    categories,
                    limits,
                ),
                is_stopped,
            )

    n_growing = problem.n_threads
    if rules.max_leaf_nodes > 0 or n_samples <= _LEAST_IN_THREADS:
        n_growing = 1
    with borrow(new_room, sizes) as room:
        root = new_growth(room)
        of_another = root.room.hists.nbytes + root.room.words.nbytes
        _require_room(room.nbytes + (n_growing - 1) * of_another, problem, _HISTOGRAMS)
        _plant(root, problem, bundles[-1], formulas)
        root.room.nodes[0]["slot"] = NOWHERE
        reporter = Reporter(problem.report, root, rules)
        if n_growing == 1:
            grow(root, reporter.listen_to(root))
            return _finish(root.grown(), problem)

        def start_part() -> Growth:
            other = new_room(sizes._replace(n_samples=0, n_listed=0))
            shared = other._replace(samples=root.room.samples, marks=root.room.marks)
            return new_growth(Bundle(shared))

        return _finish(grow_parts(root, start_part, grow, n_growing, reporter), problem)
