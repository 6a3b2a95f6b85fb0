"""``python -m classroom``: the teacher's command line."""

import argparse
import sys

from classroom import (
    ClassroomError,
    build,
    concepts,
    example,
    gains,
    grade,
    new,
    questions,
    rehearse,
    report,
    timing,
)


def main(arguments=None) -> int:
    """Run one command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m classroom", description=__doc__.replace("`", "")
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in (
        build,
        new,
        grade,
        report,
        rehearse,
        example,
        questions,
        concepts,
        gains,
        timing,
    ):
        command.add_command(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except ClassroomError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:  # a full disk, a folder that may not be written
        where = f": {error.filename}" if error.filename else ""
        print(
            f"{error.strerror or error}{where}. What was written before is whole.", file=sys.stderr
        )
        return 1


if __name__ == "__main__":
    sys.exit(main())
