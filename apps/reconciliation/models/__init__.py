from apps.reconciliation.models.finding import Finding, Section
from apps.reconciliation.models.reconciliation_run import ReconciliationRun

__all__ = ["Finding", "ReconciliationRun", "Section"]
