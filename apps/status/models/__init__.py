from apps.status.models.day_figure import DayFigure
from apps.status.models.hour_figure import HourFigure
from apps.status.models.notice import Notice, NoticeKind, NoticeUpdate, Severity
from apps.status.models.partner_figure import PartnerAmount, PartnerFigure, PartnerKind
from apps.status.models.record_figure import RecordFigure
from apps.status.models.roll_up import RollUp, StaleFigure, StaleKind

__all__ = [
    "DayFigure",
    "HourFigure",
    "Notice",
    "NoticeKind",
    "NoticeUpdate",
    "PartnerAmount",
    "PartnerFigure",
    "PartnerKind",
    "RecordFigure",
    "RollUp",
    "Severity",
    "StaleFigure",
    "StaleKind",
]
