"""Reading financial data from Sage Intacct: all pages of an object, created or updated by its key."""

from collections.abc import Callable, Iterable

from django.utils import timezone

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.intacct import Client, Done, FunctionRefused, IntacctError, NotXml, Query, Record
from apps.mapping.reading import InboundMap, inbound_map
from apps.options.models import OptionCode
from apps.options.selectors import require
from apps.synchronisation.models import RunState, SynchronisationRun
from apps.synchronisation.services.inbound_records import SOURCES, deactivate_unseen, store


def synchronise(
    *,
    connection: IntacctConfiguration,
    wanted: str,
    started_by: str,
    on_progress: Callable[[SynchronisationRun], None] = lambda run: None,
) -> SynchronisationRun:
    """Read all records of an object. What is gone in Intacct becomes inactive here, never deleted.

    Each page is stored in its own transaction; a failure ends the run as `failed` with the reason in plain words,
    and keeps the pages before it. No remote call runs inside a transaction. Raises `OptionOff`.
    """
    require(OptionCode.SAGE_INTACCT)
    object_name, model = SOURCES[wanted]
    run = SynchronisationRun.objects.create(connection=connection, object=wanted, started_by=started_by)
    began = timezone.now()
    try:
        client = client_for(connection)
        try:
            for rows, total in _pages(client, inbound_map(object_name)):
                stored = store(rows=rows, object_name=object_name, chart=connection.chart_of_accounts)
                run.failed += stored.without_id
                run.messages = [*run.messages, *(["A record without ID was left out."] * stored.without_id)]
                run.total, run.done = total, run.done + stored.number
                run.save()
                on_progress(run)
        finally:
            client.close()
    except IntacctError as error:
        run.messages = [*run.messages, f"{error} {getattr(error, 'next_step', '')}".strip()]
        run.state = RunState.FAILED
    else:
        gone = deactivate_unseen(model=model, since=began)
        if gone:
            run.messages = [*run.messages, f"{gone} no longer in Intacct: made inactive."]
        run.state = RunState.FINISHED
    run.finished_at = timezone.now()
    run.save()
    on_progress(run)
    return run


def ask(client: Client, question: Query) -> Done:
    """One page of answers. Raises `IntacctError`, also where Intacct refuses the question."""
    (answer,) = client.execute([question], control_id=question.control_id, unique=False).outcomes
    if isinstance(answer, FunctionRefused):
        raise answer
    if not isinstance(answer, Done):
        raise NotXml("The answer has no result for the question.")
    return answer


def _pages(client: Client, mapped: InboundMap) -> Iterable[tuple[tuple[Record, ...], int]]:
    offset = 0
    while True:
        answer = ask(client, mapped.question(offset=offset))
        yield answer.rows, answer.total or 0
        offset += len(answer.rows)
        if not answer.remaining or not answer.rows:
            return
