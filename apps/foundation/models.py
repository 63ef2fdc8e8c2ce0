"""Where Django looks for models."""

from apps.foundation.audit import AuditEntry

__all__ = ["AuditEntry"]
