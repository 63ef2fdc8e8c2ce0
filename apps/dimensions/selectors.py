"""What of attributes and dimensions several apps and pages read."""

from django.db.models import QuerySet

from apps.dimensions.consequences import AnyType
from apps.dimensions.models import SLOTS, AttributeType, CompanyRequirement, DimensionType
from apps.masterdata.models import Account


def own_types() -> QuerySet[DimensionType, DimensionType]:
    """Types that the company linked to an Intacct dimension, active or not: not Department and Channel."""
    return DimensionType.objects.filter(intacct_object__isnull=False, is_locked=False)


def own_type(object_name: str) -> DimensionType | None:
    """The type whose values are the records of this Intacct object; None where none is linked to it."""
    return own_types().filter(intacct_object=object_name).first()


def next_free_slot() -> int | None:
    """The lowest document property that no type has; None: all twenty are taken."""
    taken = set(DimensionType.objects.exclude(slot=None).values_list("slot", flat=True))
    return next((slot for slot in range(1, SLOTS + 1) if slot not in taken), None)


def who_requires(type_: AnyType) -> list[str]:
    """Accounts and companies that require a type, in sentences."""
    words = []
    number = _accounts_that_require(type_)
    if number:
        words.append(
            f"Accounts that require it: {number}. Lines on them are refused until Sage Intacct requires it no more."
        )
    by = {"attribute_type": type_} if isinstance(type_, AttributeType) else {"dimension_type": type_}
    required = CompanyRequirement.objects.filter(is_required=True, **by).select_related("company")
    companies = [requirement.company.code for requirement in required]
    if companies:
        words.append(f"Required of every line of: {', '.join(companies)}. Remove that requirement first.")
    return words


def _accounts_that_require(type_: AnyType) -> int:
    accounts = Account.objects.filter(is_active=True)
    if isinstance(type_, DimensionType):
        rows = accounts.exclude(required_dimensions=[]).values_list("required_dimensions", flat=True)
        return sum(type_.code in codes for codes in rows)
    flag = f"is_required_{type_.code}"
    has_flag = flag in {field.name for field in Account._meta.fields}
    return accounts.filter(**{flag: True}).count() if has_flag else 0
