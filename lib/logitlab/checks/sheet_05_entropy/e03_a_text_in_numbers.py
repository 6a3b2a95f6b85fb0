"""Exercise 5.3: perplexity of a text, and its bits for each character and each byte."""

import numpy as np

from ..kit import Part, values
from ._entropies import BASE_2, BASE_E, LN2

PROBS = np.array([0.5, 0.125, 0.25, 0.0625, 0.5])
TEXT = "naïve café"
TOTAL = float(-np.log2(PROBS).sum())
EACH, CHARACTERS, BYTES = TOTAL / len(PROBS), len(TEXT), len(TEXT.encode())

EXERCISE = values(
    Part("bits of the text", TOTAL, tolerance=0.006, unit="bits").known(
        "mean: That is the mean. First add up the surprisals of the five tokens.",
        EACH,
        "not_surprisal: You added up probabilities, or p log p. Add up -log2 p.",
        *(PROBS.sum(), -(PROBS * np.log2(PROBS)).sum()),
    ),
    Part("perplexity of the text", 2**EACH, tolerance=0.011).known(
        "total_not_mean: That is 2 to the power of all bits. Divide by the tokens first.",
        2**TOTAL,
        BASE_E,
        np.exp(EACH),
        BASE_2,
        2 ** (EACH * LN2),
        "entropy_not_perplexity: These are the bits a token. Raise 2 to that power.",
        EACH,
        "arithmetic_mean: You averaged 1/p. Average the surprisals, then raise 2 to that.",
        (1 / PROBS).mean(),
        "per_character: 2 to the bits a character. Perplexity counts tokens, five here.",
        *(2 ** (TOTAL / n) for n in (CHARACTERS, BYTES)),
    ),
    Part("bits a character, bits a byte", [TOTAL / CHARACTERS, TOTAL / BYTES], 0.006).known(
        "characters_are_bytes: In UTF-8 ï and é take two bytes each: len(text.encode()).",
        *([TOTAL / n] * 2 for n in (CHARACTERS, BYTES)),
        "swapped: You have them the wrong way round: characters first.",
        [TOTAL / BYTES, TOTAL / CHARACTERS],
        "per_token: You divided by the tokens. Divide the same total by characters, by bytes.",
        [EACH, EACH],
        "letters_only: The space is a character too.",
        [TOTAL / (CHARACTERS - 1), TOTAL / (BYTES - 1)],
        "upside_down: That is characters, or bytes, a bit. Divide the bits by their number.",
        [CHARACTERS / TOTAL, BYTES / TOTAL],
    ),
    note="Another tokenizer cuts the text into another number of tokens. The bytes stay.",
)
