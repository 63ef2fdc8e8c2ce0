"""Sites of a company; the financial one carries the Intacct entity's ID (guide, "Business entities")."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.foundation.scoping import ScopedQuerySet
from apps.organisation.models.codes import CODE
from apps.organisation.models.company import Company


class SiteQuerySet(ScopedQuerySet["Site"]):
    """Sites, by company."""


class Site(models.Model):
    """A site of a company; the financial one carries the Intacct entity's ID."""

    company = models.ForeignKey(Company, models.PROTECT, related_name="sites", verbose_name=_("company"))
    code = models.CharField(_("ID"), max_length=24, unique=True, validators=[CODE])
    name = models.CharField(_("name"), max_length=120)
    is_financial = models.BooleanField(_("financial site"), default=False)
    is_stock = models.BooleanField(_("stock site"), default=False)
    is_manufacturing = models.BooleanField(_("manufacturing site"), default=False)
    is_sales = models.BooleanField(_("sales site"), default=False)
    is_purchase = models.BooleanField(_("purchase site"), default=False)
    financial_site = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="served_sites",
        verbose_name=_("its financial site"),
        help_text=_("The financial site whose books this site's movements go to. Empty for a financial site."),
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="organisation_site_books_somewhere",
                condition=models.Q(is_financial=True, financial_site__isnull=True)
                | models.Q(is_financial=False, financial_site__isnull=False),
                violation_error_message=_(
                    "A site is a financial site itself, or names the financial site that keeps its books."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        """The guide's rule, "Business entities": a company and its financial site have the same ID, the entity's."""
        flaws: dict[str, Any] = {}
        company = self.company if self.company_id else None
        if company is not None and self.code == company.code and not self.is_financial:
            flaws["is_financial"] = _("The site that has its company's ID is the company's financial site.")
        if company is not None and self.code != company.code and Company.objects.filter(code=self.code).exists():
            flaws["company"] = _("Another company has the ID %(code)s: this can only be its financial site.") % {
                "code": self.code
            }
        if self.financial_site is not None and company is not None and self.financial_site.company_id != company.pk:
            flaws["financial_site"] = _("This financial site belongs to another company.")
        if self.pk and not self.is_financial and self.served_sites.exists():
            flaws["is_financial"] = _("Other sites have their books here. Give them another financial site first.")
        if flaws:
            raise ValidationError(flaws)

    @property
    def entity_id(self) -> str:
        """The Intacct entity (and location) of this site's books."""
        return self.code if self.financial_site is None else self.financial_site.code
