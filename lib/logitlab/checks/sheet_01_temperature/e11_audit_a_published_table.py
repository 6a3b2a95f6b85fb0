"""Exercise 1.11: which rows of a published table are wrong, and what they should be."""

from ..kit import STORY, TEN, Part, Rule, softmax, values

TABLE = [0.36, 0.24, 0.16, 0.10, 0.05, 0.04, 0.03, 0.02, 0.01, 0.01]
PUBLISHED = dict(zip(STORY, TABLE, strict=True))
TRUE = {token: round(float(p), 2) for token, p in zip(STORY, softmax(TEN), strict=True)}
CORRECTED = {token: p for token, p in TRUE.items() if p != PUBLISHED[token]}

EXERCISE = values(
    Part("corrections", CORRECTED, tolerance=0.0051).known(
        "percent: Write probabilities, as the table does, not percentages.",
        {token: 100 * p for token, p in CORRECTED.items()},
        Rule(lambda rows: min(map(float, rows.values())) >= 1),
        "unknown_token: A name in your answer is no row of the table.",
        {**CORRECTED, "cheese": 0.01},
        Rule(lambda rows: not rows.keys() <= PUBLISHED.keys()),
        "all_wrong: You corrected every row. Keep those that agree to two decimals.",
        TRUE,
        Rule(lambda rows: rows.keys() == PUBLISHED.keys()),
        "right_rows_listed: You listed the rows that are right. List the others, corrected.",
        {token: p for token, p in PUBLISHED.items() if token not in CORRECTED},
        Rule(lambda rows: bool(rows) and not rows.keys() & CORRECTED.keys()),
        "right_row_flagged: You flagged a row that is right, to two decimals.",
        {**CORRECTED, "audit": 0.04},
        Rule(lambda rows: bool(rows.keys() - CORRECTED.keys())),
        "nothing_wrong: You found no wrong row. The ten values add up to 1.02: something is.",
        {},
        "row_missed: What you list is wrong in the table, but a row is missing. Round all ten "
        "probabilities to two decimals.",
        {token: p for token, p in CORRECTED.items() if token != "assign"},
        Rule(lambda rows: rows.keys() < CORRECTED.keys()),
        "divided_by_total: Dividing by 1.02 keeps the table's errors. Start from the logits.",
        {token: PUBLISHED[token] / 1.02 for token in CORRECTED},
        "published_value: You kept a value of the table. Give what softmax gives.",
        {token: PUBLISHED[token] for token in CORRECTED},
        Rule(lambda rows: any(abs(float(rows[t]) - PUBLISHED[t]) < 0.002 for t in CORRECTED)),
    ),
    note=f"{len(CORRECTED)} of the {len(PUBLISHED)} rows are wrong.",
)
