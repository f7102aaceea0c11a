"""The READMEs show what the demo prints now, not what it once printed."""

import sys

import pytest

from ronghe.data import load
from ronghe.report import build_document, record
from shared import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "scripts"))


@pytest.fixture(scope="module")
def sentences():
    data = load()
    return record(build_document(data, data.area("长三角")))["sentences"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_readme_shows_what_the_demo_prints(sentences, lang):
    from fill_readme import READMES, section

    assert section(sentences, lang) in (REPOSITORY / READMES[lang]).read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_its_picture_is_there(lang):
    picture = (REPOSITORY / f"docs/images/report-{lang}.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 600_000
