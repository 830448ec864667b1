"""What goes into the page of `explore`, what is left out, and what cannot be done."""

import base64
import json
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import NotFittedError
from sklearn.tree import DecisionTreeClassifier

from gaintree import GainTreeClassifier
from gaintree.cli import main
from gaintree.explorer import _thinning
from gaintree.inspection import explore


def data_of(explorer):
    """The data that a page holds, its arrays unpacked."""
    text = re.search(r'<script type="application/json" id="data">(.*?)</script>', explorer.html)[1]
    return json.loads(text, object_hook=unpack)


def unpack(value):
    if "base64" not in value:
        return value
    return np.frombuffer(base64.b64decode(value["base64"]), dtype=f"<{value['dtype']}")


@pytest.fixture(scope="module")
def mixed():
    """Two columns of numbers, one of them with holes, one of text; two classes."""
    rng = np.random.default_rng(0)
    n = 400
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, n),
            "income": np.where(rng.random(n) < 0.1, np.nan, rng.normal(size=n).round(2)),
            "city": rng.choice(["Rome", "Oslo", "Lima", "Bonn"], n),
        }
    )
    is_old = (frame["age"] > 50) ^ (frame["city"] == "Oslo") ^ (rng.random(n) < 0.2)
    return frame, np.where(is_old, "yes", "no")


def test_nodes_are_those_of_the_tree(mixed):
    model = GainTreeClassifier(max_depth=4).fit(*mixed)
    tree, nodes = model.tree_, data_of(explore(model, *mixed))["nodes"]
    np.testing.assert_array_equal(nodes["left"], tree.children_left)
    np.testing.assert_array_equal(nodes["right"], tree.children_right)
    np.testing.assert_array_equal(nodes["samples"], tree.n_node_samples)
    np.testing.assert_array_equal(nodes["impurity"], tree.impurity)
    np.testing.assert_array_equal(nodes["gain"], tree.gains())
    counts = tree.value[:, 0] * tree.weighted_n_node_samples[:, None]
    np.testing.assert_array_equal(nodes["counts"].reshape(counts.shape), counts)
    # All samples are there, those of a node side by side.
    np.testing.assert_array_equal(nodes["last"] - nodes["first"], tree.n_node_samples)


def test_columns_are_the_samples_in_the_order_of_their_leaves(mixed):
    X, y = mixed
    model = GainTreeClassifier(max_depth=3).fit(X, y)
    data = data_of(explore(model, X, y))
    order = np.argsort(model.apply(X), kind="stable")
    np.testing.assert_array_equal(data["codes"], np.unique(y[order], return_inverse=True)[1])
    age, income, city = data["columns"]
    np.testing.assert_array_equal(age["values"][age["codes"]], X["age"].to_numpy()[order])
    np.testing.assert_array_equal(
        np.append(income["values"], np.nan)[income["codes"]], X["income"].to_numpy()[order]
    )
    np.testing.assert_array_equal(
        np.array(city["labels"])[city["codes"]], X["city"].to_numpy(dtype=str)[order]
    )


def test_cuts_part_the_samples_as_the_tree_does(mixed):
    X, y = mixed
    model = GainTreeClassifier().fit(X, y)
    data = data_of(explore(model, X, y))
    nodes, n_cuts = data["nodes"], 0
    for column in data["columns"]:
        for place, cut in column["cuts"].items():
            place, n_cuts = int(place), n_cuts + 1
            codes = column["codes"][nodes["first"][place] : nodes["last"][place]]
            missing = codes == column["n_distinct"]
            if isinstance(cut, int):
                is_left = codes < cut
            else:
                is_left = np.array([side == "1" for side in cut] + [False])[codes]
            is_left = np.where(missing, nodes["missing_left"][place] == 1, is_left)
            left = nodes["left"][place]
            assert is_left.sum() == nodes["samples"][left]
            assert is_left[: nodes["samples"][left]].all()
    assert n_cuts == model.tree_.node_count - model.tree_.n_leaves


def test_errors_of_prunings_are_those_of_pruned_trees(mixed):
    X, y = mixed
    X_test, y_test = X[300:].reset_index(drop=True), y[300:]
    X, y = X[:300], y[:300]
    model = GainTreeClassifier(class_weight="balanced").fit(X, y)
    data = data_of(explore(model, X, y, X_test=X_test, y_test=y_test))
    pruning = data["pruning"]
    assert "100 test samples" in pruning["source"]
    assert len(pruning["alpha"]) > 5
    for step in range(0, len(pruning["alpha"]), 3):
        alpha = pruning["alpha"][step]
        if step == 0:
            continue  # the whole tree, which alpha=0 need not leave
        pruned = GainTreeClassifier(class_weight="balanced", ccp_alpha=alpha).fit(X, y)
        assert pruned.get_n_leaves() == pruning["leaves"][step]
        assert 1 - pruned.score(X, y) == pytest.approx(pruning["train"][step])
        assert 1 - pruned.score(X_test, y_test) == pytest.approx(pruning["test"][step])
        # Nodes that are splits still.
        is_split = (pruning["step_of"] > step) & (data["nodes"]["left"] >= 0)
        assert is_split.sum() == pruned.get_n_leaves() - 1


def test_without_test_samples_a_part_is_held_out(mixed):
    X, y = mixed
    model = GainTreeClassifier(max_depth=5).fit(X, y)
    pruning = data_of(explore(model, X, y, test_size=0.3))["pruning"]
    assert pruning["n_test"] == 120
    assert "280 of the samples" in pruning["source"]
    majority = max(np.mean(y == "yes"), np.mean(y == "no"))
    assert pruning["test"][-1] == pytest.approx(1 - majority, abs=0.01)
    assert data_of(explore(model, X, y, test_size=0.0))["pruning"]["test"] is None


def test_a_page_is_the_same_each_time(mixed):
    model = GainTreeClassifier(max_depth=3).fit(*mixed)
    assert explore(model, *mixed).html == explore(model, *mixed).html
    assert explore(model, *mixed).html != explore(model, *mixed, random_state=1).html


def test_weights(mixed):
    X, y = mixed
    weights = np.random.default_rng(1).integers(0, 3, len(y)).astype(float)
    model = GainTreeClassifier(max_depth=3, class_weight="balanced").fit(X, y, weights)
    data = data_of(explore(model, X, y, sample_weight=weights))
    assert data["notes"] == []
    assert data["n_samples"] == (weights > 0).sum()
    n_nodes, n_classes = len(data["nodes"]["left"]), 2
    of_root = data["nodes"]["counts"].reshape(n_nodes, n_classes)[0]
    np.testing.assert_allclose(np.bincount(data["codes"], data["weights"]), of_root)
    assert "not the samples, or weights" in data_of(explore(model, X, y))["notes"][0]


def test_other_samples_are_shown_and_said(mixed):
    X, y = mixed
    model = GainTreeClassifier(max_depth=3).fit(X, y)
    data = data_of(explore(model, X[:100], y[:100]))
    assert any("not the samples" in note for note in data["notes"])
    assert data["nodes"]["samples"][0] == 400
    assert data["nodes"]["last"][0] == 100
    labels = np.where(np.arange(400) < 10, "perhaps", y)
    notes = data_of(explore(model, X, labels))["notes"]
    assert "10 samples are left out: the tree does not know their labels." in notes


def test_many_samples_are_drawn_class_by_class(monkeypatch):
    monkeypatch.setattr(_thinning, "MAX_SAMPLES", 1000)
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 3))
    y = np.where(np.arange(20_000) < 5, 2, X[:, 0] > 0)
    model = GainTreeClassifier(max_depth=4).fit(X, y)
    data = data_of(explore(model, X, y))
    counts = np.bincount(data["codes"])
    assert counts[2] == 1
    np.testing.assert_allclose(counts[:2], np.bincount(y)[:2] / 20, atol=1)
    assert any("of the 20,000 samples" in note for note in data["notes"])
    assert data["nodes"]["samples"][0] == 20_000  # of all


def test_a_page_of_50_000_rows_has_less_than_3_megabytes():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50_000, 20))
    y = (X[:, 0] + rng.normal(size=50_000) > 0).astype(int)
    model = GainTreeClassifier(max_depth=12, n_jobs=1).fit(X, y)
    page = explore(model, X, y, test_size=0.0)
    assert len(page.html) < 3e6
    assert data_of(page)["n_shown"] > 5_000


def test_many_features_classes_and_nodes():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(3000, 500)).astype(np.float32)
    y = rng.integers(0, 100, 3000)
    X[:, 7] += y
    X[:, 456] += y // 10
    model = GainTreeClassifier(max_features=20, random_state=0).fit(X, y)
    page = explore(model, X, y, test_size=0.0)
    data = data_of(page)
    assert len(page.html) < 3e6
    assert len(data["columns"]) == _thinning.MAX_COLUMNS
    assert {7, 456} <= {column["feature"] for column in data["columns"]}
    assert len(data["nodes"]["left"]) == 599
    assert data["nodes"]["below"][0] == data["n_nodes"] - 1
    joined = " ".join(data["notes"])
    assert "60 of the 500 features" in joined
    assert "599 of the tree's" in joined


def test_features_that_the_tree_does_not_use_are_chosen_by_what_they_say(monkeypatch):
    monkeypatch.setattr(_thinning, "MAX_COLUMNS", 3)
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 500)
    X = rng.normal(size=(500, 9))
    X[:, 8] = X[:, 4] = y  # the first of them is what a stump takes
    X[:, 2] += 2 * y
    data = data_of(explore(GainTreeClassifier(max_depth=1).fit(X, y), X, y))
    assert [column["feature"] for column in data["columns"]] == [2, 4, 8]


def test_a_tree_of_one_leaf():
    X, y = np.zeros((4, 1)), [0, 0, 1, 1]
    data = data_of(explore(GainTreeClassifier().fit(X, y), X, y, test_size=0.0))
    assert data["nodes"]["left"].tolist() == [-1]
    assert data["pruning"]["leaves"].tolist() == [1]


BAD = {
    "test_size=1.0 must be in": {"test_size": 1.0},
    "X_test and y_test belong together": {"X_test": [[0.0] * 4]},
    "X has 3 features": {"X": np.zeros((150, 3))},
    "inconsistent numbers of samples": {"y": [0, 1]},
    "No label of y is one that the tree knows": {"y": np.full(150, 7)},
    "one column of labels": {"y": np.zeros((150, 2))},
    "sample_weight must hold finite": {"sample_weight": -np.ones(150)},
    "leaves no sample of a weight": {"sample_weight": np.zeros(150)},
}


@pytest.mark.parametrize("message", BAD)
def test_bad_arguments(message):
    X, y = load_iris(return_X_y=True)
    arguments = {"X": X, "y": y, **BAD[message]}
    with pytest.raises(ValueError, match=re.escape(message)):
        explore(GainTreeClassifier(max_depth=1).fit(X, y), **arguments)


def test_what_is_no_fitted_tree_of_ours():
    X, y = load_iris(return_X_y=True)
    with pytest.raises(NotFittedError):
        explore(GainTreeClassifier(), X, y)
    with pytest.raises(TypeError, match="fitted GainTreeClassifier, got DecisionTreeClassifier"):
        explore(DecisionTreeClassifier().fit(X, y), X, y)


def test_a_page_is_saved_whole_or_not_at_all(tmp_path):
    X, y = load_iris(return_X_y=True)
    page = explore(GainTreeClassifier(max_depth=1).fit(X, y), X, y)
    with pytest.raises(OSError, match=r"no_folder.page\.html'"):
        page.save(tmp_path / "no_folder" / "page.html")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        page.save(tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    page.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == page.html
    assert len(list(tmp_path.iterdir())) == 2


def test_hostile_names_do_not_end_an_element():
    X = pd.DataFrame({"</script><script>alert(1)</script>": [0.0, 1.0], "{{script}}": [1.0, 1.0]})
    model = GainTreeClassifier().fit(X, ["<!--", "&amp;]]>"])
    page = explore(model, X, ["<!--", "&amp;]]>"], test_size=0.0, title="</title><b>{{data}}")
    assert page.html.count("</script>") == 2
    assert "&lt;/title&gt;&lt;b&gt;{{data}}" in page.html
    assert "<!--" not in page.html
    assert data_of(page)["classes"] == ["&amp;]]>", "<!--"]


def test_the_command_line(tmp_path, capsys, mixed):
    X, y = mixed
    X.assign(bought=y).to_csv(tmp_path / "shop.csv", index=False)
    path = tmp_path / "page.html"
    arguments = ["explore", str(tmp_path / "shop.csv"), "--target", "bought", "-o", str(path)]
    assert main([*arguments, "--max-depth", "3", "--criterion", "gini"]) == 0
    assert "400 rows x 3, " in capsys.readouterr().out
    text = path.read_text(encoding="utf-8")
    assert "bought of shop.csv" in text
    assert '"Oslo"' in text

    for more, message in {
        ("--max-depth", "0"): "--max-depth is 0; it must be at least 1.",
        ("--test-size", "1"): "--test-size is 1.0; it must be from 0 to below 1.",
        ("--seed", "-1"): "--seed is -1; it must be at least 0.",
        ("--target", "bough"): "did you mean 'bought'",
        ("-o", str(tmp_path / "x" / "y.html")): "there is no folder",
        ("-o", str(tmp_path)): "cannot write",
    }.items():
        assert main([*arguments, *more]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert message in err.splitlines()[-1]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["page.html", "shop.csv"]
