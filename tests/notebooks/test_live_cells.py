"""The cells that need the language model run, where it is installed."""

import ast
from pathlib import Path

import jupytext
import pytest

LESSONS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.py"))


def code(cells):
    return ast.parse("\n".join(cell.source for cell in cells if cell.cell_type == "code"))


@pytest.mark.needs("model")
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_live_cells_run(path):
    cells = jupytext.read(path).cells
    live = [cell for cell in cells if "skip-execution" in cell.metadata.get("tags", ())]
    assert live, "a lesson lets the learner type a prompt"
    tree = code(cells)
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {}
    exec(compile(tree, "imports", "exec"), names)
    for cell in live:
        exec(compile(cell.source, str(path), "exec"), names)
    assert len(names["model"].tokens) == 49_152


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_live_cells_are_left_to_the_learner(path):
    for cell in jupytext.read(path).cells:
        tags = cell.metadata.get("tags", ())
        assert ("load_model(" in cell.source) <= ("skip-execution" in tags), cell.source
        assert ("skip-execution" in tags) == ("nbval-skip" in tags)
