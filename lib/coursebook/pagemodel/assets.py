"""Writes what the page needs to run the model; the model itself where the builder wants it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

from logitlab.model import CHAT, files

from coursebook import npm
from coursebook.pagepython.assets import digest, put

BROWSER = Path(__file__).parent / "browser"
LICENCE = """\
{name}: the language model SmolLM2-135M-Instruct, weights rounded to 4 bits.
Made by Hugging Face, https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct
Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0
"""
ASSEMBLE = """
const { readFileSync, writeFileSync } = require("node:fs");
const [source, target] = process.argv.slice(1);
require("wabt")().then((wabt) => {
  const module = wabt.parseWat(source, readFileSync(source, "utf8"), { simd: true });
  module.validate();
  writeFileSync(target, module.toBinary({}).buffer);
});
"""


def sources() -> list[Path]:
    """The files that a change of the page's model is a change of."""
    return [path for path in sorted(BROWSER.iterdir()) if path.is_file()]


def wanted() -> bool:
    """Whether the builder asks for the model in the book: BOOK_MODEL=1."""
    return os.environ.get("BOOK_MODEL", "0") == "1"


def bring(folder: Path) -> None:
    """
    Fill the folder with the page's script, style, worker and products, and the model if wanted.

    Raises
    ------
    logitlab.model.MissingModel, logitlab.model.DamagedModel
        If the model is wanted and not there, or not the one that the library fetches.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    options = "--minify", "--format=iife"
    for name in ("worker.js", "prompt.js"):
        npm.bundle(BROWSER / name, folder / name, *options)
    assemble(folder / "kernel.wasm")
    names = {"model": None, "chat": CHAT.replace("{answer}", "")}
    for key, name in (("worker", "worker.js"), ("kernel", "kernel.wasm")):
        names[key] = put(folder, folder / name)["name"]
        (folder / name).unlink()
    shutil.copy(BROWSER / "prompt.css", folder)
    if wanted():
        path = files.model_path()
        files.check(path)
        if digest(path) != files.GGUF_SHA256:
            raise files.DamagedModel(f"the language model at {path} is damaged: fetch it again")
        names["model"] = put(folder, path) | {"sha256": files.GGUF_SHA256}
        text = LICENCE.format(name=names["model"]["name"])
        (folder / "licence-of-the-model.txt").write_text(text, encoding="utf-8")
    (folder / "names.json").write_text(json.dumps(names), encoding="utf-8")


def assemble(target: Path) -> None:
    """Write the binary form of kernel.wat to `target`; npm's packages must be installed."""
    command = [npm.find_node(), "-e", ASSEMBLE, BROWSER / "kernel.wat", target]
    packages = {**os.environ, "NODE_PATH": str(npm.MODULES)}
    subprocess.run([*map(str, command)], env=packages, check=True)
