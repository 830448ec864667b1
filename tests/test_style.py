"""Rules of the house that a linter does not know: the way of imports, the one decorator, docs."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import gaintree
from gaintree import (
    criteria,
    export,
    feature_selection,
    information,
    inspection,
    leaves,
    model_selection,
    prune,
)

SOURCE = Path(gaintree.__file__).parent

# validate -> encode -> grow (splits and criteria) -> Tree -> predict | prune | inspect | export.
# A part imports what is in its own row or a row above it.
LAYERS = [
    {"_cache", "_compiler", "_memory"},
    {"_bundle", "_jit"},
    {
        "chance",
        "criteria",
        "encode",
        "frames",
        "information",
        "keys",
        "labels",
        "packed",
        "plain",
        "tree",
    },
    {"explorer", "grow", "leaves", "predict", "prune", "wording"},
    {"constraints", "validate", "export", "progress", "stopping"},
    {"estimators", "feature_selection"},
    {"inspection"},
    {"model_selection"},
    {"__init__", "__main__", "cli"},
]
# Growing state never crosses to what works on trees, nor the other way.
APART = [
    ("grow", {"predict", "prune", "inspection", "explorer", "information"}),
    ("prune", {"grow", "encode", "inspection", "explorer"}),
    ("criteria", {"tree", "encode"}),
]

FILES = sorted(SOURCE.rglob("*.py"))


def part_of(path):
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_parts(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            modules = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for module in modules:
            package, *parts = module.split(".")
            if package == "gaintree" and parts:
                yield parts[0]


def layer_of(part):
    return next(i for i, layer in enumerate(LAYERS) if part in layer)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_follow_the_way_of_the_data(path):
    part = part_of(path)
    names = {name for layer in LAYERS for name in layer}
    assert part in names, "a new part needs a place in LAYERS"
    imported = {name for name in imported_parts(path) if name in names} - {part}
    assert all(layer_of(name) <= layer_of(part) for name in imported)
    for apart, others in APART:
        if part == apart:
            assert not imported & others


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_only_the_house_decorators_call_numba(path):
    uses_numba = re.search(r"^\s*(import|from) numba", path.read_text(), re.MULTILINE)
    assert not uses_numba or path.name in ("_bundle.py", "_cache.py", "_compiler.py", "_jit.py")


def methods_of(item):
    return [
        method
        for name, method in inspect.getmembers(item, inspect.isfunction)
        if not name.startswith("_") and method.__module__.startswith("gaintree")
    ]


PUBLIC = [
    gaintree.GainTreeClassifier,
    *methods_of(gaintree.GainTreeClassifier),
    model_selection.GainTreeClassifierCV,
    model_selection.GainTreeClassifierCV.fit,
    model_selection.GainTreeClassifierCV.score,
    model_selection.TreeSizeDisplay,
    *methods_of(model_selection.TreeSizeDisplay),
    model_selection.CriteriaComparison,
    *methods_of(model_selection.CriteriaComparison),
    model_selection.PairedTest,
    model_selection.compare_criteria,
    *(getattr(leaves, name) for name in leaves.__all__),
    *(getattr(feature_selection, name) for name in feature_selection.__all__),
    *(getattr(information, name) for name in information.__all__),
    *(getattr(inspection, name) for name in inspection.__all__),
    *(getattr(prune, name) for name in prune.__all__),
    criteria.get,
    criteria.names,
    criteria.available,
    export.export_text,
]


def is_function_of_arguments(item):
    return inspect.isfunction(item) and set(inspect.signature(item).parameters) - {"self"}


@pytest.mark.parametrize("item", PUBLIC, ids=lambda item: item.__qualname__)
def test_docstrings_name_every_parameter(item):
    doc = inspect.getdoc(item)
    assert doc
    assert doc.splitlines()[0].endswith(".")
    described = re.search(r"Parameters\n-+\n(.*?)(\n\n[A-Z][a-z ]+\n-+\n|\Z)", doc, re.DOTALL)
    if inspect.isclass(item) and not described:
        return
    expected = [name for name in inspect.signature(item).parameters if name != "self"]
    found = re.findall(r"^(\w[\w, *]*) :", described.group(1) if described else "", re.MULTILINE)
    names = [name.strip(" *") for line in found for name in line.split(",")]
    assert names == expected


@pytest.mark.parametrize(
    "item",
    [item for item in PUBLIC if is_function_of_arguments(item)],
    ids=lambda i: i.__qualname__,
)
def test_docstrings_say_what_comes_back(item):
    assert "Returns\n-------" in inspect.getdoc(item)


def test_the_version_is_the_packages():
    pyproject = (SOURCE.parents[1] / "pyproject.toml").read_text()
    assert f'version = "{gaintree.__version__}"' in pyproject
