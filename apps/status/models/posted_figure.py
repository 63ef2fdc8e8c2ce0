"""How many deliveries of an Intacct object were posted: what is final needs no second count."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.configuration.models import IntacctConfiguration


class PostedFigure(models.Model):
    """`posted` are those before `until`; what was posted since is counted when it is asked for, so nothing is missed.

    `counted_on`: the day on which all of them were counted; on the others only the new ones are added.
    """

    connection = models.ForeignKey(
        IntacctConfiguration, models.CASCADE, related_name="+", verbose_name=_("configuration")
    )
    object_name = models.CharField(_("Intacct object"), max_length=40)
    posted = models.PositiveIntegerField(_("posted"))
    last_at = models.DateTimeField(_("last posted"))
    until = models.DateTimeField(_("until"))
    counted_on = models.DateField(_("counted on"))

    class Meta:
        verbose_name = _("figure of an object")
        verbose_name_plural = _("figures by object")
        ordering = ["connection", "object_name"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["connection", "object_name"], name="status_postedfigure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.object_name} {self.posted}"
