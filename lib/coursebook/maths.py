"""Formulas as MathML, which browsers draw by themselves: a page fetches no script and no font."""

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx


def mathml(node: nodes.Element, block: bool) -> str:
    """The formula; a fault in it is a warning, which fails the build."""
    return tex2mathml(node.astext().replace(r"\dots", r"\ldots"), as_block=block)


def inline(translator, node: nodes.math) -> None:
    """A formula within a sentence."""
    translator.body.append(f'<span class="math">{mathml(node, block=False)}</span>')
    raise nodes.SkipNode


def block(translator, node: nodes.math_block) -> None:
    """A formula on a line of its own."""
    ids = f' id="{node["ids"][0]}"' if node["ids"] else ""
    translator.body.append(f'<div class="math"{ids}>{mathml(node, block=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Name the renderer; conf.py chooses it."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
