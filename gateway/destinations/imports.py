"""Which of our references stand among clients that were read, and what a file is called that goes out again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway import charitylog
from gateway.destinations.seam import Receipt, Unknown


def marked(name: str) -> str:
    """Say in the name of a file that it may be there already."""
    stem, dot, ending = name.rpartition(".")
    return f"{stem} (possible repeat).{ending}" if dot and stem else f"{name} (possible repeat)"


def by_external_id(client: charitylog.Client, external_ids: Sequence[str]) -> charitylog.Query:
    """Ask for the clients with any of these external ids, in one call.

    Source: API Filters (`external_id` is a filter, `;` separates values). Neither the shape of the answer is
    documented, nor what is answered where there is none.
    """
    return client.clients.filter(external_id=list(external_ids)).fields("id", "external_id")


def found_among(receipt: Receipt, references: Sequence[str]) -> Mapping[str, Receipt]:
    """Read which references stand in a list of clients, and the id of each one's client; of several, the first made.

    Nothing but exactly what was asked for counts: a system that ignores the filter would answer with everybody.
    """
    found: dict[str, str] = {}
    for record in _clients(receipt):
        reference, number = charitylog.text_of(record, "external_id"), charitylog.text_of(record, "id")
        if reference in references and charitylog.is_id(number):
            found[reference] = min(found.get(reference, number), number, key=int)
    return {reference: replace(receipt, answer=b"", record=number) for reference, number in found.items()}


def names_others(receipt: Receipt) -> bool:
    """Tell whether clients came where none could: a system that ignores the filter finds nobody by it."""
    return any(record for record in _clients(receipt))


def _clients(receipt: Receipt) -> Sequence[charitylog.Record]:
    try:
        return charitylog.Answer(receipt.status, {}, receipt.answer, 0).records()
    except charitylog.NotJson:
        raise Unknown("the list of clients could not be read", status=receipt.status, shape=receipt.shape) from None
