"""A target document as the *Integration* page lists it (dmo-facts 3.4): the same row, another page."""

from django.utils.translation import gettext_lazy as _

from apps.postings.models.target_document import TargetDocument


class IntegratedDocument(TargetDocument):
    """One finance document in Sage Intacct, or on its way there."""

    class Meta:
        proxy = True
        verbose_name = _("finance document")
        verbose_name_plural = _("integration: finance")
        default_permissions = ("view",)
