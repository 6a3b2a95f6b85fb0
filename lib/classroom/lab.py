"""Keeps widgets alive in a notebook that JupyterLab saves: an extension of its server.

JupyterLab writes down every widget that the running kernel has, those of earlier runs too, and
after a restart none. Here what is shown is kept, and nothing else. (It writes where its setting
saveState is on: lab_settings.json.)
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from jupyter_server.utils import to_os_path

from classroom.widget_state import STATE, VIEW

ID = re.compile(r"[0-9a-f]{32}")


def _jupyter_server_extension_points() -> list[dict]:
    return [{"module": "classroom.lab"}]


def _load_jupyter_server_extension(server) -> None:
    def register():
        server.contents_manager.register_pre_save_hook(keep_widgets)

    server.io_loop.add_callback(register)  # jupytext, loaded later, puts its own manager in place


def keep_widgets(model: dict, path: str, contents_manager, **_) -> None:
    """
    Correct the widgets' state of a notebook that is about to be saved, in place.

    A widget that is shown and has no state, for its kernel is gone, keeps the state that the file
    holds. If the file has none either, its picture and words are shown in its place: the next
    reader would meet an error message. A widget that no output shows any more is dropped.

    Parameters
    ----------
    model : dict
        What is saved, as the contents manager has it.
    path : str
        Where, from the server's root.
    contents_manager : jupyter_server.services.contents.manager.ContentsManager
    """
    if model.get("type") != "notebook" or not model.get("content"):
        return
    notebook = model["content"]
    if STATE not in notebook["metadata"].get("widgets", {}):
        return
    models, views = _models(notebook), list(_views(notebook))
    shown = {data[VIEW]["model_id"] for data in views}
    if shown - models.keys():
        file = Path(to_os_path(path, contents_manager.root_dir))
        if file.exists():
            models = _models(json.loads(file.read_text(encoding="utf-8"))) | models
    for data in views:
        if data[VIEW]["model_id"] not in models and len(data) > 1:
            del data[VIEW]
    notebook["metadata"]["widgets"][STATE]["state"] = _connected(shown, models)


def _models(notebook: dict) -> dict[str, dict]:
    return notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})


def _views(notebook: dict) -> Iterator[dict]:
    """What each output that shows a widget holds, by its media type."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if VIEW in output.get("data", {}):
                yield output["data"]


def _connected(shown: set[str], models: dict[str, dict]) -> dict[str, dict]:
    """The models that are shown, what these mention, and what mentions these, as a link does."""
    near: dict[str, set[str]] = {name: set() for name in models}
    for name, model in models.items():
        for other in models.keys() & set(ID.findall(json.dumps(model["state"]))):
            near[name].add(other)
            near[other].add(name)
    kept, new = set(), shown & models.keys()
    while new:
        kept |= new
        new = set().union(*(near[name] for name in new)) - kept
    return {name: model for name, model in models.items() if name in kept}
