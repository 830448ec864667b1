"""Information theory on probabilities, counts and labels, in bits unless a `base` says otherwise.

What there is::

    One event of probability p
      self_information               log 1/p
      binary_entropy                 h(p) = -p log p - (1 - p) log(1 - p)
      inverse_binary_entropy         p <= 1/2 of which this is h

    One distribution
      entropy                        H(p) = -sum p log p
      entropy_from_counts            H(c / sum c), or an estimate that corrects its bias
      entropy_of                     the same of a sequence of labels
      max_entropy                    log K, of K equally probable outcomes
      perplexity                     the number of equally probable outcomes with the entropy of p

    Several distributions
      cross_entropy                  -sum p log q
      kl_divergence                  KL(p || q) = sum p log(p / q)
      js_divergence                  sum w_i KL(p_i || sum w_j p_j)

    Two variables, as a table
      joint_entropy                  H(X, Y)
      conditional_entropy            H(X | Y) or H(Y | X)
      mutual_information             I(X; Y) = H(X) + H(Y) - H(X, Y)
      mutual_information_xy          the same of two sequences of labels
      pointwise_mutual_information   log(p(x, y) / (p(x) p(y))) of each cell
      normalized_mutual_information  I(X; Y) over a mean of H(X) and H(Y), or over H(X, Y)
      adjusted_mutual_information    I(X; Y) above chance, over the same mean above chance
      symmetric_uncertainty          2 I(X; Y) / (H(X) + H(Y))
      variation_of_information       H(X | Y) + H(Y | X)

    A split, as a table
      information_gain               I(parent) - sum w_j I(child j), I an entropy or Gini impurity
      split_information              H(w), w_j the shares of the children
      gain_ratio                     information_gain / split_information

    A prediction
      log_loss                       -mean log p(true class)

    How sure it is
      bootstrap_ci                   interval of a statistic of counts
      permutation_pvalue             how often chance makes two variables seem as dependent

`p`, `q` and `ps` are probabilities and must sum to 1 (within the square root of their dtype's
precision); `counts`, `table` and `children` are non-negative counts or weights on any scale. One is
never taken for the other. A table has shape (r, K): r values of a variable X in the rows, K values
of Y in the columns. The children of a split are such a table, a child a row and a class a column.
Labels are any sequence of hashable values. Throughout 0 log 0 = 0, and nothing is smoothed or
corrected but by an `estimator` asked for by name. Most of these need numbers of samples, and refuse
weights that are not whole.

A single result comes as a float, several as an ndarray of float64. Besides what it lists itself,
every function raises ValueError for a number that is negative, NaN or infinite, for a wrong shape
and for a wrong `base`, and TypeError for what is not a number or not hashable.

References
----------
Shannon (1948), A Mathematical Theory of Communication. Bell System Technical Journal 27.
Cover and Thomas (2006), Elements of Information Theory, 2nd edition, chapter 2. Wiley.
"""

from gaintree.information._divergence import cross_entropy, js_divergence, kl_divergence
from gaintree.information._entropy import (
    entropy,
    entropy_from_counts,
    entropy_of,
    max_entropy,
    perplexity,
)
from gaintree.information._event import binary_entropy, inverse_binary_entropy, self_information
from gaintree.information._loss import log_loss
from gaintree.information._mutual import (
    mutual_information,
    mutual_information_xy,
    pointwise_mutual_information,
)
from gaintree.information._normalized import (
    adjusted_mutual_information,
    normalized_mutual_information,
    symmetric_uncertainty,
)
from gaintree.information._resampling import bootstrap_ci, permutation_pvalue
from gaintree.information._split import gain_ratio, information_gain, split_information
from gaintree.information._table import (
    conditional_entropy,
    joint_entropy,
    variation_of_information,
)

__all__ = [
    "adjusted_mutual_information",
    "binary_entropy",
    "bootstrap_ci",
    "conditional_entropy",
    "cross_entropy",
    "entropy",
    "entropy_from_counts",
    "entropy_of",
    "gain_ratio",
    "information_gain",
    "inverse_binary_entropy",
    "joint_entropy",
    "js_divergence",
    "kl_divergence",
    "log_loss",
    "max_entropy",
    "mutual_information",
    "mutual_information_xy",
    "normalized_mutual_information",
    "permutation_pvalue",
    "perplexity",
    "pointwise_mutual_information",
    "self_information",
    "split_information",
    "symmetric_uncertainty",
    "variation_of_information",
]
