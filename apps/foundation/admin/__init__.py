from apps.foundation.admin.audit_entry import AuditEntryAdmin

__all__ = ["AuditEntryAdmin"]
