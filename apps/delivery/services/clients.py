"""The gateway clients of one drain: one session for each entity, opened when first needed."""

from types import TracebackType
from typing import Self

from apps.configuration.gateway import client_for
from apps.configuration.models import IntacctConfiguration
from apps.intacct import AuthenticationRefused, Client

TOP_LEVEL = ""


class EntityRefused(Exception):
    """The credentials work at the top level, but Intacct does not let them into this entity."""


class Clients:
    """Clients by entity, closed together. A session belongs to one worker and one scope."""

    def __init__(self, connection: IntacctConfiguration) -> None:
        self._connection = connection
        self._signed_in: dict[str, Client] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._signed_in.values():
            client.close()

    def for_entity(self, entity: str) -> Client:
        """A signed-in client that works in an entity; "" is the top level.

        Signing in is the first call of a drain, before any attempt is written: failing credentials use up none.
        Raises `IntacctError` when nobody can sign in, `EntityRefused` when only this entity is closed (Intacct
        answers both in the same words, so the top level is tried first).
        """
        if entity not in self._signed_in:
            if entity != TOP_LEVEL:
                self.for_entity(TOP_LEVEL)
            client = client_for(self._connection, entity=entity)
            try:
                client.open_session()
            except AuthenticationRefused as error:
                client.close()
                if entity != TOP_LEVEL:
                    raise EntityRefused(str(error)) from None
                raise
            self._signed_in[entity] = client
        return self._signed_in[entity]
