"""The command line as a user meets it: tables, JSON, one-line errors and exit codes."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris

from gaintree import cli
from gaintree.cli import main
from gaintree.model_selection._learners import all_criteria


@pytest.fixture
def iris_csv(tmp_path):
    frame = load_iris(as_frame=True).frame
    frame["colour"] = np.where(np.arange(150) % 2, "red", "blue")
    frame.loc[::10, "petal length (cm)"] = np.nan
    frame["target"] = np.array(["setosa", "versicolor", "virginica"])[frame["target"]]
    path = tmp_path / "iris.csv.gz"
    frame.to_csv(path, index=False)
    return str(path)


def test_the_bundled_data_set(capsys):
    assert main(["compare", "--folds", "2"]) == 0
    out, err = capsys.readouterr()
    for text in (
        "breast_cancer",
        "entropy",
        "scikit-learn gini",
        "Nadeau",
        "<= ",
        "bits, 569 samples",
    ):
        assert text in out
    assert "fold 2 of 2" in err


def test_a_csv_file(iris_csv, capsys):
    assert main(["compare", iris_csv, "--target", "target", "--folds", "3"]) == 0
    out, _ = capsys.readouterr()
    heading = out.splitlines()[0]
    assert heading.startswith("iris.csv.gz: 150 rows x 5, 3 classes (the largest 33.3%), 3-fold")
    assert "columns of categories: 1; to scikit-learn they are integers" in out
    assert "missing cells: 2.0%" in out
    assert "The trees of entropy and scikit-learn entropy" in out
    rows = [line for line in out.splitlines() if line.startswith(("entropy ", "gini ", "scikit"))]
    assert len(rows) == 8  # four learners, two tables
    assert all(len(line) <= 100 for line in out.splitlines())


def test_a_parquet_file(iris_csv, tmp_path, capsys):
    """Columns of any dtype, the same table."""
    frame = pd.read_csv(iris_csv)
    path = tmp_path / "iris.parquet"
    frame.astype({"colour": "category", "target": "category"}).to_parquet(path)
    found = []
    for data in (iris_csv, str(path)):
        assert main(["compare", data, "--target", "target", "--json", "--folds", "2"]) == 0
        found.append(json.loads(capsys.readouterr().out))
    for one, other in zip(found[0]["learners"], found[1]["learners"], strict=True):
        assert one["log_loss"] == other["log_loss"]
    assert found[0]["tree"] == found[1]["tree"]


def test_all_criteria(iris_csv, capsys):
    arguments = ["--criteria", "all", "--folds", "2", "--min-samples-leaf", "5", "--json"]
    assert main(["compare", iris_csv, "--target", "target", *arguments]) == 0
    result = json.loads(capsys.readouterr().out)
    names = [learner["name"] for learner in result["learners"]]
    left_out = [note for note in result["notes"] if note.startswith("left out: ")]
    assert names[0] == "entropy"
    assert names[-2:] == ["scikit-learn entropy", "scikit-learn gini"]
    assert len(names) + len(left_out) == len(all_criteria()) + 3  # and the pruned one
    for learner in result["learners"][1:]:
        assert 0.0 <= learner["tests"]["accuracy"]["p_value"] <= 1.0


def test_what_scikit_learn_cannot_take(tmp_path, capsys):
    path = tmp_path / "huge.csv"
    pd.DataFrame({"x": [1e300, 1.0] * 10, "t": ["a", "b"] * 10}).to_csv(path, index=False)
    for form in ([], ["--json"]):
        assert main(["compare", str(path), "--target", "t", "--folds", "2", *form]) == 0
        out = capsys.readouterr().out
        assert "left out: scikit-learn entropy" in out
        assert "Speed" not in out
    assert json.loads(out)["learners"][0]["fit_speedup"] is None


def test_json(iris_csv, capsys):
    assert main(["compare", iris_csv, "--target", "target", "--json", "--max-depth", "2"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["data"]["n_features"] == 5
    assert [learner["name"] for learner in result["learners"]] == [
        "entropy",
        "gini",
        "entropy, pruned",
        "scikit-learn entropy",
        "scikit-learn gini",
    ]
    note = "entropy, pruned: by significance, with leaf_probability='shrinkage'"
    assert note in result["notes"]
    for learner in result["learners"]:
        assert len(learner["accuracy"]) == result["n_folds"] == 5
        assert max(learner["depth"]) <= 2
        assert min(learner["accuracy"]) > 0.85
    assert result["tree"]["depth"] == 2


@pytest.mark.parametrize(("pruning", "names"), [("none", []), ("mdl", ["gini, pruned"])])
def test_pruning_of_the_first(iris_csv, capsys, pruning, names):
    arguments = ["--criteria", "gini", "--folds", "2", "--pruning", pruning, "--json"]
    assert main(["compare", iris_csv, "--target", "target", *arguments]) == 0
    found = [learner["name"] for learner in json.loads(capsys.readouterr().out)["learners"]]
    assert found == ["gini", *names, "scikit-learn entropy", "scikit-learn gini"]


def test_json_of_a_split_on_being_missing(tmp_path, capsys):
    """JSON has no infinity."""
    path = tmp_path / "holes.csv"
    x = [None, 1.0] * 20
    frame = pd.DataFrame({"x": x, "z": [1.0, None] * 20, "t": ["a", "b"] * 20})
    frame.to_csv(path, index=False)
    assert main(["compare", str(path), "--target", "t", "--folds", "2", "--json"]) == 0
    out = capsys.readouterr().out
    assert "Infinity" not in out
    difference = json.loads(out)["difference"]
    if difference is not None:  # scikit-learn's draw among the two columns
        assert difference["on_missing"] == [True, True]
        assert difference["thresholds"] == [None, None]
        assert difference["features"][0] == "x"


def test_a_rare_class_is_noted(tmp_path, capsys):
    path = tmp_path / "rare.csv"
    pd.DataFrame({"x": range(20), "t": [0] * 10 + [1] * 8 + [2] * 2}).to_csv(path, index=False)
    assert main(["compare", str(path), "--target", "t", "--folds", "4"]) == 0
    assert "classes with fewer rows than there are folds: 1" in capsys.readouterr().out


BAD_FILES = {
    "empty.csv": b"",
    "head.csv": b"a,t\n",
    "binary.csv": bytes(range(256)),
    "infinite.csv": b"a,t\n1,x\ninf,y\n2,x\n3,y\n",
    "dates.parquet": b"no parquet",
    "only.csv": b"t\nx\ny\nx\ny\n",
    "fractions.csv": b"a,t\n1,0.5\n2,1.5\n3,2.5\n",
    "names.csv": b"a,t\n1,ann\n2,bob\n3,cy\n4,dee\n",
    "one.csv": b"a,t\n1,x\n2,x\n3,x\n",
    "good.csv": b"a,t\n1,x\n2,y\n3,x\n4,y\n",
    "junk.csv.gz": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff" + bytes(range(50)),
    "junk.csv.zip": b"no archive",
    "junk.csv.xz": b"no archive",
    "endless.csv": b"a,t\n1,1\n2,inf\n3,1\n",
    "cut.csv.gz": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x4b\xd4",
}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("missing.csv --target t", "there is no file"),
        (". --target t", "cannot read .*directory"),
        ("empty.csv --target t", "not a CSV table"),
        ("head.csv --target t", "no rows"),
        ("binary.csv --target t", "not a CSV table"),
        ("cut.csv.gz --target t", "cannot read|not a CSV table"),
        ("junk.csv.gz --target t", "cannot read|not a CSV table"),
        ("junk.csv.zip --target t", "not a CSV table"),
        ("junk.csv.xz --target t", "not a CSV table"),
        ("endless.csv --target t", "'t' holds fractions or huge numbers"),
        ("good.csv --target t --seed -1", "--seed is -1"),
        ("good.csv --target t --seed 99999999999", "--seed is 99999999999"),
        ("infinite.csv --target t", r"column\(s\) a hold infinity"),
        ("dates.parquet --target t", "is not a Parquet table|needs pyarrow"),
        ("good.csv --target t --criteria ginni", "names 'ginni', which .*did you mean 'gini'"),
        ("good.csv --target t --criteria entropy,", "names ''.*--help lists them"),
        ("good.csv --target t --criteria gini,gini --folds 2", r"\['gini'\] more than once"),
        ("good.csv --target t --jobs 0", "--jobs is 0"),
        ("good.csv --target t --min-samples-leaf 0", "--min-samples-leaf is 0"),
        ("only.csv --target t", "no column besides 't'"),
        ("fractions.csv --target t", "'t' holds fractions"),
        ("names.csv --target t", "4 distinct values in 4 rows"),
        ("one.csv --target t", r"1 distinct value\(s\)"),
        ("good.csv", "--target is missing"),
        ("good.csv --target tt", "no column 'tt'; did you mean 't'"),
        ("good.csv --target salary", "no column 'salary'; it has a, t"),
        ("good.csv --target t --folds 3", "no class has that many rows"),
        ("good.csv --target t --folds 1", "--folds is 1; it must be at least 2"),
        ("good.csv --target t --max-depth 0", "--max-depth is 0"),
        ("good.csv --target t --show 0", "--show is 0"),
        ("--target t", "--target needs a file"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(
    arguments, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    for name, content in BAD_FILES.items():
        (tmp_path / name).write_bytes(content)
    assert main(["compare", *arguments.split()]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith("gaintree compare: error: ")
    assert re.search(message, err)


def test_pandas_is_asked_for_by_name_of_the_extra(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert main(["compare", "x.csv", "--target", "t"]) == 2
    assert "pip install 'gaintree[data]'" in capsys.readouterr().err


def test_after_warmup_nothing_is_left_to_compile(tmp_path):
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}

    def run(*arguments):
        command = [sys.executable, *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert "Compiled, in" in run("-m", "gaintree", "warmup").stdout
    fit = "from sklearn.datasets import load_{0} as load; X, y = load(return_X_y=True);"
    fit += "from gaintree import GainTreeClassifier as G; G(class_weight={1}).fit(X, y).predict(X)"
    for name in ("iris", "digits"):
        for class_weight in ("None", "'balanced'"):
            assert run("-c", fit.format(name, class_weight)).stderr == ""
    fit += "; from gaintree import prune; tree = G().fit(X, y).tree_;"
    fit += "held_out = prune.class_counts(tree, X, y); prune.prune_and_raise(tree, X, y, 'gini');"
    fit += "[prune.prune(tree, name, held_out=held_out) for name in prune.names()];"
    fit += "from gaintree.inspection import split_candidates;"
    fit += "split_candidates(G().fit(X, y), X, y, criteria=['gain_ratio'])"
    assert run("-c", fit.format("iris", "None")).stderr == ""
    table, page = tmp_path / "table.csv", str(tmp_path / "page.html")
    rows = [f"{i * 0.37 % 5},{'abc'[i % 3]},{'no' if i % 7 < 3 else 'yes'}" for i in range(1000)]
    table.write_text("\n".join(["number,name,label", *rows]))
    explored = run("-m", "gaintree", "explore", str(table), "--target", "label", "-o", page)
    assert "compiling" not in explored.stderr


def test_interrupt(monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_parser", lambda: FakeParser(interrupted))
    assert main([]) == 130
    assert "interrupted" in capsys.readouterr().err


class FakeParser:
    def __init__(self, run):
        self.run = run

    def parse_args(self, _):
        return type("Options", (), {"run": staticmethod(self.run), "command": "compare"})()


def test_the_command_is_installed():
    result = subprocess.run(
        [sys.executable, "-m", "gaintree", "compare", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--target COLUMN" in result.stdout
    assert "examples:" in result.stdout
