"""What a person said is done, where nothing can be detected."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SetUpConfirmation(models.Model):
    """One step of the guided set-up that somebody ticked."""

    step = models.CharField(_("step"), max_length=40, unique=True)
    confirmed_by = models.CharField(_("confirmed by"), max_length=150)
    confirmed_at = models.DateTimeField(_("confirmed"), auto_now_add=True)

    class Meta:
        verbose_name = _("confirmed step")
        verbose_name_plural = _("confirmed steps")
        ordering = ["step"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.step
