"""Exercise 1.10: the best sequence of two words does not begin with the best word."""

from ..kit import Part, values

EXERCISE = values(
    Part("first word", "dog").known(
        "greedy_sequence: Greedy takes the best token at each step; the best sequence can "
        "start with the second-best.",
        "nice",
    ),
    Part("probability", 0.36, unit="probability").known(
        "second_step_only: That is one step alone. Multiply the probabilities of both words.",
        *(0.9, 0.4),
        "greedy_probability: That is the sequence that starts with nice.",
        0.2,
        "added: You added (or averaged) the two. Successive probabilities multiply.",
        *(1.3, 0.65),
        "share_of_both: That is its share of the two pairs. The product alone is asked for.",
        0.36 / 0.56,
    ),
)
