"""Split criteria: one small unit each, under the names that ``criterion=`` takes.

>>> from gaintree import criteria
>>> criteria.names()
['entropy', 'gini', 'information_gain', 'log_loss']
>>> criteria.get("information_gain")
Entropy()
"""

from gaintree.criteria._base import Criterion, Formulas, Tables
from gaintree.criteria.impurity import Entropy, Gini

__all__ = ["Criterion", "Entropy", "Formulas", "Gini", "Tables", "get", "names"]

_BY_NAME = {
    name: criterion
    for criterion in (Entropy(), Gini())
    for name in (criterion.name, *criterion.aliases)
}


def names() -> list[str]:
    """Return every name that ``criterion=`` takes, sorted."""
    return sorted(_BY_NAME)


def get(criterion: str | Criterion) -> Criterion:
    """Return the criterion of that name; an object is returned as it is.

    Parameters
    ----------
    criterion : str or Criterion
        One of `names`, or an object of this module.

    Returns
    -------
    criterion : Criterion

    Raises
    ------
    ValueError
        If there is no criterion of that name.

    Examples
    --------
    >>> get("gini").impurity_of([1, 1])
    0.5
    """
    if isinstance(criterion, Criterion):
        return criterion
    if criterion not in _BY_NAME:
        raise ValueError(f"criterion={criterion!r} is unknown; it must be one of {names()}.")
    return _BY_NAME[criterion]
