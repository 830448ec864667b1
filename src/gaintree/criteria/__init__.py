"""Split criteria: one small unit each, under the names that ``criterion=`` takes.

>>> from gaintree import criteria
>>> criteria.names()[:6]
['adjusted_gini', 'balanced_gain', 'bayes_kt', 'bdeu', 'c45', 'chi2']
>>> criteria.get("information_gain")
Entropy()
>>> [entry.name for entry in criteria.available() if entry.classes == "two"]
['hellinger', 'ks']

Some have a parameter, and an object of theirs is passed instead of the name::

    GainTreeClassifier(criterion=criteria.Tsallis(q=1.2))

So is a function of your own, of the class counts on the left and on the right (see `Own`). What
trees report is an impurity, and the gain of a split is its decrease, whatever the criterion (see
`Criterion`): the entropy in bits if the criterion is no impurity itself.
"""

from collections.abc import Callable
from typing import Any

from gaintree.criteria._base import Criterion, Formulas, Measure
from gaintree.criteria._catalogue import Catalogue, Entry
from gaintree.criteria._tables import CostTables, Tables
from gaintree.criteria.bayes import K2, MDLP, BayesKT, BDeu
from gaintree.criteria.chance import AdjustedGini, MIMinusEMI, Random
from gaintree.criteria.divergence import Hellinger, KolmogorovSmirnov, OrderedTwoing, Twoing
from gaintree.criteria.estimate import KT, Grassberger, JamesStein, Laplace, MillerMadow
from gaintree.criteria.impurity import DKM, Entropy, Gini, Misclassification, Renyi, Tsallis
from gaintree.criteria.own import Own
from gaintree.criteria.ratio import (
    C45,
    BalancedGain,
    GainRatio,
    Mantaras,
    SymmetricUncertainty,
)
from gaintree.criteria.significance import Chi2, GTest

__all__ = [
    "C45",
    "DKM",
    "K2",
    "KT",
    "MDLP",
    "AdjustedGini",
    "BDeu",
    "BalancedGain",
    "BayesKT",
    "Catalogue",
    "Chi2",
    "CostTables",
    "Criterion",
    "Entropy",
    "Entry",
    "Formulas",
    "GTest",
    "GainRatio",
    "Gini",
    "Grassberger",
    "Hellinger",
    "JamesStein",
    "KolmogorovSmirnov",
    "Laplace",
    "MIMinusEMI",
    "Mantaras",
    "Measure",
    "MillerMadow",
    "Misclassification",
    "OrderedTwoing",
    "Own",
    "Random",
    "Renyi",
    "SymmetricUncertainty",
    "Tables",
    "Tsallis",
    "Twoing",
    "available",
    "get",
    "names",
]

_ALL: list[Criterion] = [
    Entropy(),
    Gini(),
    Misclassification(),
    DKM(),
    Tsallis(),
    Renyi(),
    GainRatio(),
    C45(),
    Mantaras(),
    SymmetricUncertainty(),
    BalancedGain(),
    Twoing(),
    OrderedTwoing(),
    Hellinger(),
    KolmogorovSmirnov(),
    Chi2(),
    GTest(),
    MDLP(),
    K2(),
    BayesKT(),
    BDeu(),
    MillerMadow(),
    Grassberger(),
    JamesStein(),
    Laplace(),
    KT(),
    AdjustedGini(),
    MIMinusEMI(),
    Random(),
]
_BY_NAME = {name: criterion for criterion in _ALL for name in (criterion.name, *criterion.aliases)}


def names() -> list[str]:
    """Return every name that ``criterion=`` takes, sorted."""
    return sorted(_BY_NAME)


def get(criterion: str | Criterion | Callable[..., Any]) -> Criterion:
    """Return the criterion of that name; an object is returned as it is, a function as its own.

    Parameters
    ----------
    criterion : str, Criterion or callable
        One of `names`, an object of this module, or a function of the class counts on the left and
        on the right (see `Own`).

    Returns
    -------
    criterion : Criterion

    Raises
    ------
    ValueError
        If there is no criterion of that name.
    TypeError
        If it is a class.

    Examples
    --------
    >>> get("gini").impurity_of([1, 1])
    0.5
    """
    if isinstance(criterion, Criterion):
        return criterion
    if isinstance(criterion, type):
        name = criterion.__name__
        raise TypeError(f"criterion={name} is a class; it must be an object, such as {name}().")
    if callable(criterion):
        return Own(criterion)
    if not isinstance(criterion, str) or criterion not in _BY_NAME:
        raise ValueError(f"criterion={criterion!r} is unknown; it must be one of {names()}.")
    return _BY_NAME[criterion]


def available() -> Catalogue:
    """Return the table of all criteria: their formulas, units, ranges, sources and flags.

    Returns
    -------
    catalogue : Catalogue
        A sequence of entries that prints as a table; its `to_frame` makes a frame of it.

    Examples
    --------
    >>> table = available()
    >>> table[0].name, table[0].unit, table[0].concave
    ('entropy', 'bits', True)
    >>> print(table[:2])
    name     formula      unit  range         ...
    """
    return Catalogue([Entry.of(criterion) for criterion in _ALL])
