"""Exercise 6.10: the course's alpha for three losses as other people write them."""

from ..kit import Part, Rule, values

BARE_ALPHA = 9 / 109  # alpha * 100 to 1 - alpha, as 0.9 to 0.1
SWAPPED = "alpha_swapped: Here alpha weighs the SOFT loss. (In Keras' example it is the hard loss.)"
PERCENT = "percent: That is a percentage; alpha is between 0 and 1."

EXERCISE = values(
    Part("alpha for 0.1 * hard + 0.9 * tau^2 * soft", 0.9, tolerance=0.001).known(
        SWAPPED, 0.1, PERCENT, 90
    ),
    Part("alpha for 0.75 * hard + 0.25 * tau^2 * soft", 0.25, tolerance=0.001).known(
        SWAPPED, 0.75, PERCENT, 25
    ),
    Part("alpha for 0.1 * hard + 0.9 * soft, tau = 10", BARE_ALPHA, tolerance=0.0006).known(
        "no_tau2: tau^2 is missing in that loss and present in ours, so 0.9 here is not 0.9 "
        "there: alpha * 100 to (1 - alpha) must be 0.9 to 0.1.",
        0.9,
        *(SWAPPED, 0.1, 1 - BARE_ALPHA, PERCENT, 8.3, Rule(lambda a: 8 < a < 8.5)),
        "tau_not_squared: You used tau. Our soft term carries tau^2 = 100.",
        0.9 / 1.9,
        "not_complement: That is its weight beside 0.1. Ours add up to 1: divide by the sum.",
        0.009,
    ),
)
