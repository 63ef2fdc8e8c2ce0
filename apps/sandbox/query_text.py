"""`readByQuery`'s SQL-like condition, as a test on a record's fields (protocol 3.4)."""

import re
from collections.abc import Iterator

from apps.sandbox.catalogue import CODES
from apps.sandbox.comparisons import Test, alike, check_field, comparable, compared, refuse_iso_dates, text_of
from apps.sandbox.failures import FunctionFailed, refused
from apps.sandbox.readable_fields import READABLE

_SIGNS = {
    "=": "equalto", "!=": "notequalto", "<>": "notequalto", "<": "lessthan", "<=": "lessthanorequalto",
    ">": "greaterthan", ">=": "greaterthanorequalto",
}  # fmt: skip
_TOKEN = re.compile(
    r"\s*(?P<token>\(|\)|'(?:[^'\\]|\\.)*'|!=|<>|<=|>=|=|<|>|,|[\w./:+-]+)\s*",
    re.ASCII,
)


class _Words:
    """`readByQuery`'s SQL-like text, word by word."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        at = 0
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise _bad_query()
            self.words.append(found["token"])
            at = found.end()

    def next_is(self, *words: str) -> bool:
        """Takes these words, in any case, if they come next."""
        if [word.lower() for word in self.words[: len(words)]] != list(words):
            return False
        del self.words[: len(words)]
        return True

    def take(self) -> str:
        if not self.words:
            raise _bad_query()
        return self.words.pop(0)


def _bad_query() -> FunctionFailed:
    return refused("DL02000001", "There was an error processing the request.", "Correct the query.")


def text_test(query: str, object_name: str, custom: list[str]) -> Test:
    """`readByQuery`'s condition: AND binds closer than OR, NOT closer than both; parentheses group (protocol 3.4)."""
    names = {name.upper(): name for name in (*READABLE[object_name], *custom)}
    words = _Words(query)

    def alternatives() -> Test:
        parts = [together()]
        while words.next_is("or"):
            parts.append(together())
        return lambda fields: any(part(fields) for part in parts)

    def together() -> Test:
        parts = [condition()]
        while words.next_is("and"):
            parts.append(condition())
        return lambda fields: all(part(fields) for part in parts)

    def condition() -> Test:
        if words.next_is("not"):
            inner = condition()
            return lambda fields: not inner(fields)
        if words.next_is("("):
            inner = alternatives()
            if not words.next_is(")"):
                raise _bad_query()
            return inner
        word = words.take()
        name = names.get(word.upper(), word)
        check_field(object_name, name, custom)
        return _text_condition(words, object_name, name)

    test = alternatives()
    if words.words:
        raise _bad_query()
    return test


def _text_condition(words: _Words, object_name: str, name: str) -> Test:
    if words.next_is("is", "null"):
        return lambda fields: not text_of(fields, name)
    if words.next_is("is", "not", "null"):
        return lambda fields: bool(text_of(fields, name))
    if words.next_is("like"):
        return alike(name, _unquoted(words.take()))
    if words.next_is("not", "like"):
        test = alike(name, _unquoted(words.take()))
        return lambda fields: not test(fields)
    outside = words.next_is("not", "in")
    if outside or words.next_is("in"):
        wanted = {comparable(name, _label(object_name, name, value)) for value in _listed(words)}
        return lambda fields: (comparable(name, text_of(fields, name)) in wanted) != outside
    sign = words.take()
    if sign not in _SIGNS:
        raise _bad_query()
    value = _label(object_name, name, _unquoted(words.take()))
    refuse_iso_dates(name, [value])
    return compared(_SIGNS[sign], name, value)


def _listed(words: _Words) -> Iterator[str]:
    if not words.next_is("("):
        raise _bad_query()
    while True:
        yield _unquoted(words.take())
        if words.next_is(")"):
            return
        if not words.next_is(","):
            raise _bad_query()


def _unquoted(text: str) -> str:
    return text[1:-1].replace("\\'", "'") if text[:1] == "'" else text


def _label(object_name: str, name: str, code: str) -> str:
    """readByQuery compares database codes: a label matches nothing (protocol, table 3.5b)."""
    codes = CODES.get((object_name, name)) or CODES.get(("*", name))
    return codes.get(code, f"\0no code {code}") if codes else code
