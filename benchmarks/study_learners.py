"""Who grows trees on a table with categories, and what of the table each is given.

All grow one tree of every sample and column, on one thread, without pruning; the settings stand in
`what`. A learner is a peer of `peers.py` and the encoder that makes its table of the data frame.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from datasets import text_columns
from learners import BASELINE, CHALLENGER
from peers import GainTree, LightGBM, Peer, ScikitLearn, Task, Ydf

Array = npt.NDArray[Any]

NATIVE = f"{CHALLENGER}, native"
MOST_COLUMNS = 300  # that one-hot may come to
_MOST_CELLS = 125_000  # for what is written in plain Python


class AsItIs:
    """The data frame as it was read."""

    note = "the data frame as it was read"

    def fit_transform(self, frame: Any) -> Any:
        return frame

    def transform(self, frame: Any) -> Any:
        return frame


class Category:
    """Text columns as pandas' category, what was not met in training missing."""

    note = "text columns as pandas' `category`"

    def fit_transform(self, frame: Any) -> Any:
        encoded = frame.astype(dict.fromkeys(text_columns(frame), "category"))
        self._dtypes = {name: encoded[name].dtype for name in text_columns(frame)}
        return encoded

    def transform(self, frame: Any) -> Any:
        from pandas import Categorical

        columns = {
            name: Categorical(frame[name].where(frame[name].isin(dtype.categories)), dtype=dtype)
            for name, dtype in self._dtypes.items()
        }
        return frame.assign(**columns)


class _Matrix:
    """A float32 matrix: text columns first, encoded, then the numbers."""

    note: ClassVar[str]

    def _encoder(self) -> Any:
        raise NotImplementedError

    def fit_transform(self, frame: Any) -> Array:
        self._columns = make_column_transformer(
            (self._encoder(), text_columns(frame)), remainder="passthrough"
        )
        return self._columns.fit_transform(frame).astype(np.float32)

    def transform(self, frame: Any) -> Array:
        return self._columns.transform(frame).astype(np.float32)


class Ordinal(_Matrix):
    note = "ordinal codes in the order of the text, what was not met in training missing"

    def _encoder(self):
        return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan)


class OneHot(_Matrix):
    note = "a column of 0 and 1 for each category, and one for what is missing"

    def _encoder(self):
        return OneHotEncoder(handle_unknown="ignore", sparse_output=False, dtype=np.float32)


class YdfFrame(Ydf):
    what = (
        "entropy, exact for numbers; categories by CART, one class against the others where there "
        "are more than two; `max_vocab_count=-1`, `min_vocab_frequency=1`, `min_examples=1`, "
        "`validation_ratio=0` (no pruning), `sorting_strategy=PRESORT`; missing values become the "
        "mean, or the most frequent category; a column of thousands of categories takes most of "
        "its time, which neither its other ways to sort (`IN_NODE`, `AUTO`) nor those for "
        "categories (`RANDOM`, `ONE_HOT`) shorten"
    )
    label = "target"

    def _features(self, task):
        import ydf

        text = set(text_columns(task.X))
        return [
            ydf.Column(name, ydf.Semantic.CATEGORICAL, max_vocab_count=-1, min_vocab_frequency=1)
            if name in text
            else ydf.Column(name, ydf.Semantic.NUMERICAL)
            for name in task.X
        ]

    def _columns(self, task):
        return task.X.assign(**{self.label: task.y})


class LightGBMFrame(LightGBM):
    what = (
        "first tree of a boosted log loss (`learning_rate=1`), which splits as Gini does; numbers "
        "and frequent categories in 255 bins; `min_data_in_bin=1`, `min_data_in_leaf=1`, "
        "`min_sum_hessian_in_leaf=0`, `cat_l2=0`, `cat_smooth=0`, `min_data_per_group=1`, "
        "`max_cat_threshold=100000`, `max_cat_to_onehot=1`; `num_leaves` as many as the depth "
        "allows, at full depth a quarter of the rows; two classes only, as it grows a tree a class "
        "for more"
    )
    more: ClassVar[dict[str, Any]] = {
        "cat_l2": 0.0,
        "cat_smooth": 0.0,
        "min_data_per_group": 1,
        "max_cat_threshold": 100_000,
        "max_cat_to_onehot": 1,
    }


class C50(Peer):
    name = "c50py"
    package = "c50py"
    what = (
        "gain ratio among splits of at least average gain; `pruning=False`, `min_samples_leaf=1`, "
        "`numeric_min_split=False`, `mdl_penalty=False`; the most frequent 12 categories in all "
        "sets; a missing value goes both ways"
    )
    threaded = False
    charges = False

    def fit(self, task):
        from c50py import C5Classifier

        return C5Classifier(
            pruning=False,
            min_samples_leaf=1,
            numeric_min_split=False,
            mdl_penalty=self.charges,
            **task.params,
        ).fit(task.X, task.y)

    def refusal(self, task):
        slow = f"plain Python, more than {_MOST_CELLS:,} cells"
        return super().refusal(task) or (slow if task.X.size > _MOST_CELLS else None)


class C50Charged(C50):
    name = "c50py, charges"
    what = (
        "the same with `mdl_penalty=True`: a threshold costs bits, and where no split is worth "
        "them there is a leaf, so it stops before the others"
    )
    charges = True


@dataclass(frozen=True)
class Entrant:
    """A peer, and what it gets of the table."""

    name: str
    peer: Peer
    encoder: Callable[[], Any]

    def refusal(self, task: Task) -> str | None:
        """Return why it is not for the data frame of this task, or None."""
        if self.encoder is OneHot:
            text = text_columns(task.X)
            n_columns = task.X.shape[1] - len(text) + sum(task.X[text].nunique(dropna=False))
            if n_columns > MOST_COLUMNS:
                return f"more than {MOST_COLUMNS} columns"
        return self.peer.refusal(task)

    @property
    def what(self) -> str:
        return f"{self.encoder.note}; {self.peer.what}"


def entrants() -> list[Entrant]:
    """Return all who take part in the study."""
    return [
        Entrant(NATIVE, GainTree(), AsItIs),
        Entrant(f"{CHALLENGER}, one-hot", GainTree(), OneHot),
        Entrant(f"{CHALLENGER}, ordinal", GainTree(), Ordinal),
        Entrant(f"{BASELINE}, one-hot", ScikitLearn(), OneHot),
        Entrant(f"{BASELINE}, ordinal", ScikitLearn(), Ordinal),
        Entrant(YdfFrame.name, YdfFrame(), AsItIs),
        Entrant(LightGBMFrame.name, LightGBMFrame(), Category),
        Entrant(C50.name, C50(), AsItIs),
        Entrant(C50Charged.name, C50Charged(), AsItIs),
    ]


def racers() -> list[Entrant]:
    """Return who is timed on the largest table."""
    return [
        Entrant(NATIVE, GainTree(), AsItIs),
        Entrant(f"{NATIVE}, category dtype", GainTree(), Category),
        Entrant(f"{CHALLENGER}, ordinal", GainTree(), Ordinal),
        Entrant(f"{BASELINE}, ordinal", ScikitLearn(), Ordinal),
        Entrant(YdfFrame.name, YdfFrame(), AsItIs),
        Entrant(LightGBMFrame.name, LightGBMFrame(), Category),
    ]
