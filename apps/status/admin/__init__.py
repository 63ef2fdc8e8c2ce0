from apps.status.admin.notice import NoticeAdmin
from apps.status.admin.partner_figure import CustomerFigureAdmin, SupplierFigureAdmin

__all__ = ["CustomerFigureAdmin", "NoticeAdmin", "SupplierFigureAdmin"]
