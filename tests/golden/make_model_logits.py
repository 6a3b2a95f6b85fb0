"""Record logits of the course's model as transformers computes them, for tests/unit/test_model.py.

Needs torch, transformers, accelerate and gguf, which the project does not depend on:

    python tests/golden/make_model_logits.py MODEL.gguf

MODEL.gguf is the file that ``python -m logitlab.model where`` names. transformers unpacks the
same 4-bit weights to float32. Run make_model_tokens.py first: the prompts go in as its ids,
because transformers' own tokenizer for this file drops the rule that splits digits. Writes
model_logits.npz.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def main(model_file: Path) -> None:
    """Keep the 50 largest and 300 random logits after each prompt."""
    import torch  # both here, so that collecting doctests does not need them
    import transformers

    model = transformers.AutoModelForCausalLM.from_pretrained(
        model_file.parent, gguf_file=model_file.name, dtype=torch.float32
    )
    prompts = json.loads((HERE / "model_tokens.json").read_text(encoding="utf-8"))["prompts"]
    rng = np.random.default_rng(2)
    kept, values = [], []
    for _, ids in prompts:
        with torch.no_grad():
            logits = model(torch.tensor([ids])).logits[0, -1].numpy()
        top = np.argsort(-logits)[:50]
        others = rng.choice(np.setdiff1d(np.arange(len(logits)), top), 300, replace=False)
        kept.append(np.concatenate([top, np.sort(others)]))
        values.append(logits[kept[-1]])
    packages = ("transformers", "torch", "accelerate", "gguf", "numpy")
    np.savez_compressed(
        HERE / "model_logits.npz",
        made_with=np.array(", ".join(f"{name} {version(name)}" for name in packages)),
        ids=np.array(kept, np.uint16),
        logits=np.array(values, np.float32),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
