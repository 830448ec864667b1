"""Write a fitted tree for others: as text to read, as a scikit-learn tree for its tools."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.tree import DecisionTreeClassifier
from sklearn.tree._tree import Tree as SklearnTree
from sklearn.utils.validation import check_is_fitted

from gaintree.tree import Tree
from gaintree.wording import Wording, names_of

_SHARED_PARAMETERS = (
    "splitter",
    "max_depth",
    "min_samples_split",
    "min_samples_leaf",
    "min_weight_fraction_leaf",
    "max_features",
    "random_state",
    "max_leaf_nodes",
    "min_impurity_decrease",
    "class_weight",
    "ccp_alpha",
)


def export_text(
    decision_tree: Any,
    *,
    feature_names: Sequence[str] | None = None,
    class_names: Sequence[str] | None = None,
    max_depth: int = 10,
    spacing: int = 3,
    decimals: int | None = None,
    show_weights: bool = False,
    max_categories: int = 10,
) -> str:
    """Return the rules of a tree as text, with what each split gains.

    Parameters
    ----------
    decision_tree : GainTreeClassifier
        A fitted tree.
    feature_names : sequence of str of length n_features, default=None
        None takes the names seen in `fit`, or feature_0, feature_1, ...
    class_names : sequence of str of length n_classes, default=None
        None takes the labels.
    max_depth : int, default=10
        Branches below this depth are cut short. At least 0.
    spacing : int, default=3
        Width of a level. At least 1.
    decimals : int, default=None
        Decimals of thresholds; None shows six significant digits, or down to the first decimal.
    show_weights : bool, default=False
        Whether to show the class weights of each leaf.
    max_categories : int, default=10
        Of the categories of a split the first so many are named, the others counted. At least 1.

    Returns
    -------
    text : str
        A split by category names those of one side, whichever are fewer. Categories that the node
        had no samples of are among them where that is the side they go to, which is that of missing
        values. ``or missing`` follows where missing values go to the side that is named, else they
        go to the other; a category that `fit` did not meet goes with them.

    Raises
    ------
    ValueError
        If a number is out of range, or names are not as many as there are features or classes.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from gaintree import GainTreeClassifier, export_text
    >>> iris = load_iris()
    >>> tree = GainTreeClassifier(max_depth=2).fit(iris.data, iris.target)
    >>> print(export_text(tree, feature_names=iris.feature_names))
    |--- petal length (cm) <= 2.45 (gains 0.918 bits, 150 samples)
    |   |--- class: 0 (50 samples)
    |--- petal length (cm) >  2.45
    |   |--- petal width (cm) <= 1.75 (gains 0.690 bits, 100 samples)
    |   |   |--- class: 1 (54 samples)
    |   |--- petal width (cm) >  1.75
    |   |   |--- class: 2 (46 samples)

    >>> X = [["red", 1.0], ["green", 2.0], ["blue", 3.0], ["blue", 4.0]]
    >>> tree = GainTreeClassifier(categorical_features=[0]).fit(X, [0, 1, 0, 0])
    >>> print(export_text(tree, feature_names=["colour", "size"]))
    |--- colour not in {green} (gains 0.811 bits, 4 samples)
    |   |--- class: 0 (3 samples)
    |--- colour in {green}
    |   |--- class: 1 (1 sample)
    """
    check_is_fitted(decision_tree)
    tree: Tree = decision_tree.tree_
    if max_depth < 0:
        raise ValueError(f"max_depth={max_depth} must be at least 0.")
    if spacing < 1:
        raise ValueError(f"spacing={spacing} must be at least 1.")
    if decimals is not None and decimals < 0:
        raise ValueError(f"decimals={decimals} must be at least 0, or None.")
    if max_categories < 1:
        raise ValueError(f"max_categories={max_categories} must be at least 1.")
    if feature_names is None:
        feature_names = names_of(decision_tree)
    if class_names is None:
        class_names = decision_tree.classes_
    _check_length("feature_names", feature_names, tree.n_features, "features")
    _check_length("class_names", class_names, tree.n_classes, "classes")

    unit = decision_tree._criterion.impurity_unit
    names = [str(name) for name in feature_names]
    labels = [str(name) for name in class_names]
    wording = Wording(tree, names, decision_tree.categories_, decimals, max_categories)
    bar, dash = "|" + " " * spacing, "|" + "-" * spacing + " "
    lines = []
    predicted = np.array(labels, dtype=object)[decision_tree._node_proba.argmax(axis=1)]
    for depth, text in _lines(tree, wording, predicted, max_depth, unit, show_weights):
        lines.append(bar * depth + dash + text)
    return "\n".join(lines) + "\n"


def _lines(
    tree: Tree,
    wording: Wording,
    predicted: npt.NDArray[np.object_],
    max_depth: int,
    unit: str,
    show_weights: bool,
) -> Iterator[tuple[int, str]]:
    """Depth and text of each line."""
    gains = tree.gains()
    heights: list[int] = []
    stack: list[tuple[int, int, str]] = [(0, 0, "")]  # node or -1, depth, ready text
    while stack:
        node, depth, text = stack.pop()
        if node < 0:
            yield depth, text
        elif tree.is_leaf[node]:
            yield depth, _leaf_text(tree, node, predicted[node], show_weights)
        elif depth > max_depth:
            heights = heights or _heights(tree)
            yield depth, f"truncated branch of depth {heights[node]}"
        else:
            left, right = wording.conditions(node)
            samples = _samples(tree.n_node_samples[node])
            stack.append((int(tree.children_right[node]), depth + 1, ""))
            stack.append((-1, depth, right))
            stack.append((int(tree.children_left[node]), depth + 1, ""))
            stack.append((-1, depth, f"{left} ({_gain_text(gains[node], unit)}, {samples})"))


def _gain_text(gain: float, unit: str) -> str:
    return f"gains {gain:.3f} {unit}".rstrip()


def _leaf_text(tree: Tree, node: int, label: str, show_weights: bool) -> str:
    text = f"class: {label} ({_samples(tree.n_node_samples[node])})"
    if not show_weights:
        return text
    weights = tree.value[node, 0] * tree.weighted_n_node_samples[node]
    return f"weights: [{', '.join(f'{weight:.2f}' for weight in weights)}] {text}"


def _samples(count: int) -> str:
    return f"{count} sample" if count == 1 else f"{count} samples"


def _heights(tree: Tree) -> list[int]:
    """Number of splits below each node."""
    heights = [0] * tree.node_count
    for node in range(tree.node_count - 1, 0, -1):
        parent = tree.parents[node]
        heights[parent] = max(heights[parent], heights[node] + 1)
    return heights


def _check_length(name: str, values: Sequence[Any], n: int, what: str) -> None:
    if len(values) != n:
        raise ValueError(f"{name} has {len(values)} entries, but the tree has {n} {what}.")


def _signs_of(estimator: Any) -> Any:
    """The parameter `monotonic_cst`, by position."""
    given = estimator.monotonic_cst
    if isinstance(given, dict):
        return [given.get(name, 0) for name in estimator.feature_names_in_]
    return given


def to_sklearn(estimator: Any) -> DecisionTreeClassifier:
    """Return a fitted scikit-learn classifier that holds the same tree (see the method)."""
    check_is_fitted(estimator)
    tree: Tree = estimator.tree_
    _refuse_categories(estimator)
    given = estimator.get_params(deep=False)
    parameters = {name: given[name] for name in _SHARED_PARAMETERS if name in given}
    parameters["monotonic_cst"] = _signs_of(estimator)
    name = estimator._criterion.name
    criterion = name if name == "gini" else "entropy"  # of others scikit-learn has none
    copy = DecisionTreeClassifier(criterion=criterion, **parameters)
    for name in ("classes_", "n_features_in_", "feature_names_in_", "n_outputs_", "max_features_"):
        if hasattr(estimator, name):
            setattr(copy, name, getattr(estimator, name))
    copy.n_classes_ = np.intp(estimator.n_classes_)
    copy.tree_ = SklearnTree(tree.n_features, np.array([tree.n_classes], dtype=np.intp), 1)
    copy.tree_.__setstate__(
        {
            "max_depth": tree.max_depth,
            "node_count": tree.node_count,
            "nodes": _sklearn_nodes(tree, copy.tree_.__getstate__()["nodes"].dtype),
            "values": np.ascontiguousarray(estimator._node_proba[:, None]),
        }
    )
    return copy


def _refuse_categories(estimator: Any) -> None:
    tree: Tree = estimator.tree_
    if estimator.is_categorical_ is None:
        return
    split_on = np.unique(tree.feature[~tree.is_leaf])
    names = getattr(estimator, "feature_names_in_", np.arange(tree.n_features))
    categorical = names[split_on[estimator.is_categorical_[split_on]]].tolist()
    if categorical:
        raise ValueError(
            "scikit-learn's trees know no categories, and this one splits on columns of them:"
            f" {categorical}."
        )


def _sklearn_nodes(tree: Tree, dtype: np.dtype[Any]) -> Any:
    nodes = np.zeros(tree.node_count, dtype=dtype)
    for field, name in {
        "left_child": "children_left",
        "right_child": "children_right",
        **{name: name for name in dtype.names or () if hasattr(tree, name)},
    }.items():
        nodes[field] = getattr(tree, name)
    return nodes
