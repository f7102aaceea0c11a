"""A page with every part that the style sheet knows, made of invented figures: for the tests of the style only.

``python tests/report/sample_page.py FOLDER`` writes it, to be looked at.
"""

import base64
import sys
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from ronghe.base.exhibit import Column, Table
from ronghe.base.files import write_whole
from ronghe.base.region import provinces
from ronghe.base.status import WORDS
from ronghe.base.text import LANGS, Text
from ronghe.report import charts, svg
from ronghe.report.tilemap import Outline, tile_map

GAINS = {region.code: 0.0004 * (at - 9) for at, region in enumerate(provinces()[:31])}
LIMIT = Text(
    "省际贸易数据为估计值，不能判断哪两省之间的壁垒更高；因此本报告不发布融合深度，不发布堵点排序。",
    "Trade between provinces is estimated and cannot tell which pair has the higher wall; no depth is published.",
)
LEVERS = Table(
    (Column("lever", Text("举措", "Lever")), Column("gain", Text("得益", "Gain"), style="money")),
    (
        (Text("异地就医直接结算", "Settlement of medical bills across provinces"), 13.1),
        (Text("资质互认", "Mutual recognition of licences"), 6.22),
        (Text("运费补贴取消", "Freight subsidies withdrawn"), -4.14),
    ),
)
FLOWS = Table(
    (
        Column("buyer", Text("买方", "Buyer")),
        Column("seller", Text("卖方", "Seller")),
        Column("flow", Text("流量", "Flow"), style="money"),
    ),
    tuple(
        (a.name, b.name, (1.0 + i) * (2.0 + j))
        for i, a in enumerate(provinces()[:31])
        for j, b in enumerate(provinces()[:31])
    ),
)


def image(option):
    drawn = svg.with_dark(svg.render_svg(option, *charts.figure_size(option)))
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


def sample_page(lang):
    """Return the page as HTML, the style inside."""
    template = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
    outlines = [Outline(Text("长三角", "Yangtze River Delta"), ("310000", "320000", "330000", "340000"))]
    charted = {
        "levers": charts.waterfall(LEVERS, lang),
        "flows": charts.flow_heatmap(FLOWS, lang, members=("上海", "江苏", "浙江", "安徽")),
    }
    return (
        Environment(undefined=StrictUndefined, autoescape=True)
        .from_string(template)
        .render(
            lang=lang,
            say=lambda zh, en: zh if lang == "zh" else en,
            style=files("ronghe.report").joinpath("templates", "report.css").read_text(encoding="utf-8"),
            words={key: word.of(lang) for key, word in WORDS.items()},
            limit=LIMIT.of(lang),
            regions=provinces(),
            tiles=tile_map(GAINS, lang, measure=Text("得益", "Gain"), status="estimated", outlines=outlines),
            images={id: image(option) for id, option in charted.items()},
        )
    )


if __name__ == "__main__":
    for lang in LANGS:
        write_whole(Path(sys.argv[1]) / f"sample.{lang}.html", sample_page(lang))
