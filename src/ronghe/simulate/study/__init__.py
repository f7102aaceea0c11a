"""The scenario file of a study: one TOML file, checked, content-hashed, read and written."""

from ronghe.simulate.study.content import ScenarioFile as ScenarioFile
from ronghe.simulate.study.faults import ScenarioFileFault as ScenarioFileFault
from ronghe.simulate.study.file import read_scenario as read_scenario
from ronghe.simulate.study.file import write_scenario as write_scenario
