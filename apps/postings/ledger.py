"""What a part of a document does to the general ledger: its lines, their tax, and the control account's line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Protocol

from apps.postings.document_types import JOURNAL_ENTRY, POSITIVE_SIDE, Side, opposite
from apps.postings.taxes import LineTax

ZERO = Decimal(0)


class Booked(Protocol):
    """A line with its account, side, net amount and taxes, whether it is stored or just resolved."""

    @property
    def index(self) -> int: ...
    @property
    def account(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def net(self) -> Decimal: ...
    @property
    def taxes(self) -> tuple[LineTax, ...]: ...


@dataclass(frozen=True)
class LedgerLine:
    """A debit or credit. `of`: the index of the line that it comes from; None for the control account's.

    An account is empty where only Intacct knows it. `contra`: the account on the other side, as French and German
    ledgers name it.
    """

    account: str
    side: Side
    amount: Decimal
    of: int | None = None
    tax_detail: str = ""
    is_control: bool = False
    contra: str = ""


@dataclass(frozen=True)
class Ledger:
    """The lines of one part, balanced wherever the document is."""

    lines: tuple[LedgerLine, ...]

    @property
    def debit(self) -> Decimal:
        return sum((one.amount for one in self.lines if one.side == Side.DEBIT), ZERO)

    @property
    def credit(self) -> Decimal:
        return sum((one.amount for one in self.lines if one.side == Side.CREDIT), ZERO)

    @property
    def balances(self) -> bool:
        return self.debit == self.credit


def ledger_of(
    lines: Sequence[Booked],
    *,
    object_name: str,
    tax_accounts: Mapping[str, str],
    control_account: str = "",
    names_contra: bool = False,
) -> Ledger:
    """The ledger lines of a part. `names_contra`: where the company's legislation wants contra accounts."""
    booked = [line for one in lines for line in _of_line(one, tax_accounts)]
    if object_name != JOURNAL_ENTRY:
        booked.append(_control(booked, object_name, control_account))
    return Ledger(tuple(_with_contra(booked) if names_contra else booked))


def _of_line(line: Booked, tax_accounts: Mapping[str, str]) -> Iterator[LedgerLine]:
    yield LedgerLine(line.account, Side(line.side), line.net, of=line.index)
    for tax in line.taxes:
        if tax.amount:
            side = Side(line.side) if tax.amount > 0 else opposite(line.side)
            account = tax_accounts.get(tax.detail, "")
            yield LedgerLine(account, side, abs(tax.amount), of=line.index, tax_detail=tax.detail)


def _control(booked: Iterable[LedgerLine], object_name: str, account: str) -> LedgerLine:
    """Intacct adds it: what the customer or supplier owes or is owed."""
    positive = POSITIVE_SIDE[object_name]
    total = sum((one.amount if one.side == positive else -one.amount for one in booked), ZERO)
    return LedgerLine(account, opposite(positive) if total >= 0 else positive, abs(total), is_control=True)


def _with_contra(booked: Sequence[LedgerLine]) -> Iterator[LedgerLine]:
    """The largest line of the other side, the first of equals: for a document's own lines its control account."""
    largest: dict[Side, LedgerLine] = {}
    for one in booked:
        if one.side not in largest or one.amount > largest[one.side].amount:
            largest[one.side] = one
    for one in booked:
        other = largest.get(opposite(one.side))
        yield LedgerLine(
            one.account, one.side, one.amount, one.of, one.tax_detail, one.is_control, other.account if other else ""
        )


@dataclass(frozen=True)
class TEntry:
    """A debit or credit in a T-account. `object_name`: the Intacct document that it belongs to."""

    object_name: str
    line: LedgerLine


@dataclass(frozen=True)
class TAccount:
    """One account in one currency: debits left, credits right."""

    account: str
    name: str
    currency: str
    entries: tuple[TEntry, ...]

    def _side(self, side: Side) -> list[TEntry]:
        return [entry for entry in self.entries if entry.line.side == side]

    @property
    def rows(self) -> list[tuple[TEntry | None, TEntry | None]]:
        """Debit and credit side by side, as they are written."""
        return list(zip_longest(self._side(Side.DEBIT), self._side(Side.CREDIT)))

    @property
    def debit(self) -> Decimal:
        return sum((entry.line.amount for entry in self._side(Side.DEBIT)), ZERO)

    @property
    def credit(self) -> Decimal:
        return sum((entry.line.amount for entry in self._side(Side.CREDIT)), ZERO)

    @property
    def balance(self) -> Decimal:
        return abs(self.debit - self.credit)

    @property
    def balance_side(self) -> Side | None:
        """The side that is larger; None where both are equal."""
        if self.debit == self.credit:
            return None
        return Side.DEBIT if self.debit > self.credit else Side.CREDIT


def t_accounts(parts: Iterable[tuple[str, Ledger]], *, currency: str, names: Mapping[str, str]) -> list[TAccount]:
    """The T-accounts of a posting's documents, in the order in which accounts are first met.

    `names`: of accounts by number. Where only Intacct knows one, each tax detail and each control account is its own.
    """
    found: dict[tuple[str, str, str], list[TEntry]] = {}
    for object_name, ledger in parts:
        for line in ledger.lines:
            unknown = ("", "") if line.account else (line.tax_detail, object_name)
            found.setdefault((line.account, *unknown), []).append(TEntry(object_name, line))
    return [
        TAccount(account, names.get(account, ""), currency, tuple(entries)) for (account, *_), entries in found.items()
    ]
