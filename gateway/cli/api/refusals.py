"""What the client of the API raises, as the sentence that a command ends with: what happened, and what to do now.

The text of an answer is in none of them, since it can hold what somebody sent: it is shown for `--raw` alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from gateway.charitylog import (
    BodyTooLarge,
    Busy,
    Failed,
    KeysRefused,
    NoAnswer,
    NotAllowed,
    NotJson,
    NotThere,
    NotWritten,
    Refused,
)
from gateway.cli.api import showing, tables

LOOK_FIRST = "It may have been done: look there before you type it again."
_AS_IT_CAME = "Add --raw to see the answer as it came."
_KEYS = (
    "Charitylog does not take the keys of {slug}. Org and User stand on the user's record in Charitylog, on the tab "
    "“3rd Party Systems” (Live and Training have keys of their own); Source comes from the vendor by text message, and "
    "changes now and then. organisation.yaml says where the gateway reads them."
)
_RIGHTS = (
    "The user of these keys may not do this. Branches, projects and fields are those that this user may see in "
    "Charitylog: change the user's rights there."
)
_NOT_THERE = (
    "There is no such record or address. Look at the number and the name of the group, and that `url` in "
    "organisation.yaml is the whole address, such as https://api.dizions.co.uk/v2."
)
_REJECTED = (
    "Charitylog rejects what was asked. `flask api fields` and `flask api dictionary` tell which names and numbers it "
    "knows."
)


@contextmanager
def in_plain_words(slug: str, *, raw: bool, changes: bool) -> Iterator[None]:
    """End a command in plain words where its call came to nothing; `changes` says that it was to change something."""
    try:
        yield
    except NotWritten as error:
        raise click.ClickException(
            f"Nothing was sent: {error.reason}. Look at `url` in organisation.yaml, and at the network."
        ) from None
    except NoAnswer as error:
        raise click.ClickException(f"No whole answer came: {error.reason}. {_again(error, changes=changes)}") from None
    except Refused as error:
        if raw:
            showing.as_it_came(error.answer)
        raise click.ClickException(_meaning(error, slug, raw=raw, changes=changes)) from None
    except NotJson as error:
        raise click.ClickException(f"It was answered, but {error}. {_AS_IT_CAME}") from None
    except (ValueError, TypeError) as error:
        # The client's own words on what was to be sent: they name fields and never hold a value.
        raise click.ClickException(tables.shown(str(error))) from None


def _again(error: NoAnswer, *, changes: bool) -> str:
    if changes:
        return LOOK_FIRST
    return "Ask for less, by --filter or --fields." if isinstance(error, BodyTooLarge) else "Type it again."


def _meaning(error: Refused, slug: str, *, raw: bool, changes: bool) -> str:
    told = f"Answered {error.answer.status}. "
    match error:
        case Busy():
            wait = f"in {error.retry_after:.0f} seconds" if error.retry_after is not None else "later"
            return f"{told}Charitylog is busy, and did nothing. Type it again {wait}."
        case KeysRefused():
            return told + _KEYS.format(slug=slug)
        case NotAllowed():
            return told + _RIGHTS
        case NotThere():
            return told + _NOT_THERE
        case Failed():
            return f"{told}Something broke there. {LOOK_FIRST if changes else 'Type it again later.'}"
    return told + _REJECTED + ("" if raw else f" {_AS_IT_CAME}")
