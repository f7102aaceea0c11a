import json

import pytest

from ronghe.base.errors import DataFault
from ronghe.base.exhibit import Column, Table
from ronghe.base.text import Text
from ronghe.report.runfolder import MANIFEST, check_run, table_csv, versions, write_run

TABLE = Table(
    (Column("region", Text("地区", "Region")), Column("gain", Text("得益", "Gain"), style="money")),
    ((Text("上海", "Shanghai"), 1.5), (Text("安徽", "Anhui"), -0.25), (Text("江苏", "Jiangsu"), None)),
)


@pytest.fixture
def run(tmp_path):
    write_run(tmp_path, record={"year": 2023, "zh": "沪"}, tables={"gains": TABLE})
    return tmp_path


def test_a_fresh_run_folder_is_sound(run):
    assert set(check_run(run)) == {"run.json", "gains.csv"}


def test_texts_stand_in_both_languages_and_numbers_round_trip(run):
    assert table_csv(TABLE).splitlines() == [
        "region_zh,region_en,gain",
        "上海,Shanghai,1.5",
        "安徽,Anhui,-0.25",
        "江苏,Jiangsu,",
    ]


def test_a_changed_row_is_named(run):
    path = run / "gains.csv"
    path.write_text(path.read_text().replace("-0.25", "-0.2"))
    with pytest.raises(DataFault) as caught:
        check_run(run)
    assert "gains.csv!line 3" in caught.value.message("zh")
    assert caught.value.exit_code == 3


def test_all_damages_are_told_at_once(run):
    (run / "gains.csv").unlink()
    (run / "run.json").write_text("{}")
    (run / "extra.txt").write_text("x")
    with pytest.raises(DataFault) as caught:
        check_run(run)
    told = caught.value.message("en")
    assert all(name in told for name in ("gains.csv", "run.json", "extra.txt"))
    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"a": 1}', '{"a": {"sha256": 3, "lines": []}}'])
def test_a_damaged_manifest_is_told_in_words(run, content):
    if content is None:
        (run / MANIFEST).unlink()
    else:
        (run / MANIFEST).write_text(content)
    with pytest.raises(DataFault, match=MANIFEST) as caught:
        check_run(run)
    assert len(caught.value.faults) == 1


def test_the_same_run_gives_the_same_bytes(run, tmp_path_factory):
    again = tmp_path_factory.mktemp("again")
    write_run(again, record={"zh": "沪", "year": 2023}, tables={"gains": TABLE})
    for path in run.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes()


def test_versions_name_what_a_result_depends_on():
    assert {"python", "ronghe", "numpy", "numba"} <= set(versions())
    assert json.dumps(versions())
