"""The curve of a training run: the loss as a line, the scores of the validations as marks.

It can only be looked at, so it takes no focus; its description and the list of epochs beside it say the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from assistant.messages import Messages
from assistant.training_run import Epoch, Place
from assistant.windows.controls import identify
from assistant.windows.training_words import curve_sentence, decimal

_LEAST_LINES, _LEAST_COLUMNS = 9, 24
_MARGIN_PX = 8
_LINE_PX, _MARK_PX = 2, 5
_MOST_POINTS = 400
"""More than a window has columns; what lies closer together is averaged."""

Points = list[tuple[float, float]]
"""(share of the way, value), the former in [0, 1]."""


@dataclass(frozen=True, slots=True)
class _Series:
    """A curve with a scale of its own: losses and scores have nothing in common but the time."""

    points: Points
    marked: bool
    """Squares joined by a dashed line, where the other is a plain line: told apart without colours."""

    @property
    def limits(self) -> tuple[float, float]:
        values = [value for _, value in self.points]
        low, high = min(values), max(values)
        return (low, high) if high > low else (low - 0.5, high + 0.5)


class TrainingCurve(QWidget):
    """Draws the losses and scores it is given, in the colours of the theme.

    Args:
        messages: the texts.
    """

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self._loss = _Series([], marked=False)
        self._score = _Series([], marked=True)
        identify(self, "training.curve", messages.text("training.curve"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.show_run({}, ())

    def show_run(self, losses: Mapping[Place, float], epochs: Sequence[Epoch]) -> None:
        """Draw a run.

        Args:
            losses: place -> loss of a step, in order of time.
            epochs: those that ended, in order of time.
        """
        self._loss = _Series(loss_points(losses, epochs), marked=False)
        self._score = _Series(score_points(losses, epochs), marked=True)
        sentence = curve_sentence(epochs, self._messages)
        if sentence != self.accessibleDescription():
            self.setAccessibleDescription(sentence)
            self.setToolTip(sentence)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Grows with the text."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Room for the axes' numbers and something of a curve."""
        metrics = self.fontMetrics()
        return QSize(_LEAST_COLUMNS * metrics.averageCharWidth(), _LEAST_LINES * metrics.lineSpacing())

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw everything anew."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.fillRect(frame, palette.color(QPalette.ColorRole.Base))
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.drawRect(frame)
        inside = frame.adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        painter.setPen(palette.color(QPalette.ColorRole.Text))
        if self._loss.points:
            self._draw(painter, inside)
        else:
            text = self._messages.text("training.curve-empty")
            painter.drawText(inside, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
        painter.end()

    def _draw(self, painter: QPainter, inside: QRectF) -> None:
        line_px = QFontMetrics(painter.font()).lineSpacing()
        palette = self.palette()
        area = inside.adjusted(_MARK_PX, line_px + _MARK_PX, -_MARK_PX, -line_px - _MARK_PX)
        colours = (palette.color(QPalette.ColorRole.Text), palette.color(QPalette.ColorRole.Link))
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
        names = ("training.legend-loss", "training.legend-score")
        for series, colour, side, name in zip((self._loss, self._score), colours, sides, names, strict=True):
            if not series.points:
                continue
            low, high = series.limits
            painter.setPen(colour)
            top = self._messages.text(name, value=decimal(high, self._messages))
            painter.drawText(inside, side | Qt.AlignmentFlag.AlignTop, top)
            painter.drawText(inside, side | Qt.AlignmentFlag.AlignBottom, decimal(low, self._messages))
            self._draw_series(painter, area, series)

    def _draw_series(self, painter: QPainter, area: QRectF, series: _Series) -> None:
        low, high = series.limits
        height = area.height() / (high - low)
        places = [
            QPointF(area.left() + share * area.width(), area.bottom() - (value - low) * height)
            for share, value in series.points
        ]
        pen = QPen(painter.pen().color(), _LINE_PX)
        if series.marked:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(places))
        if series.marked or len(places) == 1:
            size = 2 * _MARK_PX
            for place in places:
                mark = QRectF(place.x() - _MARK_PX, place.y() - _MARK_PX, size, size)
                painter.fillRect(mark.intersected(QRectF(self.rect())), pen.color())


def loss_points(losses: Mapping[Place, float], epochs: Sequence[Epoch]) -> Points:
    """The loss over time; where steps were not written down, over the epochs.

    Returns:
        at most 400 points, each the mean of those around it.
    """
    values = list(losses.values()) or [epoch.loss for epoch in epochs if epoch.loss is not None]
    width = max(1, -(-len(values) // _MOST_POINTS))
    means = [_mean(values[start : start + width]) for start in range(0, len(values), width)]
    last = max(1, len(means) - 1)
    return [(index / last, mean) for index, mean in enumerate(means)]


def score_points(losses: Mapping[Place, float], epochs: Sequence[Epoch]) -> Points:
    """The score of each epoch, where its last step is in the curve of the losses."""
    ends = {(stage, epoch): index for index, (stage, epoch, _) in enumerate(losses)}
    last = max(1, len(losses) - 1)
    if not losses:
        ends = {(epoch.stage, epoch.number): index for index, epoch in enumerate(epochs)}
        last = max(1, len(epochs) - 1)
    return [
        (ends[epoch.stage, epoch.number] / last, epoch.score)
        for epoch in epochs
        if epoch.score and (epoch.stage, epoch.number) in ends
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
