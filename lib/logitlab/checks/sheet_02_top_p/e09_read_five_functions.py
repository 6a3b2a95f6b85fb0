"""Exercise 2.9: what is right or wrong with five functions for top-p."""

from ..kit import Part, Rule, values

VERDICTS = {
    "A": "right",
    "B": "drops the crossing token",
    "C": "compares each token",
    "D": "empty at p = 0",
    "E": "softmax twice",
}


def other(letter):
    return Rule(lambda v: v[letter] != VERDICTS[letter])


EXERCISE = values(
    Part("verdicts", VERDICTS).known(
        "unknown_verdict: Use the five verdicts as the exercise spells them, one for each letter.",
        {**VERDICTS, "B": "wrong"},
        {"A": "right"},
        Rule(
            lambda v: v.keys() != VERDICTS.keys() or not set(v.values()) <= set(VERDICTS.values())
        ),
        "all_right: You found no fault. Run each on FIVE with p = 0.75 and with p = 0.",
        dict.fromkeys(VERDICTS, "right"),
        Rule(lambda v: set(v.values()) == {"right"}),
        "none_right: One of them is right: the fault must show on some input.",
        {**VERDICTS, "A": "softmax twice"},
        {**VERDICTS, "A": "drops the crossing token"},
        other("A"),
        "B_misread: Function B keeps the tokens whose running sum is at most p: the one that "
        "crosses p is not among them.",
        {**VERDICTS, "B": "right"},
        other("B"),
        "C_misread: Function C never adds anything up: it looks at one token at a time.",
        {**VERDICTS, "C": "right"},
        other("C"),
        "D_misread: Function D is right for most p. At p = 0 it asks for sum <= 1: true of all.",
        {**VERDICTS, "D": "right"},
        other("D"),
        "E_misread: Function E exponentiates what are probabilities already.",
        {**VERDICTS, "E": "right"},
        other("E"),
    )
)
