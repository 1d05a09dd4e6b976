"""The report of an evaluation: one HTML file that holds all its pictures."""

from training.report.drawing import Drawer, open_drawer
from training.report.page import Result, write_report

__all__ = ["Drawer", "Result", "open_drawer", "write_report"]
