"""Why Sage Intacct did not answer a reading, in words that lead to what must be changed."""

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.intacct import FunctionRefused, IntacctError, Lookup
from apps.mapping.inbound_properties import camel
from apps.mapping.reading import inbound_map


def why_refused(error: IntacctError, object_name: str, connection: IntacctConfiguration) -> str:
    """The error in words, with the next step. `object_name` is empty for what goes out: nothing was read.

    Where Intacct refused the question itself, it is asked which fields it knows: a field of the mapping that it does
    not have is named with its property (guide, "GL account mapping": without the Project module, `isRequiredProject`).
    """
    words = f"{error} {getattr(error, 'next_step', '')}".strip()
    if not isinstance(error, FunctionRefused) or not object_name:
        return words
    unknown = _unknown_fields(object_name, connection)
    if not unknown:
        return words
    mapped = inbound_map(object_name)
    names = " and ".join(f"{field} ({camel(name)})" for field, name in unknown.items())
    return (
        f"Synchronisation error: Sage Intacct does not know the mapped field {names} of {mapped.label}, so it refused "
        f"to give any. It may lack the module that the field belongs to. On the Mapping page of {object_name}, in the "
        f"Fields grid, delete {' and '.join(camel(name) for name in unknown.values())} from the Sage DMO property "
        f"column, then synchronise again. {words}"
    )


def _unknown_fields(object_name: str, connection: IntacctConfiguration) -> dict[str, str]:
    mapped = inbound_map(object_name)
    client = client_for(connection)
    try:
        answer = client.ask(Lookup(control_id="known-fields", object_name=object_name))
    except IntacctError:
        return {}
    finally:
        client.close()
    if not answer.fields:
        return {}
    known = {one.name.upper() for one in answer.fields}
    asked = {name: one.property for one in (mapped.key, *mapped.fields) for name in one.asked()}
    return {name: owner for name, owner in asked.items() if name.upper() not in known}
