"""A table of the numbers of a figure, folded away until a reader wants them."""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np


class Numbers:
    """A table: its first column names the rows. A notebook shows it folded under "The numbers".

    Parameters
    ----------
    caption : str
        What the numbers are, with their unit.
    columns : mapping of str to sequence
        Headings and values; all columns of one length. Text stays as it is, whole numbers too;
        a column of others is rounded to three decimals, fewer above 10, and nan is shown as a
        dash. In the first column, which names the rows, each number has the digits it needs.

    Raises
    ------
    ValueError
        For no columns, no rows, or columns of different lengths.

    Examples
    --------
    >>> Numbers("Entropy, bits.", {"T": [0.5, 1], "ten tokens": [1.7144, 2.6137]})
    The numbers. Entropy, bits.
    """

    def __init__(self, caption: str, columns: Mapping[str, Sequence]):
        lengths = {heading: len(values) for heading, values in columns.items()}
        if len(set(lengths.values())) != 1 or not all(lengths.values()):
            raise ValueError(f"columns must hold rows, as many in each, got {lengths}")
        self.caption = caption
        self.columns = dict(columns)

    def __repr__(self) -> str:
        return f"The numbers. {self.caption}"

    def rows(self) -> list[tuple[str, ...]]:
        """The cells as a reader sees them, row by row."""
        first, *others = self.columns.values()
        return list(zip(map(_name, first), *map(_column, others), strict=True))

    def _repr_html_(self) -> str:
        styles = [_style(values) for values in self.columns.values()]
        head = "".join(
            f'<th scope="col"{style}>{escape(heading)}</th>'
            for style, heading in zip(styles, self.columns, strict=True)
        )
        body = "\n".join(
            f'<tr><th scope="row"{styles[0]}>{escape(name)}</th>'
            + "".join(
                f"<td{style}>{escape(cell)}</td>"
                for style, cell in zip(styles[1:], cells, strict=True)
            )
            + "</tr>"
            for name, *cells in self.rows()
        )
        return (
            '<details class="numbers"><summary>The numbers</summary>\n'
            f'<table class="numbers"><caption>{escape(self.caption)}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></details>"
        )


def _style(values: Sequence) -> str:
    """Text is set to the left; pages set numbers to the right."""
    return ' style="text-align: left"' if isinstance(values[0], str) else ""


def _name(value) -> str:
    return value if isinstance(value, str) else f"{value:,.10g}"


def _column(values: Sequence) -> list[str]:
    if all(isinstance(value, str) for value in values):
        return list(values)
    x = np.asarray(values)
    if x.dtype.kind in "iub":
        return [f"{value:,}" for value in x]
    largest = np.nanmax(np.abs(x), initial=0)
    decimals = int(np.clip(3 - np.floor(np.log10(max(largest, 1))), 0, 3))
    rounded = np.round(x, decimals) + 0.0  # no -0
    return ["–" if np.isnan(value) else f"{value:,.{decimals}f}" for value in rounded]
