"""Known mistakes with top-p, as forms of ``(q, p)``; an exercise turns them into its own kind."""

import numpy as np

from ..kit import descending, known, one_hot, share, soft
from ._filters import (
    as_it_comes,
    at_most,
    at_most_or_first,
    each_above,
    falling,
    filtered,
    first,
    kept,
    one_more_at_a_tie,
    one_too_many,
    reached,
    right,
    rising,
    trimmed,
    unfinished,
    unguarded,
)

CROSSING = (
    "crossing_dropped: The token that crosses p belongs to the nucleus: without it the mass is "
    "below p. Yours is one token short."
)

WHICH = known(  # mistakes about who stays
    CROSSING,
    filtered(at_most),
    filtered(at_most, as_it_comes),
    filtered(lambda s, c, p: c < p),
    filtered(at_most_or_first),
    "inverted_mask: You kept the tail and threw the nucleus away: the mask is inverted.",
    filtered(lambda s, c, p: c > p),
    filtered(lambda s, c, p: c > p, as_it_comes),
    filtered(lambda s, c, p: c >= p),
    filtered(lambda s, c, p: ~reached(s, c, p)),
    "unsorted: You accumulated in vocabulary order. Sort by probability first.",
    filtered(reached, as_it_comes),
    filtered(one_more_at_a_tie, as_it_comes),
    "sorted_ascending: You started with the least likely token. argsort sorts upwards: reverse "
    "it, or sort the negative probabilities.",
    filtered(reached, rising),
    filtered(at_most, rising),
    "threshold_each: You compared each token with p. Top-p compares the CUMULATIVE sum; a "
    "per-token floor is (close to) min-p.",
    each_above(lambda q, p: p),
    each_above(lambda q, p: p, or_top=True),
    "rank_not_id: Who stays was found in sorted order and used in the vocabulary's. Assign "
    "through the order: keep[order[:n]] = True.",
    lambda q, p: share(np.where(falling(q) < kept(q, p).sum(), q, 0.0)),
    lambda q, p: share(np.where(kept(descending(q), p), q, 0.0)),
    "min_p_instead: You compared each token with p times the largest: that is min-p. Top-p "
    "compares the running sum with p.",
    each_above(lambda q, p: p * q.max()),
    "one_too_many: You keep one token too many: the one that crosses p is the last to stay.",
    filtered(one_too_many),
    "zero_keeps_none: With p = 0 nothing is left (0/0). Always keep one token: p -> 0 is greedy.",
    filtered(unguarded),
    "one_minus_p: Your threshold is 1 - p where it should be p, or p where it should be 1 - p: "
    "from the likeliest token down, stop when the sum reaches p.",
    filtered(lambda s, c, p: reached(s, c, 1 - p)),
    filtered(lambda s, c, p: c <= 1 - p),
    "p_as_percentage: p was taken as a percentage: 0.75 is not 0.75 %. Compare with p itself.",
    filtered(lambda s, c, p: reached(s, c, p / 100)),
    "p_clamped: p was clamped to a smaller range than asked for. Use the p that is given.",
    *(filtered(lambda s, c, p, b=b: reached(s, c, min(p, b))) for b in (0.9, 0.95, 0.99, 0.999)),
    *(filtered(lambda s, c, p, b=b: reached(s, c, max(p, b))) for b in (0.1, 0.2, 0.5)),
    "share_of_tokens: You kept that share of the tokens. p is a share of the probability mass.",
    filtered(first(lambda n, p: np.ceil(n * p))),
    filtered(first(lambda n, p: max(1, int(n * p)))),
    filtered(first(lambda n, p: max(1, round(n * p)))),
    "always_greedy: Only the likeliest token is ever left. Go on until the running sum reaches p.",
    filtered(first(lambda n, p: 1)),
    "fixed_number: You keep the same number of tokens whatever the probabilities: that is top-k.",
    *(filtered(first(lambda n, p, k=k: k)) for k in (2, 3, 4, 5)),
    "one_keeps_first: At p = 1 rounding can leave the running sum just below 1. argmax over all "
    "False is 0, so a single token was left: count the sums below p, or return early.",
    filtered(lambda s, c, p: np.arange(len(s)) <= np.argmax(c >= p)),
    "strict_argmax: argmax(running sum > p) looks past a sum that hits p exactly, and at p = 1 "
    "finds nothing, so a single token was left. Count the sums below p instead.",
    filtered(lambda s, c, p: np.arange(len(s)) <= np.argmax(c > p)),
    "softmax_first: You ran softmax on probabilities. They are already normalised; a second "
    "softmax flattens them to near uniform.",
    lambda q, p: right(soft(q), p),
    lambda q, p: share(np.where(kept(soft(q), p), q, 0.0)),
    "unchanged: Every token is still there. Remove those after the running sum has reached p.",
    lambda q, p: q,
)

WHAT = known(  # mistakes about what is returned for those who stay
    "no_renorm: The survivors sum to less than 1. Divide by their sum.",
    filtered(finish=unfinished),
    filtered(one_more_at_a_tie, finish=unfinished),
    "softmax_renorm: Renormalise by dividing by the sum. exp() of probabilities distorts their "
    "ratios (0.50:0.20 became 1.35:1).",
    lambda q, p: share(np.where(kept(q, p), np.exp(q), 0.0)),
    "softmax_over_zeros: exp(0) is 1, so the removed tokens came back. Divide by the sum instead.",
    lambda q, p: soft(np.where(kept(q, p), q, 0.0)),
    "mass_equals_p: Tokens are indivisible: the nucleus holds AT LEAST p (0.85 for 0.75 in FIVE), "
    "rarely exactly p.",
    trimmed,
    "divided_by_p: You divided by p. The survivors hold at least p: divide by their sum.",
    lambda q, p: np.where(kept(q, p), q, 0.0) / np.float64(p),
    "removed_is_minus_inf: -inf is a logit. A removed token has the probability 0.",
    lambda q, p: np.where(kept(q, p), right(q, p), -np.inf),
    "tail_to_top: You gave the removed mass to one token. Dividing by the sum raises all "
    "survivors by one factor, and keeps their ratios.",
    lambda q, p: np.where(kept(q, p), q, 0) + one_hot(q, np.argmax(q)) * q[~kept(q, p)].sum(),
    "not_unsorted: These are in sorted order: probability i belongs to token i. Put them back.",
    lambda q, p: descending(right(q, p)),
    lambda q, p: np.sort(right(q, p)),
    lambda q, p: descending(np.where(kept(q, p), q, 0.0)),
    "order_not_inverted: Indexing with the sort order a second time does not undo it. Assign: "
    "out[order] = sorted values, or index with argsort(order).",
    lambda q, p: descending(right(q, p))[falling(q)],
    lambda q, p: np.where(kept(q, p)[falling(q)][falling(q)], q, 0.0),
    "survivors_only: The removed tokens are missing. Return one probability for every token, 0 "
    "for a removed one: an id must still mean the same token.",
    lambda q, p: descending(right(q, p)[kept(q, p)]),
    lambda q, p: q[kept(q, p)],
    "survivors_made_equal: All survivors got the same. Top-p removes; the rest keep their ratios.",
    lambda q, p: share(kept(q, p) * 1.0),
)
