"""The whole set-up as one file, without secrets: written, looked at before it is taken, and taken all or not at all."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.configuration.errors import SetUpFileRefused
from apps.foundation import audit
from apps.foundation.errors import Flaw
from apps.foundation.portable import portables
from apps.foundation.portable_rows import Outcome, Taken, rows_of, take
from apps.foundation.wording import in_english

FORMAT = "dmo-intacct-set-up"
VERSION = 1
MOST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class SetUpImport:
    """What an import did, or would do: every row of the file, in its order."""

    rows: tuple[Taken, ...]
    exported_from: str

    @property
    def refused(self) -> tuple[Taken, ...]:
        return tuple(row for row in self.rows if row.outcome == Outcome.REFUSED)

    @property
    def changing(self) -> tuple[Taken, ...]:
        return tuple(row for row in self.rows if row.outcome in (Outcome.CREATED, Outcome.CHANGED))

    @property
    def left_with_words(self) -> tuple[Taken, ...]:
        """What is left as it is although the file has something else."""
        return tuple(row for row in self.rows if row.outcome == Outcome.LEFT and row.words)

    @property
    def counts(self) -> dict[str, int]:
        counted = Counter(row.outcome for row in self.rows)
        return {outcome.value: counted[outcome] for outcome in Outcome}


@in_english
def export_set_up(*, actor: str) -> str:
    """The file's text (JSON). The same set-up gives the same text, but for the time in it. Holds no secret."""
    sections = {one.section: rows_of(one) for one in portables()}
    document = {
        "format": FORMAT,
        "version": VERSION,
        "exported_from": settings.PORTAL_BASE_URL,
        "exported_at": timezone.now().isoformat(timespec="seconds"),
        "sha256": _checksum(sections),
        "sections": sections,
    }
    _record(actor, "set_up_exported", {"sha256": document["sha256"]})
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def preview_set_up(*, text: str) -> SetUpImport:
    """What `import_set_up` would do. Raises `SetUpFileRefused` for what is no such file."""
    with transaction.atomic():
        result = _take_all(text, actor="preview")
        transaction.set_rollback(True)
    return result


@in_english
@transaction.atomic
def import_set_up(*, text: str, actor: str) -> SetUpImport:
    """Take the file: nothing is deleted, no switch moved, no configuration activated, stored passwords stay.

    All or nothing: raises `SetUpFileRefused` with each row that can't be taken. Taking it again changes nothing.
    """
    result = _take_all(text, actor=actor)
    if result.refused:
        raise _refused(
            [
                Flaw(f"/sections/{row.section}", "not_acceptable", f"{row.label} {row.name}: {row.words}")
                for row in result.refused
            ]
        )
    _record(actor, "set_up_imported", {"from": result.exported_from, **result.counts})
    return result


def _take_all(text: str, *, actor: str) -> SetUpImport:
    document = _read(text)
    sections = document["sections"]
    rows = tuple(take(one, row, actor=actor) for one in portables() for row in sections.get(one.section, []))
    return SetUpImport(rows, str(document.get("exported_from", "")))


def _read(text: str) -> dict[str, Any]:
    if len(text.encode()) > MOST_BYTES:
        raise _refused([Flaw("", "too_large", f"The file is larger than {MOST_BYTES // 1024 // 1024} MB.")])
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise _refused([Flaw("", "malformed_json", "The file is not JSON.")]) from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _refused([Flaw("/format", "unknown_format", f"The file is not a set-up: its format is not {FORMAT}.")])
    if document.get("version") != VERSION:
        words = f"The file has version {document.get('version')!r}; this portal reads version {VERSION}."
        raise _refused([Flaw("/version", "unknown_version", words)])
    sections = document.get("sections")
    if not isinstance(sections, dict) or not all(isinstance(rows, list) for rows in sections.values()):
        raise _refused([Flaw("/sections", "not_a_section", "The file has no sections with rows.")])
    unknown = sorted(set(sections) - {one.section for one in portables()})
    if unknown:
        flaws = [
            Flaw(f"/sections/{name}", "unknown_section", f"This portal knows no section {name!r}.") for name in unknown
        ]
        raise _refused(flaws)
    if document.get("sha256") != _checksum(sections):
        words = "The file was changed after it was exported, or did not arrive whole: its checksum differs."
        raise _refused([Flaw("/sha256", "checksum_differs", words)])
    return document


def _checksum(sections: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(sections, sort_keys=True).encode()).hexdigest()


def _refused(flaws: list[Flaw]) -> SetUpFileRefused:
    more = f" ({len(flaws) - 1} more below)" if len(flaws) > 1 else ""
    return SetUpFileRefused(
        f"{flaws[0].detail}{more}", flaws=flaws, next_step="Nothing was changed. Export the file again, or correct it."
    )


def _record(actor: str, action: str, detail: dict[str, Any]) -> None:
    audit.record(audit.Event(actor=actor, action=action, subject_type="set_up", subject_id="set-up", detail=detail))
