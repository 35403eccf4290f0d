"""The chore of a mail: open it, compose it, hand it over, then delete what it held.

The mail is deleted after it was handed over: a worker that dies in between sends it twice, and never loses it.
"""

from collections.abc import Callable
from datetime import datetime

from gateway.delivery.chores import Doing, Later, Never, unsealing
from gateway.keys import KeyRing
from gateway.mailserver import MailServer
from gateway.notices.composing import NoAddress, compose
from gateway.notices.handing import NotNow, Refused, hand_over
from gateway.store import mails
from gateway.store.chores import Chore
from gateway.store.database import Database
from gateway.store.mails import Mail


def handing_over(database: Database, ring: KeyRing, server: MailServer, *, now: Callable[[], datetime]) -> Doing:
    """Give what to do with the chore of a mail."""

    def do(chore: Chore) -> None:
        mail = _load(database, ring, chore.item)
        if mail is None:
            return  # handed over before, by a worker that died before it could say so
        try:
            _send(mail, chore.item, server, now())
        except NotNow as error:
            raise Later(str(error)) from None
        except (Refused, NoAddress) as error:
            mails.end(database, chore.item, now())
            raise Never(str(error)) from None
        mails.end(database, chore.item, now())

    return do


def giving_up(database: Database, *, now: Callable[[], datetime]) -> Doing:
    """Give what to do with the chore of a mail where mail was switched off: what it held must not lie about."""

    def do(chore: Chore) -> None:
        mails.end(database, chore.item, now())
        raise Never("mail is off")

    return do


def _load(database: Database, ring: KeyRing, mail_id: str) -> Mail | None:
    with unsealing():
        return mails.load(database, ring, mail_id)


def _send(mail: Mail, mail_id: str, server: MailServer, now: datetime) -> None:
    if datetime.fromisoformat(mail.useful_until) <= now:
        raise Refused("it is too late for what it says")
    message = compose(
        mail.kind,
        language=mail.language,
        facts=mail.facts,
        sender=server.sender,
        recipient=mail.recipient,
        message_id=mail_id,
        now=now,
    )
    hand_over(server, message, message["To"].addresses[0].addr_spec)
