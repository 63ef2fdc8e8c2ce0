from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SynchronisationConfig(AppConfig):
    name = "apps.synchronisation"
    verbose_name = _("Synchronisation")

    def ready(self) -> None:
        from apps.configuration import checklist
        from apps.delivery.deliverables import register
        from apps.mapping import nodes as mapped_nodes
        from apps.masterdata import changes
        from apps.synchronisation.deliverable import MasterData
        from apps.synchronisation.services.outbound import hand_over
        from apps.synchronisation.set_up_checks import financial_data
        from apps.synchronisation.sources import SOURCES

        register(MasterData())
        mapped_nodes.register(*(source.node for source in SOURCES.values()))
        changes.register(hand_over)
        checklist.register("financial_data", financial_data)
