"""Exercise 6.7: whether 99 % at tau = 1 can be 40 %, 25 % and 15 % at tau = 20."""

from ..kit import Part, Rule, values

ALL_NINE = 0.01 / 0.99  # odds against the 3 at tau = 1
EQUAL = 1 / (1 + 9 * (ALL_NINE / 9) ** (1 / 20))
EIGHT = (0.25 / 0.40) ** 20
ONE_OTHER = (ALL_NINE - EIGHT - (0.15 / 0.40) ** 20) / 7
OTHER = 0.40 * ONE_OTHER ** (1 / 20)

EXERCISE = values(
    Part("p(3) at tau = 20, others equal", EQUAL, tolerance=0.00055, unit="probability").known(
        "odds_of_the_rest: 99 to 1 is against all nine together. One digit alone: 99 to 1/9.",
        *(1 / (1 + 9 * ALL_NINE ** (1 / 20)), 1 / (1 + ALL_NINE ** (1 / 20))),
        "tau_ignored: That is p(3) at tau = 1.",
        0.99,
        "99_vs_40: 99% over ten digits (nine equal others) becomes 13.5% at tau=20, not 40%: "
        "odds are raised to 1/20.",
        *(0.40, 40),
        Rule(lambda p: 0.25 <= float(p) <= 0.98 and abs(p - (1 - EQUAL)) > 0.001),
        "tau_after_softmax: You divided the probability by 20. Raise the odds to 1/20 instead.",
        0.99 / 20,
        "uniform: Nearly uniform, but not quite: the odds 891 to 1 become 1.40 to 1.",
        0.1,
    ),
    Part("odds of 8 to 3 at tau = 1", EIGHT, tolerance=0.000004).known(
        "tau_ignored: 25 to 40 are the odds at tau = 20. Raise them to the power 20.",
        0.625,
        "odds_multiplied: You multiplied or divided by 20. Raise the odds to the power 20.",
        *(12.5, 0.625 / 20),
        "odds_root: You took the 20th root, the way from tau = 1 to tau = 20. Go back.",
        0.625 ** (1 / 20),
        "odds_reversed: Those are the odds of 3 to 8. 8 to 3 is 1 over that.",
        1 / EIGHT,
    ),
    Part("one of the seven at tau = 20", OTHER, tolerance=0.0011, unit="probability").known(
        "even_share: 20 % over seven is what the published numbers leave. The 99 % demand "
        "more: start from the 1 % that the others share at tau = 1.",
        *(0.2 / 7, 0.2),
        "odds_not_probability: That is the odds against the 3. Times 0.40 it is a probability.",
        ONE_OTHER ** (1 / 20),
        "at_tau_1: That is the one at tau = 1. Take the 20th root of its odds, times 0.40.",
        *(ONE_OTHER, ONE_OTHER * 0.99, 0.01 / 7),
    ),
    note="28.8 % is more than the 25 % of the runner-up, and more than the 20 % that were left "
    "for all seven: no ten logits give both lines.",
)
