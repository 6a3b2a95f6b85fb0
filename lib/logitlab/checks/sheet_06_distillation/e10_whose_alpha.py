"""Exercise 6.10: the course's alpha for three losses as other people write them."""

from ..kit import Part, values

BARE_ALPHA = 9 / 109  # alpha * 100 to 1 - alpha, as 0.9 to 0.1
SWAPPED = "alpha_swapped: Here alpha weighs the SOFT loss. (In Keras' example it is the hard loss.)"

EXERCISE = values(
    Part("alpha for 0.1 * hard + 0.9 * tau^2 * soft", 0.9, 0.001, "probability").known(
        SWAPPED, 0.1
    ),
    Part("alpha for 0.75 * hard + 0.25 * tau^2 * soft", 0.25, 0.001, "probability").known(
        SWAPPED, 0.75
    ),
    Part("alpha for 0.1 * hard + 0.9 * soft, tau = 10", BARE_ALPHA, 0.0006, "probability").known(
        "no_tau2: tau^2 is missing in that loss and present in ours, so 0.9 here is not 0.9 "
        "there: alpha * 100 to (1 - alpha) must be 0.9 to 0.1.",
        0.9,
        SWAPPED,
        *(0.1, 1 - BARE_ALPHA),
        "tau_not_squared: You used tau. Our soft term carries tau^2 = 100.",
        0.9 / 1.9,
        "not_complement: That is its weight beside 0.1. Ours add up to 1: divide by the sum.",
        0.009,
    ),
)
