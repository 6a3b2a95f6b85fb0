"""The language model: a tiny one made here, and the real one against llama.cpp and transformers."""

import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from logitlab.model import DamagedModel, LanguageModel, MissingModel, load_model, transformer
from logitlab.model.gguf import Tensor, read_gguf
from tiny_gguf import CONTEXT, SPECIAL, tiny_gguf

GOLDEN = Path(__file__).parents[1] / "golden"
TOKENS = json.loads((GOLDEN / "model_tokens.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> LanguageModel:
    return load_model(tiny_gguf(tmp_path_factory.mktemp("model") / "tiny.gguf"))


@pytest.fixture(scope="module")
def real() -> LanguageModel:
    return load_model()


# ---- the tokenizer


def test_merges_are_joined_in_the_order_of_their_ranks(tiny):
    ids = tiny.encode("hello world")
    assert [tiny.tokens[i] for i in ids] == ["hello", " w", "o", "r", "l", "d"]


def test_special_tokens_are_read_by_name(tiny):
    assert tiny.encode("<|im_end|>h<|im_end") == [2, *tiny.encode("h"), *tiny.encode("<|im_end")]
    assert tiny.stop_ids == {0, 2}


def test_tokens_cover_the_vocabulary_and_differ(tiny):
    assert len(tiny.tokens) == len(set(tiny.tokens)) == len(SPECIAL) + 256 + 5
    assert "⟨E2⟩" in tiny.tokens


@given(text=st.text())
def test_encode_then_decode_gives_the_text_back(tiny, text):
    assert tiny.decode(tiny.encode(text)) == text


def test_half_a_character_decodes_to_the_replacement_character(tiny):
    ids = tiny.encode("é")
    assert len(ids) == 2
    assert tiny.decode(ids[:1]) == "\ufffd"


# ---- the forward pass


def test_logits_are_one_row_of_float32(tiny):
    logits = tiny.logits(tiny.encode("hello"))
    assert logits.shape == (len(tiny.tokens),)
    assert logits.dtype == np.float32


def test_all_positions_agree_with_every_shorter_prompt(tiny):
    ids = tiny.encode("hello world, again")
    rows = tiny.logits(ids, all_positions=True)
    assert rows.shape == (len(ids), len(tiny.tokens))
    for n in range(1, len(ids) + 1):
        np.testing.assert_allclose(rows[n - 1], tiny.logits(ids[:n]), atol=2e-5)


def test_the_order_of_the_tokens_matters(tiny):
    one, other = tiny.logits(tiny.encode("abcd")), tiny.logits(tiny.encode("bacd"))
    assert np.abs(one - other).max() > 1e-3


@pytest.mark.parametrize("sizes", [(1, 1, 1), (5, 1, 7), (40, 24)])
def test_a_session_reads_in_parts_what_logits_reads_at_once(tiny, sizes):
    ids = np.random.default_rng(4).integers(0, len(tiny.tokens), sum(sizes)).tolist()
    session, start = tiny.session(), 0
    for size in sizes:
        logits = session.read(ids[start : start + size])
        start += size
    assert session.ids == ids
    np.testing.assert_allclose(logits, tiny.logits(ids), atol=2e-5)


def test_long_prompts_are_read_in_pieces_with_the_same_result(tiny, monkeypatch):
    ids = np.random.default_rng(5).integers(0, len(tiny.tokens), CONTEXT).tolist()
    at_once = tiny.logits(ids, all_positions=True)
    monkeypatch.setattr(transformer, "_CHUNK", 7)
    np.testing.assert_allclose(tiny.logits(ids, all_positions=True), at_once, atol=2e-5)


def test_two_sessions_do_not_share_a_memory(tiny):
    one, other = tiny.session(), tiny.session()
    one.read(tiny.encode("abc"))
    np.testing.assert_array_equal(
        other.read(tiny.encode("hello")), tiny.logits(tiny.encode("hello"))
    )


# ---- bad input


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda m: m.encode(3), TypeError, "text must be text (str), got 3"),
        (lambda m: m.encode("a\ud800"), ValueError, "text must be text that UTF-8 can write"),
        (lambda m: m.chat(None), TypeError, "user must be text (str), got None"),
        (lambda m: m.chat("a", 1), TypeError, "answer must be text (str), got 1"),
        (lambda m: m.logits([]), ValueError, "ids must hold at least one token"),
        (lambda m: m.logits("hello"), TypeError, "use encode(text) first"),
        (lambda m: m.logits([0.5]), TypeError, "ids must be a sequence of whole numbers"),
        (lambda m: m.logits(7), TypeError, "ids must be a sequence of whole numbers, got 7"),
        (lambda m: m.logits([1, -1]), ValueError, "ids must be from 0 to 263, got -1"),
        (lambda m: m.logits([264]), ValueError, "ids must be from 0 to 263, got 264"),
        (lambda m: m.logits([1] * 65), ValueError, "ids must be at most 64 tokens in all, got 65"),
        (lambda m: m.decode([264]), ValueError, "ids must be from 0 to 263, got 264"),
    ],
)
def test_bad_input_is_refused_by_name(tiny, call, error, says):
    with pytest.raises(error) as caught:
        call(tiny)
    assert says in str(caught.value)


def test_an_empty_prompt_is_refused_in_one_line(tiny):
    with pytest.raises(ValueError, match="the prompt is empty") as refused:
        tiny.logits(tiny.encode(""))
    shell = InteractiveShell.instance()
    with contextlib.redirect_stdout(io.StringIO()) as shown:
        shell.showtraceback((refused.type, refused.value, refused.tb))
    assert shown.getvalue().splitlines() == [f"ValueError: {refused.value}"]


def test_a_refused_token_leaves_the_session_as_it_was(tiny):
    session = tiny.session()
    session.read([5, 6])
    with pytest.raises(ValueError, match="got 999"):
        session.read([7, 999])
    assert session.ids == [5, 6]
    np.testing.assert_allclose(session.read([7]), tiny.logits([5, 6, 7]), atol=2e-5)


# ---- the file


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(MissingModel, match=r"there is no model file .*none\.gguf"):
        load_model(tmp_path / "none.gguf")


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "text.gguf"
    path.write_text("This is not a model.")
    with pytest.raises(DamagedModel, match=r"text\.gguf is not a GGUF file"):
        load_model(path)


def test_a_file_cut_short_anywhere_is_refused(tmp_path):
    whole = tiny_gguf(tmp_path / "whole.gguf").read_bytes()
    short = tmp_path / "short.gguf"
    for size in [0, 3, 8, 20, *range(100, len(whole), 4999), len(whole) - 1]:
        short.write_bytes(whole[:size])
        with pytest.raises(DamagedModel, match=r"short\.gguf"):
            load_model(short)


def test_an_unknown_tensor_type_is_refused(tmp_path):
    with pytest.raises(DamagedModel, match="damaged"):
        load_model(tiny_gguf(tmp_path / "odd.gguf", tensor_kind=99))


def test_a_model_of_another_family_is_refused(tmp_path):
    path = tiny_gguf(tmp_path / "other.gguf", llama__block_count=None)
    with pytest.raises(DamagedModel, match=r"no Llama model: it has no 'llama.block_count'"):
        load_model(path)


def test_metadata_and_tensors_come_back_as_written(tmp_path):
    metadata, tensors = read_gguf(tiny_gguf(tmp_path / "tiny.gguf"))
    assert metadata["llama.context_length"] == CONTEXT
    assert metadata["tokenizer.ggml.tokens"][:3] == SPECIAL
    assert tensors["blk.1.ffn_down.weight"].unpack().shape == (32, 64)


def test_q4_1_is_scale_times_number_plus_minimum():
    numbers = np.arange(32) % 16
    packed = (numbers[:16] | numbers[16:] << 4).astype(np.uint8)
    block = np.array([0.5, -2.0], "<f2").tobytes() + packed.tobytes()
    tensor = Tensor((1, 32), 3, np.frombuffer(block * 2, np.uint8)[:20])
    np.testing.assert_array_equal(tensor.unpack(), [numbers * 0.5 - 2])


def test_q8_0_is_scale_times_number():
    numbers = np.arange(-16, 16).astype(np.int8)
    block = np.array([0.25], "<f2").tobytes() + numbers.tobytes()
    tensor = Tensor((32,), 8, np.frombuffer(block, np.uint8))
    np.testing.assert_array_equal(tensor.unpack(), numbers * 0.25)


# ---- the real model


@pytest.mark.needs("model")
@pytest.mark.parametrize(("text", "ids"), TOKENS["prompts"] + TOKENS["strings"])
def test_the_tokenizer_gives_the_ids_of_llama_cpp(real, text, ids):
    assert real.encode(text) == ids


# The bytes that the vocabulary has no token for: some controls, and the first byte of the
# characters from U+40000 on.
@pytest.mark.needs("model")
@given(
    text=st.text(
        st.characters(
            codec="utf-8", max_codepoint=0x3FFFF, exclude_characters="\x04\x06\x13\x14\x16\x1d"
        )
    )
)
def test_real_encode_then_decode_gives_the_text_back(real, text):
    assert real.decode(real.encode(text)) == text


@pytest.mark.needs("model")
def test_real_tokens_differ_and_can_be_printed(real):
    assert len(real.tokens) == len(set(real.tokens)) == 49152
    "".join(real.tokens).encode("utf-8")


@pytest.mark.needs("model")
@pytest.mark.parametrize("row", range(len(TOKENS["prompts"])))
def test_logits_are_those_of_transformers(real, row):
    _, ids = TOKENS["prompts"][row]
    with np.load(GOLDEN / "model_logits.npz") as golden:
        kept, expected = golden["ids"][row], golden["logits"][row]
    logits = real.logits(ids)
    np.testing.assert_allclose(logits[kept], expected, rtol=0, atol=1e-3)
    assert logits.argsort()[::-1][:10].tolist() == kept[:10].tolist()


@pytest.mark.needs("model")
def test_the_chat_form_is_that_of_the_recorded_prompt(real):
    text = real.chat("What is the capital of Australia?", "The capital of Australia is")
    assert text == TOKENS["prompts"][2][0]


@pytest.mark.needs("model")
def test_weights_are_float32_and_contiguous(real):
    # NumPy multiplies float16 some 25 times slower, and has to copy what is not contiguous.
    network = real._transformer
    weights = [network.embedding, network.final_norm, *(w for b in network.blocks for w in b)]
    assert all(w.dtype == np.float32 and w.flags.c_contiguous for w in weights)
    assert sum(w.size for w in weights) == 134_515_008
