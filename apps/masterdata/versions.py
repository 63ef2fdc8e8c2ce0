"""The version of a record: a tag that changes with what its owner gave, and with nothing else."""

import hashlib
import json
from collections.abc import Sequence

from django.utils.http import quote_etag

from apps.masterdata.models import Address, OutboundRecord
from apps.masterdata.nodes import OutboundNode


def version_of(node: OutboundNode, record: OutboundRecord, addresses: Sequence[Address]) -> str:
    """A strong entity tag over the record's own fields and addresses.

    Where it stands in Sage Intacct is not part of it: that moves by itself, and the owner's next change must not fail
    for it (docs/decisions/0031).
    """
    given = [
        [str(getattr(record, name)) for name in ("code", *node.fields)],
        sorted([str(getattr(one, name)) for name in node.address_fields] for one in addresses),
    ]
    return quote_etag(hashlib.sha256(json.dumps(given).encode()).hexdigest()[:32])
