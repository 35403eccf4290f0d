"""What a mail to staff says of each matter: what it is, why it matters, and the exact command. Never an answer.

The documents explain each matter at length; here stands what to do now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.store.alerts import Matter

_LIST = "flask referrals list --organisation {organisation} --state {state}"
_STATUS = "flask destinations status"


@dataclass(frozen=True, slots=True)
class Words:
    """What to do about a matter, and the commands that do it."""

    to_do: str
    commands: Sequence[str] = ()


WORDS: Mapping[Matter, Words] = {
    Matter.FAILED: Words(
        "Nothing is tried any more, and nobody has read what was sent. Look at the reason and remove it, then send "
        "them again. Or carry them by hand, and say so.",
        (_LIST.format(organisation="{organisation}", state="failed"),),
    ),
    Matter.UNKNOWN: Words(
        "Look for each reference in your case-management system, where new referrals arrive. It is there: say arrived. "
        "It is not: say resend. Until you do, it may be sent again after some hours, marked as a possible repeat, "
        "three times at most.",
        ("flask referrals settle {reference} arrived", "flask referrals settle {reference} resend"),
    ),
    Matter.LATE: Words(
        "They are tried again by themselves. See whether the case-management system is there, and whether the "
        "destination is paused. If somebody must be helped today, carry it by hand.",
        (_STATUS, _LIST.format(organisation="{organisation}", state="pending")),
    ),
    Matter.HELD: Words(
        "Nobody sees them until you look, and there may be a person behind one. Release what looks like a person, "
        "close what is spam.",
        (
            _LIST.format(organisation="{organisation}", state="held"),
            "flask referrals settle {reference} release",
            "flask referrals settle {reference} close",
        ),
    ),
    Matter.PAUSED: Words(
        "Referrals are still taken and kept. Remove the reason; docs/operations.md has what to do about each. Keys "
        "that were refused, and an address that was wrong, are tried again by themselves.",
        (_STATUS, "flask destinations resume {organisation}"),
    ),
    Matter.UNPROVEN: Words(
        "The destination accepted it. Look for this reference in your case-management system, where new referrals "
        "arrive, and answer: the first command says that you see it, the second what follows if you do not. Until you "
        "have, nothing is ever deleted here.",
        (
            "flask destinations prove {organisation} --yes",
            "flask destinations prove {organisation} --no --dry-run",
        ),
    ),
    Matter.NOT_IMPORTED: Words(
        "They wait in your case-management system for a person to import or to reject them. Please look there.",
        ("flask referrals list --organisation {organisation} --state delivered",),
    ),
    Matter.FILES: Words(
        "They wait for the virus scanner, for the case-management system, or for you to say which record they belong "
        "to; or they were given up. The first command says which. You can send the files of a referral to a record, or "
        "save them and carry them by hand.",
        (
            "flask referrals files REFERENCE",
            "flask referrals attach REFERENCE --client NUMBER",
            "flask referrals files REFERENCE --to FOLDER",
        ),
    ),
    Matter.EXPIRING: Words(
        "It is kept past that time too, until you decide. But nobody has read it for weeks: settle it today.",
        ("flask referrals list --organisation {organisation}",),
    ),
    Matter.OVERDUE: Words(
        "It is never deleted before somebody has decided. Deliver it, or carry it by hand, or close it.",
        (
            "flask referrals settle {reference} resend",
            "flask referrals settle {reference} by-hand",
            "flask referrals settle {reference} close",
        ),
    ),
    Matter.CONFIGURATION: Words(
        "Whoever opens a form is told whom to call. The command names file, place and remedy; correct them, then start "
        "web and worker again.",
        ("flask forms check",),
    ),
    Matter.KEYS_MISSING: Words(
        "A key was taken out of GATEWAY_KEYS too soon. Put it back, behind the first one, and start web and worker "
        "again.",
    ),
    Matter.KEYS_OLD: Words(
        "Do not take that key out of GATEWAY_KEYS yet: they would be lost. Seal them with the first key before.",
        ("flask keys rotate --dry-run", "flask keys rotate"),
    ),
    Matter.SILENCE: Words(
        "It runs again now, and what waited is being sent. Find out why it stood still, and let a watchman call you "
        "when it does: see GATEWAY_HEARTBEAT_URL in docs/settings.md.",
    ),
}
