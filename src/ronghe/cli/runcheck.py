"""A run folder, or the folder of a report, held against what was written into it.

Apart from :mod:`ronghe.cli.check`, which looks at tables without the rooms that a report needs.
"""

from __future__ import annotations

from pathlib import Path

from ronghe.base.errors import ScenarioFault
from ronghe.cli.common import Session, say
from ronghe.report.runfolder import MANIFEST, check_published, check_run


def run(here: Session, path: Path) -> int:
    """Check a run folder, or the folder of a report with everything published in it."""
    whole = not (path / MANIFEST).exists() and (path / "run").is_dir()
    folder = path / "run" if whole else path
    if not (folder.is_dir() and ((folder / MANIFEST).exists() or (folder / "run.json").exists())):
        raise ScenarioFault(say("not_run", path=path))
    published = check_published(path) if whole else {}
    files = check_run(folder)
    if here.as_json:
        here.json({"files": files, "published": published, "faults": []})
    elif whole:
        here.out(say("ok_report", files=len(files), published=len(published)))
    else:
        here.out(say("ok_run", files=len(files)))
    return 0
