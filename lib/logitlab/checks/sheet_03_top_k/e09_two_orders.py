"""Exercise 3.9: how many tokens stay with T before the cut and after it, by top-k and by top-p."""

from logitlab.checks._value import Part, Rule, ValueExercise

EXERCISE = ValueExercise(
    note="Top-k looks at the order, which T leaves alone; top-p looks at masses.",
    parts=[
        Part("top-k: kept with T first, with T last", [2, 2], tolerance=0.0).known(
            "k_depends_on_T: k = 2 keeps two tokens, before or after the division: T never "
            "changes the order.",
            [1, 2],
            Rule(lambda n: n[0] != n[1]),
        ),
        Part("top-p: kept with T first, with T last", [1, 2], tolerance=0.0).known(
            "crossing_token_dropped: The token that crosses 0.8 is kept: add up until the sum "
            "reaches 0.8.",
            [0, 1],
            [1, 1],
            "swapped: You have them the wrong way round: T = 0.5 first makes the leader larger.",
            [2, 1],
            "order_ignored: At T = 1 the leader has 0.665 and needs help; at T = 0.5 it has "
            "0.867 alone. The order of the two stages decides which of these top-p sees.",
            [2, 2],
            Rule(lambda n: n[0] == n[1]),
        ),
    ],
)
