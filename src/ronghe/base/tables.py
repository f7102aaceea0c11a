"""Names of tables as a reader knows them: one wording for messages, letters, pages and schemas."""

from __future__ import annotations

from ronghe.base.i18n import catalogue
from ronghe.base.text import Text, same


def table_title(table: str) -> Text:
    """Return the name of a table; the blocks of an interregional table share one, an unknown table keeps its key.

    Examples
    --------
    >>> table_title("io_intermediate").en
    'Interregional input-output table'
    """
    titles = catalogue("tables")
    found = "io" if table.startswith("io_") and table not in titles else table
    return titles[found] if found in titles else same(table)


def titled(table: str) -> Text:
    """Return title and key of a table, the key alone where it has no title.

    Examples
    --------
    >>> titled("trade").zh, titled("trade").en
    ('区域间贸易（trade）', 'Interregional trade (trade)')
    """
    title = table_title(table)
    return title if title == same(table) else Text(f"{title.zh}（{table}）", f"{title.en} ({table})")
