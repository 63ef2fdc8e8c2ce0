"""`make messages`: collects what is to be translated into the catalogues, and compiles them."""

import re
import sys
from pathlib import Path

import django
import polib
from django.core.management import call_command

from tests.languages.sentences import ROOT, WRITTEN, module_texts

LOCALE = ROOT / "integration_portal" / "locale"
LANGUAGES = ("fr", "de")
NOT_OURS = (".venv", "var", "tests", "benchmarks", "docs")
MOVING = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team).*\n', re.M
)
TITLE = re.compile(rb"\A(#.*\n)+")


def catalogue(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def extract() -> None:
    """Source to catalogues. Nothing in them but words: no places in the source, no dates, so that diffs stay small."""
    for name, text in module_texts().items():
        (WRITTEN / name).write_text(text, encoding="utf-8")
    call_command(
        "makemessages", locale=list(LANGUAGES), ignore_patterns=list(NOT_OURS), no_location=True, no_obsolete=True,
        no_wrap=True, verbosity=0,
    )  # fmt: skip
    for language in LANGUAGES:
        path = catalogue(language)
        text = MOVING.sub(b"", path.read_bytes())
        text = text.replace(b'"Language: \\n"', f'"Language: {language}\\n"'.encode())
        text = text.replace(b"PACKAGE VERSION", b"integration-portal")
        path.write_bytes(TITLE.sub(b"", text))


def compiled(language: str) -> bytes:
    """A catalogue as the portal reads it."""
    binary: bytes = polib.pofile(str(catalogue(language))).to_binary()
    return binary


def main() -> None:
    django.setup()
    extract()
    for language in LANGUAGES:
        catalogue(language).with_suffix(".mo").write_bytes(compiled(language))
        missing = polib.pofile(str(catalogue(language))).untranslated_entries()
        sys.stdout.write(f"{language}: {len(missing)} not translated yet\n")


if __name__ == "__main__":
    main()
