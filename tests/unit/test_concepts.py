"""The sixteen questions: what is right is computed, and no mark is lost on the way to a gain."""

import csv
import io
import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from classroom import concepts, gains
from classroom.__main__ import main
from logitlab import (
    entropy,
    expected_calibration_error,
    repetition_penalty,
    softmax,
    temperature,
    top_k,
    top_p,
)

ROOT = Path(__file__).parents[2]
ITEMS = concepts.load().items
SURE, OPEN = np.array([0.95, *np.linspace(6e-4, 4e-4, 100)]), np.linspace(0.0101, 0.0099, 100)
SEVEN = [0.9, 0.09, 0.009, 0.001]
each_item = pytest.mark.parametrize("item", ITEMS, ids=lambda item: f"{item.number}")


def scores(probs) -> np.ndarray:
    return np.log(np.asarray(probs, float))


def larger(first: float, second: float) -> str:
    """Where more is, in the words that most of the questions have."""
    return "1" if first > second else "2" if second > first else "both"


def order(T):
    hot = softmax(temperature(scores([0.5, 0.3, 0.2]), T))
    assert hot.argmax() == 0 and len(set(hot.round(2))) == 3
    return hot


def kept(probs, cut, setting) -> np.ndarray:
    return np.isfinite(cut(scores(probs), setting))


def zero():
    probs = softmax(np.array([2.0, 1.0, -1.0, 0.0]))
    assert 0 < probs[2] < probs[3] < min(probs[:2])
    return "more often than one other"


def penalised():
    assert f"{100 * softmax(np.array([10.0, 9.0]))[0]:.0f} %" in plain(ITEMS[8].text)
    return ["“the”", "“a”"][int(repetition_penalty([10.0, 9.0], [0], 1.3).argmax())]


def halved():
    before, after = (softmax(np.array([z, 0.0, 1.0]))[0] for z in (-2.0, -1.0))
    return "rises" if after > before else "falls"


def calibrated():
    right = np.repeat([0, 1], [80, 20])  # the answer given is class 0
    errors = [
        expected_calibration_error(np.tile([said, 1 - said], (100, 1)), right)
        for said in (0.8, 0.99)
    ]
    assert errors == pytest.approx([0, 0.19])
    return "That of A"


def softened():
    by4, by1000 = (softmax(scores(SEVEN) / T).round(2) for T in (4, 1000))
    assert len(set(by4)) == 4 and len(set(by1000)) == 1
    return "Ada"


#: Words of the right answer, worked out. What 11 and 15 say was measured, in lessons 4 and 6.
WORKED_OUT = {
    1: lambda: "yes" if order(5.0).argmax() == 0 else "perhaps",
    2: lambda: f"{np.divide(*softmax(temperature(scores([0.75, 0.25]), 0.5))):.0f} times",
    3: lambda: (
        "Nearly never"
        if softmax(temperature(scores([0.4, 0.38, 0.22]), 0.01))[1] < 0.01
        else "Nearly always"
    ),
    4: lambda: "place " + larger(kept(SURE, top_p, 0.9).sum(), kept(OPEN, top_p, 0.9).sum()),
    5: lambda: f"{100 * softmax(top_k(scores([0.4, 0.2, 0.15, 0.15, 0.1]), 2))[0]:.0f} %",
    6: lambda: "place " + larger(*(p[~kept(p, top_k, 5)].sum() for p in (SURE, OPEN))),
    7: lambda: f"Only {(softmax(temperature(top_k(np.arange(10.0), 3), 50.0)) > 0).sum()}",
    8: zero,
    9: penalised,
    10: halved,
    12: lambda: "place " + larger(entropy([0.5, *[0.01] * 50]), entropy([0.5, 0.5])),
    13: lambda: {"1": "town A", "2": "town B"}[larger(entropy([0.5, 0.5]), entropy([0.01, 0.99]))],
    14: calibrated,
    16: softened,
}


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def right(item) -> str:
    return plain(item.answers["ABCD".index(item.right[0])])


@each_item
def test_the_right_answer_comes_out(item):
    if item.number in WORKED_OUT:
        assert WORKED_OUT[item.number]() in right(item)
    else:
        assert item.number in (11, 15)


def test_the_numbers_of_the_key_come_out():
    keys = {item.number: plain(item.key) for item in ITEMS}
    percents = [f"{100 * p:.0f} %" for p in order(5.0)]
    assert f"{percents[0]}, {percents[1]} and {percents[2]}" in keys[1]
    assert "One word is enough at place 1" in keys[4] and kept(SURE, top_p, 0.9).sum() == 1
    assert f"it takes about {round(kept(OPEN, top_p, 0.9).sum(), -1)}" in keys[4]
    assert f"removes about {100 * OPEN[5:].sum():.0f} %" in keys[6]
    low = softmax(np.array([2.0, 1.0, -1.0, 0.0]))
    assert f"is {100 * low[3]:.0f} %, that of the word with −1 is {100 * low[2]:.0f} %" in keys[8]
    penalised = repetition_penalty([10.0, 9.0], [0], 1.3)
    assert f"is {penalised[0]:.1f}" in keys[9]
    assert f"left with {100 * softmax(penalised)[0]:.0f} %" in keys[9]
    assert f"{73 / 1.3:.0f} %" in plain(ITEMS[8].reasons[1])
    assert f"is {entropy([0.5, *[0.01] * 50]):.1f} bits" in keys[12]
    assert f"{entropy([0.01, 0.99]):.2f} bits in town B" in keys[13]
    ada = ", ".join(f"{100 * p:.0f} %" for p in softmax(scores(SEVEN) / 4))
    assert ada.replace(", 9 %", " and 9 %") + "." in keys[16]


def test_they_cover_the_lessons_and_do_not_show_what_is_right():
    assert len(ITEMS) == 16
    counts = Counter(item.lesson for item in ITEMS)
    assert sorted(counts) == [1, 2, 3, 4, 5, 6] and set(counts.values()) == {2, 3}
    assert [item.lesson for item in ITEMS] == sorted(item.lesson for item in ITEMS)
    for part, most in ((0, 5), (1, 5)):
        letters = Counter(item.right[part] for item in ITEMS)
        assert set(letters) == set("ABCD") and max(letters.values()) <= most
    longest = [
        len(texts["ABCD".index(letter)]) == max(map(len, texts))
        for item in ITEMS
        for texts, letter in zip((item.answers, item.reasons), item.right, strict=True)
    ]
    assert sum(longest) < len(longest) / 2, "the right one is the longest too often"


@each_item
def test_a_question_is_well_formed(item):
    assert len({item.about, item.misconception, item.text, item.key}) == 4
    for texts, right, tempting in zip(
        (item.answers, item.reasons), item.right, item.tempting, strict=True
    ):
        letters = "ABCD"[: len(texts)]
        assert 3 <= len(texts) <= 4 and right in letters and tempting in letters
        assert len(set(map(gains._plain, texts))) == len(texts)
        assert max(map(len, texts)) <= 2 * min(map(len, texts)) + 16
        assert not any("all of the above" in t.lower() or "none of" in t.lower() for t in texts)
    assert item.right[0] != item.tempting[0] and item.right[1] != item.tempting[1]
    words = {"logit", "token", "softmax", "top-p", "top-k", "nucleus", "theta", "entropy", "odds"}
    words |= {"perplexity", "surprisal", "tau", "distillation", "calibrated", "greedy", "tail"}
    asked = " ".join([item.text, *item.answers, *item.reasons]).lower()
    assert not words & set(re.findall(r"[\w-]+", asked))
    if "temperature" in asked:
        assert re.search(r"divide[sd] (every|all)? ?score|score is\s+divided|divides all", asked)


def test_what_the_command_writes(tmp_path, capsys):
    assert main(["concepts", "--out", str(tmp_path)]) == 0
    assert "not validated" in capsys.readouterr().out
    sheet, key = ((tmp_path / f"{n}.html").read_text("utf-8") for n in ("sheet", "key"))
    assert "not validated" in sheet and "not validated" in key
    assert sheet.count("I do not know.") == 32
    for item in ITEMS:
        assert item.text in sheet and item.key not in sheet and item.misconception not in sheet
        assert f"<b>{item.right}</b>" in key
    assert "checked" not in sheet
    root = ElementTree.parse(tmp_path / "moodle.xml").getroot()
    asked = [q for q in root if q.get("type") != "category"]
    assert [q.get("type") for q in asked] == ["multichoice"] * 32
    assert len({q.findtext("idnumber") for q in asked}) == 32
    for place, question in enumerate(asked):
        item, part = ITEMS[place // 2], place % 2
        answers = question.findall("answer")
        (found,) = [i for i, a in enumerate(answers) if a.get("fraction") == "100"]
        assert "ABCD"[found] == item.right[part]
        assert answers[-1].findtext("text") == "<p>I do not know.</p>"
        assert question.findtext("generalfeedback/text") == ""
        assert question.findtext("shuffleanswers") == "false"


# --- gains


def test_the_teachers_page_gives_the_numbers_that_there_are():
    text = " ".join((ROOT / "book" / "teachers" / "gains.md").read_text("utf-8").split())
    assert "sixteen" in text.lower() and "This test is not validated." in text
    assert f"{gains.DRAWS:,} draws" in text and f"fewer than {gains.FEW} people" in text
    assert f"all {2 * len(ITEMS)} questions into a quiz" in text
    for name in ("sheet.html", "key.html", "moodle.xml"):
        assert f"`{name}`" in text
    lines = re.findall(r"python -m classroom (\w+)", text)
    assert lines == ["concepts", "gains"]


def saved(path, people: dict[str, list[str]], head=True) -> str:
    rows = [["code", *map(str, range(1, 17))]] if head else []
    rows += [[who, *pairs] for who, pairs in people.items()]
    path.write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")
    return str(path)


def pairs(count: int, rest: str = "XX") -> list[str]:
    """So many right from the first on."""
    return [item.right if item.number <= count else rest for item in ITEMS]


def test_gains_of_a_class_that_is_known(tmp_path, capsys):
    lucky = [item.right[0] + "X" for item in ITEMS]
    before = {"ann01": pairs(4), "ben02": pairs(8), "cyd03": lucky, "dan04": pairs(1)}
    after = {"Ann01": pairs(10), "ben02": pairs(16), "cyd03": pairs(2), "eva05": pairs(3)}
    files = [saved(tmp_path / "pre.csv", before), saved(tmp_path / "post.csv", after, head=False)]
    assert main(["gains", *files]) == 0
    told = capsys.readouterr().out
    assert "3 people in all files" in told
    assert "1 of 4 in pre.csv, 1 of 4 in post.csv" in told
    # before 4, 8, 0, after 10, 16, 2: means 4 and 28/3
    assert "+5.33 questions a person.\nNormalised gain of the class: 0.44." in told
    assert re.search(r"^pre\.csv +9\.3 +4\.0$", told, re.M)  # answers: 4, 8, 16
    for row in (
        r"ann01 +4 +10 +\+6 +0\.50",
        r"ben02 +8 +16 +\+8 +1\.00",
        r"cyd03 +0 +2 +\+2 +0\.12",
    ):
        assert re.search(f"^{row}$", told, re.M)
    assert re.search(r"^1 temperature keeps the order +2 +1 +0$", told, re.M)  # of 3, and one lucky
    assert "Fewer than 20 people" in told and "95 %" not in told and "discrimination\n" not in told


def test_a_class_without_room_to_gain_and_one_sitting(tmp_path, capsys):
    file = saved(tmp_path / "a.csv", {"ann": pairs(16)})
    assert main(["gains", file, file]) == 0
    assert "no room for it" in capsys.readouterr().out
    assert main(["gains", file]) == 0
    told = capsys.readouterr().out
    assert told.startswith("1 person in a.csv.") and "Normalised" not in told


def test_a_class_of_twenty_gets_ranges_and_the_misconceptions(tmp_path, capsys):
    def people(shift):
        return {f"p{i}": pairs(min(16, i % 7 + shift), "XX") for i in range(19)} | {
            "p19": [item.tempting for item in ITEMS]
        }

    files = [saved(tmp_path / f"{n}.csv", people(n)) for n in (0, 5, 3)]
    assert main(["gains", *files]) == 0
    told = capsys.readouterr().out
    for title in ("0.csv to 5.csv: +4.75", "0.csv to 3.csv: +2.85", "5.csv to 3.csv: -1.90"):
        assert re.search(re.escape(title) + r" questions a person \(95 %: -?\d\.\d\d to", told)
    assert re.search(r"^16 softening has a useful middle +0 % +0 % +5 % +–$", told, re.M)
    assert re.search(r"^1 temperature keeps the order +80 % +0 % +5 % +0\.\d\d$", told, re.M)
    assert main(["gains", *files, "--seed", "0"]) == 0
    assert capsys.readouterr().out == told


def test_discrimination_by_hand():
    # Question 1 goes with the rest (2 of 2 people each way), question 2 against it.
    both = np.array([[1, 0, 1, 1], [1, 0, 1, 1], [0, 1, 0, 1], [0, 1, 0, 1]], bool)
    found = gains.discrimination(both)
    # rest of 1: 2, 2, 2, 2 does not vary; of 2: 3, 3, 1, 1; of 3: 2, 2, 2, 2
    assert np.isnan(found[[0, 2, 3]]).all()
    assert found[1] == pytest.approx(-1)
    rng = np.random.default_rng(0)
    both = rng.random((30, 16)) < rng.random((30, 1))
    rest = both.sum(axis=1)[:, None] - both
    expected = [np.corrcoef(both[:, i], rest[:, i])[0, 1] for i in range(16)]
    np.testing.assert_allclose(gains.discrimination(both), expected, rtol=1e-12)


def test_the_bootstrap_covers_what_it_says():
    """Of 200 classes of 30, the interval of the gain holds the true one about 95 times in 100."""
    rng = np.random.default_rng(0)
    hits = 0
    for seed in range(200):
        before = rng.binomial(16, 0.3, 30)
        after = np.minimum(16, before + rng.binomial(8, 0.5, 30))
        low, high = gains.interval(before, after, 16, seed)[0]
        hits += low <= 4 <= high
    assert 178 <= hits <= 199  # 190 expected, slightly fewer for 30 people; sd 3.1
    assert np.array_equal(
        gains.interval(before, after, 16, 7), gains.interval(before, after, 16, 7)
    )
    assert not np.array_equal(
        gains.interval(before, after, 16, 7), gains.interval(before, after, 16, 8)
    )
    (low, high), (share_low, share_high) = gains.interval([4] * 25, [10] * 25, 16)
    assert (low, high) == (6, 6) and (share_low, share_high) == (0.5, 0.5)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda row: [row[0], *row[2:]],
            "row 2: a code and 16 pairs of letters are needed, got 15",
        ),
        (
            lambda row: [row[0], "EA", *row[2:]],
            "row 2, question 1: must be a letter of ABCX and one of",
        ),
        (lambda row: [row[0], "A", *row[2:]], "got 'A'"),
        (lambda row: ["", *row[1:]], "row 2: the code is missing"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path, capsys, change, told):
    who, *marks = change(["ann", *pairs(3)])
    file = saved(tmp_path / "bad.csv", {who: marks})
    assert main(["gains", file]) == 1
    assert told in capsys.readouterr().err


def test_codes_that_collide_and_classes_that_do_not_meet(tmp_path, capsys):
    text = f"ann,{','.join(pairs(3))}\n"
    (tmp_path / "two.csv").write_text("code\n" + text + text.upper())
    assert main(["gains", str(tmp_path / "two.csv")]) == 1
    assert "row 3: 'ANN' stands in row 2 already" in capsys.readouterr().err
    files = [saved(tmp_path / f"{who}.csv", {who: pairs(3)}) for who in ("ann", "ben")]
    assert main(["gains", *files]) == 1
    assert "nobody stands in all of ann.csv, ben.csv" in capsys.readouterr().err
    (tmp_path / "empty.csv").write_text("\n")
    assert main(["gains", str(tmp_path / "empty.csv")]) == 1
    assert "is empty" in capsys.readouterr().err


def moodle_report(people: dict[str, list[str]], columns=("Response",)) -> str:
    """As Moodle's report "Responses" writes it, with the texts of the options."""
    head = ["Last name", "First name", "Email address", "State", "Grade/32.00"]
    head += [f"{name} {n}" for n in range(1, 33) for name in columns]
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(head)
    for who, marks in people.items():
        row = [who.title(), "A", f"{who}@example.org", "Finished", "1"]
        for item, pair in zip(ITEMS, marks, strict=True):
            for letter, (_, _, options) in zip(pair, item.parts, strict=True):
                said = {"Response": dict(options).get(letter, "-"), "Question": item.text}
                row += [said.get(name, options[0][1]) for name in columns]
        table.writerow(row)
    return out.getvalue()


@pytest.mark.parametrize("columns", [("Response",), ("Question", "Response", "Right answer")])
def test_moodles_responses_are_the_same_marks(tmp_path, columns):
    people = {
        "ann": pairs(5, "XX"),
        "ben": [item.tempting for item in ITEMS],
        "cyd": ["-" * 2] * 16,
    }
    (tmp_path / "m.csv").write_text(moodle_report(people, columns), "utf-8")
    found = gains.read(tmp_path / "m.csv").marks
    assert found == {f"{who}@example.org": tuple(people[who]) for who in ("ann", "ben")}


def test_a_report_of_another_quiz_is_refused(tmp_path, capsys):
    file = tmp_path / "m.csv"
    file.write_text(moodle_report({"ann": pairs(5)}).replace("Response 32", "Response 33"), "utf-8")
    assert main(["gains", str(file)]) == 1
    assert "no 32 columns of responses" in capsys.readouterr().err
    file.write_text(
        moodle_report({"ann": pairs(5)}).replace(ITEMS[1].answers[3], "7 times"), "utf-8"
    )
    assert main(["gains", str(file)]) == 1
    assert "row 2, Response 3: no option of question 2 reads '7 times'" in capsys.readouterr().err
