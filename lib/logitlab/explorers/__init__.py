"""Explorers: sliders and questions that need no kernel.

Each is ordinary ipywidgets linked, in the page, to a view whose JavaScript does the arithmetic.
They are alive in JupyterLab while the kernel is busy, and in the static book where there is none.
"""

from ._shared import Goal
from .bias import bias_explorer
from .calibration import calibration_explorer
from .curve import curve_explorer
from .distribution import distribution_explorer
from .game import guessing_game
from .loop import loop_explorer
from .nucleus import nucleus_explorer
from .penalty import penalty_explorer
from .prediction import predict, quiz, surprises
from .stages import stages_explorer
from .teacher import teacher_explorer
from .text import text_explorer

__all__ = [
    "Goal",
    "bias_explorer",
    "calibration_explorer",
    "curve_explorer",
    "distribution_explorer",
    "guessing_game",
    "loop_explorer",
    "nucleus_explorer",
    "penalty_explorer",
    "predict",
    "quiz",
    "stages_explorer",
    "surprises",
    "teacher_explorer",
    "text_explorer",
]
