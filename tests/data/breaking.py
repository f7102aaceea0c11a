"""Changing a table on purpose."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

Edit = Callable[[list[list[str]]], list[list[str]]]


def rewrite(path: Path, edit: Edit) -> None:
    """Change the rows of a table, packed or not; row 0 is the header."""
    packed = path.suffix == ".gz"
    text = gzip.decompress(path.read_bytes()).decode() if packed else path.read_text(encoding="utf-8")
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(edit(list(csv.reader(io.StringIO(text)))))
    content = out.getvalue().encode()
    path.write_bytes(gzip.compress(content, mtime=0) if packed else content)
