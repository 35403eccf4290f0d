"""The key by which a sender tells one referral from another: sent again with the same one, it is the same referral.

From agency and key an instance is derived, as a page's is drawn by lot; the unique index of instances decides.
"""

import hmac
import json
import re

from gateway.store import sending
from gateway.store.drafts import instance_hash
from gateway.store.sending import SentBefore
from gateway.web.api.problems import Problem
from gateway.web.site import Site
from gateway.web.tokens import INSTANCE_BYTES

HEADER = "Idempotency-Key"
LONGEST = 255
SHAPE = re.compile(rf"[!-~]{{1,{LONGEST}}}")
_PURPOSE = "idempotency key"


def read(text: str | None) -> str:
    """Read the header, with or without the quotation marks that its draft standard asks for. Raises Problem."""
    key = (text or "").strip()
    if key[:1] == key[-1:] == '"':
        key = key[1:-1]
    if not SHAPE.fullmatch(key):
        detail = (
            f"Send the header {HEADER} with something that is new for each referral, such as a UUID, and the same when "
            f"you send that referral again: up to {LONGEST} visible characters."
        )
        raise Problem(400, "no_key", detail)
    return key


def instances(site: Site, agency: str, key: str) -> list[bytes]:
    """Derive the instances that a key stands for: a new referral takes the first, the others are of older key rings."""
    said = json.dumps([agency, key]).encode()
    derived = [hmac.digest(secret, said, "sha256")[:INSTANCE_BYTES] for secret in site.ring.secrets(_PURPOSE)]
    return derived[::-1]


def sent_before(site: Site, candidates: list[bytes], said: bytes) -> SentBefore | None:
    """Tell what was sent under a key before, and whether it said the same."""
    for instance in candidates:
        before = sending.sent_before(site.database, site.ring, instance=instance_hash(instance), answers=said)
        if before is not None:
            return before
    return None
