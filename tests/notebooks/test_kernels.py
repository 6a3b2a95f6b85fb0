"""``make kernels``: the settings do what they say, and the committed list has them all."""

import json
import subprocess
import sys

import kernels
import pytest

NATIVE = kernels.probe(kernels.Setting("native"))
LIST = json.loads(kernels.RECORD.read_text("utf-8"))
BY_NAME = {setting.name: setting for setting in kernels.SETTINGS}


@pytest.mark.parametrize("machine", LIST, ids=lambda machine: machine["processor"])
def test_the_list_says_of_every_setting_how_it_ended(machine):
    assert [entry["asked"] for entry in machine["runs"]] == list(BY_NAME)
    for entry in machine["runs"]:
        ran = entry["result"] == kernels.AS_COMMITTED
        assert ran or entry["result"].startswith(("not run here: ", "not run again: ")), entry
        assert ran == ("seconds" in entry)
    assert sum("seconds" in entry for entry in machine["runs"]) > 1


def test_a_kernel_that_the_processor_lacks_is_not_taken_for_another():
    old = NATIVE | {"features": [f for f in NATIVE["features"] if f == "X86_V3"]}
    fallen_back = old | {"kernel": "Haswell"}
    for name in ("kernel SkylakeX", "kernel SapphireRapids"):
        assert kernels.not_here(BY_NAME[name], old, fallen_back) == "the processor has no AVX-512"
    nehalem = BY_NAME["kernel Nehalem"]
    assert kernels.not_here(nehalem, old, None) == "the processor cannot run it"
    assert kernels.not_here(nehalem, old, fallen_back) == "OpenBLAS takes Haswell in its place"
    assert kernels.not_here(nehalem, old, old | {"kernel": "Nehalem"}) is None
    without = BY_NAME["NumPy without AVX2 and above"]
    assert "not switch it off" in kernels.not_here(without, old, old)


def shown(tmp_path, setting, code):
    """What a cell prints under a setting, built as `make kernels` builds."""
    (tmp_path / "notebooks").mkdir(exist_ok=True)
    source = tmp_path / "notebooks" / "09_test.py"
    source.write_text(f"# %%\n{code}\n", encoding="utf-8")
    command = [sys.executable, "-m", "classroom", "build", "--root", str(tmp_path)]
    subprocess.run(command, env=setting.environment(NATIVE["features"]), check=True, timeout=300)
    notebook = json.loads(source.with_suffix(".ipynb").read_text("utf-8"))
    return notebook["cells"][0]["outputs"][0]["text"]


def test_the_last_bits_that_are_moved_reach_the_cells(tmp_path):
    code = (
        "import numpy as np\nfrom logitlab.distillation import MLP\n"
        "x = np.linspace(0.1, 3, 30)\n"
        "network = MLP((3, 4), np.random.default_rng(0))\n"
        "print(np.exp(x).tolist(), np.log(x).tolist(), network.weights[0].tolist())\n"
        "print(np.exp(0.0), np.log(1.0), np.log2([0.5, 8]))"
    )
    here = shown(tmp_path, kernels.Setting("native"), code)
    there = shown(tmp_path, BY_NAME["last bits moved"], code)
    assert here[1] == there[1] == "1.0 0.0 [-1.  3.]\n"
    for ours, theirs in zip(
        *(json.loads("[" + x[0].replace("] [", "], [") + "]") for x in (here, there)), strict=True
    ):
        assert ours != theirs
