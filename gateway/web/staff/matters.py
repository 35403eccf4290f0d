"""What needs a person, as the first page of the console shows it: what it is, why, what to do, and the right button."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.spans import lasting
from gateway.store.alerts import Matter
from gateway.store.attention import Group
from gateway.store.destinations import Standing
from gateway.store.pausing import BY_A_PERSON
from gateway.store.watching import Waiting
from gateway.titles import TITLES, title


@dataclass(frozen=True, slots=True)
class Button:
    """What it says, and where it leads; `posts`: it does something at once."""

    words: str
    address: str
    posts: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One matter: its title, what to do, lines that say more, some referrals, and buttons for whoever may act."""

    matter: Matter
    title: str
    to_do: str
    group: Group | None = None
    lines: Sequence[str] = ()
    buttons: Sequence[Button] = ()
    all_of_them: str = ""  # the list of all of them
    age: str = ""  # how long the oldest has waited


ORDER = (
    Matter.SILENCE,
    Matter.CONFIGURATION,
    Matter.UNKNOWN,
    Matter.FAILED,
    Matter.PAUSED,
    Matter.KEYS_MISSING,
    Matter.LATE,
    Matter.HELD,
    Matter.FILES,
    Matter.NOT_IMPORTED,
    Matter.UNPROVEN,
)
GRAVE = (Matter.SILENCE, Matter.CONFIGURATION, Matter.FAILED, Matter.UNKNOWN, Matter.PAUSED, Matter.KEYS_MISSING)
_TO_DO: Mapping[Matter, str] = {
    Matter.UNKNOWN: (
        "Look for each reference in your case-management system, where new referrals arrive. Then open it here and say "
        "whether it is there. Until you do, it may be sent again after some hours, marked as a possible repeat, three "
        "times at most."
    ),
    Matter.FAILED: (
        "Nothing is tried any more, and nobody has read what was sent. Open each: it says why, and what to do. Where "
        "one reason stopped many, remove it and send all of them again."
    ),
    Matter.PAUSED: (
        "Referrals are still taken and kept. Remove the reason, then let it go on; what waits is sent by itself."
    ),
    Matter.LATE: (
        "They are tried again by themselves. See whether your case-management system can be reached. If somebody must "
        "be helped today, open theirs and carry it by hand."
    ),
    Matter.HELD: (
        "Nobody sees them until you look, and there may be a person behind one. Open each: let through what looks like "
        "a person, end what is spam."
    ),
    Matter.FILES: (
        "They wait for the virus scanner, for your case-management system, or for somebody to say which record they "
        "belong to; or they were given up. Open each to send its files to a record, or to save them."
    ),
    Matter.NOT_IMPORTED: (
        "They wait in your case-management system for a person to import or to reject them. Please look there."
    ),
    Matter.UNPROVEN: (
        "Your case-management system accepted it. Look whether it really is there. Until somebody has said so, nothing "
        "is ever deleted here."
    ),
    Matter.CONFIGURATION: (
        "Whoever opens a form is told whom to call. Somebody who looks after the server corrects these, then starts "
        "web and worker again."
    ),
    Matter.KEYS_MISSING: (
        "A key was taken out of GATEWAY_KEYS too soon. Somebody who looks after the server puts it back, behind the "
        "first one, and starts web and worker again."
    ),
    Matter.SILENCE: (
        "Referrals are taken and kept, but none is sent, and nobody is told by mail. Somebody who looks after the "
        "server starts the worker."
    ),
}
_ON_PURPOSE = (
    "A colleague paused it on purpose. Referrals are still taken and kept. Once nothing speaks against it any more, "
    "let it go on; what waits is sent by itself."
)
_TITLES = {
    Matter.SILENCE: "Nothing is sent: no worker is running",
    Matter.FILES: "Files of {count} have not come to their place",
}
_LISTED = {Matter.UNKNOWN: "unknown", Matter.FAILED: "failed", Matter.HELD: "held"}


def of_group(organisation: str, group: Group, now: datetime) -> Card:
    """Show referrals that stand alike, and for how long the oldest of them has."""
    state, buttons = _LISTED.get(group.matter, ""), []
    if group.matter is Matter.FAILED:
        buttons.append(Button("Send them again", f"/staff/{organisation}/referrals/again?state=failed"))
    words = title(group.matter, group.count, more=group.more)
    if group.matter is Matter.FILES:
        count = f"{group.count:,}+" if group.more else f"{group.count:,}"
        words = _TITLES[Matter.FILES].format(count="1 referral" if count == "1" else f"{count} referrals")
    listed = f"/staff/{organisation}/referrals?state={state}" if state else ""
    age = lasting(now - group.oldest[0].created_at)
    return Card(group.matter, words, _TO_DO[group.matter], group, buttons=buttons, all_of_them=listed, age=age)


def of_pause(organisation: str, standing: Standing, shown: str, next_look: str) -> Card:
    """Show that nothing is sent, since when and why."""
    lines = [f"Since {shown}: {standing.pause_reason}.", *([next_look] if next_look else [])]
    resume = Button("Let it go on", f"/staff/{organisation}/destination/resume", posts=True)
    to_do = _ON_PURPOSE if standing.pause_reason == BY_A_PERSON else _TO_DO[Matter.PAUSED]
    return Card(Matter.PAUSED, TITLES[Matter.PAUSED].one, to_do, lines=lines, buttons=[resume])


def of_question(organisation: str, reference: str, asked_at: datetime, state: str) -> Card:
    """Show the question whether the first referral is there."""
    answer = Button("Say whether it is there", f"/staff/{organisation}/destination/prove")
    group = Group(Matter.UNPROVEN, 1, False, [Waiting(reference, state, None, asked_at)])
    return Card(Matter.UNPROVEN, TITLES[Matter.UNPROVEN].one, _TO_DO[Matter.UNPROVEN], group, buttons=[answer])


def of_problems(problems: Sequence[str]) -> Card:
    """Show what is wrong in the files of the organisation."""
    words = title(Matter.CONFIGURATION, len(problems))
    return Card(Matter.CONFIGURATION, words, _TO_DO[Matter.CONFIGURATION], lines=problems)


def of_silence() -> Card:
    """Show that no worker is there."""
    return Card(Matter.SILENCE, _TITLES[Matter.SILENCE], _TO_DO[Matter.SILENCE])


def of_keys(count: int) -> Card:
    """Show that some cannot be opened."""
    return Card(Matter.KEYS_MISSING, title(Matter.KEYS_MISSING, count), _TO_DO[Matter.KEYS_MISSING])
