"""What a figure's artists hold, to compare with the table that stands beside the figure."""

import re

import numpy as np
from matplotlib.patches import Rectangle

NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")


def strangers(figure, rows) -> list[str]:
    """Cells of a table, given row by row as text, whose number is not in the figure.

    Where lines alone are drawn, one must pass through the number at the row's x. Where there are
    bars, it must be an edge or a length of one, on a line, a percentage of these, or written there.
    """
    lines = [line.get_xydata() for ax in figure.axes for line in ax.lines]
    points = np.concatenate([*lines, np.empty((0, 2))])
    bars = [bar for ax in figure.axes for bar in ax.patches if isinstance(bar, Rectangle)]
    if not bars:
        return [
            f"{cell} at {row[0]}"
            for row in rows
            for cell in filter(NUMBER.fullmatch, row[1:])
            if not (near(points[:, 0], row[0]) & near(points[:, 1], cell)).any()
        ]
    boxes = [bar.get_bbox() for bar in bars]
    sizes = [number for b in boxes for number in (b.x0, b.x1, b.width, b.height)]
    held = np.concatenate([points.ravel(), sizes])
    held = np.concatenate([held, 100 * held])
    titles = [NUMBER.findall(ax.get_title(loc="left"))[-1:] for ax in figure.axes]
    words = [NUMBER.findall(text.get_text()) for ax in figure.axes for text in ax.texts]
    written = {number for found in titles + words for number in found}
    return [
        f"{cell} in the row {row[0]}"
        for row in rows
        for cell in filter(NUMBER.fullmatch, row[1:])
        if not near(held, cell).any() and not any(says(number, cell) for number in written)
    ]


def says(number: str, cell: str) -> bool:
    """Whether a number that is written in a figure is that of a cell, if rounded further."""
    return number == cell or ("." in number and bool(near(np.array(value(cell)), number)))


def value(text: str) -> float:
    """The number that a text shows."""
    return float(text.replace(",", ""))


def near(x: np.ndarray, text: str) -> np.ndarray:
    """Which numbers a text may show, as far as it is rounded."""
    return np.abs(x - value(text)) <= 0.501 * 10.0 ** -len(text.partition(".")[2])
