"""Room that is kept from fit to fit."""

from typing import NamedTuple

import numpy as np
import pytest

from gaintree import GainTreeClassifier
from gaintree.grow import shelf
from gaintree.grow.shelf import borrow


class Room(NamedTuple):
    values: np.ndarray


def new_room(n_values):
    return Room(np.zeros(n_values))


@pytest.fixture(autouse=True)
def empty_shelf(monkeypatch):
    monkeypatch.setattr(shelf, "_shelf", {})


def test_room_is_kept_for_the_same_sizes_alone():
    with borrow(new_room, 3) as first:
        pass
    with borrow(new_room, 4) as other, borrow(new_room, 3) as second:
        assert second is first
        assert len(other.fields.values) == 4


def test_room_is_lent_to_one_at_a_time():
    with borrow(new_room, 3) as first, borrow(new_room, 3) as second:
        assert first is not second


def test_room_of_who_failed_is_not_kept():
    with pytest.raises(KeyboardInterrupt), borrow(new_room, 3):
        raise KeyboardInterrupt
    assert shelf._shelf == {}


def test_little_is_kept():
    with borrow(new_room, 2**20):
        pass
    assert shelf._shelf == {}
    for n_values in range(100):
        with borrow(new_room, n_values):
            pass
    assert 0 < len(shelf._shelf) < 20


def test_fits_in_a_room_that_others_have_used_grow_the_same_tree():
    """Features drawn at random, constraints and failures leave the room in disorder."""
    rng = np.random.default_rng(0)
    X, y = rng.integers(0, 4, (300, 6)).astype(float), rng.integers(0, 2, 300)
    models = [
        GainTreeClassifier(random_state=0, **params)
        for params in ({}, {"max_features": 2}, {"interaction_cst": [{0, 1}, {2, 3, 4}]})
    ]
    fresh = []
    for model in models:
        shelf._shelf.clear()
        fresh.append(model.fit(X, y).tree_)
    for _ in range(2):
        for model, expected in zip(models, fresh, strict=True):
            assert model.fit(X, y).tree_.equals(expected)
