"""What a partner may look at, given and taken by an integration admin."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction

from apps.access.models import PartnerAccess
from apps.foundation.changes import record_change
from apps.foundation.wording import in_english
from apps.organisation.models import Company


@in_english
@transaction.atomic
def give_companies(*, user: User, companies: Collection[Company], shows_amounts: bool, actor: str) -> bool:
    """Let a person see the status pages of exactly these companies. False: it was so already.

    It counts for the role Partner only; whoever sees all companies goes on seeing them.
    """
    access, created = PartnerAccess.objects.select_for_update().get_or_create(user=user)
    before = None if created else _values(access)
    access.shows_amounts = shows_amounts
    access.save(update_fields=["shows_amounts"])
    access.companies.set(companies)
    return record_change(actor=actor, kind="partner_access", row=access, before=before, after=_values(access))


def _values(access: PartnerAccess) -> dict[str, str]:
    codes = access.companies.order_by("code").values_list("code", flat=True)
    return {"user": str(access.user), "companies": ", ".join(codes), "shows_amounts": str(access.shows_amounts)}
