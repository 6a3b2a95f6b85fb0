"""The model in JavaScript against the one in NumPy, and its tokenizer against llama.cpp's ids."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from coursebook import npm
from coursebook.pagemodel import assets
from logitlab import load_model
from logitlab.model import model_path

pytestmark = pytest.mark.needs("node", "model")

GOLDEN = Path(__file__).parents[1] / "golden" / "model_tokens.json"
TOKENS = json.loads(GOLDEN.read_text(encoding="utf-8"))
PROMPTS = [
    "The capital of Australia is",
    "Once upon a time",
    "def mean(values):\n    return",
    "1, 2, 3, 4, 5,",
]
SCRIPT = """
import { readFileSync, writeFileSync } from "node:fs";
const [folder, kernel, file, asked, answer] = process.argv.slice(2);
const { readGguf } = await import(`${folder}/gguf.js`);
const { Tokenizer } = await import(`${folder}/tokenizer.js`);
const { reserve, Transformer } = await import(`${folder}/transformer.js`);
const bytes = readFileSync(file);
const place = reserve(bytes.length);
new Uint8Array(place.memory.buffer, place.start).set(bytes);
const contents = readGguf(place.memory.buffer, place.start);
const tokenizer = new Tokenizer(contents.metadata);
const model = new Transformer(readFileSync(kernel), place, contents);
const { strings, prompts } = JSON.parse(readFileSync(asked));
const after = (ids) => ids.map((id) => [...model.read(id)]).at(-1);
const logits = prompts.map((prompt) => {
  model.keep(0);
  return after(tokenizer.encode(prompt));
});
// What was read is remembered up to where two texts part.
const [first] = prompts.map((prompt) => tokenizer.encode(prompt));
model.keep(0);
after([...first, 0, 1, 2]);
model.keep(first.length - 1);
const again = after(first.slice(-1));
const ids = strings.map((text) => tokenizer.encode(text));
const told = { ids, logits, again, vocabulary: tokenizer.vocabulary() };
writeFileSync(answer, JSON.stringify(told));
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict:
    npm.install()
    folder = tmp_path_factory.mktemp("engine")
    kernel, script = folder / "kernel.wasm", folder / "script.mjs"
    assets.assemble(kernel)
    # Outside of the package the modules need a name that says they are modules.
    (folder / "package.json").write_text('{"type": "module"}')
    for path in assets.BROWSER.glob("*.js"):
        (folder / path.name).write_bytes(path.read_bytes())
    script.write_text(SCRIPT)
    asked, answer = folder / "asked.json", folder / "answer.json"
    strings = [text for text, _ in [*TOKENS["prompts"], *TOKENS["strings"]]]
    asked.write_text(json.dumps({"strings": strings, "prompts": PROMPTS}))
    command = [npm.find_node(), script, folder.as_uri(), kernel, model_path(), asked, answer]
    subprocess.run([*map(str, command)], check=True)
    return json.loads(answer.read_text())


@pytest.fixture(scope="module")
def real():
    return load_model()


def test_text_is_cut_into_the_tokens_of_llama_cpp(told):
    assert told["ids"] == [ids for _, ids in [*TOKENS["prompts"], *TOKENS["strings"]]]


def test_the_vocabulary_is_written_as_the_library_writes_it(told, real):
    assert told["vocabulary"] == real.tokens


@pytest.mark.parametrize("number", range(len(PROMPTS)), ids=PROMPTS)
def test_all_logits_are_those_of_numpy(told, real, number):
    expected = real.logits(real.encode(PROMPTS[number]))
    found = np.array(told["logits"][number])
    assert found.shape == expected.shape == (49_152,)
    # Two orders of summing 32-bit numbers; probabilities then agree to a part in a thousand.
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-3)
    assert found.argmax() == expected.argmax()


def test_what_was_read_beyond_a_common_beginning_is_forgotten(told):
    assert told["again"] == told["logits"][0]
