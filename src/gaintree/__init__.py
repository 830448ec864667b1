"""Exact information-gain decision trees for scikit-learn, and the information theory behind them."""

__version__ = "0.1.0"
