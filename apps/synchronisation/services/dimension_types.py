"""Discovering the dimensions of an Intacct company: its user-defined ones become dimension types."""

from django.db import transaction

from apps.dimensions.services.types import IntacctDimension, take_discovered
from apps.intacct import Client, GetDimensions, Lookup
from apps.mapping.own_dimensions import ACCOUNTS, account_flag
from apps.mapping.services.object_mapping import ensure_object_mappings
from apps.synchronisation.models import RunState, SynchronisationRun
from apps.synchronisation.services.runs import end_run


def discover_dimensions(*, run: SynchronisationRun, token: str, client: Client) -> bool:
    """Ask which dimensions there are (intacct-protocol 3.7), and make a type for each new user-defined one.

    Its values can be synchronised from then on, and it has a row on the *Mapping* page. Idempotent. Returns what
    `end_run` returns. Raises `IntacctError`.
    """
    answer = client.ask(GetDimensions(control_id="dimensions"))
    # Only flags that accounts have are read later: a field that is not there would have Intacct refuse all accounts.
    known = {one.name for one in client.ask(Lookup(control_id="account-fields", object_name=ACCOUNTS)).fields}
    flags = {one.object_name: account_flag(one.object_name) for one in answer.dimensions}
    found = [
        IntacctDimension(
            one.object_name,
            one.label,
            one.is_user_defined,
            one.is_in_ledger,
            flags[one.object_name] if flags[one.object_name] in known else "",
        )
        for one in answer.dimensions
    ]
    with transaction.atomic():
        made = take_discovered(found=found, actor=run.started_by)
        ensure_object_mappings()
        run.total = run.done = len(found)
        ours = SynchronisationRun.objects.filter(pk=run.pk, lease_token=token, state=RunState.RUNNING)
        ours.update(total=run.total, done=run.done)
    words = f"New: {', '.join(str(one) for one in made)}. Synchronise their values next." if made else ""
    beyond = ", ".join(str(one) for one in made if not one.is_sent)
    if beyond:
        words += f" Not sent, as twenty types have a document property already: {beyond}."
    return end_run(run=run, token=token, state=RunState.FINISHED, words=words)
