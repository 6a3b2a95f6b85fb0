"""Writes what a page needs to run the model."""

import os
import subprocess
from pathlib import Path

from coursebook import npm

BROWSER = Path(__file__).parent / "browser"
ASSEMBLE = """
const { readFileSync, writeFileSync } = require("node:fs");
const [source, target] = process.argv.slice(1);
require("wabt")().then((wabt) => {
  const module = wabt.parseWat(source, readFileSync(source, "utf8"), { simd: true });
  module.validate();
  writeFileSync(target, module.toBinary({}).buffer);
});
"""


def assemble(target: Path) -> None:
    """Write the binary form of kernel.wat to `target`; npm's packages must be installed."""
    command = [npm.find_node(), "-e", ASSEMBLE, BROWSER / "kernel.wat", target]
    packages = {**os.environ, "NODE_PATH": str(npm.MODULES)}
    subprocess.run([*map(str, command)], env=packages, check=True)
