from apps.status.models.day_figure import DayFigure
from apps.status.models.hour_figure import HourFigure
from apps.status.models.notice import Notice, NoticeKind, NoticeUpdate, Severity
from apps.status.models.partner_figure import (
    CustomerFigure,
    PartnerAmount,
    PartnerFigure,
    PartnerKind,
    SupplierFigure,
)
from apps.status.models.posted_figure import PostedFigure
from apps.status.models.record_figure import RecordFigure
from apps.status.models.roll_up import Recount, RecountSource, RollUp, StaleFigure, StaleKind

__all__ = [
    "CustomerFigure",
    "DayFigure",
    "HourFigure",
    "Notice",
    "NoticeKind",
    "NoticeUpdate",
    "PartnerAmount",
    "PartnerFigure",
    "PartnerKind",
    "PostedFigure",
    "RecordFigure",
    "Recount",
    "RecountSource",
    "RollUp",
    "Severity",
    "StaleFigure",
    "StaleKind",
    "SupplierFigure",
]
