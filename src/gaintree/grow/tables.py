"""Tables of a criterion for nodes of a given size."""

from gaintree._jit import inlined, subkernel


@subkernel
def table_number(n_samples, tables):
    """The finest of the tables that reach up to `n_samples`."""
    i = 0
    while n_samples >= tables.starts[i + 1] - tables.starts[i]:
        i += 1
    return i


@subkernel
def table_for(n_samples, tables):
    """Phi and the factor for nodes of up to `n_samples`."""
    i, starts, factor_starts = table_number(n_samples, tables), tables.starts, tables.factor_starts
    phi = tables.phi[starts[i] : starts[i + 1]]
    return phi, tables.factor[factor_starts[i] : factor_starts[i + 1]]


@inlined
def factor_of(n_samples, factor):
    last = len(factor) - 1
    return factor[n_samples if n_samples < last else last]
