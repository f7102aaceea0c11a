"""Settings of the documentation, shared by docs/zh and docs/en; the tag ``zh`` or ``en`` chooses the words."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

chinese: bool = tags.has("zh")  # type: ignore[name-defined]  # noqa: F821  Sphinx puts `tags` here

project = "融合 ronghe" if chinese else "ronghe"
author = "ronghe"
copyright = "CC BY 4.0"
release = version = installed("ronghe")

extensions = ["myst_parser", "mathml"]
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
html_math_renderer = "mathml"

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["ronghe.css"]
html_show_sphinx = False
html_copy_source = False
html_last_updated_fmt = None
# Only what lies in the built folder is loaded, so the pages can be read without a network.
html_theme_options: dict[str, Any] = {"footer_icons": []}
# The search index of Sphinx has no Chinese word list without a further package; it splits by character runs.
html_search_language = "en"
suppress_warnings = ["epub.unknown_project_files"]
exclude_patterns = ["_build"]
nitpicky = True
