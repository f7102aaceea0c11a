"""A composite indicator from the files of its recipe: the published example, periods, and every fault at its cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ronghe.base.errors import DataFault, ParameterFault
from ronghe.measure.index.tables import build_from
from shared import shared

META = """code,zh,en,type,direction,weight,parent
all,总指数,Index,aggregate,,,
a,甲,A,indicator,1,1,all
b,乙,B,indicator,-1,1,all
"""
DATA = "unit,name,year,a,b\nX,东,2020,1,9\nY,西,2020,2,8\nZ,南,2020,4,5\nX,东,2021,2,7\nY,西,2021,3,…\nZ,南,2021,5,1\n"
RECIPE = """
title_zh = "试算指数"
title_en = "A trial index"
[data]
file = "data.csv"
name = "name"
period = "year"
[metadata]
file = "meta.csv"
[[stage]]
do = "impute"
from = "data"
method = "carry"
[[stage]]
do = "normalise"
from = "impute"
[[stage]]
do = "aggregate"
from = "normalise"
"""


def written(folder: Path, *, data: str = DATA, meta: str = META, recipe: str = RECIPE) -> Path:
    for name, text in (("data.csv", data), ("meta.csv", meta), ("index.toml", recipe)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "index.toml"


def test_the_last_period_is_built_and_a_gap_is_carried(tmp_path: Path) -> None:
    made = build_from(written(tmp_path))
    assert made.data.period == "2021"
    assert made.data.values[1, 1] != made.data.values[1, 1]
    assert made.stages["impute"][1, 1] == 8.0
    assert made.coverage[:, -1].tolist() == [1.0, 0.5, 1.0]
    assert made.data.places["X", "a"] == "data.csv!line 5, column D"
    assert build_from(tmp_path / "index.toml", period="2020").data.period == "2020"


def test_the_published_example_from_its_files(tmp_path: Path) -> None:
    folder = shared("coinr_asem/ASEM_iMeta.csv").parent
    recipe = f"""
title_zh = "亚欧可持续互联互通"
title_en = "ASEM sustainable connectivity"
[data]
file = "{folder}/ASEM_iData.csv"
unit = "uCode"
name = "uName"
period = "Time"
[metadata]
file = "{folder}/ASEM_iMeta.csv"
[metadata.columns]
iCode = "code"
iName = "en"
Type = "type"
Direction = "direction"
Weight = "weight"
Parent = "parent"
Denominator = "denominator"
Target = "target"
Unit = "unit"
[[stage]]
do = "denominate"
from = "data"
[[stage]]
do = "impute"
from = "denominate"
method = "group mean"
group = "EurAsia_group"
[[stage]]
do = "screen"
from = "impute"
share = 0.9
by = "available"
[[stage]]
do = "treat"
from = "screen"
[[stage]]
do = "normalise"
from = "treat"
[[stage]]
do = "aggregate"
from = "normalise"
"""
    (tmp_path / "asem.toml").write_text(recipe, encoding="utf-8")
    made = build_from(tmp_path / "asem.toml")
    best = np.argsort(-made.index)[:3]
    assert [(made.data.units[k], round(float(made.index[k]), 2)) for k in best] == [
        ("CHE", 68.38), ("NLD", 64.82), ("DNK", 64.80)]  # fmt: skip


def test_every_fault_of_a_table_at_its_cell(tmp_path: Path) -> None:
    wrong = DATA.replace("Z,南,2021,5,1", "X,南,2021,five,1")
    with pytest.raises(DataFault) as raised:
        build_from(written(tmp_path, data=wrong))
    assert [(fault.code, fault.place) for fault in raised.value.faults] == [
        ("E402", "data.csv!line 7, column A"), ("E221", "data.csv!line 7, column D")]  # fmt: skip


@pytest.mark.parametrize(("data", "meta", "recipe", "word"), [
    (DATA.replace(",a,b", ",a,c"), META, RECIPE, "do not have: c"),
    (DATA.replace("unit,", "id,"), META, RECIPE, '"unit"'),
    (DATA, META.replace("b,乙,B,indicator,-1,1,all", "b,乙,B,indicator,-1,1,al"), RECIPE, "parent"),
    (DATA, META, RECIPE.replace('method = "carry"', 'methd = "carry"'), "methd"),
    (DATA, META, RECIPE.replace('"data.csv"', '"nothere.csv"'), "nothere.csv"),
    (DATA, META, RECIPE.replace('from = "impute"', 'from = "data"'), '"impute"'),
])  # fmt: skip
def test_what_does_not_fit_is_named(tmp_path: Path, data: str, meta: str, recipe: str, word: str) -> None:
    with pytest.raises(ParameterFault) as raised:
        build_from(written(tmp_path, data=data, meta=meta, recipe=recipe))
    assert word in raised.value.text.en
    assert not any("一" <= c <= "鿿" for c in raised.value.text.en)
