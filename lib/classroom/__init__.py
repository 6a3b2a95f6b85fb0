"""What a teacher runs: build the notebooks, grade a class, report."""


class ClassroomError(Exception):
    """What stops a command, in words for the teacher: it is printed, without a traceback."""
