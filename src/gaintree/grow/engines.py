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
from gaintree.grow.growth import Grown, Growth
from gaintree.grow.histogram_tree import N_RESERVED, grow_histogram
from gaintree.grow.measure import new_columns
from gaintree.grow.nodes import write_root
from gaintree.grow.parts import grow_parts
from gaintree.grow.problem import Labels, Rules
from gaintree.grow.report import Report, Reporter
from gaintree.grow.scratch import new_scratch
from gaintree.grow.shelf import borrow
from gaintree.grow.split import NOWHERE
from gaintree.grow.tally import tally_length_of

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
    n_bits: int  # nodes of at most so many samples become bits
    report: Report | None

    @property
    def n_most(self) -> int:
        """Categories of the column that has most."""
        return int(self.n_categories.max(initial=0))


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
    if not problem.n_categories.any():
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


def grow_exhaustively(problem: Problem) -> Grown:
    """Grow a tree by exhaustive search."""
    X, labels, rules = problem.X, problem.labels, problem.rules
    n_samples, n_features = X.shape
    n_classes, length = len(labels.class_weight), tally_length_of(labels)
    n_to_encode = _threads_to_encode(problem)
    sorting = columns_nbytes(X, n_to_encode)
    _require_room(sorting + 10 * n_samples, problem, _SORTED)  # 10: `swap`, `marks`
    words, n_values = encode_columns(X, n_to_encode)
    growth = Growth(
        length, n_samples, 0, _n_words(problem), n_words_of(problem.constraints),
        words=words, n_values=n_values,
        swap=np.empty(n_samples, np.uint64), marks=np.empty(n_samples, np.uint16),
        samples=np.empty(0, np.uint32),
        hists=np.empty((0, 0), np.int64), slots=np.empty(0, np.int64),
    )  # fmt: skip
    bundled, formulas = Bundle(labels), _bundled(problem.formulas)
    _plant(growth, problem, bundled, formulas)
    tables: Any = problem.tables
    scorer: Any = formulas
    random, columns = None, None
    if problem.formulas.measure is not None:
        is_counted = len(labels.coarse) == 0 and bool((labels.class_weight == 1.0).all())
        room = new_columns(
            n_samples, n_features, n_classes, is_counted, rules.random_thresholds,
            problem.cost_tables,
        )  # fmt: skip
        columns, scorer = Bundle(room), None
    elif rules.random_thresholds:
        tables, random = None, True
    elif tables is not None:
        tables, scorer = Bundle(tables), None
    table, record = Bundle(as_table(X)), rules.record()
    categories, limits = _categories(problem, length), _limits(problem, length)
    sizes = n_features, n_classes, length, 0, SIZES[0], problem.n_most
    with (
        borrow(new_scratch, *sizes) as scratch,
        borrow(new_bits, n_features, n_classes, problem.n_bits) as bits,
    ):
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
    return growth.grown()


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
) -> Grown:
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
    samples = np.empty(n_samples, dtype=np.uint32)
    marks = np.empty(n_samples, dtype=np.uint16)
    formulas = _bundled(problem.formulas)
    scorer = formulas if problem.tables is None else None
    bundles = [Bundle(codes), Bundle(table), Bundle(labels)]
    tables, record = problem.tables and Bundle(problem.tables), rules.record()

    def new_growth() -> Growth:
        growth = Growth(
            length, n_samples, 4 * n_small, _n_words(problem), n_words_of(problem.constraints),
            samples=samples, marks=marks,
            words=np.empty((n_features, n_small), dtype=np.uint64),
            n_values=np.empty(n_features, dtype=np.int64), swap=np.empty(n_small, np.uint64),
            hists=np.empty((n_hists, n_entries), dtype=np.int64),
            slots=np.arange(n_hists - 1, N_RESERVED - 1, -1),
        )  # fmt: skip
        growth.room.states[0]["n_slots"] = n_hists - N_RESERVED
        return growth

    def grow(growth: Growth, is_stopped: Callable[[], bool]) -> None:
        scratch = Bundle(
            new_scratch(
                n_features, n_classes, length, n_samples, max(n_small, SIZES[0]), problem.n_most
            )
        )
        _order(scratch.fields.features, problem)
        categories, limits = _categories(problem, length), _limits(problem, length)
        with borrow(new_bits, n_features, n_classes, problem.n_bits) as bits:
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

    root = new_growth()
    n_growing = problem.n_threads
    if rules.max_leaf_nodes > 0 or n_samples <= _LEAST_IN_THREADS:
        n_growing = 1
    of_root = sum(array.nbytes for array in root.room)
    of_another = root.room.hists.nbytes + root.room.words.nbytes
    _require_room(of_root + (n_growing - 1) * of_another, problem, _HISTOGRAMS)
    _plant(root, problem, bundles[-1], formulas)
    root.room.nodes[0]["slot"] = NOWHERE
    reporter = Reporter(problem.report, root, rules)
    if n_growing > 1:
        return grow_parts(root, new_growth, grow, n_growing, reporter)
    grow(root, reporter.listen_to(root))
    return root.grown()
