"""The same columns as a frame of each library and dtype, and as an array of objects."""

import numpy as np
import pytest


def need(library):
    return pytest.importorskip(library)


def is_text(values):
    return all(value is None or isinstance(value, str) for value in values)


def backwards(columns):
    """All text of the columns, sorted from last to first: an order that only a dtype declares."""
    text = {value for values in columns.values() for value in values if isinstance(value, str)}
    return sorted(text, reverse=True)


def array_of(columns):
    array = np.empty((len(next(iter(columns.values()))), len(columns)), dtype=object)
    for j, values in enumerate(columns.values()):
        array[:, j] = values
    return array


def pandas_of(columns, text=None):
    pd = need("pandas")
    dtypes = {name: text if is_text(values) else None for name, values in columns.items()}
    return pd.DataFrame({name: pd.Series(columns[name], dtype=dtypes[name]) for name in columns})


def polars_of(columns, text=None):
    pl = need("polars")
    dtypes = {name: text if is_text(values) else None for name, values in columns.items()}
    return pl.DataFrame({name: pl.Series(columns[name], dtype=dtypes[name]) for name in columns})


def arrow_of(columns):
    return need("pyarrow").table(columns)


def arrow_dictionary_of(columns):
    pa, labels = need("pyarrow"), backwards(columns)

    def encode(values):
        places = [None if value is None else labels.index(value) for value in values]
        return pa.DictionaryArray.from_arrays(
            pa.array(places, pa.int64()), pa.array(labels, pa.string())
        )

    return pa.table({name: encode(v) if is_text(v) else v for name, v in columns.items()})


SORTED = {
    "array": array_of,
    "pandas": pandas_of,
    "pandas object": lambda columns: pandas_of(columns, object),
    "pandas string": lambda columns: pandas_of(columns, "string[python]"),
    "pandas pyarrow": lambda columns: need("pyarrow") and pandas_of(columns, "string[pyarrow]"),
    "polars": polars_of,
    "polars Categorical": lambda columns: polars_of(columns, need("polars").Categorical),
    "pyarrow": arrow_of,
}
DECLARED = {
    "pandas category": lambda columns: pandas_of(
        columns, need("pandas").CategoricalDtype(backwards(columns))
    ),
    "polars Enum": lambda columns: polars_of(columns, need("polars").Enum(backwards(columns))),
    "pyarrow dictionary": arrow_dictionary_of,
}
TABLES = {**SORTED, **DECLARED}
FRAMES = {name: make for name, make in TABLES.items() if make is not array_of}

each_table = pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
each_frame = pytest.mark.parametrize("make", FRAMES.values(), ids=FRAMES)

NAN = float("nan")


def encode_slowly(seen, given, is_declared=False):
    """Text by its place among the text that was seen, numbers as they are, missing as NaN."""
    if not is_text(seen):
        return [NAN if value is None else float(value) for value in given]
    categories = sorted({value for value in seen if value is not None}, reverse=is_declared)
    return [categories.index(value) if value in categories else NAN for value in given]


N_ROWS = 300
_rng = np.random.default_rng(0)
SIZE = _rng.normal(size=N_ROWS)
COLOUR = np.array(["blue", "green", "grey", "red"])[_rng.integers(0, 4, N_ROWS)]


def _punched(values):
    """A tenth of the values is missing."""
    kept = _rng.random(N_ROWS) > 0.1
    return [value if keep else None for value, keep in zip(values.tolist(), kept, strict=True)]


COLUMNS = {
    "size": _punched(SIZE),
    "colour": _punched(COLOUR),
    "shape": ["round", "square"] * (N_ROWS // 2),
}
LABELS = np.where(np.isin(COLOUR, ["blue", "red"]) ^ (SIZE > 0.3), "yes", "no")
