import re

import pytest

from ronghe.base.i18n import catalogue, reader_language, topics
from ronghe.base.text import Text, joined

SLOT = re.compile(r"\{(\w+)[±~]?\}")


@pytest.mark.parametrize("topic", topics())
def test_both_wordings_of_every_entry_carry_the_same_placeholders(topic):
    for key, text in catalogue(topic).items():
        assert set(SLOT.findall(text.zh)) == set(SLOT.findall(text.en)), f"{topic}.{key}"


@pytest.mark.parametrize("topic", topics())
def test_the_chinese_wording_is_chinese_and_the_english_is_not(topic):
    for key, text in catalogue(topic).items():
        if key in ("other_language", "missing"):
            continue
        # Names such as 长三角 may stand in English examples; sentences may not.
        english = re.sub(r"长三角|示范[甲乙]|沪,苏", "", text.en)
        assert not re.search(r"[一-鿿]", english), f"{topic}.{key}: {text.en}"
        assert text.zh.strip() or not text.en.strip(), f"{topic}.{key}"


def test_a_text_enters_a_sentence_in_its_own_language():
    sentence = Text("{area}很大", "{area} is large").format(area=Text("长三角", "the delta"))
    assert sentence == Text("长三角很大", "the delta is large")
    assert joined([Text("沪", "Shanghai"), Text("皖", "Anhui")]).en == "Shanghai, Anhui"


def test_the_reader_is_spoken_to_in_chinese_unless_the_locale_says_english(monkeypatch):
    for name in ("RONGHE_LANG", "LC_ALL", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert reader_language() == "en"
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert reader_language() == "zh"
    monkeypatch.setenv("RONGHE_LANG", "en")
    assert reader_language() == "en"
