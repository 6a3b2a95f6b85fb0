"""Exercise 6.12: what the errors of a student that never saw a 3 say."""

import numpy as np

from ..kit import Part, values

#: True digits down, the answers of a student that never saw a 3 across (lesson 6, tau = 2).
CONFUSION = np.array(
    [
        [93, 0, 0, 0, 1, 0, 0, 0, 0, 0],
        [0, 86, 0, 0, 0, 1, 0, 0, 1, 1],
        [0, 0, 99, 0, 0, 0, 0, 0, 0, 0],
        [0, 0, 3, 48, 0, 7, 0, 4, 12, 12],
        [0, 0, 0, 0, 89, 0, 0, 3, 0, 1],
        [0, 0, 0, 0, 0, 84, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 0, 93, 0, 2, 0],
        [0, 0, 0, 0, 0, 0, 0, 83, 0, 0],
        [0, 3, 0, 0, 0, 0, 1, 0, 76, 2],
        [0, 0, 0, 0, 0, 1, 0, 0, 1, 89],
    ]
)
RIGHT, KNEW, THREES = int(np.trace(CONFUSION)), int(CONFUSION[3, 3]), int(CONFUSION[3].sum())
ERRORS = int(CONFUSION.sum()) - RIGHT

EXERCISE = values(
    Part("errors in all", ERRORS, tolerance=0.0, unit="count").known(
        "right_not_wrong: That is how many were right: the diagonal.",
        RIGHT,
        "all_images: That is the number of images. Leave out those on the diagonal.",
        CONFUSION.sum(),
        "only_the_threes: Those are the 3s. The others count too.",
        *(THREES - KNEW, THREES),
        "only_the_others: Those are the errors on the other digits. Add the 3s.",
        ERRORS - (THREES - KNEW),
    ),
    Part("share of the 3s it knew", KNEW / THREES, tolerance=0.006, unit="probability").known(
        "share_of_missed: That is the share that it missed.",
        1 - KNEW / THREES,
        "column_not_row: You divided by a column. Row 3 holds all the images of a 3.",
        1.0,
        "never_saw_so_zero: It knew some 3s, though it never saw one: read row 3, column 3.",
        0.0,
        "count_not_share: That is a number of images. Divide by all images of a 3.",
        *(KNEW, THREES),
    ),
    Part("other digits that it called a 3", 0, tolerance=0.0, unit="count").known(
        "row_not_column: You read row 3. What it called a 3 stands in column 3.",
        THREES - KNEW,
        "diagonal_counted: Those are 3s that it called a 3, which is right.",
        KNEW,
    ),
    Part('the bias of the 3: "raise" or "lower"', "raise").known(
        f"wrong_way: It misses {THREES - KNEW} of the 3s and calls nothing else a 3. It says 3 "
        "too seldom, so the bias must go up.",
        "lower",
    ),
    note="A bias is one number, and nothing else about the student changes when it is moved.",
)
