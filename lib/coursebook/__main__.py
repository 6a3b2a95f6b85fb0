"""``python -m coursebook``: makes the book and the slides."""

import argparse
import sys

from coursebook import build, console, decks, npm


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m coursebook", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (build, decks, console, npm):
        command.add_command(commands)
    options = parser.parse_args(arguments)
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main())
