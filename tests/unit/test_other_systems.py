"""What cannot be run here: other systems, and the workflows. What can be checked of them is."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from check_jsonschema import main
from classroom import copies
from click.testing import CliRunner

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TESTS = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))
BIN = Path(sys.executable).parent

# --- what is imported where there is no fork

POSIX = ("fcntl", "resource", "pwd", "grp", "termios")
#: What others bring may look at the system; it is there before the modules go.
OTHERS = (
    "IPython matplotlib.pyplot ipywidgets anywidget nbclient jupytext distributed jupyter_server"
)
#: Runs inside the sandbox alone, which Windows does not have.
INSIDE = {"classroom.runner"}
IMPORT = f"""
import importlib, os, pkgutil, sys
for name in {OTHERS!r}.split():
    importlib.import_module(name + ".utils" if name == "jupyter_server" else name)
del os.fork
for name in {POSIX}:
    sys.modules[name] = None  # an import of it fails
names = ["logitlab", "classroom"]
for package in names[:]:
    folders = importlib.import_module(package).__path__
    names += (module.name for module in pkgutil.walk_packages(folders, package + "."))
for name in names:
    try:
        importlib.import_module(name)
    except (ImportError, AttributeError) as error:
        print(name, error, sep=": ")
"""


def test_nothing_but_the_sandbox_needs_another_system_than_windows_to_be_imported():
    run = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True)
    failed = dict(line.split(": ", 1) for line in run.stdout.splitlines())
    assert failed.keys() == INSIDE, failed


# --- the workflows


def check_schema(path: Path):
    return CliRunner().invoke(main, ["--builtin-schema", "vendor.github-workflows", str(path)])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_is_one(path, tmp_path):
    run = check_schema(path)
    assert run.exit_code == 0, run.output
    spoilt = tmp_path / path.name
    spoilt.write_text(path.read_text(encoding="utf-8").replace("runs-on:", "run-on:"))
    assert check_schema(spoilt).exit_code == 1


def commands() -> list[str]:
    return [line for step in steps() for line in step.get("run", "").splitlines()]


def steps() -> list[dict]:
    return TESTS["jobs"]["test"]["steps"]


def test_the_tests_run_on_what_the_project_says_it_runs_on():
    job = TESTS["jobs"]["test"]
    assert TESTS["permissions"] == {} and job["permissions"] == {"contents": "read"}
    matrix = job["strategy"]["matrix"]
    assert [name.split("-")[0] for name in matrix["system"]] == ["ubuntu", "macos", "windows"]
    assert PROJECT["project"]["requires-python"] == f">={matrix['python'][0]}"
    assert {case["numpy"] for case in matrix["include"]} == {"oldest", "newest"}
    (oldest,) = re.findall(r'"numpy==([\d.]+)\.\*"', "\n".join(commands()))
    assert f"numpy>={oldest}" in PROJECT["project"]["dependencies"]


def test_the_tests_are_run_as_make_runs_them_all():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\ntest:")[2].partition("\n\n")[0]
    ours = [
        line.strip().replace("$(BIN)/ruff", "python -m ruff") for line in recipe.splitlines()[1:]
    ]
    ours = [line.replace("$(BIN)/python", "python").replace(" $(SHORT)", "") for line in ours]
    assert ours == commands()[-4:]


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_workflow_is_there_on_every_system(command):
    program, *words = command.split()
    if program == "sudo":
        (step,) = (step for step in steps() if command in step.get("run", ""))
        assert step["if"] == "runner.os == 'Linux'"
        return
    assert (program, words[0]) == ("python", "-m")
    assert importlib.util.find_spec(words[1]), "it comes with the group test"
    assert "\\" not in command and ".venv" not in command, "paths differ between systems"


# --- the README's lines for Windows


def windows() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.partition("**Windows, without make:**")[2].partition("\n## ")[0]
    block, after = re.search(r"```\n(.*?)```(.*)", part, re.S).groups()
    return [*block.splitlines(), *re.findall(r"`(\.venv\\[^`]+)`", after)]


COPIES = {
    f"{copies.FOLDER}/{copies.copy_of(f'{folder}/{path.name}')}"
    for folder in copies.KINDS
    for path in (ROOT / folder).glob("*.ipynb")
}


def test_windows_sets_up_what_make_sets_up():
    lines = windows()
    assert lines[0] == f"py -{PROJECT['project']['requires-python'][2:]} -m venv .venv"
    assert len(lines) == 8
    assert f"{lines[4]} ".endswith(" -m classroom.copies "), "before JupyterLab opens one"


@pytest.mark.parametrize("line", windows()[1:])
def test_a_line_for_windows_names_programs_options_and_files_that_there_are(line):
    program, *words = line.split()
    assert program.startswith(".venv\\Scripts\\")
    tool = BIN / program.rpartition("\\")[2]
    assert tool.exists() or tool.with_suffix(".exe").exists()
    given = [word for word in words if word.startswith("-")]
    subcommands = [word for word in words[:2] if word.isalpha()]
    if words[0] == "-m":
        assert importlib.util.find_spec(words[1])
        subcommands, given = words[:2], [word for word in given if word != "-m"]
        subcommands += ["fetch"] if "fetch" in words else []
    if not given and "fetch" not in subcommands:
        return
    helped = subprocess.run([str(tool), *subcommands, "--help"], capture_output=True, text=True)
    assert helped.returncode == 0, helped.stderr
    for option in given:
        name = option.partition("=")[0]
        if name == "--LabApp.default_url":
            from jupyterlab.labapp import LabApp

            assert LabApp.default_url
        else:
            assert re.search(rf"(?<![\w-]){re.escape(name)}\b", helped.stdout), name
    for word in words:
        if found := re.fullmatch(r"(?:.*=/lab/tree/)?([\w\\/.]+\.(?:ipynb|lock))", word):
            place = found[1].replace("\\", "/")
            assert place in COPIES or (ROOT / place).is_file(), word
    for group in re.findall(r"--group (\w+)", line):
        assert group in PROJECT["dependency-groups"]
