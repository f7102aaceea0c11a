"""A kept kernel is compiled anew when anything it is built on changes."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from seal_kernels import BUILT_ON, LINE, ROOM, seal_of


@pytest.mark.parametrize("name", BUILT_ON)
def test_the_seal_is_that_of_the_files_built_on(name):
    found = LINE.search((ROOM / name).read_text(encoding="utf-8"))
    assert found
    assert found[1] == seal_of(BUILT_ON[name]), "run scripts/seal_kernels.py"


def test_every_file_with_kept_functions_is_sealed_and_names_what_it_uses():
    for path in ROOM.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "@njit(**FLAGS)" not in text:
            continue
        name = path.relative_to(ROOM).as_posix()
        assert name in BUILT_ON
        used = re.findall(r"from ronghe\.simulate\.(\w+)\.(\w+) import", text)
        assert {f"{room}/{module}.py" for room, module in used} <= {*BUILT_ON[name], name}


def test_the_order_lets_each_seal_hold_the_seals_before_it():
    done = []
    for name, sources in BUILT_ON.items():
        assert all(source in done for source in sources if source in BUILT_ON)
        done.append(name)
