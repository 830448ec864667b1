"""Who finds the right size of a tree, each in its own way.

A family fits once and yields one model or several: a search over a grid serves all scores that it
is asked for. Learners get the data frame with its categories, or what `what` says they make of it;
that and all tuning is part of their time.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import GridSearchCV
from sklearn.tree import DecisionTreeClassifier

from datasets import text_columns
from gaintree import GainTreeClassifier, prune
from gaintree.model_selection import GainTreeClassifierCV
from learners import BASELINE, CHALLENGER
from study_learners import Ordinal
from study_leaves import count_leaves, look_up

Array = npt.NDArray[Any]

WHOLE = f"{CHALLENGER}, whole"
TUNED = f"{BASELINE}, CV"  # what the leaves and the time of the recommended tree are held against
N_FOLDS = 5  # of all tuning
_LEAF_SIZES, _N_LEAVES = (1, 5, 20, 50), (4, 8, 16, 32, 64, 128, 256)
_BY_LOG_LOSS = "log loss"
_LEAST = np.finfo(np.float64).eps  # as scikit-learn clips probabilities
_SCORES = ("accuracy", _BY_LOG_LOSS)


class Model(NamedTuple):
    """A fitted learner: the probabilities of classes, and the leaf that each sample ends in."""

    classes: Array
    proba: Callable[[Any], Array]
    ends: Callable[[Any], Array]

    def shares(self, X: Any, n_classes: int) -> Array:
        """Return the probability of each of all classes, 0 for those not met in training."""
        shares = np.zeros((len(X), n_classes))
        shares[:, self.classes] = self.proba(X)
        return shares


class Fitted(NamedTuple):
    name: str
    model: Model
    seconds: float  # of the processor, tuning and encoding included


@dataclass(frozen=True)
class Family:
    """Learners that share a fit; `kind` is "ours", "theirs" or "probabilities"."""

    names: tuple[str, ...]
    kind: str
    package: str
    what: str
    fit: Callable[[Any, Array], Iterator[Fitted]]
    compiles: bool = False

    @property
    def version(self) -> str:
        return import_module(self.package).__version__


def log_losses(shares: Array, y: Array) -> Array:
    """Return the log loss of each sample, in nats."""
    return -np.log(np.maximum(shares[np.arange(len(y)), y], _LEAST))


def families(n_alphas: int) -> list[Family]:
    """Return all who take part."""
    ours = [_ours(WHOLE, GainTreeClassifier())]
    for method in prune.names():
        if method != "cost_complexity":  # it prunes by nothing unless told how much
            tree = GainTreeClassifier(pruning=method, leaf_probability="laplace")
            ours.append(_ours(f"{CHALLENGER}, {method}", tree))
    for name, parameters in _CHOSEN.items():
        ours.append(_ours(f"{CHALLENGER}, {name}", GainTreeClassifierCV(**parameters)))
    return ours + _scikit_learn(n_alphas) + _others() + _probabilities()


_CHOSEN: dict[str, dict[str, Any]] = {
    "CV": {"leaf_probability": "laplace"},
    "CV, one SE": {"leaf_probability": "laplace", "rule": "one_se"},
    "CV by log loss": {"leaf_probability": "laplace", "scoring": "neg_log_loss"},
    "CV by log loss, one SE": {
        "leaf_probability": "laplace",
        "scoring": "neg_log_loss",
        "rule": "one_se",
    },
    "CV by log loss, shrinkage": {"leaf_probability": "shrinkage", "scoring": "neg_log_loss"},
    "CV, shrinkage": {"leaf_probability": "shrinkage"},
    "CV by log loss, shrinkage, charge": {
        "leaf_probability": "shrinkage",
        "scoring": "neg_log_loss",
        "category_charge": 1.0,
    },
    "CV, shrinkage, charge": {"leaf_probability": "shrinkage", "category_charge": 1.0},
}


def _probabilities() -> list[Family]:
    """Return other ways to probabilities from a tree chosen by log loss."""
    found = [
        _ours(
            f"{CHALLENGER}, CV by log loss, {name}",
            GainTreeClassifierCV(leaf_probability=name, scoring="neg_log_loss"),
            "probabilities",
        )
        for name in ("frequency", "m_estimate")
    ]
    for method in ("sigmoid", "isotonic"):
        tree = GainTreeClassifierCV(scoring="neg_log_loss")
        calibrated = CalibratedClassifierCV(tree, method=method, cv=N_FOLDS, ensemble=False)
        found.append(_ours(f"{CHALLENGER}, CV by log loss, {method}", calibrated, "probabilities"))
    return found


def _ours(name: str, estimator: Any, kind: str = "ours") -> Family:
    def fit(X: Any, y: Array) -> Iterator[Fitted]:
        start = time.process_time()
        model = estimator.fit(X, y)
        taken = time.process_time() - start
        tree = model
        if isinstance(model, CalibratedClassifierCV):
            tree = model.calibrated_classifiers_[0].estimator
        yield Fitted(name, Model(model.classes_, model.predict_proba, tree.apply), taken)

    what = " ".join(repr(estimator).split())
    return Family((name,), kind, CHALLENGER, f"`{what}`", fit, compiles=True)


def _scikit_learn(n_alphas: int) -> list[Family]:
    codes = f"{Ordinal.note}; entropy"
    tuned = (
        f"{codes}; `GridSearchCV` over at most {n_alphas} values of the pruning path's "
        f"`ccp_alphas`, the denser the smaller the tree, {N_FOLDS} folds, by the score"
    )
    return [
        Family((f"{BASELINE}, whole",), "theirs", "sklearn", codes, _fit_whole),
        Family(
            (TUNED, f"{TUNED} by log loss"),
            "theirs",
            "sklearn",
            tuned,
            lambda X, y: _fit_alphas(X, y, n_alphas),
        ),
    ]


def _tree(**params: Any) -> DecisionTreeClassifier:
    return DecisionTreeClassifier(criterion="entropy", random_state=0, **params)


def _on_codes(name: str, encoder: Ordinal, tree: Any, seconds: float) -> Fitted:
    def proba(X: Any) -> Array:
        return tree.predict_proba(encoder.transform(X))

    def ends(X: Any) -> Array:
        return tree.apply(encoder.transform(X))

    return Fitted(name, Model(tree.classes_, proba, ends), seconds)


def _fit_whole(X: Any, y: Array) -> Iterator[Fitted]:
    start, encoder = time.process_time(), Ordinal()
    tree = _tree().fit(encoder.fit_transform(X), y)
    yield _on_codes(f"{BASELINE}, whole", encoder, tree, time.process_time() - start)


def _fit_alphas(X: Any, y: Array, n_alphas: int) -> Iterator[Fitted]:
    start, encoder = time.process_time(), Ordinal()
    matrix = encoder.fit_transform(X)
    alphas = np.unique(_tree().cost_complexity_pruning_path(matrix, y).ccp_alphas.clip(0.0))
    if len(alphas) > n_alphas:
        from_last = np.geomspace(1, len(alphas), n_alphas).round().astype(int)
        alphas = alphas[-np.unique(from_last)]
    best = _search(_tree(), {"ccp_alpha": alphas}, matrix, y)
    middle = time.process_time()
    for name, score in zip((TUNED, f"{TUNED} by log loss"), _SCORES, strict=True):
        begin = time.process_time()
        tree = _tree(**best[score]).fit(matrix, y)
        yield _on_codes(name, encoder, tree, middle - start + time.process_time() - begin)


def _search(estimator: Any, grid: dict[str, Any], X: Any, y: Array) -> dict[str, dict[str, Any]]:
    """Return the best parameters by each score."""

    def score(model: Any, X: Any, y: Array) -> float:
        shares = np.zeros((len(y), int(n_classes)))
        shares[:, model.classes_] = model.predict_proba(X)
        return -log_losses(shares, y).mean()

    n_classes = y.max() + 1
    scoring = dict(zip(_SCORES, ("accuracy", score), strict=True))
    search = GridSearchCV(estimator, grid, scoring=scoring, refit=False, cv=N_FOLDS).fit(X, y)
    return {
        name: search.cv_results_["params"][search.cv_results_[f"mean_test_{name}"].argmax()]
        for name in _SCORES
    }


def _others() -> list[Family]:
    lightgbm = (
        "first tree of a boosted log loss; `GridSearchCV` over `num_leaves` of "
        f"{', '.join(map(str, _N_LEAVES))} and `min_data_in_leaf` of "
        f"{', '.join(map(str, _LEAF_SIZES))}, {N_FOLDS} folds, by the score; a leaf's "
        "probabilities are its training shares; two classes only, as it grows a tree a class for "
        "more"
    )
    names = ("LightGBM, CV", "LightGBM, CV by log loss")
    ydf = (
        "its defaults: `min_examples=5`, `max_depth=16`, `validation_ratio=0.1`, the share of the "
        "rows held out to prune by; missing values become the mean, or the most frequent category"
    )
    return [
        Family(("YDF CART",), "theirs", "ydf", ydf, _fit_ydf),
        Family(("c50py",), "theirs", "c50py", "its defaults, which prune as C5.0 does", _fit_c50),
        Family(names, "theirs", "lightgbm", lightgbm, lambda X, y: _fit_lightgbm(X, y, names)),
    ]


def _fit_c50(X: Any, y: Array) -> Iterator[Fitted]:
    from c50py import C5Classifier

    start = time.process_time()
    model = C5Classifier().fit(X, y)
    taken = time.process_time() - start
    yield Fitted("c50py", Model(model.classes_, model.predict_proba, model.apply), taken)


def _fit_ydf(X: Any, y: Array) -> Iterator[Fitted]:
    import ydf

    ydf.verbose(0)
    text = text_columns(X)
    kinds = {True: ydf.Semantic.CATEGORICAL, False: ydf.Semantic.NUMERICAL}
    columns = [ydf.Column(name, kinds[name in text]) for name in X]

    def plain(X: Any, y: Array) -> Any:
        return X.astype(dict.fromkeys(text, object)).assign(target=y)

    start = time.process_time()
    learner = ydf.CartLearner(label="target", features=columns, num_threads=1)
    model = learner.train(plain(X, y))
    taken = time.process_time() - start
    classes = np.array([int(label) for label in model.label_classes()])

    def proba(X: Any) -> Array:
        found = model.predict(plain(X, np.zeros(len(X), dtype=int)))
        return found if found.ndim == 2 else np.column_stack([1.0 - found, found])

    def ends(X: Any) -> Array:
        return model.predict_leaves(plain(X, np.full(len(X), classes[0])))

    yield Fitted("YDF CART", Model(classes, proba, ends), taken)


class OneLightGBMTree(ClassifierMixin, BaseEstimator):
    """LightGBM's first tree, with the training shares of its leaves for probabilities."""

    def __init__(self, num_leaves: int = 31, min_data_in_leaf: int = 20):
        self.num_leaves = num_leaves
        self.min_data_in_leaf = min_data_in_leaf

    def fit(self, X: Any, y: Array) -> "OneLightGBMTree":
        import lightgbm

        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) > 2:
            raise ValueError("it grows a tree for each class, not one tree")
        params = {"objective": "binary", "learning_rate": 1.0, "num_threads": 1, "verbosity": -1}
        params |= {"num_leaves": self.num_leaves, "min_data_in_leaf": self.min_data_in_leaf}
        data = lightgbm.Dataset(X, codes, params=params)
        self._booster = lightgbm.train(params, data, num_boost_round=1)
        self._leaves = count_leaves(self.apply(X), codes, 2)
        return self

    def apply(self, X: Any) -> Array:
        return np.ravel(self._booster.predict(X, pred_leaf=True))

    def predict_proba(self, X: Any) -> Array:
        counts = look_up(*self._leaves, self.apply(X))
        return counts / counts.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> Array:
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


def _fit_lightgbm(X: Any, y: Array, names: tuple[str, ...]) -> Iterator[Fitted]:
    if y.max() > 1:
        raise ValueError("it grows a tree for each class, not one tree")
    start = time.process_time()
    grid = {"num_leaves": _N_LEAVES, "min_data_in_leaf": _LEAF_SIZES}
    best = _search(OneLightGBMTree(), grid, X, y)
    middle = time.process_time()
    for name, score in zip(names, _SCORES, strict=True):
        begin = time.process_time()
        model = OneLightGBMTree(**best[score]).fit(X, y)
        taken = middle - start + time.process_time() - begin
        yield Fitted(name, Model(model.classes_, model.predict_proba, model.apply), taken)
