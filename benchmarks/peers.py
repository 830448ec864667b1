"""Who else grows trees on one machine, each at the settings that suit it best.

All are asked for the same: one tree, every sample and column used, leaves of one sample allowed, no
shrinkage, no penalty, no pruning. What each of them makes of that is its line `what`.
"""

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from learners import BASELINE, CHALLENGER, Learner

Array = npt.NDArray[Any]

_ONE_TREE_A_CLASS = "grows a tree for each class, not one tree"
_NO_LIMIT = 10_000  # a depth that no tree reaches


@dataclass(frozen=True, eq=False)
class Task:
    """Plain arrays, labels counted from 0, and scikit-learn's parameters.

    `weights` are what `class_weight` among them comes to, for those that do not know it.
    """

    X: Array
    y: Array
    params: dict[str, Any] = field(default_factory=dict)
    weights: Array | None = None

    @property
    def max_depth(self) -> int | None:
        return self.params.get("max_depth")

    @property
    def n_classes(self) -> int:
        return int(self.y.max()) + 1


@dataclass(frozen=True)
class Peer:
    """A learner with the same few abilities as all others."""

    threads: int = 1

    name: ClassVar[str]
    package: ClassVar[str]
    what: ClassVar[str]
    threaded: ClassVar[bool] = True
    compiles: ClassVar[bool] = False

    def fit(self, task: Task) -> Any:
        """Grow a tree; this is what is timed."""
        raise NotImplementedError

    def leaves(self, model: Any, task: Task) -> Array:
        """Return the number of the leaf that each sample ends in."""
        return model.apply(task.X)

    def refusal(self, task: Task) -> str | None:
        """Return why this is not for this peer, or None."""
        return None if find_spec(self.package) else "not installed"

    @property
    def version(self) -> str:
        return import_module(self.package).__version__


class ScikitLearn(Peer):
    name = BASELINE
    package = "sklearn"
    what = "entropy, exact"
    threaded = False

    def fit(self, task):
        return Learner(BASELINE).make(**task.params).fit(task.X, task.y)


class GainTree(Peer):
    name = CHALLENGER
    package = "gaintree"
    what = "entropy, exact"
    compiles = True
    more: ClassVar[dict[str, Any]] = {}

    def fit(self, task):
        learner = Learner(CHALLENGER, self.threads)
        return learner.make(**task.params, **self.more).fit(task.X, task.y)


class GainTreeBins(GainTree):
    name = f"{CHALLENGER}, 255 bins"
    what = "entropy, approximate: `max_bins=255`"
    more: ClassVar[dict[str, Any]] = {"max_bins": 255}


class Ydf(Peer):
    name = "YDF CART"
    package = "ydf"
    what = (
        "entropy, exact; `min_examples=1`, `validation_ratio=0` (no pruning), "
        "`sorting_strategy=PRESORT`; one thread a tree; missing values become the mean"
    )
    threaded = False
    label = "y"

    def fit(self, task):
        import ydf

        ydf.verbose(0)
        learner = ydf.CartLearner(
            label=self.label,
            features=self._features(task),
            weights=None if task.weights is None else "weights",
            max_depth=-1 if task.max_depth is None else task.max_depth + 1,  # a lone root is 1
            min_examples=1,
            validation_ratio=0.0,
            sorting_strategy="PRESORT",
            num_threads=self.threads,
        )
        return learner.train(self._columns(task))

    def leaves(self, model, task):
        return model.predict_leaves(self._columns(task))

    def _features(self, task: Task) -> list[Any] | None:
        """Return what it should know of each column, None for what it sees by itself."""
        return None

    def _columns(self, task: Task) -> Any:
        columns = {"X": task.X, self.label: task.y}
        return columns if task.weights is None else columns | {"weights": task.weights}


class LightGBM(Peer):
    name = "LightGBM"
    package = "lightgbm"
    what = (
        "first tree of a boosted log loss, which splits as Gini does, approximate: `max_bin=255`; "
        "`min_data_in_bin=1`, `min_data_in_leaf=1`, `min_sum_hessian_in_leaf=0`, `num_leaves` as "
        "many as the depth allows; at full depth a quarter of the rows, at most 131072, and "
        "`histogram_pool_size=256`, several times faster there than without"
    )
    more: ClassVar[dict[str, Any]] = {}

    def fit(self, task):
        import lightgbm

        params = {
            "objective": "binary",
            "learning_rate": 1.0,
            "min_data_in_bin": 1,
            "min_data_in_leaf": 1,
            "min_sum_hessian_in_leaf": 0.0,
            "num_threads": self.threads,
            "verbosity": -1,
        }
        if task.max_depth is None:
            params |= {"num_leaves": min(131_072, len(task.y) // 4 + 31)}  # it takes no more
            params |= {"histogram_pool_size": 256}
        else:
            params |= {"max_depth": task.max_depth, "num_leaves": 2**task.max_depth}
        params |= self.more
        data = lightgbm.Dataset(task.X, task.y, weight=task.weights, params=params)
        return lightgbm.train(params, data, num_boost_round=1)

    def leaves(self, model, task):
        return model.predict(task.X, pred_leaf=True)

    def refusal(self, task):
        return super().refusal(task) or (_ONE_TREE_A_CLASS if task.n_classes > 2 else None)


class XGBoostHist(Peer):
    name = "XGBoost hist"
    package = "xgboost"
    what = (
        "first tree of a boosted log loss, which splits two classes as Gini does, approximate: "
        "`max_bin=256`; `reg_lambda=0`, `min_child_weight=0`; more classes by "
        "`multi_strategy=multi_output_tree`; at full depth `max_cached_hist_node=64`, several "
        "times faster there than without"
    )

    def fit(self, task):
        import xgboost

        params = self._params(task)
        data = xgboost.QuantileDMatrix(
            task.X, task.y, weight=task.weights, nthread=self.threads
        )  # its documentation: takes less time and memory than DMatrix for hist
        return xgboost.train(params, data, num_boost_round=1)

    def leaves(self, model, task):
        import xgboost

        return model.predict(xgboost.DMatrix(task.X, nthread=self.threads), pred_leaf=True)

    def _params(self, task: Task) -> dict[str, Any]:
        params = {
            "objective": "binary:logistic",
            "tree_method": "hist",
            "learning_rate": 1.0,
            "reg_lambda": 0.0,
            "min_child_weight": 0.0,
            "max_depth": task.max_depth or 0,
            "nthread": self.threads,
            "verbosity": 0,
        }
        if task.max_depth is None:
            params |= {"max_cached_hist_node": 64}
        if task.n_classes > 2:
            params |= {"objective": "multi:softprob", "num_class": task.n_classes}
            params |= {"multi_strategy": "multi_output_tree"}
        return params


class XGBoostExact(XGBoostHist):
    name = "XGBoost exact"
    what = (
        "first tree of a boosted log loss, which splits as Gini does, exact; `reg_lambda=0`, "
        "`min_child_weight=0`"
    )

    def fit(self, task):
        import xgboost

        params = self._params(task) | {"tree_method": "exact"}
        params |= {"max_depth": task.max_depth or _NO_LIMIT}  # exact takes no 0
        params.pop("max_cached_hist_node", None)
        data = xgboost.DMatrix(task.X, task.y, weight=task.weights, nthread=self.threads)
        return xgboost.train(params, data, num_boost_round=1)

    def refusal(self, task):
        return super().refusal(task) or (_ONE_TREE_A_CLASS if task.n_classes > 2 else None)


class ObliqueTree(Peer):
    name = "obliquetree"
    package = "obliquetree"
    what = "Gini, exact; `use_oblique=False`"

    def fit(self, task):
        from obliquetree import Classifier

        model = Classifier(use_oblique=False, max_depth=task.max_depth or -1)
        return model.fit(task.X, task.y, task.weights)


@cache
def _accepts_bins() -> bool:
    """Whether gaintree has its approximation by bins yet: it refuses `max_bins` until then."""
    try:
        GainTreeBins().fit(Task(np.arange(4.0)[:, None], np.arange(4) % 2))
    except ValueError:
        return False
    return True


def peers(threads: int = 1) -> list[Peer]:
    """Return all of them on one thread and, if asked for, those that can on several."""
    ours = [GainTree, GainTreeBins] if _accepts_bins() else [GainTree]
    kinds = [ScikitLearn, *ours, Ydf, LightGBM, XGBoostExact, XGBoostHist, ObliqueTree]
    single = [kind() for kind in kinds]
    return single + [kind(threads) for kind in kinds if threads > 1 and kind.threaded]
