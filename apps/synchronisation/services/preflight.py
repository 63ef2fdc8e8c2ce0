"""Before the first of many records is sent: whether any of them could arrive."""

from collections.abc import Iterable

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.intacct import FieldInfo, Lookup
from apps.mapping.inbound_properties import camel
from apps.mapping.object_maps import FieldMap
from apps.mapping.sending import OutboundMap, outbound_map


def why_none_would_arrive(connection: IntacctConfiguration, object_name: str) -> str:
    """What keeps every record of an object from being taken, in words; empty: nothing that can be known before.

    Signs in, and asks which fields the object has: a mapped field that is not there would be refused with each record,
    and so would a record without a field that Intacct requires. Raises `IntacctError` where nobody can sign in or the
    object may not be used, `OptionOff`.
    """
    client = client_for(connection)
    try:
        client.open_session()
        answer = client.ask(Lookup(control_id="known-fields", object_name=object_name))
    finally:
        client.close()
    return _in_words(outbound_map(object_name), answer.fields) if answer.fields else ""


def _in_words(mapped: OutboundMap, there: Iterable[FieldInfo]) -> str:
    fields = {one.name.upper(): one for one in there}
    ours = {one.field.upper(): one for one in (mapped.key, *mapped.fields)}
    # Nested elements are objects of their own, which a look-up of this one does not list.
    unknown = [one for name, one in ours.items() if name not in fields and not one.nested]
    lacking = [one.name for name, one in fields.items() if one.required and not one.read_only and name not in ours]
    page = f"on the Mapping page of {mapped.object_name}"
    words = []
    if unknown:
        names = " and ".join(_named(one) for one in unknown)
        words.append(
            f"Sage Intacct does not know the mapped field {names} of {mapped.label}: it would refuse every record. "
            f"Clear it {page}, then synchronise again."
        )
    if lacking:
        names = " and ".join(lacking)
        words.append(
            f"Sage Intacct requires {names} of {mapped.label}, which is not mapped: it would refuse every record. "
            f"Give it a property or a constant {page}, then synchronise again."
        )
    return " ".join(words)


def _named(one: FieldMap) -> str:
    return f"{one.field} ({camel(one.property)})" if one.property else one.field
