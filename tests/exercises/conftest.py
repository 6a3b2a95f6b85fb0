import pytest
from logitlab.checks import CheckFailed, check


@pytest.fixture
def diagnosis():
    """What a check says of a wrong answer."""

    def diagnose(exercise, answer, seed=None):
        with pytest.raises(CheckFailed) as caught:
            check(exercise, answer, seed=seed)
        return caught.value.diagnosis

    return diagnose
