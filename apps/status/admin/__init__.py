from apps.status.admin.notice import NoticeAdmin

__all__ = ["NoticeAdmin"]
