"""A batch in a folder: taken up after a kill, the same bytes; other inputs refused; damage named."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from interrupted import PART, inputs

from ronghe.base.errors import DataFault, EnvironmentFault
from ronghe.simulate import Parameters
from ronghe.simulate.batches import OpeningGains, batch_openings

HERE = Path(__file__).parent
RUN = """
import sys
from interrupted import PART, inputs, told
from ronghe.simulate.batches import batch_openings
batch_openings(*inputs(), folder=sys.argv[1], progress=told, threads=1, part=PART)
"""


def contents(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("[!.]*")}


def run(folder: Path | None, **changed: object) -> OpeningGains:
    economy, scenario, openings = inputs()
    given = {"economy": economy, "scenario": scenario, "openings": openings, "folder": folder, "part": PART} | changed
    return batch_openings(**given)  # type: ignore[arg-type]


def test_a_killed_run_goes_on_where_it_stopped_and_ends_with_the_same_bytes(tmp_path: Path) -> None:
    whole = run(tmp_path / "whole")
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    child = subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path / "cut")], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert child.stdout is not None
    while int(child.stdout.readline().split()[0]) < 5 * PART:
        pass
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    left = contents(tmp_path / "cut")
    assert child.returncode == -signal.SIGKILL
    assert 5 <= len(left) - 1 < len(contents(tmp_path / "whole")) - 1

    seen: list[tuple[int, int]] = []
    again = run(tmp_path / "cut", progress=lambda done, count: seen.append((done, count)), threads=2)
    assert seen[0] == (PART * (len(left) - 1), 64)
    assert seen[-1] == (64, 64)
    assert contents(tmp_path / "cut") == contents(tmp_path / "whole")
    for name in whole.measures:
        np.testing.assert_array_equal(again.column(name), whole.column(name))
    assert again.kinds == whole.kinds


def test_the_folder_holds_what_memory_holds_and_is_read_without_solving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = run(tmp_path / "run")
    in_memory = run(None)
    np.testing.assert_array_equal(kept.payable, in_memory.payable)
    assert isinstance(kept.parts[0], np.memmap)
    assert [len(part) for part in kept.parts] == [PART] * 16
    monkeypatch.setattr("ronghe.simulate.batches.case.Case.solve", lambda *_: pytest.fail("solved again"))
    np.testing.assert_array_equal(run(tmp_path / "run", most_seconds=1e-9).payable, kept.payable)


def test_other_inputs_in_the_same_folder_are_refused_and_named(tmp_path: Path) -> None:
    economy, scenario, openings = inputs()
    folder = tmp_path / "run"
    run(folder, openings=openings[:8])
    deeper = type(scenario)("cut").cut_trade_cost(0.3, within=economy.regions)
    other = economy.with_world(economy.world.with_elasticities(5.0))
    cases: list[tuple[dict[str, object], str]] = [
        ({"scenario": deeper}, "scenario differ"),
        ({"economy": other}, "economy differ"),
        ({"economy": replace(economy, parameters=Parameters(rivalry=0.4))}, "parameters differ"),
        ({"closure": "medium"}, "closure differ"),
        ({"tolerance": 1e-9}, "tolerance differ"),
        ({"radius": "sample"}, "whose radius differ"),
        ({"openings": openings[:9]}, "openings differ"),
        ({"part": 3}, "openings a file differ"),
    ]
    before = contents(folder)
    for changed, named in cases:
        with pytest.raises(DataFault, match=named) as caught:
            run(folder, **({"openings": openings[:8]} | changed))
        assert "choose another folder" in caught.value.message("en")
        assert "请换一个目录" in caught.value.message("zh")
    assert contents(folder) == before


def test_another_version_is_another_input(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    openings = inputs()[2][:8]
    run(folder, openings=openings)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["versions"]["numpy"] = "0.1"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DataFault, match="versions of programs differ"):
        run(folder, openings=openings)


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: b"\x01" + data[1:], lambda data: b""]
)
def test_a_damaged_part_is_named_and_solved_again(tmp_path: Path, damage: object) -> None:
    folder = tmp_path / "run"
    kept = run(folder)
    before = contents(folder)
    part = folder / "part-000003.npy"
    part.write_bytes(damage(part.read_bytes()))  # type: ignore[operator]
    os.utime(part, ns=(1, 1))
    with pytest.raises(DataFault, match=r"part-000003\.npy"):
        _ = kept.payable
    again = run(folder)
    assert any("part-000003.npy was damaged" in note.en for note in again.notes)
    assert contents(folder) == before


def test_a_missing_part_is_solved_again_and_a_broken_manifest_refused(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    run(folder)
    before = contents(folder)
    (folder / "part-000000.npy").unlink()
    run(folder)
    assert contents(folder) == before
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataFault, match=r"manifest\.json"):
        run(folder)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(EnvironmentFault, match="no folder of a batch"):
        run(tmp_path)
    assert contents(tmp_path).keys() == {"mine.txt"}
