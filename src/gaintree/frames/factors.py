"""The distinct labels of a column, and which of them each value is.

Every library has a fast way of its own to find them; objects of Python, wherever they come from,
are hashed.
"""

from collections.abc import Hashable, Iterable
from typing import Any, Literal, NamedTuple

import narwhals.stable.v2 as nw
import numpy as np
import numpy.typing as npt

from gaintree.labels import hash_labels, number_labels

Values = nw.Series[Any] | npt.NDArray[Any]
Kind = Literal["numbers", "text", "dates", "objects"]

_ARRAY_KINDS: dict[str, Kind] = {
    "O": "objects",
    "U": "text",
    "S": "text",
    "m": "dates",
    "M": "dates",
}


class Factors(NamedTuple):
    """Distinct labels, and of each value the place of its label.

    A missing value has the place -1, or that of a label that stands for missing: None, NaN, ...
    Labels that the dtype declares but no value has are None.
    """

    places: npt.NDArray[np.integer[Any]]
    labels: list[Any]
    in_order: bool = False  # the dtype declares an order, in which the labels stand


def kind_of(values: Values) -> Kind:
    """Return what the dtype says of the values; "text" is any dtype of categories, too."""
    if isinstance(values, np.ndarray):
        return _ARRAY_KINDS.get(values.dtype.kind, "numbers")
    # narwhals looks at the first objects of pandas, and says that all are strings if those are.
    if values.implementation.is_pandas_like() and values.to_native().dtype == object:
        return "objects"
    dtype = values.dtype
    if dtype.is_numeric() or dtype == nw.Boolean:
        return "numbers"
    if dtype.is_temporal():
        return "dates"
    return "text" if dtype in (nw.String, nw.Categorical, nw.Enum) else "objects"


def factorise(values: Values) -> Factors:
    """Return the distinct labels of a column and their places.

    Raises
    ------
    TypeError
        If a value cannot be hashed.
    """
    kind = kind_of(values)
    if isinstance(values, np.ndarray):
        return _number(values) if kind in ("numbers", "text") else _hash(values, len(values))
    if kind == "text" and values.implementation.is_pandas():
        return _ask_pandas(values.to_native())
    if kind == "text" and values.implementation.is_polars():
        return _ask_polars(values.to_native(), has_order=values.dtype == nw.Enum)
    if kind == "text" and values.implementation.is_pyarrow():
        return _ask_pyarrow(values.to_native(), is_encoded=values.dtype != nw.String)
    if kind == "numbers" and (values.dtype.is_float() or not values.is_null().any()):
        return _number(values.to_numpy())
    return _hash(values.to_list(), len(values))


def _ask_pandas(series: Any) -> Factors:
    if series.dtype == "category":
        return _declared(series.cat.codes.to_numpy(), series.cat.categories.tolist())
    places, labels = series.factorize()
    return Factors(places, labels.tolist())


def _ask_polars(series: Any, has_order: bool) -> Factors:
    pl: Any = nw.get_native_namespace(series)
    if not has_order:
        # The order of a Categorical is that in which the whole process came upon its strings.
        series = series.cast(pl.String)
        series = series.cast(pl.Enum(series.unique().drop_nulls()))
    places = series.to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
    labels = series.dtype.categories.to_list()
    return _declared(places, labels) if has_order else Factors(places, labels)


def _ask_pyarrow(array: Any, is_encoded: bool) -> Factors:
    if not is_encoded:
        array = array.dictionary_encode()
    array = array.combine_chunks()  # whose dictionaries may differ
    places = array.indices.cast("int64").fill_null(-1).to_numpy(zero_copy_only=False)
    labels = array.dictionary.to_pylist()
    return _declared(places, labels) if is_encoded else Factors(places, labels)


def _declared(places: npt.NDArray[np.integer[Any]], labels: list[Any]) -> Factors:
    occurs = np.zeros(len(labels) + 1, dtype=bool)
    occurs[places] = True  # the last one is of place -1
    labels = [label if o else None for label, o in zip(labels, occurs[:-1], strict=True)]
    return Factors(places, labels, in_order=True)


def _number(values: npt.NDArray[Any]) -> Factors:
    """Numbers or strings of an array are compared; NaN is a missing value."""
    present = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), dtype=bool)
    places = np.full(len(values), -1)
    if not present.any():
        return Factors(places, [])
    labels, places[present] = number_labels(values[present])
    return Factors(places, labels.tolist())


def _hash(values: Iterable[Hashable], n_values: int) -> Factors:
    labels, places = hash_labels(values, n_values)
    return Factors(places, labels)
