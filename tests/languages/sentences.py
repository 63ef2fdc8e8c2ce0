"""Collects the English sentences that services, problems and delivered texts are made of, as msgids.

A sentence of the code is a text that begins with a capital or a value and ends as a sentence does; an f-string's values
become places: f"{posting} is not in error." is "%(posting)s is not in error.".
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from apps.intacct.error_catalogue import error_catalogue

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "integration_portal" / "sentences"
LINE = 120
FEWEST_LETTERS = 6
ENDED = re.compile(r"[.?:]\s*$|[.:] .*%\(\w+\)s$")
"""How a sentence ends: as one, or with a value that is a sentence of its own."""
NO_NAMES = ("join", "str", "len", "lower")
NAMING = ("Document", "Line", "Tax", "Step", "Property", "_item", "_of_primary", "_of_partner", "_role", "_of_address")
"""Calls whose second argument names something on a page: a property of a record, a step of the connection test."""
MARKED = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}
MARKED_AND_STORED = ("apps/notifications/alert_words.py",)
"""Words of mails, each in its reader's language, that the audit trail keeps in English."""
NOT_READ_ON_PAGES = re.compile(
    r"/(api|management|migrations|templatetags)/|^apps/sandbox/|openapi\.py$|documented_\w+\.py$"
    r"|^apps/intacct/(functions|query|envelope|records|legacy|structure|documents)\.py$"
    r"|^apps/foundation/(triggers|api|filters|length|metadata|pages|preconditions|problems|rest_fields|crash_points)\.py$"
    r"|^apps/postings/services/(idempotency|accepted)\.py$|^apps/reconciliation/report\.py$|^apps/access/(limits|permissions)\.py$"
)
"""What only machines, developers and administrators of the server read stays English."""

THE_THEMES_OWN = (
    "Action", "Add another %(verbose_name)s", "All applications", "Apply Filters", "Cancel", "Choose file to upload",
    "Click to cancel", "Click to download", "Dark", "Date", "Date from", "Date to", "Expand row", "False",
    "Forgotten your password or username?", "From", "General", "Go back", "Light", "More actions", "Next", "No data",
    "No results found", "Previous", "Reset filters", "Return to site", "Run", "Select action", "Select action to run",
    "Select all rows", "Select currency", "Select format", "Select record", "Select value", "System",
    "This exporter will export the following fields", "This item will be deleted.", "To", "Toggle password visibility",
    "True", "Type to search", "Value", "View traceback", "Welcome", "Welcome back to",
    "You have been successfully logged out from the administration",
)  # fmt: skip
"""Words of the admin theme that neither it nor Django translates."""

SHORT_WORDS = (
    "Direction",
    "Include private",
    "cleared",
    "client %(name)s",
    "portal",
    "everything agrees",
    "Location",
    "not mapped",
    "Sign in",
    "yes",
    "no",
)
"""What services name in a word or two."""

CHANGED_ROWS = (
    "Legislation", "Chart of accounts", "Tax category", "Tax solution", "Company", "Site", "Journal entry type",
    "Posting class", "Posting class definition", "Posting class assignment", "Default dimension",
    "Company requirement", "Configuration", "Webhook", "Customer", "Supplier", "Item", "Alert rule", "Digest", "Notice",
    "Partner access", "Posting class line", "Dimension type", "Account",
)  # fmt: skip
HAPPENED = (
    "Account tax management changed", "Alert over", "Alert raised", "Alert reminded", "Alert rule activated",
    "Alert rule deactivated", "Alert rule test sent", "Digest activated", "Digest deactivated", "Digest test sent",
    "Figures exported", "Records forced", "Records handed over", "Set up step reopened", "Shared link created",
    "Shared link revoked", "Status exported", "API client changed", "API client created", "API client revoked",
    "API key revoked", "API key rotated", "Asynchronous test started", "Audit trail left", "Audit trail left to",
    "Audit trail updated", "Callback secret renewed", "Comparison cancelled", "Comparison failed",
    "Comparison started", "Connection paused", "Connection resumed", "Connection tested",
    "Custom package downloaded", "Dimension type activated", "Dimension type deactivated", "Look up requested",
    "Mapping changed", "Mapping reset", "Option left on", "Option turned off", "Option turned on",
    "Option warning shown", "Payment changed", "Period compared", "Posting corrected", "Posting reversed", "Purged",
    "Records compared", "Records reset", "Records synchronised", "Records taken over", "Secrets rotated",
    "Set up exported", "Set up imported", "Set up step confirmed", "Synchronisation cancelled",
    "Synchronisation failed", "Synchronisation finished", "Synchronisation started", "Webhook activated",
    "Webhook deactivated", "Webhook secret rotated",
    "Webhook sent again", "Webhook test sent",
)  # fmt: skip
"""What the audit trail tells of: codes of actions as words (see `happening`)."""


def sentences() -> dict[str, list[str]]:
    """By the app that says it, every msgid once, in a stable order."""
    found: dict[str, str] = {}
    happened = (*HAPPENED, *(f"{row} {what}" for row in CHANGED_ROWS for what in ("created", "changed", "deleted")))
    listed = [*(("theme", one) for one in THE_THEMES_OWN), *(("foundation", one) for one in (*happened, *SHORT_WORDS))]
    for app, one in (*_of_code(), *_of_delivered(), *listed):
        found.setdefault(one, app)
    return {app: sorted(one for one, said_by in found.items() if said_by == app) for app in sorted({*found.values()})}


def module_texts() -> dict[str, str]:
    """What the modules of `integration_portal/sentences/` must hold, by name."""
    texts = {}
    for app, msgids in sentences().items():
        lines = "".join(f"    gettext_noop({one!r}),\n" for one in msgids)
        unwrapped = "# ruff: noqa: E501\n" if any(len(one) > LINE for one in lines.splitlines()) else ""
        texts[f"{app}.py"] = (
            f'"""Sentences of {app}. Written by `make messages`; do not edit."""\n\n'
            f"from django.utils.translation import gettext_noop\n\n# fmt: off\n{unwrapped}"
            f"SENTENCES = (\n{lines})\n"
        )
    return texts


def _of_code() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "apps").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        if not NOT_READ_ON_PAGES.search(place):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            yield from ((place.split("/")[1], one) for one in _of_node(tree))
            if place in MARKED_AND_STORED:
                yield from ((place.split("/")[1], one) for one in _marked_with_places(tree))


def _marked_with_places(tree: ast.AST) -> Iterator[str]:
    """Marked sentences with values: to be known again, although the catalogues have them by their mark."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in MARKED and isinstance(node.args[0], ast.Constant):
            msgid = str(node.args[0].value)
            if "%(" in msgid:
                yield msgid


def _of_node(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        if called.split(".")[-1] in MARKED or called.startswith("logger"):
            return
        if called.split(".")[-1] in NAMING:
            yield from (one.value for one in node.args[1:2] if isinstance(one, ast.Constant) and one.value)
    text = _text(node)
    if text is None:
        for child in ast.iter_child_nodes(node):
            yield from _of_node(child)
    elif re.search(r"\w\)?s?,? [a-z%]", text) and re.match(r"[A-Z%“]", text) and ENDED.search(text) and _says(text):
        yield text.strip()


def _says(text: str) -> bool:
    """Not only places and a few marks: such a sentence would be found in every other."""
    return sum(one.isalpha() for one in re.sub(r"%\(\w+\)s", "", text)) >= FEWEST_LETTERS


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _numbered(node.value.replace("%", "%%").replace("{}", "%(value)s"))
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = [
        str(one.value).replace("%", "%%") if isinstance(one, ast.Constant) else f"%({_name(one.value)})s"  # type: ignore[attr-defined]
        for one in node.values
    ]
    return _numbered("".join(parts))


def _name(value: ast.AST) -> str:
    names = [
        one for one in re.findall(r"[A-Za-z_]{2,}", ast.unparse(value)) if one not in ("join", "str", "len", "lower")
    ]
    return names[-1].strip("_").lower() if names else "value"


def _numbered(text: str) -> str:
    """Places of one sentence have different names."""
    seen: dict[str, int] = {}

    def other(match: re.Match[str]) -> str:
        seen[match[1]] = number = seen.get(match[1], 0) + 1
        return f"%({match[1]}{number if number > 1 else ''})s"

    return re.sub(r"%\((\w+)\)s", other, text)


def _of_delivered() -> Iterator[tuple[str, str]]:
    catalogue = error_catalogue()
    entries = [*catalogue.identifiers.values(), *catalogue.numbers.values(), catalogue.unknown]
    for entry in (*entries, *(one for _pattern, one in catalogue.patterns)):
        yield from (("intacct", one.replace("%", "%%")) for one in (entry.meaning, entry.next_step))
    for step in _yaml("configuration/delivered/set_up_steps.yaml"):
        yield from (("configuration", one) for one in (step["title"], step["path"], *step["words"]))
    for option in _yaml("options/delivered/options.yaml"):
        yield from (("options", one) for one in (option["name"], option["description"]))
    for folder in ("delivered", "delivered_inbound", "delivered_outbound"):
        for path in sorted((ROOT / "apps" / "mapping" / folder).glob("*.yaml")):
            delivered = yaml.safe_load(path.read_text(encoding="utf-8"))
            yield from (("mapping", delivered[key]) for key in ("label", "transactions") if key in delivered)
    for kind in ("attribute", "dimension"):
        yield from (("dimensions", one["name"]) for one in _yaml(f"dimensions/delivered/{kind}_types.yaml"))


def _yaml(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((ROOT / "apps" / name).read_text(encoding="utf-8"))
    return rows
