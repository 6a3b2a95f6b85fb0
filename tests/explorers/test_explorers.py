"""The Python side of the explorers: what is refused, what travels, what shows without a page."""

import base64
import json

import ipywidgets as widgets
import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances
from logitlab.explorers import (
    Goal,
    curve_explorer,
    distribution_explorer,
    nucleus_explorer,
    predict,
    quiz,
    stages_explorer,
    surprises,
)
from logitlab.explorers._shared import Vocabulary, module, style
from matplotlib.figure import Figure

TOKENS = ["approve", "reject", " maybe\n"]
LOGITS = [2.2, 1.8, 1.4]
KNOBS = ("temperature", "top_k", "top_p", "min_p", "repetition_penalty")
VIEWS = (
    *("distribution", "curve", "nucleus", "stages", "prediction", "surprises", "text"),
    *("teacher", "bias"),
)
ORDERS = {"one": ["temperature", "top_p"], "other": ["top_p", "temperature"]}


def large(n=49_152):
    rng = np.random.default_rng(3)
    return [f" t{i}" for i in range(n)], rng.normal(-14, 3, n).astype(np.float32)


def sliders(box):
    return [
        child
        for child in box.children
        if isinstance(child, widgets.FloatSlider | widgets.IntSlider)
    ]


def png_size(box):
    data, metadata = box._repr_mimebundle_()
    assert metadata["image/png"]["alt"] == data["text/plain"]
    picture = base64.b64decode(data["image/png"])
    assert picture.startswith(b"\x89PNG")
    return len(picture)


def links_of(box):
    """(slider, trait of the view) of every link that the page will know."""
    view = box.children[-1]
    links = [w for w in _instances.values() if isinstance(w, widgets.widget_link.Link)]
    return {
        (link.source[0], link.target[1])
        for link in links
        if link.target[0] is view and link.source[1] == "value"
    }


def test_every_slider_is_linked_in_the_page_to_its_own_trait():
    box = distribution_explorer(TOKENS, LOGITS, knobs=KNOBS, history=[1])
    assert links_of(box) == set(zip(sliders(box), KNOBS, strict=True))
    curve = curve_explorer(TOKENS, LOGITS)
    assert links_of(curve) == {(curve.children[0], "temperature")}
    both = ("temperature", "top_p")
    for two in (nucleus_explorer(TOKENS, LOGITS, knobs=both), stages()):
        assert links_of(two) == set(zip(sliders(two), both, strict=True))


def test_a_slider_starts_where_its_trait_does():
    starts = {"top_p": 0.9, "temperature": 0.7}
    box = distribution_explorer(TOKENS, LOGITS, knobs=starts)
    view = box.children[-1]
    assert [s.value for s in sliders(box)] == [0.7, 0.9] == [view.temperature, view.top_p]
    assert view.knobs == ["temperature", "top_p"]
    only = distribution_explorer(TOKENS, LOGITS, knobs=["top_p"], temperature=0.5)
    assert only.children[-1].temperature == 0.5


def test_only_shown_tokens_travel_and_as_a_reader_sees_them():
    tokens, logits = large()
    view = distribution_explorer(tokens, logits, bars=7).children[-1]
    best = np.argsort(-logits)[:7]
    assert view.labels == [f"␣t{i}" for i in best]
    assert distribution_explorer(TOKENS, LOGITS).children[-1].labels[2] == "␣maybe↵"


def test_a_small_vocabulary_keeps_its_colours_and_a_large_one_is_coloured_by_rank():
    reverse = distribution_explorer(TOKENS, LOGITS[::-1]).children[-1]
    assert reverse.labels[0] == "␣maybe↵"
    assert reverse.hues == [2, 1, 0]
    assert distribution_explorer(*large(), bars=10).children[-1].hues == [
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        8,
    ]


def test_entries_stand_for_the_whole_vocabulary_in_falling_order():
    tokens, logits = large()
    logits[100:200] = -np.inf
    vocabulary = Vocabulary.of(tokens, logits, alone=[5, 150])
    assert vocabulary.counts.sum() == len(tokens)
    assert (np.diff(vocabulary.logits[np.isfinite(vocabulary.logits)]) <= 0).all()
    assert vocabulary.logits[vocabulary.entry_of[5]] == logits[5]
    assert vocabulary.counts[~np.isfinite(vocabulary.logits)].sum() == 100
    best = np.argsort(-logits, kind="stable")[:512]
    assert [vocabulary.entry_of[i] for i in best] == list(range(512))


def test_rounding_never_lets_the_tail_overtake_the_head():
    tokens, _ = large()
    logits = np.random.default_rng(0).normal(0, 1e-6, len(tokens)) - 3
    vocabulary = Vocabulary.of(tokens, logits)
    assert (vocabulary.counts[:512] == 1).all()
    np.testing.assert_array_equal(vocabulary.logits[:512], np.sort(logits)[::-1][:512])


def test_the_saved_state_is_plain_json_and_small():
    """A lesson has about ten explorers and thirty questions and must stay under 3 MB."""
    tokens, logits = large(151_936)
    limits = [
        (distribution_explorer(TOKENS, LOGITS), 22_000),
        (distribution_explorer(tokens, logits), 75_000),
        (curve_explorer(tokens, logits), 75_000),
        (nucleus_explorer(tokens, logits), 75_000),
        (stages(tokens, logits), 75_000),
    ]
    for box, limit in limits:
        assert box.get_state()["_model_module"] == "@jupyter-widgets/controls"
        assert box.get_state()["_model_name"] == "VBoxModel"
        state = box.children[-1].get_state()
        raw = sum(len(v) for v in state.values() if isinstance(v, bytes))
        text = json.dumps({k: v for k, v in state.items() if not isinstance(v, bytes)})
        assert len(text) + raw * 4 / 3 < limit
        assert png_size(box) <= 40_000
    question = predict("a", "b?", 1).get_state()
    question.pop("figure")
    assert len(json.dumps(question)) < 10_500


@pytest.mark.parametrize("name", VIEWS)
def test_a_module_is_self_contained(name):
    text = module(name)
    assert "import " not in text
    assert text.count("export ") == 1
    assert text.rstrip().endswith("export default { render };")
    assert len(text.encode()) < 16_500
    text = text.replace("http://www.w3.org/2000/svg", "") + style("drawing", "question")
    assert "http" not in text


def test_without_a_page_an_explorer_is_a_picture_and_a_sentence():
    data, _ = distribution_explorer(TOKENS, [2.2, 1.8, 1.4], title="Ten")._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == (
        "Ten. Most likely of 3 tokens is approve: at T = 0.33 72.1 %, 1.07 bits of entropy; "
        "at T = 1 47.2 %, 1.51 bits of entropy; at T = 3 37.9 %, 1.58 bits of entropy."
    )
    cut = distribution_explorer(TOKENS, [2.2, 1.8, 1.4], knobs={"temperature": 2.0, "top_p": 0.9})
    assert cut._repr_mimebundle_()[0]["text/plain"].endswith(
        "at p = 0.5 55.0 %, 2 kept; at p = 0.9 40.2 %, 3 kept; at p = 1 40.2 %, 3 kept."
    )
    curve = curve_explorer(TOKENS, LOGITS, measures=("entropy", "perplexity", "top", "p:reject"))
    assert png_size(curve) <= 40_000
    assert "P(reject) from 0.03 % to 33.3 %" in curve._repr_mimebundle_()[0]["text/plain"]


def test_the_picture_is_the_same_every_time():
    first, second = (
        distribution_explorer(*large())._repr_mimebundle_()[0]["image/png"] for _ in range(2)
    )
    assert first == second


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("prompt", ["从前有一个", "كان يا ما كان", "Жил-был", "😀 ✓", "एक बार"])
def test_a_prompt_in_any_script_is_shown_without_a_warning(prompt):
    logits = np.linspace(2, 0, len(prompt))
    for explorer in (distribution_explorer, nucleus_explorer, curve_explorer):
        data, _ = explorer(list(prompt), logits, title=prompt)._repr_mimebundle_()
        assert data["text/plain"].startswith(prompt)


def test_a_question_without_a_page_does_not_give_its_answer_away():
    question = predict("x", "How many?", 4711, explain="It is 4711.")
    (data, _) = question._repr_mimebundle_()
    assert data["text/plain"] == "How many?"
    pair = quiz(
        [question, {"id": "y", "question": "Right?", "answer": "no", "choices": ["no", "yes"]}]
    )
    data = pair._repr_mimebundle_()
    assert data["text/plain"] == "How many?\nRight? (no, yes)"


def test_a_figure_travels_with_its_alternative():
    figure = Figure()
    figure.subplots().plot([1, 2])
    question = predict("x", "How many?", 1, figure=(figure, "a line"))
    assert question.figure.startswith(b"\x89PNG")
    assert question.alt == "a line"


def test_surprises_lists_what_was_asked():
    predict("s-a", "A?", 1, unit="%", tolerance=2)
    quiz([predict("s-b", "B?", "no", choices=["no", "yes"])])
    predict("other-c", "C?", 3)
    assert surprises("s-").items == [
        {"name": "s-a", "text": "A?", "answer": 1.0, "unit": "%", "tolerance": 2.0},
        {"name": "s-b", "text": "B?", "answer": "no", "unit": "", "tolerance": 0.0},
    ]


def stages(tokens=TOKENS, logits=LOGITS, lanes=ORDERS, **kwargs):
    return stages_explorer(
        tokens, logits, lanes, **({"knobs": {"temperature": 2.0, "top_p": 0.7}} | kwargs)
    )


def nucleus(**kwargs):
    return nucleus_explorer(TOKENS, LOGITS, **kwargs)


def test_without_a_page_the_new_explorers_say_what_they_keep():
    words = nucleus(knobs={"top_p": 0.7})._repr_mimebundle_()[0]["text/plain"]
    assert words == (
        "The nucleus. At T = 1 and p = 0.7 the nucleus holds 2 of 3 tokens, "
        "with 78.8 % of the mass."
    )
    words = stages()._repr_mimebundle_()[0]["text/plain"]
    assert words == (
        "Stage by stage. Of 3 tokens, one: temperature 2 leaves 3, then top_p 0.7 leaves 2; "
        "other: top_p 0.7 leaves 2, then temperature 2 leaves 2."
    )


def test_where_the_nucleus_starts():
    assert nucleus().children[-1].top_p == 0.9
    view = nucleus(knobs={"temperature": 0.5, "top_p": 0.3}).children[-1]
    assert (view.temperature, view.top_p, view.knobs) == (0.5, 0.3, ["temperature", "top_p"])


def explore(**kwargs):
    return distribution_explorer(**({"tokens": TOKENS, "logits": LOGITS} | kwargs))


def curve(**kwargs):
    return curve_explorer(TOKENS, LOGITS, **kwargs)


def ask(**kwargs):
    return predict(**({"id": "a", "question": "b", "answer": 1} | kwargs))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: explore(logits=[1, 2]), "one length, got 3 tokens and 2 logits"),
        (lambda: explore(logits=[[1, 2], [3]]), "logits must be an array .* rows differ in length"),
        (lambda: explore(logits=[[1.0, 2.0, 3.0]]), r"logits must be one row.*\(1, 3\)"),
        (lambda: explore(logits=["a", "b", "c"]), "logits must be real numbers"),
        (lambda: explore(logits=[1, np.nan, 2]), r"got nan at index \[1\]"),
        (lambda: explore(logits=[1, 2, np.inf]), r"got inf at index \[2\]"),
        (lambda: explore(logits=[-np.inf] * 3), "got only -inf"),
        (lambda: explore(logits=[1, 2, 1e307]), "at most 1e300.*1e.307"),
        (lambda: explore(tokens="abc"), "tokens must be a list of texts, got 'abc'"),
        (lambda: explore(tokens=[]), "tokens must be a list of texts"),
        (lambda: explore(tokens=[1, 2, 3]), "tokens must be a list of texts"),
        (lambda: explore(temperature=0), "temperature must be a number from 0.05 to 5, got 0"),
        (lambda: explore(temperature="1"), "temperature must be a number from 0.05 to 5, got '1'"),
        (lambda: explore(temperature_range=(0, 2)), r"temperature_range must have.*\(0, 2\)"),
        (lambda: explore(temperature_range=(2, 1)), r"temperature_range must have.*\(2, 1\)"),
        (lambda: explore(temperature_range=3), "temperature_range must be two numbers, got 3"),
        (lambda: explore(knobs=["top_q"]), "knobs must be among temperature.*got 'top_q'"),
        (lambda: explore(knobs="top_p"), "knobs must be a list of names, got 'top_p'"),
        (lambda: explore(knobs=[]), "knobs must be a list"),
        (lambda: explore(knobs={"top_p": 2}), "top_p must be a number from 0 to 1, got 2"),
        (
            lambda: explore(knobs={"top_k": 1.5}),
            "top_k must be a whole number .*got 1.5",
        ),
        (lambda: explore(knobs=["repetition_penalty"]), "history must hold the ids"),
        (lambda: explore(history=[3]), "history must hold ids from 0 to 2, got 3"),
        (lambda: explore(history=[-1]), "history must hold ids from 0 to 2, got -1"),
        (lambda: explore(history=[0.5]), "history must be a list of token ids"),
        (lambda: explore(bars=0), "bars must be a whole number from 1 to 512, got 0"),
        (lambda: explore(bars=2.0), "bars must be a whole number from 1 to 512, got 2.0"),
        (lambda: explore(goal="entropy"), "goal must be a Goal or None, got 'entropy'"),
        (lambda: explore(goal=Goal("x", "cross", 1, 1)), "measure must be one of.*'cross'"),
        (lambda: explore(goal=Goal("x", 3, 1, 1)), "measure must be one of.*got 3"),
        (lambda: explore(goal=Goal("x", "p:maybe", 1, 1)), "tokens has no 'maybe'"),
        (lambda: Goal("", "entropy", 1, 1), "text must say"),
        (lambda: Goal("x", "entropy", np.nan, 1), "target must be a finite number, got nan"),
        (lambda: Goal("x", "entropy", 1, -1), "tolerance must be a number >= 0, got -1"),
        (lambda: curve(measures="entropy"), "measures must be a list of names, got 'entropy'"),
        (lambda: curve(measures=["kept"]), "measure must be one of.*got 'kept'"),
        (lambda: curve(measures=["p:nobody"]), "tokens has no 'nobody'"),
        (lambda: curve(goal=Goal("x", "kept", 1, 1)), "measure must be one of.*got 'kept'"),
        (lambda: curve(temperature=9), "temperature must be a number from 0.05 to 5, got 9"),
        (lambda: nucleus(knobs=["temperature"]), "knobs must hold top_p"),
        (lambda: nucleus(knobs=["top_k"]), "knobs must be among temperature, top_p, got 'top_k'"),
        (lambda: nucleus(knobs={"top_p": 1.5}), "top_p must be a number from 0 to 1, got 1.5"),
        (lambda: nucleus(goal=Goal("x", "difference", 1, 0)), "measure must be one of.*top_p"),
        (lambda: stages(lanes={}), "lanes must hold one or two orders"),
        (lambda: stages(lanes=["temperature"]), "lanes must hold one or two orders"),
        (lambda: stages(lanes={"a": ["top_p"]}), "lanes must list temperature, top_p once each"),
        (lambda: stages(lanes={"a": "top_p"}), "lanes must list temperature, top_p once each"),
        (lambda: stages(knobs=["top_p"]), "knobs must say where each starts"),
        (lambda: stages(knobs={"repetition_penalty": 1.0}), "knobs must be among temperature"),
        (
            lambda: stages(
                lanes={"a": ["temperature", "top_p"]}, goal=Goal("x", "difference", 1, 0)
            ),
            "'difference' compares two lanes, got one",
        ),
        (lambda: ask(id=""), "id must be text, got ''"),
        (lambda: ask(question=None), "question must be text, got None"),
        (lambda: ask(answer="1"), "answer must be a number.*'1'"),
        (lambda: ask(answer=np.nan), "answer must be a number.*nan"),
        (lambda: ask(answer="c", choices=["a", "b"]), "answer must be one of a, b, got 'c'"),
        (lambda: ask(answer="a", choices=["a"]), "choices must be two or more"),
        (lambda: ask(answer="a", choices=["a", "a"]), "choices must be two or more"),
        (lambda: ask(answer="a", choices="ab"), "choices must be two or more"),
        (lambda: ask(tolerance=-1), "tolerance must be a number >= 0, got -1"),
        (lambda: ask(unit=3), "unit must be text, got 3"),
        (lambda: ask(figure="f.png"), "figure must be .*'f.png'"),
        (lambda: ask(figure=(Figure(), "")), "figure must come with an alt text, got ''"),
        (lambda: quiz([]), "items must hold a prediction"),
        (lambda: quiz([3]), "items must be predictions or mappings, got 3"),
        (lambda: quiz([ask(), ask()]), "different ids, got 'a' twice"),
        (lambda: surprises("nothing-"), "prefix must begin the id of a question .*'nothing-'"),
        (lambda: surprises(1), "prefix must be text, got 1"),
    ],
)
def test_bad_input_is_refused_in_one_sentence_that_names_it(call, words):
    with pytest.raises((ValueError, TypeError), match=words) as error:
        call()
    assert "\n" not in str(error.value)


def test_two_tokens_that_read_alike_cannot_be_measured():
    with pytest.raises(ValueError, match="2 tokens read 'a'"):
        curve_explorer(["a", "a"], [1, 2], measures=["p:a"])
    with pytest.raises(ValueError, match="did you mean 'p: a'"):
        curve_explorer([" a", "b"], [1, 2], measures=["p:a"])


def test_arrays_do_as_well_as_lists():
    box = distribution_explorer(
        np.array(TOKENS), np.array(LOGITS, dtype=np.float16), bars=np.int64(2)
    )
    assert box.children[-1].labels == ["approve", "reject"]
    assert distribution_explorer(
        TOKENS, LOGITS, knobs=["repetition_penalty"], history=np.array([2, 0, 2])
    ).children[-1].seen == [2, 0]
