"""The catalogues: complete, with the same places, compiled, and of the sentences that the source has today."""

import ast
import re
import shutil
from pathlib import Path

import polib
import pytest
from django.utils import translation

from apps.foundation.wording import happened
from tests.languages import messages
from tests.languages.sentences import ROOT, WRITTEN, module_texts

PLACES = re.compile(r"%\(\w+\)[sd]|%[sd]")


def entries(language: str) -> list[polib.POEntry]:
    return [one for one in polib.pofile(str(messages.catalogue(language))) if not one.obsolete]


def texts(entry: polib.POEntry) -> list[str]:
    return [*entry.msgstr_plural.values()] if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_everything_is_translated(language: str) -> None:
    lacking = [one.msgid for one in entries(language) if one.fuzzy or not all(texts(one)) or len(texts(one)) == 0]
    assert lacking == [], "translate these, then run `make messages`"


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_plural_has_each_of_its_forms(language: str) -> None:
    assert [one.msgid for one in entries(language) if one.msgid_plural and set(one.msgstr_plural) != {0, 1}] == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_has_the_places_of_its_sentence(language: str) -> None:
    other = {
        one.msgid: text
        for one in entries(language)
        if "python-format" in one.flags
        for text in texts(one)
        if text and sorted(PLACES.findall(text)) != sorted(PLACES.findall(one.msgid))
    }
    assert other == {}


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_catalogue_is_compiled_as_it_is(language: str) -> None:
    stored = polib.mofile(str(messages.catalogue(language).with_suffix(".mo")))
    assert {one.msgid: texts(one) for one in stored} == {
        one.msgid: texts(one) for one in entries(language) if all(texts(one))
    }, "run `make messages`"


def test_french_has_its_spaces_before_high_punctuation() -> None:
    wrong = [text for one in entries("fr") for text in texts(one) if re.search(r"\w[;?!»]| [:;?!»]|« |«\w", text)]
    assert wrong == []


def test_the_sentences_of_services_are_those_of_the_source() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in WRITTEN.glob("*.py")}
    written.pop("__init__.py")
    assert written == module_texts(), "run `make messages`"


@pytest.mark.skipif(shutil.which("xgettext") is None, reason="GNU gettext is not installed")
def test_every_marked_word_of_the_source_is_in_the_catalogues(tmp_path: Path) -> None:
    found = messages.marked_words(tmp_path)
    for language in messages.LANGUAGES:
        known = {one.msgid for one in entries(language)}
        assert sorted(found - known) == [], "run `make messages`"
        assert sorted(known - found) == [], "run `make messages`"


def test_what_the_audit_trail_tells_of_is_translated() -> None:
    """Codes of actions that the source writes out; those made of a row's kind are listed with the sentences."""
    written = re.compile(r'(?:action=|journal\(\w+, |_tell\(\w+, )"([a-z]+(?:_[a-z]+)+)"')
    codes = {code for path in (ROOT / "apps").rglob("*.py") for code in written.findall(path.read_text("utf-8"))}
    assert len(codes) > 20
    with translation.override("de"):
        silent = sorted(code for code in codes - {"store_true"} if happened(code) == happened_in_english(code))
    assert silent == [], "add these to HAPPENED, and run `make messages`"


def happened_in_english(code: str) -> str:
    with translation.override("en-gb"):
        return happened(code)


def test_a_service_that_somebody_calls_speaks_english() -> None:
    """Its words are stored: they must not be in the language of whoever pressed the button."""
    silent = [
        f"{path.relative_to(ROOT)}: {one.name}"
        for path in sorted((ROOT / "apps").glob("*/services/*.py"))
        if "sandbox" not in path.parts
        for one in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(one, ast.FunctionDef)
        and not one.name.startswith("_")
        and {"actor", "viewer", "started_by"} & {arg.arg for arg in one.args.kwonlyargs}
        and not any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(one))
        and "in_english" not in [ast.unparse(decorator) for decorator in one.decorator_list]
    ]
    assert silent == [], "mark these with @in_english"
