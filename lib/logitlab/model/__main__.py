"""``python -m logitlab.model fetch`` gets the language model; ``where`` says where it is."""

import argparse
import sys

from logitlab.model.files import FetchFailed, fetch, model_path


def main(arguments: list[str] | None = None) -> int:
    """Run one of the two commands; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m logitlab.model", description=__doc__)
    parser.add_argument("command", choices=["fetch", "where"])
    command = parser.parse_args(arguments).command
    if command == "where":
        print(model_path())
        return 0
    try:
        fetch(say=lambda line: print(line, flush=True))
    except (FetchFailed, OSError) as error:
        print(f"The language model was not fetched: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted: nothing was kept. The next fetch starts afresh.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
