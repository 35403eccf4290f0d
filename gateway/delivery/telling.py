"""Telling a person: each minute what is open is counted, and the mail that is due is written.

Mails and what is remembered of them are one transaction. Where nobody can be told by mail, the log says so.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from gateway.delivery import matters
from gateway.delivery.alert_words import WORDS, Words
from gateway.delivery.alerts import Decision, Kind, decide
from gateway.delivery.matters import WAITING, Watched
from gateway.keys import KeyRing
from gateway.remedies import what_to_do
from gateway.spans import moment
from gateway.store import alerts, destinations, mails, trail, watching
from gateway.store.alerts import Matter, Overtaken, Told
from gateway.store.database import Database
from gateway.store.destinations import Standing
from gateway.store.following import IMPORT
from gateway.store.mails import Mail, MailRows
from gateway.store.states import ReferralState
from gateway.store.watching import Waiting
from gateway.titles import title

log = logging.getLogger(__name__)

NAMED = 10  # references of one matter in a mail
ANY = "REFERENCE"  # in a command, where there are several
MOST_AN_HOUR, MOST_A_DAY = 4, 12  # mails to one organisation, whatever comes and goes
_COUNTED = {Matter.FAILED, Matter.UNKNOWN, Matter.LATE, Matter.HELD, Matter.NOT_IMPORTED, Matter.FILES}
_COUNTED_ALREADY = {Matter.EXPIRING, Matter.OVERDUE}


class Telling:
    """Tells each organisation what is open, as one of the things that a worker does by the clock."""

    def __init__(
        self,
        database: Database,
        ring: KeyRing,
        watched: Mapping[str, Watched],
        *,
        by_mail: bool,
        always: bool = True,
    ) -> None:
        """Take the organisations by their slug; without `by_mail` there is no mail server.

        Where workers do not run `always`, but now and then, their silence is nothing to tell.
        """
        self._database = database
        self._ring = ring
        self._watched = watched
        self._by_mail = by_mail
        self._always = always

    def __call__(self, now: datetime) -> None:
        """Tell what is new, what is open still, and what is over."""
        known = alerts.told(self._database)
        last = alerts.last_watch(self._database) if self._always else None
        counted = matters.counts(self._database, self._watched, known, now, last_watch=last)
        for slug in sorted(counted):
            self._tell(slug, counted[slug], known.get(slug, {}), now)
        alerts.watch(self._database, now)

    def _tell(self, slug: str, counts: Mapping[Matter, int], before: Mapping[Matter, Told], now: datetime) -> None:
        emails = self._emails(slug)
        decision = decide(counts, before, now=now, allowed=True)
        if decision.kind and emails and self._is_enough(slug, emails[0], now):
            decision = decide(counts, before, now=now, allowed=False)
        if decision.kind is None and decision.after == before:
            return
        written = self._mails(slug, emails, decision, now)
        try:
            with self._database.write() as connection:
                alerts.remember(connection, slug, before, decision.after)
                for each in written:
                    mails.write(connection, each)
        except Overtaken:
            return  # another worker tells the same
        _log(slug, decision, counts, by_mail=bool(emails))

    def _emails(self, slug: str) -> Sequence[str]:
        return self._watched[slug].emails if self._by_mail and slug in self._watched else ()

    def _is_enough(self, slug: str, email: str, now: datetime) -> bool:
        def lately(span: timedelta) -> int:
            since, kinds = now - span, mails.TO_STAFF
            return mails.sent_to(self._database, self._ring, email, since=since, kinds=kinds, organisation=slug)

        return lately(timedelta(hours=1)) >= MOST_AN_HOUR or lately(timedelta(days=1)) >= MOST_A_DAY

    def _mails(self, slug: str, emails: Sequence[str], decision: Decision, now: datetime) -> list[MailRows]:
        if decision.kind is None or not emails:
            return []
        facts = self._facts(slug, decision, now)
        until = (now + mails.KEPT_FOR).isoformat()
        return [mails.rows(self._ring, Mail(decision.kind, slug, email, "en", facts, until), now) for email in emails]

    def _facts(self, slug: str, decision: Decision, now: datetime) -> dict[str, object]:
        still = {matter: each for matter, each in decision.after.items() if each.count}
        standing = destinations.standings(self._database).get(slug, Standing(slug))
        # The head of the trail is for those who keep mails: once a day is enough.
        head = trail.newest(self._database) if decision.kind is Kind.DIGEST else None
        return {
            "trail": {"entries": head.entries, "digest": head.digest} if head else None,
            "organisation": self._watched[slug].name,
            "console": self._watched[slug].console,
            "count": sum(_number(matter, each.count) for matter, each in still.items()),
            "matters": [
                self._in_words(slug, matter, still[matter], standing, now) for matter in Matter if matter in still
            ],
        }

    def _in_words(self, slug: str, matter: Matter, told: Told, standing: Standing, now: datetime) -> dict[str, object]:
        words = WORDS[matter]
        named = self._named(slug, matter, now)
        lines = [
            f"{each.reference}  {each.state}, from {moment(each.created_at)}{_because(each.reason)}" for each in named
        ]
        if matter is Matter.PAUSED and standing.paused_at:
            lines = [f"since {moment(standing.paused_at)}{_because(standing.pause_reason)}"]
        if matter is Matter.UNPROVEN and standing.asked_about:
            lines = [standing.asked_about]
        reference = named[0].reference if told.count == len(named) == 1 else ANY
        return {
            "title": title(matter, told.count),
            "lines": lines,
            "more": max(told.count - len(lines), 0) if named and matter is not Matter.FILES else 0,
            "to_do": _to_do(words, told.count, named) if matter is Matter.FAILED else [words.to_do],
            "commands": [each.format(organisation=slug, reference=reference) for each in words.commands],
        }

    def _named(self, slug: str, matter: Matter, now: datetime) -> Sequence[Waiting]:
        watch = self._watched[slug]
        if matter is Matter.NOT_IMPORTED:
            before = now - watch.not_imported_after
            looks = watching.some_chores(self._database, slug, IMPORT, at_most=NAMED, before=before)
            return [Waiting(item, ReferralState.DELIVERED, None, since) for item, since in looks]
        if matter is Matter.FILES:
            return watching.some_with_files(self._database, slug, at_most=NAMED, before=now - watch.late_after)
        states, until = {
            Matter.FAILED: ([ReferralState.FAILED], None),
            Matter.UNKNOWN: ([ReferralState.UNKNOWN], None),
            Matter.HELD: ([ReferralState.HELD], None),
            Matter.LATE: (WAITING, now - watch.late_after),
            Matter.EXPIRING: (watching.UNDELIVERED, now - watch.expires_after),
            Matter.OVERDUE: (watching.UNDELIVERED, now - watch.undelivered_for),
        }.get(matter, ((), None))
        return watching.some(self._database, slug, states, at_most=NAMED, before=until) if states else ()


def _to_do(words: Words, count: int, named: Sequence[Waiting]) -> list[str]:
    """Say what to do about each reason once, and to which referral where it is a single one."""
    alike: dict[str, list[Waiting]] = {}
    for each in named:
        alike.setdefault(what_to_do(ANY, each.state, each.reason), []).append(each)
    return [
        what_to_do(one.reference, one.state, one.reason) if count == len(named) and not others else remedy
        for remedy, (one, *others) in alike.items()
    ] or [words.to_do]


def _number(matter: Matter, count: int) -> int:
    if matter in _COUNTED_ALREADY:
        return 0
    return count if matter in _COUNTED else 1


def _because(reason: str | None) -> str:
    return f": {reason}" if reason else ""


def _log(slug: str, decision: Decision, counts: Mapping[Matter, int], *, by_mail: bool) -> None:
    if decision.kind is None:
        return
    if by_mail:
        log.info("told by mail organisation=%s kind=%s matters=%s", slug, decision.kind, ",".join(sorted(counts)))
        return
    for matter, count in sorted(counts.items()):
        log.warning("nobody is told organisation=%s matter=%s count=%s", slug, matter, count)
