"""Equations as MathML, written at build time: no script and no font is loaded when a page is read."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx

SPACE = "http://www.w3.org/1998/Math/MathML"
HAT = "ˆ"


def mathml(tex: str, *, display: bool) -> str:
    """Return an equation as MathML, the index of a hatted symbol beside it."""
    ElementTree.register_namespace("", SPACE)
    root = ElementTree.fromstring(tex2mathml(tex, as_block=display))
    for element in list(root.iter()):
        _index_beside(element)
    for element in list(root.iter()):
        _index_and_power(element)
    return ElementTree.tostring(root, encoding="unicode")


def _index_beside(element: ElementTree.Element) -> None:
    """Write index and hat as hat over symbol with index; the converter puts the index below the symbol."""
    if element.tag != f"{{{SPACE}}}munderover" or (element[2].text or "").strip() != HAT:
        return
    symbol, index, hat = list(element)
    element.clear()
    element.tag = f"{{{SPACE}}}msub"
    over = ElementTree.SubElement(element, f"{{{SPACE}}}mover", {"accent": "true"})
    over.extend([symbol, hat])
    element.append(index)


def _index_and_power(element: ElementTree.Element) -> None:
    """Put index and power of one symbol above each other."""
    if element.tag != f"{{{SPACE}}}msup" or element[0].tag != f"{{{SPACE}}}msub":
        return
    (symbol, index), power = list(element[0]), element[1]
    element.clear()
    element.tag = f"{{{SPACE}}}msubsup"
    element.extend([symbol, index, power])


def inline(translator: Any, node: nodes.math) -> None:
    """Write an equation inside a sentence."""
    translator.body.append(mathml(node.astext(), display=False))
    raise nodes.SkipNode


def block(translator: Any, node: nodes.math_block) -> None:
    """Write an equation on a line of its own."""
    translator.body.append(f'<div class="math">{mathml(node.astext(), display=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the writer under the name ``mathml``."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
