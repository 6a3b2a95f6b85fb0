"""The other runtime behind the same four functions; NumPy has no wheel for it in a registry yet."""

import itertools
import json
import subprocess
import sys

import pytest
from coursebook import npm
from coursebook.pagepython import wasm

pytestmark = pytest.mark.needs("node")

SCRIPT = """
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import * as python from ADAPTER;
const url = pathToFileURL(process.argv[2] + "/pyodide.mjs").href;
const image = await python.load({ pyodide: { url } });
const files = { "course/kernel.py": readFileSync(process.argv[3]) };
const messages = [];
const running = await python.start(image, files, (message) => messages.push(message));
python.run(running, "import sys; sys.path.insert(0, '/course')");
python.run(running, python.CONNECT);
python.run(running, "import kernel; kernel.run('print(1)\\\\n6 * 7', 1); kernel.run('1 / 0', 2)");
console.log(JSON.stringify({ messages, same: python.freeze(running) === image }));
"""


def test_pyodides_core_runs_a_cell_behind_the_same_functions(tmp_path):
    npm.install(tests=True)
    adapter = (wasm.BROWSER / "python-pyodide.js").as_uri()
    script = tmp_path / "script.mjs"
    script.write_text(SCRIPT.replace("ADAPTER", json.dumps(adapter)))
    folder, kernel = npm.MODULES / "pyodide", wasm.BROWSER / "kernel.py"
    command = [npm.find_node(carried=True), script, folder, kernel]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    messages = told["messages"]
    kinds = [kind for kind, _ in itertools.groupby(message["type"] for message in messages)]
    assert kinds == ["stream", "result", "done", "error", "done"]
    assert next(m["text"] for m in messages if m["type"] == "result") == "42"
    assert messages[-2]["text"].endswith("ZeroDivisionError: division by zero")
    assert told["same"]


@pytest.mark.xfail(reason="NumPy has no wheel for Pyodide on PyPI", strict=False)
def test_numpy_has_a_wheel_for_pyodide(tmp_path):
    lock = json.loads((npm.MODULES / "pyodide" / "pyodide-lock.json").read_text())["info"]
    version, platform = (
        lock["python"].rsplit(".", 1)[0],
        f"pyemscripten_{lock['abi_version']}_wasm32",
    )
    command = [sys.executable, "-m", "pip", "download", "numpy", "--no-deps", "--quiet"]
    command += ["--only-binary=:all:", f"--platform={platform}", f"--python-version={version}"]
    found = subprocess.run([*command, f"--dest={tmp_path}"], capture_output=True, text=True)
    assert found.returncode == 0, "then pages could run on Pyodide: see assets.py"
