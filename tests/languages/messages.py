"""`make messages`: collects what is to be translated into the catalogues, and compiles them."""

import re
import subprocess
import sys
from pathlib import Path

import django
import polib
from django.core.management import call_command
from django.core.management.commands import makemessages
from django.utils.translation.template import templatize

from tests.languages.sentences import ROOT, WRITTEN, module_texts

LOCALE = ROOT / "integration_portal" / "locale"
LANGUAGES = ("fr", "de")
MARKED = (("apps", "*.py"), ("integration_portal", "*.py"), ("templates", "*.html"), ("templates", "*.txt"))
"""Where marked words are, and in which files."""
NOT_OURS = (".venv", "var", "tests", "benchmarks", "docs")
MOVING = re.compile(
    rb'^"(POT-Creation-Date|PO-Revision-Date|Report-Msgid-Bugs-To|Last-Translator|Language-Team).*\n', re.M
)
TITLE = re.compile(rb"\A(#.*\n)+")


class Extraction(makemessages.Command):
    """Django's, without guesses: a sentence that resembles another is not its translation."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


def catalogue(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def extract() -> None:
    """Source to catalogues. Nothing in them but words: no places in the source, no dates, so that diffs stay small."""
    for name, text in module_texts().items():
        (WRITTEN / name).write_text(text, encoding="utf-8")
    call_command(
        Extraction(), locale=list(LANGUAGES), ignore_patterns=list(NOT_OURS), no_location=True, no_obsolete=True,
        no_wrap=True, verbosity=0,
    )  # fmt: skip
    for language in LANGUAGES:
        path = catalogue(language)
        text = MOVING.sub(b"", path.read_bytes())
        text = text.replace(b'"Language: \\n"', f'"Language: {language}\\n"'.encode())
        text = text.replace(b"PACKAGE VERSION", b"integration-portal")
        path.write_bytes(TITLE.sub(b"", text))


def marked_words(scratch: Path) -> set[str]:
    """Every msgid that is marked in the source, by one run of xgettext that writes nothing beside the source."""
    files = []
    for folder, kind in MARKED:
        for path in sorted((ROOT / folder).rglob(kind)):
            if folder == "templates":
                as_python = scratch / f"{len(files)}.py"
                as_python.write_text(templatize(path.read_text(encoding="utf-8")), encoding="utf-8")
                path = as_python
            files.append(str(path))
    keywords = ("gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "pgettext_lazy:1c,2")
    found = subprocess.run(
        ["xgettext", "--language=Python", "--from-code=UTF-8", "--output=-", "--files-from=-"]
        + [f"--keyword={one}" for one in keywords],
        input="\n".join(files), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {one.msgid for one in polib.pofile(found.stdout)}


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
