"""Splits by their children alone, for tests; the parent is their sum."""

import numpy as np

from gaintree import information


def gain_of(children, **options):
    return information.information_gain(np.sum(children, axis=0), children, **options)


def ratio_of(children):
    return information.gain_ratio(np.sum(children, axis=0), children)
