"""Makes saved widget state reproducible, and finds widgets that are dead without a kernel."""

import hashlib
import json
import re
from collections.abc import Iterator

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
REFERENCE = re.compile(r"IPY_MODEL_([0-9a-f]{32})")

LINKS = {"LinkModel", "DirectionalLinkModel"}
PASSIVE = {
    *("VBoxModel", "HBoxModel", "BoxModel", "GridBoxModel", "StackModel", "AccordionModel"),
    *("TabModel", "HTMLModel", "HTMLMathModel", "LabelModel", "ImageModel", "AnyModel"),
}
CONTROLS = {
    *("FloatSliderModel", "FloatLogSliderModel", "FloatRangeSliderModel", "IntSliderModel"),
    *("IntRangeSliderModel", "SelectionSliderModel", "CheckboxModel", "ToggleButtonModel"),
    *("ToggleButtonsModel", "DropdownModel", "SelectModel", "RadioButtonsModel", "TextModel"),
    *("FloatTextModel", "IntTextModel", "BoundedFloatTextModel", "BoundedIntTextModel"),
    *("PlayModel", "ColorPickerModel"),
}


def stabilise(notebook: dict, name: str) -> None:
    """
    Rename the random ids of widget models in place, and drop the models that nothing shows.

    An id then depends on `name` and on the order in which the cells show the widgets.

    Parameters
    ----------
    notebook : dict
        An executed notebook, nbformat 4.
    name : str
        Keeps the ids of two notebooks apart on one page.
    """
    models = _models(notebook)
    names: dict[str, str] = {}

    def visit(model: str):
        if model in models and model not in names:
            names[model] = hashlib.md5(f"{name}:{len(names)}".encode()).hexdigest()
            for other in _references(models[model]):
                visit(other)

    for _, view in _views(notebook):
        visit(view)
    while links := _links_to(names, models):
        visit(links[0])

    if models:
        state = notebook["metadata"]["widgets"][STATE]
        state["state"] = {new: _renamed(models[i], names) for i, new in names.items()}
    for _, output in _outputs(notebook):
        if view := output.get("data", {}).get(VIEW):
            view["model_id"] = names.get(view["model_id"], view["model_id"])


def lint(notebook: dict) -> list[str]:
    """
    Sentences on widgets that a reader without a kernel would find dead.

    These are a view whose model was not saved, a control that is linked to nothing, and a widget
    that works only through Python. An anywidget does its own work; one that refers to a control
    counts as linked to it.
    """
    models = _models(notebook)
    alive = {
        other
        for model in models.values()
        if model["model_name"] in LINKS or model["model_name"] == "AnyModel"
        for other in _references(model)
    }
    problems = []
    for cell, i, model in shown(notebook):
        if model is None:
            problems.append(f"cell {cell}: a widget is shown whose state was not saved")
            continue
        kind, label = model["model_name"], model["state"].get("description", "")
        if kind in CONTROLS and i not in alive:
            problems.append(f"cell {cell}: {kind} {label!r} is linked to nothing (jslink it)")
        if kind not in PASSIVE | CONTROLS:
            problems.append(f"cell {cell}: {kind} {label!r} does nothing without a kernel")
    return problems


def shown(notebook: dict) -> Iterator[tuple[int, str, dict | None]]:
    """Each widget that a reader sees, in order: its cell, its id, its model if that was saved."""
    models = _models(notebook)

    def visit(cell: int, i: str):
        yield cell, i, models.get(i)
        children = models[i]["state"].get("children", []) if i in models else []
        for child in REFERENCE.findall(json.dumps(children)):
            yield from visit(cell, child)

    for cell, view in _views(notebook):
        yield from visit(cell, view)


def _models(notebook) -> dict:
    return notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})


def _outputs(notebook):
    for number, cell in enumerate(notebook["cells"]):
        for output in cell.get("outputs", []):
            yield number, output


def _views(notebook):
    for number, output in _outputs(notebook):
        if view := output.get("data", {}).get(VIEW):
            yield number, view["model_id"]


def _references(model) -> list[str]:
    return REFERENCE.findall(json.dumps(model, sort_keys=True))


def _renamed(model, names) -> dict:
    text = json.dumps(model, sort_keys=True)
    return json.loads(REFERENCE.sub(lambda m: f"IPY_MODEL_{names.get(m[1], m[1])}", text))


def _links_to(names, models) -> list[str]:
    """Links not yet named that touch a named model, in an order that does not depend on ids."""
    found = [
        i
        for i, model in models.items()
        if i not in names
        and model["model_name"] in LINKS
        and any(other in names for other in _references(model))
    ]
    return sorted(found, key=lambda i: json.dumps(_renamed(models[i], names), sort_keys=True))
