"""Exercise 5.6: which answers of an API hold the model's own logprobs, and what they leave out."""

import numpy as np

from ..kit import Part, Rule, values

OWN = np.array([-0.8, -1.4, -2.6, -3.2])
HELD = float(np.exp(OWN).sum())
SHOWS = {"b": "raw", "c": "temperature", "d": "cut"}

EXERCISE = values(
    Part("what b, c and d show", SHOWS).known(
        "other_words: Use the words raw, temperature and cut, one for each of b, c and d.",
        {"b": "raw", "c": "temperature"},
        Rule(lambda v: not set(v.values()) <= set(SHOWS.values())),
        "setting_believed: b was asked for at T = 0.5 and is the same as a: T is not in it.",
        SHOWS | {"b": "temperature"},
        "gaps_not_compared: In c each gap is twice that of a: T = 0.5 is in it.",
        SHOWS | {"c": "raw"},
        SHOWS | {"c": "cut"},
        "sum_not_taken: d adds up to 1, with four of 49,152 tokens: all others were cut.",
        SHOWS | {"d": "raw"},
        SHOWS | {"d": "temperature"},
        "swapped: c and d the wrong way round: c has other gaps, d adds up to 1.",
        SHOWS | {"c": "cut", "d": "temperature"},
    ),
    Part("mass that a does not show", 1 - HELD, tolerance=0.002, unit="probability").known(
        "mass_shown: That is what the four hold. Asked is the rest.",
        HELD,
        "nothing_left_out: Four of 49,152 tokens do not hold all: add up np.exp of them.",
        0.0,
        "base_2_logprobs: Logprobs are natural logarithms: e to their power.",
        float(1 - (2**OWN).sum()),
    ),
    note="Ask twice, with two temperatures, before you trust an entropy from logprobs.",
)
