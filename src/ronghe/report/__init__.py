"""Room ``report``: exhibits drawn as HTML, briefing, workbook and run folder, in Chinese and English."""

from ronghe.report.build import build_document as build_document
from ronghe.report.document import Document as Document
from ronghe.report.runfolder import check_published as check_published
from ronghe.report.runfolder import check_run as check_run
from ronghe.report.svg import render_svg as render_svg
from ronghe.report.write import FORMS as FORMS
from ronghe.report.write import MARKER as MARKER
from ronghe.report.write import record as record
from ronghe.report.write import write_document as write_document

__all__ = [
    "FORMS",
    "MARKER",
    "Document",
    "build_document",
    "check_published",
    "check_run",
    "record",
    "render_svg",
    "write_document",
]
