"""Exercise B.11: what was asked, then the model's file if that is wanted, then the server's."""

from ..kit import FunctionExercise

NONE = (None, None, None)


def chosen(*sources):
    """Of each setting the first source that says something; None says nothing, 0 does."""
    return [
        next((x for x in values if x is not None), None) for values in zip(*sources, strict=True)
    ]


def settings(asked, file, server, use_file=False):
    return chosen(asked, file if use_file else NONE, server)


def truthy(asked, file, server, use_file):
    files = file if use_file else NONE
    return [a or f or s for a, f, s in zip(asked, files, server, strict=True)]


def probes(rng):
    server, file = [1.0, 0, 1.0], [0.1, 1, 1.05]
    quiet, T, k = [None, None, None], float(rng.uniform(0.3, 0.9)), int(rng.integers(2, 60))
    greedy, some = [0.0, None, None], [T, None, None]
    plain = [(quiet, file, server), (some, file, server), ([None, k, None], file, server)]
    wanted = [(quiet, file, server, True), (some, file, server, True), (quiet, file, server, False)]
    zero = [
        (greedy, file, server),
        (greedy, file, server, True),
        ([None, 0, None], file, server, True),
    ]
    holes = [(quiet, [None, k, None], server, True), (some, quiet, server, True)]
    holes += [(quiet, [0.0, None, 1.2], server, True), ([T, k, 1.3], file, server, True)]
    return [*plain, *wanted, *zero, *holes]


EXERCISE = FunctionExercise(
    reference=settings,
    probes=probes,
    note="The other mend is to keep the default and to say so aloud: the server prints a warning.",
    right={
        "one after the other": lambda asked, file, server, use_file=False: [
            a if a is not None else f if use_file and f is not None else s
            for a, f, s in zip(asked, file, server, strict=True)
        ]
    },
).known(
    "as_shipped: The bug as shipped: the file speaks where nobody asked it, and a 0 is lost.",
    lambda asked, file, server, use_file=True: truthy(asked, file, server, use_file),
    "zero_lost: `or` takes 0 for nothing. T = 0 was asked for: test `is not None`.",
    lambda asked, file, server, use_file=False: truthy(asked, file, server, use_file),
    "file_by_default: The file still speaks where nobody asked it: use_file=False.",
    lambda asked, file, server, use_file=True: settings(asked, file, server, use_file),
    "file_never: The file is never read. With use_file it comes before the server's.",
    lambda asked, file, server, use_file=False: chosen(asked, server),
    "file_first: The file outvotes the caller. What was asked comes first.",
    lambda asked, file, server, use_file=False: chosen(file if use_file else NONE, asked, server),
    "server_first: The server's default outvotes the caller. It comes last.",
    lambda asked, file, server, use_file=False: chosen(server, asked, file),
    "asked_ignored: What the caller asked for is lost.",
    lambda asked, file, server, use_file=False: chosen(file if use_file else NONE, server),
    "switch_reversed: use_file works the wrong way round.",
    lambda asked, file, server, use_file=False: settings(asked, file, server, not use_file),
    "nothing_left: A setting that nobody gave stayed empty. The server has one for each.",
    lambda asked, file, server, use_file=False: chosen(asked, file if use_file else NONE),
)
