"""A folder that keeps a batch as it comes: a manifest of what went in, and one file a part, each with its seal.

A part is an array in NumPy's format, shape (opening, measure x region + check), followed by the SHA-256 of its bytes.
Files are written aside and renamed, so that a run that was killed leaves whole parts only, and is taken up again.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.canonical import canonical_json
from ronghe.base.errors import DataFault, EnvironmentFault, Fault
from ronghe.base.files import write_whole
from ronghe.base.text import Text, same

MANIFEST = "manifest.json"
SEAL = 32

NAMES: dict[str, Text] = {
    "format": Text("文件格式", "format of the files"),
    "economy": Text("经济数据", "economy"),
    "scenario": Text("情景", "scenario"),
    "kernels": Text("情景前后的贸易份额", "trade before and after the scenario"),
    "closure": Text("闭合", "closure"),
    "parameters": Text("参数", "parameters"),
    "tolerance": Text("容差", "tolerance"),
    "radius": Text("谱半径的范围", "whose radius"),
    "versions": Text("程序版本", "versions of programs"),
    "openings": Text("开放组合", "openings"),
    "count": Text("开放组合数", "number of openings"),
    "part": Text("每个文件的组合数", "openings a file"),
    "regions": Text("地区", "regions"),
    "measures": Text("指标", "measures"),
}


class Store:
    """The folder of one batch.

    Parameters
    ----------
    folder : Path
        Empty, absent, or of an earlier run on the same inputs.
    inputs : mapping
        Everything that decides a number, as plain data; its keys are those of ``NAMES``.

    Raises
    ------
    DataFault
        If the folder holds a run on other inputs, naming each that differs, or its manifest cannot be read.
    EnvironmentFault
        If the folder holds something else, or cannot be written.
    """

    def __init__(self, folder: Path, inputs: Mapping[str, object]) -> None:
        self.folder = folder
        self._seen: dict[Path, int] = {}
        manifest = folder / MANIFEST
        text = canonical_json(inputs)
        if manifest.exists():
            self._compare(manifest, json.loads(text))
            return
        if folder.exists() and (not folder.is_dir() or any(folder.glob("[!.]*"))):
            raise EnvironmentFault(
                Text(
                    f"{folder} 已存在，且不是批量求解的目录；为不丢失其中的文件，没有写入。请换一个目录。",
                    f"{folder} exists and is no folder of a batch; to lose nothing in it, nothing was written. "
                    "Choose another folder.",
                )
            )
        write_whole(manifest, text)

    @staticmethod
    def _compare(manifest: Path, wanted: Mapping[str, object]) -> None:
        try:
            held = json.loads(manifest.read_text(encoding="utf-8"))
            if not isinstance(held, dict):
                raise ValueError("no object")
        except (OSError, ValueError) as error:
            raise DataFault([_damaged(manifest)]) from error
        faults = [
            Fault(
                "S181",
                f"{manifest.name}, {key}",
                same(_short(held.get(key))),
                same(_short(wanted.get(key))),
                Text(
                    f"这个目录属于另一次求解（{NAMES[key].zh}不同）；请换一个目录，或用原来的输入。",
                    f"The folder belongs to another run ({NAMES[key].en} differ); choose another folder, or give the "
                    "inputs it was made from.",
                ),
            )
            for key in NAMES
            if held.get(key) != wanted.get(key)
        ]
        if faults:
            raise DataFault(faults)

    def path(self, part: int) -> Path:
        """Return where a part stands."""
        return self.folder / f"part-{part:06d}.npy"

    def write(self, part: int, table: Floats) -> None:
        """Keep a part."""
        held = io.BytesIO()
        np.save(held, table, allow_pickle=False)
        data = held.getvalue()
        write_whole(self.path(part), data + hashlib.sha256(data).digest())

    def read(self, part: int, shape: tuple[int, int]) -> Floats:
        """Return a part, mapped and not copied; its seal is checked when it is first read.

        Raises
        ------
        DataFault
            If the file is missing or damaged, naming it.
        """
        path = self.path(part)
        try:
            when = path.stat().st_mtime_ns
            if self._seen.get(path) != when and not sealed(path):
                raise ValueError("seal")
            self._seen[path] = when
            table: Floats = np.load(path, mmap_mode="r", allow_pickle=False)
            if table.shape != shape or table.dtype != np.float64:
                raise ValueError("shape")
        except (OSError, ValueError) as error:
            raise DataFault([_damaged(path)]) from error
        return table

    def holds(self, part: int) -> bool:
        """Whether a file of a part is there, whole or not."""
        return self.path(part).exists()


def sealed(path: Path) -> bool:
    """Whether a file ends with the SHA-256 of what stands before."""
    left = path.stat().st_size - SEAL
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while left > 0 and (block := file.read(min(left, 1 << 20))):
            digest.update(block)
            left -= len(block)
        return left == 0 and file.read() == digest.digest()


def _damaged(path: Path) -> Fault:
    return Fault(
        "S182",
        str(path),
        Text("损坏或缺失的文件", "a damaged or missing file"),
        Text("求解时写下的内容", "what the run wrote"),
        Text("请删去它，再以同样的输入求解一次。", "Delete it and run again on the same inputs."),
    )


def _short(value: object) -> str:
    text = canonical_json(value)
    return text if len(text) <= 60 else text[:57] + "..."
