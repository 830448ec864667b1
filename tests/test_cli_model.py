"""``gaintree fit``, ``predict`` and ``explain``: a tree to a file and back."""

import json
import os
import subprocess
import sys
from io import StringIO

import joblib
import numpy as np
import pandas as pd
import pytest

from gaintree import GainTreeClassifier
from gaintree.cli import main


def frame_of(n=200):
    """Numbers with holes, text, text that looks like numbers in places, truth values."""
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age": rng.integers(18, 80, n).astype(float),
            "town": rng.choice(["Bonn", "Kiel", "Ulm"], n),
            "code": rng.choice(["1", "2", "A3"], n),
            "member": rng.random(n) < 0.5,
        }
    )
    frame.loc[::7, "age"] = np.nan
    rich = (frame["age"] > 40) & (frame["town"] != "Ulm") | (frame["code"] == "1")
    frame["income"] = np.where(rich ^ (rng.random(n) < 0.1), "high", "low")
    return frame


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    frame_of().to_csv("data.csv", index=False)
    frame_of().to_parquet("data.parquet")
    return tmp_path


@pytest.fixture
def model(folder, capsys):
    arguments = ["--target", "income", "--min-samples-leaf", "5", "-o", "tree.joblib"]
    assert main(["fit", "data.csv", *arguments]) == 0
    capsys.readouterr()
    return joblib.load("tree.joblib")


def run(capsys, *arguments):
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_fit_tells_what_it_grew(folder, capsys):
    out = run(capsys, "fit", "data.csv", "--target", "income", "-o", "tree.joblib", "--show", "2")
    assert out.startswith("data.csv: 200 rows x 4, 2 classes (the largest 5")
    assert "A tree by entropy: " in out
    assert "(gains " in out
    assert "bits a row" in out
    assert "Written to tree.joblib" in out
    assert [path.name for path in folder.iterdir() if "tree" in path.name] == ["tree.joblib"]
    tree = joblib.load("tree.joblib")
    assert tree.get_n_leaves() > 5
    assert tree.feature_names_in_.tolist() == ["age", "town", "code", "member"]


def test_fit_takes_its_parameters(folder, capsys):
    options = "--criterion gini --max-depth 3 --min-samples-leaf 7 --ccp-alpha 0.001 --balanced"
    options += " --pruning pessimistic --leaf-probability laplace -o tree.joblib"
    found = json.loads(
        run(capsys, "fit", "data.csv", "--target", "income", *options.split(), "--json")
    )
    frame = frame_of()
    expected = GainTreeClassifier(
        criterion="gini",
        max_depth=3,
        min_samples_leaf=7,
        ccp_alpha=0.001,
        class_weight="balanced",
        pruning="pessimistic",
        leaf_probability="laplace",
    ).fit(frame.drop(columns="income"), frame["income"])
    assert found["n_leaves"] == expected.get_n_leaves()
    assert found["depth"] == expected.get_depth()
    assert found["pruning"] == "pessimistic"
    assert joblib.load("tree.joblib").get_params() == expected.get_params()
    gains = expected.tree_.compute_feature_importances(normalize=False)
    assert sum(found["gains"].values()) == pytest.approx(gains.sum())


def test_csv_and_parquet_are_the_same_table(model, folder, capsys):
    own = model.predict(frame_of().drop(columns="income"))
    for data in ("data.csv", "data.parquet"):
        found = pd.read_csv(StringIO(run(capsys, "predict", "tree.joblib", data)))
        assert found.columns.tolist() == ["prediction"]
        np.testing.assert_array_equal(found["prediction"], own)


def test_columns_are_found_by_name(model, folder, capsys):
    frame_of()[["member", "income", "code", "town", "age"]].to_csv("other.csv", index=False)
    assert run(capsys, "predict", "tree.joblib", "other.csv") == run(
        capsys, "predict", "tree.joblib", "data.csv"
    )


def test_text_stays_text_where_it_looks_like_numbers(model, folder, capsys):
    """The column `code` is "1" in all rows, which pandas alone would read as a number."""
    frame = frame_of()
    few = frame[frame["code"] == "1"]
    few.to_csv("few.csv", index=False)
    found = pd.read_csv(StringIO(run(capsys, "predict", "tree.joblib", "few.csv")))
    np.testing.assert_array_equal(found["prediction"], model.predict(few.drop(columns="income")))


def test_probabilities_to_files_and_as_json(model, folder, capsys):
    proba = model.predict_proba(frame_of().drop(columns="income"))
    arguments = ["predict", "tree.joblib", "data.csv", "--proba"]
    found = json.loads(run(capsys, *arguments, "--json"))
    np.testing.assert_allclose(found["P(low)"], proba[:, 1])
    for name, read in (("out.parquet", pd.read_parquet), ("out.csv.gz", pd.read_csv)):
        assert run(capsys, *arguments, "-o", name) == ""
        np.testing.assert_allclose(read(name)[["P(high)", "P(low)"]], proba)
    run(capsys, *arguments, "--json", "-o", "out.json")
    assert json.loads((folder / "out.json").read_text()) == found


@pytest.mark.parametrize("row", [1, 8, 200])
def test_the_bits_of_a_row_add_up(model, folder, capsys, row):
    found = json.loads(
        run(capsys, "explain", "tree.joblib", "data.csv", "--row", str(row), "--json")
    )
    frame = frame_of().drop(columns="income").iloc[[row - 1]]
    assert found["prediction"] == model.predict(frame)[0]
    assert found["probability"] == model.predict_proba(frame).max()
    assert sum(step["bits"] for step in found["steps"]) == pytest.approx(found["bits"])
    prior = (frame_of()["income"] == found["class"]).mean()
    assert found["bits"] == pytest.approx(np.log2(found["probability"] / prior))
    assert found["steps"][-1]["n_samples"] == model.tree_.n_node_samples[model.apply(frame)[0]]
    text = run(capsys, "explain", "tree.joblib", "data.csv", "--row", str(row))
    assert all(len(line) <= 100 for line in text.splitlines())
    assert f"{found['bits']:+.3f} bits" in text
    for step in found["steps"]:
        assert f"{step['bits']:+.3f}" in text


def test_bits_of_a_class_that_the_leaf_lacks(folder, capsys):
    """Minus infinity in text, null in JSON."""
    run(capsys, "fit", "data.csv", "--target", "income", "-o", "whole.joblib")
    arguments = ["explain", "whole.joblib", "data.csv", "--row", "3"]
    own = json.loads(run(capsys, *arguments, "--json"))["prediction"]
    other = "low" if own == "high" else "high"
    found = json.loads(run(capsys, *arguments, "--json", "--class", other))
    assert found["bits"] is None
    assert found["share"] == 0.0
    assert "-inf bits" in run(capsys, *arguments, "--class", other)


def test_the_values_of_a_row_that_are_missing(model, folder, capsys):
    text = run(capsys, "explain", "tree.joblib", "data.csv", "--row", "1")
    assert "age" not in text or "missing" in text  # row 1 has no age


@pytest.fixture
def bad_files(model, folder):
    frame = frame_of()
    frame.drop(columns="town").to_csv("lacks.csv", index=False)
    frame.rename(columns={"town": "Town", "age": "Age"}).to_csv("renamed.csv", index=False)
    frame.assign(age="old").to_csv("text.csv", index=False)
    frame.assign(age=np.inf).to_csv("infinite.csv", index=False)
    frame.assign(when="x", town=[1, "b"] * 100).to_csv("mixed.csv", index=False)
    (folder / "junk.joblib").write_bytes(b"junk")
    joblib.dump({"a": 1}, "dict.joblib")
    X = frame[["age"]].to_numpy()
    joblib.dump(GainTreeClassifier().fit(X, frame["income"]), "nameless.joblib")
    joblib.dump(GainTreeClassifier(), "unfitted.joblib")
    frame.assign(date=pd.Timestamp("2020-01-01")).to_parquet("dates.parquet")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("fit nothing.csv --target income", "there is no file nothing.csv"),
        ("fit data.csv --target incom", "data.csv has no column 'incom'; did you mean 'income'?"),
        ("fit infinite.csv --target income", "infinite.csv: column(s) age hold infinity."),
        ("fit dates.parquet --target income", "dates.parquet: Column 'date' of X holds dates"),
        ("fit data.csv --target income --max-depth 0", "--max-depth is 0; it must be at least 1."),
        ("fit data.csv --target income --ccp-alpha nan", "--ccp-alpha is nan"),
        ("fit data.csv --target income -o no/tree.joblib", "cannot write no/tree.joblib: No such"),
        ("predict no.joblib data.csv", "there is no file no.joblib"),
        ("predict . data.csv", "cannot read .: Is a directory"),
        ("predict junk.joblib data.csv", "junk.joblib is no model of gaintree fit"),
        ("predict dict.joblib data.csv", "dict.joblib holds a dict, no fitted GainTreeClassifier"),
        ("predict unfitted.joblib data.csv", "holds a GainTreeClassifier, no fitted"),
        ("predict nameless.joblib data.csv", "whose columns have no names"),
        ("predict tree.joblib nothing.csv", "there is no file nothing.csv"),
        ("predict tree.joblib lacks.csv", "lacks.csv has no column 'town'; it has age, code"),
        ("predict tree.joblib renamed.csv", "renamed.csv lacks 2 of the 4 columns"),
        ("predict tree.joblib text.csv", "text.csv: column 'age' holds 'old', in row 1; the"),
        ("predict tree.joblib infinite.csv", "infinite.csv: column(s) age hold infinity."),
        ("predict tree.joblib data.csv -o no/out.csv", "cannot write no/out.csv: No such file"),
        ("explain tree.joblib data.csv --row 0", "--row is 0; data.csv has rows 1 to 200."),
        ("explain tree.joblib data.csv --row 201", "--row is 201; data.csv has rows 1 to 200."),
        ("explain tree.joblib data.csv --class no", "--class is 'no'; the classes are high, low."),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_2(bad_files, arguments, message, capsys):
    assert main(arguments.split()) == 2
    out, err = capsys.readouterr()
    last = err.splitlines()[-1]
    assert out == ""
    assert last.startswith(f"gaintree {arguments.split()[0]}: error: ")
    assert message in last
    assert "Traceback" not in err


def test_a_file_is_written_whole_or_not_at_all(model, folder, capsys, monkeypatch):
    before = (folder / "tree.joblib").read_bytes()

    def fails(model, path):
        with open(path, "wb") as file:
            file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(joblib, "dump", fails)
    names = sorted(path.name for path in folder.iterdir())
    assert main(["fit", "data.csv", "--target", "income", "-o", "tree.joblib"]) == 2
    assert "cannot write tree.joblib: No space left on device" in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == names
    assert (folder / "tree.joblib").read_bytes() == before


def test_a_written_file_has_the_mode_of_any_other(model, folder):
    (folder / "plain").write_text("")
    assert (folder / "tree.joblib").stat().st_mode == (folder / "plain").stat().st_mode


def test_nobody_reads_the_output(model, folder):
    command = [sys.executable, "-m", "gaintree", "predict", "tree.joblib", "data.csv"]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, env=environment) as process:
        process.stdout.close()
        errors = process.stderr.read().decode()
        assert process.wait() == 1
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors


@pytest.mark.parametrize("command", ["fit", "predict", "explain", "compare"])
def test_help_has_examples(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert f"examples:\n  gaintree {command}" in out
    assert all(len(line) <= 100 for line in out.splitlines())
