from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PostingsConfig(AppConfig):
    name = "apps.postings"
    verbose_name = _("Postings")

    def ready(self) -> None:
        from apps.configuration import level_change
        from apps.delivery import noticed
        from apps.delivery.deliverables import register
        from apps.dimensions import consequences
        from apps.mapping import nodes as mapped_nodes
        from apps.mapping.payment_reading import payment_objects
        from apps.postings import portable
        from apps.postings.deliverable import AccountingDocuments
        from apps.postings.level_change import not_posted_of
        from apps.postings.nodes import DOCUMENT_NODE
        from apps.postings.services.payments import take_hint
        from apps.postings.type_usage import open_lines

        consequences.register(open_lines)
        register(AccountingDocuments())
        mapped_nodes.register(DOCUMENT_NODE)
        level_change.register(not_posted_of)
        portable.declare()
        for object_name in payment_objects():
            noticed.register(object_name, take_hint)
