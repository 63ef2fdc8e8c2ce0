"""What every record has that Sage Intacct owns; read-only here (guide, "Financial data")."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class InboundRecord(models.Model):
    """A record that Sage Intacct owns; the portal keeps what it needs to check and to show.

    Where it stands (record number, last message, link) is its integration state's business, in `delivery`.
    """

    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(_("active"), default=True)
    synchronised_at = models.DateTimeField(_("synchronised"))

    class Meta:
        abstract = True
