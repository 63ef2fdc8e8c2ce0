from apps.reconciliation.admin.reconciliation_run import ReconciliationRunAdmin

__all__ = ["ReconciliationRunAdmin"]
