"""What the commands share."""

import argparse


class ClassroomError(Exception):
    """What stops a command, in words for the teacher: it is printed, without a traceback."""


def at_least_one(text: str) -> int:
    """An argument of the command line that counts something: 1 or more."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number, 1 or more, got {text!r}")
    return int(text)
