"""How tokens are shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from logitlab.data import recorded
from logitlab.tokens import visible


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("Paris", "Paris"),
        (" Paris", "␣Paris"),
        ("a b  c ", "a␣b␣␣c␣"),
        ("\n\t", "↵⇥"),
        ("\r", "⟨0D⟩"),
        ("\x1b[0m", "⟨1B⟩[0m"),
        ("\udce2\udc80", "⟨E2⟩⟨80⟩"),
        ("⟨E2⟩", "⟨E2⟩"),
        ("\u200d", "⟨U+200D⟩"),
        ("\xa0", "⟨U+00A0⟩"),
        ("\u0301", "◌\u0301"),
        ("é 日本 😀", "é␣日本␣😀"),
        ("", ""),
    ],
)
def test_nothing_stays_invisible(token, shown):
    assert visible(token) == shown


@given(st.text())
def test_no_space_or_control_is_left_and_a_second_pass_changes_nothing(token):
    shown = visible(token)
    assert not any(unicodedata.category(c)[0] in "CZ" for c in shown)
    assert visible(shown) == shown


def test_every_token_of_the_model_has_its_own_form():
    shown = [visible(token) for token in recorded("My name is").tokens]
    assert len(set(shown)) == len(shown)
    assert all(shown)


def test_what_is_not_text_is_refused():
    with pytest.raises(TypeError, match=r"token must be text \(str\), got 3"):
        visible(3)
