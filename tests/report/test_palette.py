"""Colours: told apart with colour deficiencies, on white and on dark paper, and never alone.

The simulation matrices are those of Machado, Oliveira and Fernandes, "A Physiologically-based Model for
Simulation of Color Vision Deficiency", 2009, severity 1.0; distances are CIE 1976 L*a*b*.
"""

from itertools import combinations

import numpy as np
import pytest

from ronghe.report import palette

DEFICIENCIES = {
    "none": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
# About five times the distance at which two large patches can just be told apart (2.3).
APART = 11.0


def lab(colour, matrix):
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(matrix) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ seen
    x, y, z = np.cbrt(np.maximum(xyz / [0.9505, 1.0, 1.089], 0.008856))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_gain_and_loss_are_told_apart_at_every_depth(deficiency):
    matrix = DEFICIENCIES[deficiency]
    for gain, loss in zip(palette.GAINS, palette.LOSSES, strict=True):
        assert np.linalg.norm(lab(gain, matrix) - lab(loss, matrix)) > APART


@pytest.mark.parametrize("deficiency", DEFICIENCIES)
def test_the_first_three_groups_are_told_apart(deficiency):
    matrix = DEFICIENCIES[deficiency]
    for one, other in combinations(palette.SERIES[:3], 2):
        assert np.linalg.norm(lab(one, matrix) - lab(other, matrix)) > APART


def test_each_group_has_its_own_symbol_and_texture_too():
    assert len(set(palette.SYMBOLS)) == len(palette.SYMBOLS) == len(palette.SERIES)
    assert len({repr(decal) for decal in palette.DECALS}) == len(palette.SERIES)


@pytest.mark.parametrize("paper", [palette.PAPER, palette.DARK[palette.PAPER]])
def test_data_stand_out_from_white_and_from_dark_paper(paper):
    # 3:1 is what WCAG 2.1 asks of graphical objects.
    assert min(palette.contrast(colour, paper) for colour in (*palette.SERIES, palette.GAIN, palette.LOSS)) >= 3


def test_words_are_read_on_every_ground():
    # 4.5:1 is what WCAG 2.1 asks of text.
    for ground in (*palette.GAINS, *palette.LOSSES, palette.ZERO):
        assert palette.contrast(ground, palette.ink_on(ground)) >= 4.5
    for ink in (palette.INK, palette.MUTED):
        for paper in (palette.PAPER, palette.EMPTY):
            assert palette.contrast(ink, paper) >= 4.5
            assert palette.contrast(palette.DARK[ink], palette.DARK[paper]) >= 4.5


def test_depth_grows_darker_so_that_grey_print_keeps_the_order():
    for ramp in (palette.GAINS, palette.LOSSES, palette.FLOWS):
        shades = [palette.luminance(colour) for colour in ramp]
        assert shades == sorted(shades, reverse=True)


def test_contrast_of_black_on_white_is_twenty_one():
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
