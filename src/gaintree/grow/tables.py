"""Tables of a criterion for nodes of a given size."""

from gaintree._jit import subkernel


@subkernel
def table_for(n_samples, tables):
    """The finest of the tables that reach up to `n_samples`: phi and the factor."""
    starts, factor_starts, i = tables.starts, tables.factor_starts, 0
    while n_samples >= starts[i + 1] - starts[i]:
        i += 1
    phi = tables.phi[starts[i] : starts[i + 1]]
    return phi, tables.factor[factor_starts[i] : factor_starts[i + 1]]


@subkernel
def factor_of(n_samples, factor):
    return factor[min(n_samples, len(factor) - 1)]
