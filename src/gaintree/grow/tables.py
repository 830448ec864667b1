"""Tables of a criterion for nodes of a given size."""

from gaintree._jit import subkernel


@subkernel
def table_for(n_samples, starts):
    """Where the finest of the tables that reach up to `n_samples` begins and ends."""
    i = 0
    while i + 2 < len(starts) and n_samples >= starts[i + 1] - starts[i]:
        i += 1
    return starts[i], starts[i + 1]
