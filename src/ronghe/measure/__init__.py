"""Room ``measure``: what is observed of an area, and how unified its markets are."""

from ronghe.measure.area import area_dispersion as area_dispersion
from ronghe.measure.area import price_panels as price_panels
from ronghe.measure.dispersion import AreaDispersion as AreaDispersion
from ronghe.measure.dispersion import Dispersion as Dispersion
from ronghe.measure.dispersion import PricePanel as PricePanel
from ronghe.measure.dispersion import dispersion_of as dispersion_of
from ronghe.measure.observed import observed_exhibits as observed_exhibits
from ronghe.measure.segmentation import Segmentation as Segmentation
from ronghe.measure.segmentation import all_pairs as all_pairs
from ronghe.measure.segmentation import segmentation as segmentation
