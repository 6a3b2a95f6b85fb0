"""Arguments that the commands share."""

import argparse


def at_least_one(text: str) -> int:
    """An argument of the command line that counts something: 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more, got {text!r}")
    return int(text)


def above_zero(text: str) -> float:
    """An argument of the command line that measures something: above 0."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"must be a number above 0, got {text!r}")
    return number
