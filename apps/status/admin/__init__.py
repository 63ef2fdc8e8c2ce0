from apps.status.admin.partner_figure import CustomerFigureAdmin, SupplierFigureAdmin

__all__ = ["CustomerFigureAdmin", "SupplierFigureAdmin"]
