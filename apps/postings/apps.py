from django.apps import AppConfig


class PostingsConfig(AppConfig):
    name = "apps.postings"
    verbose_name = "Postings"

    def ready(self) -> None:
        from apps.delivery.deliverables import register
        from apps.postings import portable
        from apps.postings.deliverable import AccountingDocuments

        register(AccountingDocuments())
        portable.declare()
