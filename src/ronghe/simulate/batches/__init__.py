"""Many openings of one scenario: each an exact solve, told as they come, kept in a folder, taken up again."""

from ronghe.simulate.batches.pace import Pace as Pace
from ronghe.simulate.batches.pairs import OpenPairs as OpenPairs
from ronghe.simulate.batches.result import OpeningGains as OpeningGains
from ronghe.simulate.batches.result import Part as Part
from ronghe.simulate.batches.run import batch_openings as batch_openings
from ronghe.simulate.batches.run import estimate_seconds as estimate_seconds
from ronghe.simulate.batches.run import stream_openings as stream_openings
