"""Identities are pure functions: the same document has the same ones on every machine, for ever."""

from hypothesis import given
from hypothesis import strategies as st

from apps.delivery import keys

PARTS = st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), max_size=20), min_size=1, max_size=6)


def test_the_identities_of_a_known_document_never_change() -> None:
    """A release that changed these would post everything a second time after a restored backup."""
    key = keys.delivery_key(
        intacct_company="SANDBOX",
        object_name="ARINVOICE",
        natural_key=("dmo", "100", "sales_invoice", "SI-000123", "document"),
    )
    assert key == "afe01c832c77806408bb78a42ac1a77cdfae80557a40287756d618aff289bdc4"
    assert keys.marker(key) == key[:20]
    assert keys.control_id(key=key, entity="", epoch=1) == "6bb7559c72ceed516972a235d542700b60289475"


@given(PARTS, PARTS)
def test_different_documents_have_different_keys(one: list[str], other: list[str]) -> None:
    same = one == other
    keys_of = [
        keys.delivery_key(intacct_company="C", object_name="O", natural_key=tuple(parts)) for parts in (one, other)
    ]
    assert (keys_of[0] == keys_of[1]) == same


def test_entity_and_epoch_are_part_of_the_control_id() -> None:
    ids = {keys.control_id(key="k", entity=entity, epoch=epoch) for entity in ("", "100") for epoch in (1, 2)}
    assert len(ids) == 4
    assert all(len(one) == 40 for one in ids)
