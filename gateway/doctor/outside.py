"""What stands outside the gateway: virus scanner, mail server, destinations. No mail and no referral is sent."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from gateway import mailserver, scanner
from gateway.definitions.schema import Form
from gateway.doctor.finding import Finding, Parts, look, ok, seen, wrong
from gateway.notices import handing
from gateway.notices.handing import NotNow, Refused
from gateway.scanner import ScannerAway
from gateway.settings import OFF
from gateway.spans import lasting
from gateway.store import destinations as standings
from gateway.store.destinations import Standing

OLD_SIGNATURES = timedelta(days=7)
BY_A_PERSON = "paused by a person"
_SCANNER_SECONDS = 10.0
# clamd's answer to VERSION: its own version, that of its signatures, and when they were made.
_VERSION = re.compile(r"(ClamAV [\w.-]+)/(\d+)/\w{3} (\w{3}) +(\d+) ([\d:]+) (\d{4})")


def virus_scanner(parts: Parts) -> Iterator[Finding]:
    """Ask clamd whether it is there, and how old its signatures are."""
    if parts.settings is None or not parts.has("clamd"):
        return
    if parts.settings.clamd == OFF:
        asking = [f"{slug}/{form.slug}" for slug, each in parts.organisations.items() for form in each.forms.values()
                  if _asks_for_files(form)]  # fmt: skip
        if asking:
            remedy = "set GATEWAY_CLAMD to where clamd listens"
            yield look("scanner", f"it is off, and {len(asking)} forms ask for files", remedy)
        else:
            yield ok("scanner", "it is off, and no form asks for files")
        return
    if parts.offline:
        return
    try:
        version = scanner.version(parts.settings.clamd, timeout=_SCANNER_SECONDS)
    except ScannerAway as error:
        yield wrong("scanner", str(error), "see that clamd runs, and that GATEWAY_CLAMD says where it listens")
        return
    made_at = _made_at(version)
    if made_at is not None and parts.now - made_at > OLD_SIGNATURES:
        remedy = "see that freshclam runs"
        yield look("scanner", f"clamd answers, but its signatures are {lasting(parts.now - made_at)} old", remedy)
    else:
        yield ok("scanner", "clamd answers" + (", and its signatures are fresh" if made_at else ""))


def mail(parts: Parts) -> Iterator[Finding]:
    """Sign in at the mail server and say goodbye."""
    if parts.settings is None or not parts.has("smtp_url"):
        return
    server = mailserver.read(parts.settings.smtp_url.get_secret_value())
    if server is None:
        remedy = "set GATEWAY_SMTP_URL, or look at the lists yourself every day"
        yield look("mail", "it is off: no link to a saved form, no receipt and no alert is sent", remedy)
        return
    if parts.offline:
        return
    try:
        handing.try_out(server)
    except (NotNow, Refused) as error:
        yield wrong("mail", str(error), "correct GATEWAY_SMTP_URL, or see that the mail server runs")
    else:
        yield ok("mail", "the mail server lets us in")


def destinations(parts: Parts) -> Iterator[Finding]:
    """Look at how each destination stands, and ask it for all that its forms need."""
    known = standings.standings(parts.database) if parts.database else {}
    for slug in parts.destinations:
        yield from (each.of(slug) for each in _standing(known.get(slug, Standing(slug))))
        survey = parts.survey(slug)
        if survey is not None:
            yield from seen("destinations", slug, survey.observations)


def _standing(standing: Standing) -> Iterator[Finding]:
    slug = standing.organisation
    if standing.paused_at is not None:
        finding = look if standing.pause_reason == BY_A_PERSON else wrong
        remedy = (
            f"remove the cause: it is asked again by itself, or at once by `flask destinations resume {slug}`"
            if standing.probe_at
            else f"remove the cause, then `flask destinations resume {slug}`"
        )
        yield finding("destinations", f"it is paused since {standing.paused_at:%Y-%m-%d %H:%M} UTC: "
                      f"{standing.pause_reason}", remedy)  # fmt: skip
    if standing.proven_at is None and standing.asked_about is None:
        remedy = "send a first one, and look for it there; then `flask destinations status` asks what you saw"
        yield look("destinations", "it is not proven: it has accepted no referral yet", remedy)
    elif standing.proven_at is None:
        remedy = f"look for it there, then `flask destinations prove {slug} --yes`, or `--no`"
        yield look("destinations", f"it is not proven: nobody has said that {standing.asked_about} arrived", remedy)


def _asks_for_files(form: Form) -> bool:
    return any(field.type == "file" for page in form.pages for field in page.fields)


def _made_at(version: str) -> datetime | None:
    found = _VERSION.search(version)
    if found is None:
        return None
    _, _, month, day, time, year = found.groups()
    try:
        return datetime.strptime(f"{day} {month} {year} {time}", "%d %b %Y %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
