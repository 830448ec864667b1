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
        "gaintree entropy",
        "scikit-learn gini",
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
    assert "coded as integers in alphabetical order: 1" in out
    assert "missing cells: 2.0%" in out
    assert "The entropy trees of gaintree and scikit-learn" in out
    rows = [line for line in out.splitlines() if line.startswith(("gaintree", "scikit-learn"))]
    assert len(rows) == 4
    assert rows[2].count("1.0x") == 2  # the reference is as fast as itself


def test_json(iris_csv, capsys):
    assert main(["compare", iris_csv, "--target", "target", "--json", "--max-depth", "2"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["data"]["n_features"] == 5
    assert [learner["name"] for learner in result["learners"]] == [
        "gaintree entropy",
        "gaintree gini",
        "scikit-learn entropy",
        "scikit-learn gini",
    ]
    for learner in result["learners"]:
        assert len(learner["accuracy"]) == result["n_folds"] == 5
        assert max(learner["depth"]) <= 2
        assert min(learner["accuracy"]) > 0.85
    assert result["tree"]["depth"] == 2


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
    "huge.csv": b"a,t\n1,x\n1e300,y\n2,x\n3,y\n",
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
        ("huge.csv --target t", r"column\(s\) a hold infinity, or numbers beyond"),
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
        ("--target t", "--target needs a DATA.csv"),
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
    fit += "[prune.prune(tree, name, held_out=held_out) for name in prune.names()]"
    assert run("-c", fit.format("iris", "None")).stderr == ""


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
