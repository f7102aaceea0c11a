"""A request letter as DOCX, in the layout of an official letter (公文格式, GB/T 9704)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

TITLE_FONT, BODY_FONT = ("FZXiaoBiaoSong-B05S", "方正小标宋简体"), ("FangSong", "仿宋")
MARGINS = {"top": 37, "bottom": 35, "left": 28, "right": 26}
"""mm: GB/T 9704-2012, 5.2.1."""
TITLE_SIZE, BODY_SIZE, LINE = 22, 16, 28
"""Points: second size for the title, third for the wording; lines of 28 points give 22 to a page."""
STAMP = (1980, 1, 1, 0, 0, 0)


def write_docx(path: Path, wording: str) -> None:
    """Write a letter; the first line is its title. The same wording gives the same bytes."""
    # The library takes long to import, and only a letter that is written needs it.
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, width in MARGINS.items():
        setattr(section, f"{side}_margin", Mm(width))
    title, *lines = wording.splitlines()
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(heading, title, TITLE_FONT, Pt(TITLE_SIZE))
    for line in lines:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(LINE)
        paragraph.paragraph_format.space_after = Pt(0)
        _run(paragraph, line, BODY_FONT, Pt(BODY_SIZE))
    document.core_properties.author, document.core_properties.comments = "ronghe", ""
    made = io.BytesIO()
    document.save(made)
    path.write_bytes(_without_times(made.getvalue()))


def _run(paragraph: object, text: str, fonts: tuple[str, str], size: object) -> None:
    """Add text in a font of Latin and one of Chinese letters."""
    from docx.oxml.ns import qn

    run = paragraph.add_run(text)  # type: ignore[attr-defined]
    run.font.name, run.font.size = fonts[0], size
    run._element.rPr.rFonts.set(qn("w:eastAsia"), fonts[1])


def _without_times(packed: bytes) -> bytes:
    """Return a package whose parts carry no time."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, STAMP), old.read(name), zipfile.ZIP_DEFLATED)
    return made.getvalue()
