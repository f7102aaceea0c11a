"""Arrays of a MATLAB 5 file, each as a sheet of its own; plain numbers only, judged by their headers first.

Nothing but numeric arrays is read: no objects, no structures, no cells. They have no labels, so a mapping says what
they are.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import numpy as np

from ronghe.base.text import same
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.gate import ANALYST, MB, Limits, shown
from ronghe.data.intake.sheet import Sheet

_HEADER, _PACKED, _CHUNK = 128, 15, 1 << 20

NUMERIC = frozenset({
    "double", "single", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
})  # fmt: skip


def read_mat(path: Path, found: Findings, *, limits: Limits = ANALYST) -> list[Sheet]:
    """Return every plain array of numbers; arrays of another kind are told and left alone."""
    from scipy.io import loadmat, whosmat

    try:
        if not _small_unpacked(path, found, limits):
            return []
        told = whosmat(str(path))
        if not _may_be_read(path, told, found, limits):
            return []
        names = [name for name, shape, kind in told if kind in NUMERIC and len(shape) == 2 and min(shape) > 0]
        arrays = loadmat(str(path), variable_names=names, mat_dtype=False)
    except Exception as error:  # Broken bytes meet the reader in as many ways as there are bytes.
        found.add("E101_broken", path.name, why=f"{error}".splitlines()[0] if f"{error}" else type(error).__name__)
        return []
    sheets = []
    for name in names:
        array = np.asarray(arrays[name])
        if array.dtype.kind not in "fiu" or array.ndim != 2:
            found.add("E101_nested", f"{path.name}!{shown(name)}", kind=same(shown(f"{array.dtype}")))
            continue
        sheets.append(Sheet(path.name, shown(name), array.astype(np.float64).tolist()))
    if not sheets:
        found.add("E105_nothing", path.name)
    return sheets


def _small_unpacked(path: Path, found: Findings, limits: Limits) -> bool:
    """Count what the packed parts unpack to, without keeping it."""
    packed, total = path.stat().st_size, 0
    with path.open("rb") as file:
        order: Literal["little", "big"] = "little" if file.read(_HEADER)[-2:] == b"IM" else "big"
        while len(tag := file.read(8)) == 8:
            kind, size = int.from_bytes(tag[:4], order), int.from_bytes(tag[4:], order)
            if size > packed:
                raise ValueError(f"{size} bytes declared, {packed} there")
            part = file.read(size)
            unpacker = zlib.decompressobj()
            while kind == _PACKED and part:
                total += len(unpacker.decompress(part, _CHUNK))
                part = unpacker.unconsumed_tail
                if total > limits.unpacked:
                    found.add("E103_unpacked", path.name, size=limits.unpacked // MB, most=limits.unpacked // MB)
                    return False
                if total > limits.small and total > limits.ratio * packed:
                    found.add("E109_ratio", path.name, ratio=limits.ratio, most=limits.ratio)
                    return False
    return True


def _may_be_read(path: Path, told: Sequence[tuple[str, tuple[int, ...], str]], found: Findings, limits: Limits) -> bool:
    """Judge a file by the headers of its arrays."""
    cells = sum(math.prod(shape) for _, shape, _ in told)
    if cells > limits.cells:
        found.add("E103_rows", path.name, count=f"{cells:,}", most=f"{limits.cells:,}")
        return False
    if 8 * cells > limits.unpacked:
        found.add("E103_unpacked", path.name, size=8 * cells // MB, most=limits.unpacked // MB)
        return False
    for name, shape, kind in told:
        if kind not in NUMERIC or len(shape) != 2:
            found.add("E101_nested", f"{path.name}!{shown(name)}", kind=same(shown(kind)))
    return True
