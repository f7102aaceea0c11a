"""Seal the compiled kernels anew after a change of theirs: writes SEAL into each file that builds on others.

Numba knows a kept function by the text of the file it stands in, not by that of the files it calls: without the seal
a user who upgrades could go on with an old kernel inside a new one.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import ronghe.simulate

ROOM = Path(ronghe.simulate.__file__).parent

BUILT_ON = {
    "solver/kernels.py": ("solver/compiled.py", "solver/packed.py", "solver/coefficients.py"),
    "batches/compiled.py": ("solver/compiled.py",),
    "solver/anderson.py": ("solver/compiled.py", "solver/packed.py", "solver/coefficients.py", "solver/kernels.py"),
}
"""Files in the order in which they are sealed: what another is built on comes before it."""

LINE = re.compile(r'^SEAL = "([0-9a-f]*)"$', re.MULTILINE)


def seal_of(sources: tuple[str, ...], room: Path = ROOM) -> str:
    """Return the seal of a file built on these."""
    text = "\0".join((room / source).read_text(encoding="utf-8") for source in sources)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


if __name__ == "__main__":
    for name, sources in BUILT_ON.items():
        path = ROOM / name
        path.write_text(LINE.sub(f'SEAL = "{seal_of(sources)}"', path.read_text(encoding="utf-8")), encoding="utf-8")
        print(path.relative_to(ROOM))
