"""The labels of a node shuffled, and its samples drawn anew: what that says of its candidates."""

import numpy as np

from gaintree.grow.split import TIE
from gaintree.inspection._chance import permuted_gains, search_root, winner_of
from gaintree.inspection._ledger import SplitLedger
from gaintree.inspection._reading import Reading
from gaintree.inspection._search import NO_SET, Found


def with_permutations(
    ledger: SplitLedger, reading: Reading, n_permutations: int, rng: np.random.RandomState
) -> SplitLedger:
    noise = permuted_gains(reading, reading.criterion, n_permutations, rng).max(axis=1)
    values = ledger.values[ledger.criterion]
    reached = noise[None, :] >= values[:, None] - TIE * np.abs(values[:, None])
    return ledger.replace(p_permutation=(1 + reached.sum(axis=1)) / (1 + n_permutations))


def with_bootstrap(
    ledger: SplitLedger, reading: Reading, n_bootstrap: int, rng: np.random.RandomState
) -> SplitLedger:
    of_feature, of_split = np.zeros((2, len(ledger.feature)))
    for _ in range(n_bootstrap):
        drawn = reading.take(rng.randint(len(reading.X), size=len(reading.X)))
        found = search_root(drawn, reading.criterion)
        winner = winner_of(found)
        same = ledger.feature == winner
        of_feature += same
        for i in np.flatnonzero(same):
            of_split[i] += _parts_alike(ledger, int(i), found, winner, reading)
    return ledger.replace(
        returns_feature=of_feature / n_bootstrap, returns_split=of_split / n_bootstrap
    )


def _parts_alike(ledger: SplitLedger, i: int, found: Found, feature: int, reading: Reading) -> bool:
    """Whether the best cut of drawn samples parts the samples of the node as row `i` does."""
    values = reading.X[:, feature]
    has_missing = bool(np.isnan(values).any())
    if has_missing and ledger.missing_left[i] != bool(found.missing_left[0, feature]):
        return False
    place = found.place[feature]
    if place == NO_SET:
        low, high = sorted((ledger.threshold[i], found.threshold[0, feature]))
        return not ((values > low) & (values <= high)).any()
    # Categories that were not drawn may be on either side.
    left, right = ledger.sets[i]
    return not (
        (left & found.right_sets[0, place]).any() or (right & found.left_sets[0, place]).any()
    )
