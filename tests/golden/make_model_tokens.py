"""Record the token ids that llama.cpp gives to tricky texts, for tests/unit/test_model.py.

Needs llama-cpp-python, which the project does not depend on:

    python tests/golden/make_model_tokens.py MODEL.gguf

MODEL.gguf is the file that ``python -m logitlab.model where`` names. Writes model_tokens.json.
"""

import json
import random
import sys
from pathlib import Path

OUT = Path(__file__).with_name("model_tokens.json")

# make_model_logits.py runs the model on these.
PROMPTS = [
    "Once upon a time",
    "The capital of Australia is",
    "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face"
    "<|im_end|>\n<|im_start|>user\nWhat is the capital of Australia?<|im_end|>\n"
    "<|im_start|>assistant\nThe capital of Australia is",
    "My name is",
    "2 + 2 = ",
    "def mean(xs):\n\t# caf\u00e9 \U0001f600\n    return sum(xs) / len(xs)\n\n",
    # Longer than one piece of a prompt.
    " ".join(f"On day {i} the cat sat on mat {i * 7 % 10}." for i in range(24)) + " On day",
]
STRINGS = [
    "a",
    " ",
    "  ",
    "\n",
    "\n\n\n a",
    "\t\tx = 1\r\n",
    "trailing space ",
    " \n \t mixed  white\u00a0space\u3000here\u2028",
    "2024-11-22 12345 1,000.50",
    " 7 7  7",
    "\u00b2\u00b3 \u00bd \u2167 \u0663\u0664 \u096a \U0001d7d8",
    "it's we're I'll I'LL they'd've 'tis 's",
    "it\u2019s",
    "don't123can't",
    "snake_case camelCase __init__",
    "!!! ??? ... --- /// ((()))",
    "na\u00efve fa\u00e7ade \u00c5ngstr\u00f6m stra\u00dfe",
    "e\u0301 a\u0308\u0323 \u0301 Z\u0351\u036b\u0343",
    "\u0065\u0301 \u00e9",
    "\U0001f600",
    "\U0001f44d\U0001f3fd ok \U0001f1eb\U0001f1f7",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\u2764\ufe0f \u2603",
    "\u4f60\u597d\uff0c\u4e16\u754c\u3002123",
    "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8",
    "\ud55c\uad6d\uc5b4 \ubb38\uc7a5",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 \u0661\u0662",
    "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
    "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e",
    "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "zero\u200bwidth \u200d \ufeff\u2060",
    "\U00010348\U0001d49c\U00020000\U0001e900",
    "\x01\x07\x1b[0m\x7f",
    # Bytes and characters the vocabulary has no token for.
    "a\x04b\x13c\U00040000d\U0010ffff",
    "<|im_start|>user\nHi<|im_end|>\n",
    "<|endoftext|>",
    "x<|im_end|><|im_end|> y",
    "<|im_start|",
    "<repo_name>a<file_sep>b",
    "\u2028\u0085\x1c\x1d word",
    "www.example/a?b=c&d=1#e",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
]


def scrambled(count: int) -> list[str]:
    """Return texts that no human would write: the above, cut up and mixed."""
    draw = random.Random(3)
    characters = "".join(STRINGS) + " '\n 0a" * 20
    return ["".join(draw.choices(characters, k=draw.randint(1, 30))) for _ in range(count)]


def main(model_file: str) -> None:
    """Encode and write."""
    import llama_cpp  # here, so that collecting doctests does not need it

    model = llama_cpp.Llama(model_file, vocab_only=True, verbose=False)

    def encode(text: str) -> list[int]:
        return model.tokenize(text.encode(), add_bos=False, special=True)

    golden = {
        "made_with": f"llama.cpp, by llama-cpp-python {llama_cpp.__version__}",
        "prompts": [[text, encode(text)] for text in PROMPTS],
        "strings": [[text, encode(text)] for text in STRINGS + scrambled(100)],
    }
    lines = [f'"made_with": {json.dumps(golden["made_with"])}']
    for key in ("prompts", "strings"):
        rows = ",\n".join(json.dumps(row) for row in golden[key])
        lines.append(f'"{key}": [\n{rows}\n]')
    OUT.write_text("{" + ",\n".join(lines) + "}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
