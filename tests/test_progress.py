"""Progress of a fit: what growing reports, and what scikit-learn's callbacks hear of it."""

import importlib.util
import subprocess
import sys
import threading
import time

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.fixes import parse_version
from sklearn.utils.validation import check_is_fitted

from gaintree import GainTreeClassifier, criteria
from gaintree.grow import engines, grow_tree, growth
from gaintree.grow.report import Reporter
from gaintree.tree import LEAF
from test_engines import RULES

needs_callbacks = pytest.mark.skipif(
    parse_version(sklearn.__version__) < parse_version("1.9"), reason="no callbacks before 1.9"
)

rng = np.random.default_rng(0)
X = rng.normal(size=(4000, 3)).astype(np.float32)
y = ((X[:, 0] > 0) ^ (rng.random(4000) < 0.2)).astype(np.int32)


@pytest.fixture(autouse=True)
def _many_slices(monkeypatch):
    """A table of a test is grown in one slice, and in one thread."""
    monkeypatch.setattr(growth, "_SLICE", 10_000)
    monkeypatch.setattr(engines, "_LEAST_IN_THREADS", 0)


def grown(report=None, n_threads=1, exhaustive=False, **rules):
    rules = RULES._replace(max_features=X.shape[1], **rules)
    return grow_tree(
        X, y, 2, None, None, criteria.get("entropy"), rules, 0, n_threads, exhaustive, report=report
    )


def common_top(tree, whole):
    """Walk down two trees together; return pairs of nodes where the first one ends."""
    ends, todo = [], [(0, 0)]
    while todo:
        i, j = todo.pop()
        assert tree.n_node_samples[i] == whole.n_node_samples[j]
        np.testing.assert_array_equal(tree.value[i], whole.value[j])
        left, right = tree.children_left[i], tree.children_right[i]
        if left == LEAF:
            ends.append((i, j))
            continue
        assert tree.feature[i] == whole.feature[j]
        assert tree.threshold[i] == whole.threshold[j]
        todo += [(left, whole.children_left[j]), (right, whole.children_right[j])]
    return ends


def work_of(n_samples, depth, max_depth):
    return n_samples * min(np.log2(n_samples), max_depth - depth)


def share_done(tree, whole, max_depth):
    """The share that `report` has to tell, from a tree that was stopped and the whole one."""
    depth = np.zeros(tree.node_count, dtype=int)
    for i in np.flatnonzero(tree.children_left != LEAF):
        depth[[tree.children_left[i], tree.children_right[i]]] = depth[i] + 1
    left = sum(
        work_of(tree.n_node_samples[i], depth[i], max_depth)
        for i, j in common_top(tree, whole)
        if whole.children_left[j] != LEAF
    )
    return 1.0 - left / work_of(len(X), 0, max_depth)


@pytest.mark.parametrize("exhaustive", [True, False])
@pytest.mark.parametrize("max_depth", [2**62, 6])
def test_a_stopped_tree_is_the_top_of_the_whole_one(exhaustive, max_depth):
    whole = grown(exhaustive=exhaustive, max_depth=max_depth)
    for stop_at in (1, 3, 5):
        shares = []

        def report(share, shares=shares, stop_at=stop_at):
            shares.append(share)
            return len(shares) == stop_at

        tree = grown(report, exhaustive=exhaustive, max_depth=max_depth)
        assert len(shares) == stop_at
        assert tree.node_count < whole.node_count
        if stop_at > 1:
            assert shares[-1] == pytest.approx(share_done(tree, whole, max_depth), abs=1e-12)


@pytest.fixture
def slow_parts(monkeypatch):
    """Threads do not wait for what is answered to a report: here there is time for it."""
    note = Reporter.note

    def slow_note(reporter, parts):
        note(reporter, parts)
        time.sleep(0.005)

    monkeypatch.setattr(Reporter, "note", slow_note)


@pytest.mark.usefixtures("slow_parts")
def test_threads_stop_at_the_top_of_the_whole_tree():
    whole, shares = grown(), []

    def report(share):
        shares.append(share)
        return share > 0.3

    tree = grown(report, n_threads=2)
    common_top(tree, whole)
    assert shares[-2] <= 0.3 < shares[-1]
    assert 1 < tree.node_count < whole.node_count


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"exhaustive": True},
        {"n_threads": 2},
        {"max_depth": 5},
        {"max_leaf_nodes": 200},
        {"exhaustive": True, "max_leaf_nodes": 200},
    ],
    ids=str,
)
@pytest.mark.usefixtures("slow_parts")
def test_shares_rise_from_nothing_and_change_no_tree(options):
    shares = []
    tree = grown(shares.append, **options)
    assert tree.equals(grown(**options))
    assert len(set(shares)) > 4
    assert shares == sorted(shares)
    assert shares[0] < 0.5
    assert shares[-1] <= 1.0


class Recording:
    """A callback that writes down what it hears, and where."""

    def __init__(self, stop_after=None, raises=None):
        self.stop_after, self.raises = stop_after, raises
        self.events, self.threads = [], set()

    def hear(self, what, context):
        self.events.append((what, context.estimator_name, context.task_name, context.task_id))
        self.threads.add(threading.get_ident())

    def setup(self, estimator, context):
        self.hear("setup", context)

    def teardown(self, estimator, context):
        self.hear("teardown", context)

    def on_fit_task_begin(self, estimator, context):
        self.hear("begin", context)

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        self.hear("end", context)
        if context.task_name != "percent":
            if context.estimator_name == "GainTreeClassifier":
                check_is_fitted(fitted_estimator)
            return False
        if self.raises is not None and context.task_id == 50:
            raise self.raises
        return self.stop_after == context.task_id + 1

    def heard(self, what, task="percent"):
        return [event[3] for event in self.events if event[0] == what and event[2] == task]


class Handed(Recording):
    """One that pipelines and searches hand on to what is in them."""

    max_propagation_depth = None


def followed(callback, **parameters):
    return GainTreeClassifier(**parameters).set_callbacks(callback)


@needs_callbacks
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_callback_hears_every_percent_once(n_jobs):
    callback = Recording()
    tree = followed(callback, n_jobs=n_jobs).fit(X, y)
    assert tree.tree_.equals(GainTreeClassifier().fit(X, y).tree_)
    whole, step = ("GainTreeClassifier", "fit", 0), ("GainTreeClassifier", "percent")
    assert callback.events == [
        ("setup", *whole),
        ("begin", *whole),
        *((what, *step, i) for i in range(100) for what in ("begin", "end")),
        ("end", *whole),
        ("teardown", *whole),
    ]
    assert callback.threads == {threading.get_ident()}


@needs_callbacks
def test_a_callback_hears_it_while_the_tree_grows():
    """Between two of the first percents there is growing, not all of them at the end."""
    n_heard, callback = [], Recording()
    kernel = engines.grow_histogram

    def slowly(*arguments):
        n_heard.append(len(callback.heard("end")))
        return kernel(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "grow_histogram", slowly)
        followed(callback).fit(X, y)
    assert n_heard == sorted(n_heard)
    assert len(set(n_heard)) > 10


@pytest.mark.usefixtures("slow_parts")
@needs_callbacks
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_callback_can_stop_growing(n_jobs):
    callback = Recording(stop_after=30)
    tree = followed(callback, n_jobs=n_jobs).fit(X, y)
    assert callback.heard("end") == list(range(30))
    assert callback.heard("end", "fit") == callback.heard("teardown", "fit") == [0]
    whole = GainTreeClassifier().fit(X, y)
    assert 1 < tree.get_n_leaves() < whole.get_n_leaves()
    assert 0.5 < tree.score(X, y) < whole.score(X, y)


@needs_callbacks
@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("error", [ValueError("no more"), KeyboardInterrupt()], ids=repr)
def test_an_error_in_a_callback_leaves_no_tree(error, n_jobs):
    callback = Recording(raises=error)
    tree = GainTreeClassifier(n_jobs=n_jobs).fit(X, y).set_callbacks(callback)
    with pytest.raises(type(error)):
        tree.fit(X, y)
    assert callback.events[-1][0] == "teardown"
    with pytest.raises(NotFittedError):
        tree.predict(X)
    before = set(vars(tree.set_callbacks()))
    assert tree.fit(X, y).tree_.equals(GainTreeClassifier().fit(X, y).tree_)
    assert set(vars(tree)) - before == {"tree_"}


@needs_callbacks
def test_a_pipeline_hands_its_callbacks_on():
    callback = Handed()
    pipeline = make_pipeline(StandardScaler(), GainTreeClassifier()).set_callbacks(callback)
    pipeline.fit(X, y)
    assert callback.heard("end") == list(range(100))
    assert ("begin", "GainTreeClassifier", "fit", 1) in callback.events
    assert not hasattr(pipeline[-1], "_skl_callbacks")


@needs_callbacks
def test_a_search_hands_its_callbacks_on():
    callback = Handed()
    search = GridSearchCV(GainTreeClassifier(), {"max_depth": [2, 5]}, cv=2, refit=False)
    search.set_callbacks(callback).fit(X, y)
    assert callback.heard("begin") == callback.heard("end") == 4 * list(range(100))
    fits = [event for event in callback.events if event[1:3] == ("GainTreeClassifier", "fit")]
    assert [event[0] for event in fits] == 4 * ["begin", "end"]


@needs_callbacks
def test_clones_keep_callbacks_until_they_are_taken_away():
    callback = Recording()
    tree = clone(followed(callback))
    tree.fit(X, y)
    assert callback.heard("setup", "fit") == [0]
    callback.events.clear()
    tree.set_callbacks().fit(X, y)
    followed(callback).cost_complexity_pruning_path(X, y)
    assert callback.events == []


@needs_callbacks
def test_a_monitor_scores_the_fitted_tree():
    from sklearn.callback import ScoringMonitor

    monitor, weight = ScoringMonitor(scoring="accuracy"), np.where(y == 1, 3.0, 1.0)
    tree = followed(monitor, max_depth=2).fit(X, y, sample_weight=weight)
    scores = [row["accuracy"] for row in monitor.get_logs().data if "accuracy" in row]
    assert scores == [pytest.approx(tree.score(X, y, sample_weight=weight))]


@needs_callbacks
def test_a_monitor_scores_a_frame():
    from sklearn.callback import ScoringMonitor

    monitor = ScoringMonitor(scoring="accuracy")
    kinds = np.array(["low", "high"], dtype=object)[(X[:, 0] > 0).astype(int)]
    frame = pd.DataFrame({"a": X[:, 1], "kind": pd.Categorical(kinds)})
    tree = followed(monitor, max_depth=2).fit(frame, y)
    assert monitor.get_logs().data[-1]["accuracy"] == pytest.approx(tree.score(frame, y))


@needs_callbacks
def test_without_callbacks_no_context_is_made(monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError

    monkeypatch.setattr(GainTreeClassifier, "_init_callback_context", fail)
    assert GainTreeClassifier().fit(X, y).get_n_leaves() > 1


@needs_callbacks
@pytest.mark.skipif(importlib.util.find_spec("rich") is None, reason="a bar needs rich")
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_a_bar_is_drawn(n_jobs, capfd, monkeypatch):
    from sklearn.callback import ProgressBar

    monkeypatch.setenv("COLUMNS", "200")
    search = GridSearchCV(GainTreeClassifier(), {"max_depth": [2, 5]}, cv=2, n_jobs=n_jobs)
    search.set_callbacks(ProgressBar()).fit(X, y)
    drawn = [line for line in capfd.readouterr().out.splitlines() if "GainTree" in line]
    assert len(drawn) == 5
    assert all("100%" in line for line in drawn)


@needs_callbacks
@parametrize_with_checks([GainTreeClassifier()])
def test_scikit_learn_checks(estimator, check):
    check(estimator.set_callbacks(Recording()))


def test_before_there_were_callbacks():
    """scikit-learn 1.8 has no module of them."""
    code = (
        "import sys, sklearn.tree; sys.modules['sklearn.callback'] = None;"
        "from gaintree import GainTreeClassifier as Tree;"
        "assert not hasattr(Tree, 'set_callbacks');"
        "print(Tree().fit([[0], [1]], [0, 1]).get_n_leaves())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "2\n"
