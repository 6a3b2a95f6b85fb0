"""Exercise 4.5: the length of the shortest round in which the ids end, or 0."""

from ..kit import FunctionExercise


def half(n):
    return range(1, n // 2 + 1)


def whole(n):
    return range(1, n)


def repeats(ids, p):
    return ids[-p:] == ids[-2 * p : -p]


def first(lengths, agrees):
    """The first p of ``lengths(number of ids)`` for which ``agrees(ids, p)``, or 0."""
    return lambda ids: next((p for p in lengths(len(ids)) if agrees(ids, p)), 0)


loop_length = first(half, repeats)


def found(change, otherwise=0):
    """``change(ids, p)`` where the ids end in a loop."""
    return lambda ids: change(ids, loop_length(ids)) if loop_length(ids) else otherwise


def same_last(ids, p):
    return ids[-1] == ids[-1 - p]


def cut_short(ids, p):
    back = ids[::-1]
    return all(a == b for a, b in zip(back[:p], back[p:], strict=False))


def probes(rng):
    a, b, c, d, e = (int(i) for i in rng.permutation(range(10, 60))[:5])
    loops = [[9, 1, 2, 3, 1, 2, 3], [7, 8, *[4, 5] * 4], [a, b, c, a, d, e, a, d, e], [a, a]]
    more = [[a, b, *[c] * 5], [a, b, c, d] * 2, [b, 0, 1, 0, 1]]
    tricky = [[a, *[b, b, c, d] * 2], [5, *[1, 2, 1, 3] * 2], [a, b, *[c, a, b, d, e] * 3]]
    none = [[a, b, a, b, c, d, e], [a, a, b, c, d, b, d], [a, b, c, d, e], [3], []]
    part = [[a, b, a], [a, b, b, a, b]]
    return [(ids,) for ids in [*loops, *more, *tricky, *none, *part]]


EXERCISE = FunctionExercise(
    reference=loop_length,
    probes=probes,
    right={
        "up to the whole text": first(whole, repeats),
        "from the end": first(half, lambda ids, p: ids[::-1][:p] == ids[::-1][p : 2 * p]),
    },
).known(
    "longest_loop: Two rounds of a loop are a loop too. Take the smallest length.",
    lambda ids: max((p for p in half(len(ids)) if repeats(ids, p)), default=0),
    "last_token_only: You compared the last tokens alone. A whole round must come again.",
    first(half, lambda ids, p: ids[-2:] == ids[-2 - p : -p]),
    first(whole, same_last),
    "always_0: 0 comes out where the text ends in a loop. Try each p from 1, look at the last "
    "2p ids alone, and put `return 0` below the loop.",
    lambda ids: 0,
    "from_the_start: You compared the beginning of the text. A loop is where the text ENDS.",
    first(half, lambda ids, p: ids[:p] == ids[p : 2 * p]),
    first(whole, lambda ids, p: ids[p:] == ids[:-p]),
    "anywhere: You found a repeat somewhere in the text. The text must end in it.",
    first(half, lambda ids, p: any(repeats(ids[:n], p) for n in range(2 * p, len(ids) + 1))),
    "less_than_two_rounds: Two whole rounds must fit: p is at most half the length.",
    first(whole, cut_short),
    "one_too_few: Half of the text can be one round. range(1, n) ends at n - 1: add 1.",
    first(lambda n: range(1, n // 2), repeats),
    "one_missed: A loop can be a single token long. Start at 1.",
    first(lambda n: range(2, n // 2 + 1), repeats),
    "off_by_one: Right but for one: the length of a round is how many tokens it holds.",
    found(lambda ids, p: p - 1),
    found(lambda ids, p: p + 1),
    "any_order: You compared which ids a round holds. Their order counts too.",
    first(half, lambda ids, p: sorted(ids[-p:]) == sorted(ids[-2 * p : -p])),
    "three_rounds: You asked for three rounds. Two equal ones are enough.",
    first(half, lambda ids, p: repeats(ids, p) and repeats(ids[:-p], p)),
    "distinct_tokens: You counted distinct tokens. A round may hold a token twice.",
    lambda ids: len(set(ids)),
    found(lambda ids, p: len(set(ids[-p:]))),
    "ids_not_length: You returned the tokens of the round. Return how many there are.",
    found(lambda ids, p: ids[-p:], []),
)
