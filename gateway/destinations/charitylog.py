"""Charitylog behind the seam: checks a form, composes `external_referral`, and makes the call.

What the vendor's pages contradict is a setting of the organisation; what they leave open is tolerated.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from gateway import charitylog
from gateway.definitions.schema import Choice, Form
from gateway.destinations.blocks import OrganisationBlock
from gateway.destinations.comparing import differences
from gateway.destinations.direct import Wording, is_direct, steps_of
from gateway.destinations.imports import by_external_id, found_among, marked, names_others
from gateway.destinations.lists import read_choices, read_fields
from gateway.destinations.making import Making
from gateway.destinations.needs import EXTERNAL_IDS, questions_of
from gateway.destinations.outcomes import judge
from gateway.destinations.payload import people_of
from gateway.destinations.requirements import problems_of
from gateway.destinations.seam import (
    Attachment,
    DestinationError,
    Following,
    Lists,
    Misconfigured,
    NotSent,
    Observation,
    Problem,
    Receipt,
    Record,
    Rejected,
    Step,
    Survey,
    Unknown,
    Unsupported,
    Use,
)
from gateway.destinations.surveying import survey
from gateway.destinations.uses import CLIENT_FIELDS, REFERRAL_FIELDS, TAKEN_FIELDS, uses_of, written_ids
from gateway.referral import Referral

STAGE = "stage"
_NOBODY = "RG-NOBODY"  # as an external id: no reference of ours holds an O
_GROUPS: Mapping[str, charitylog.UploadGroup] = {"person": "clients", "referral": "referrals"}


def client_of(
    block: OrganisationBlock,
    *,
    connect_timeout: float,
    read_timeout: float,
    deadline: float,
    before: Callable[[str, str], None] | None = None,
) -> charitylog.Client:
    """Make the API client that a block describes; limits are seconds. ValueError: its keys cannot be sent."""
    return charitylog.Client(
        block.url,
        charitylog.Credentials(block.source, block.org, block.user),
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        deadline=deadline,
        before=before,
        writes=block.writes,
        body=block.body,
        ids=block.ids,
        minimum=block.minimum,
    )


class Charitylog:
    """One charity's Charitylog."""

    def __init__(
        self,
        block: OrganisationBlock,
        *,
        connect_timeout: float,
        read_timeout: float,
        deadline: float,
        console: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take the organisation's block; time-outs and the hard deadline of a call are seconds.

        `console` is the address of its pages for staff: whoever imports a referral is led there to its files.
        """
        self._block = block
        self._console = console
        self._now = now
        self._client = client_of(block, connect_timeout=connect_timeout, read_timeout=read_timeout, deadline=deadline)
        self._fields = {
            CLIENT_FIELDS: self._client.clients.selectable_fields,
            TAKEN_FIELDS: self._client.external_referral.selectable_fields,
            REFERRAL_FIELDS: self._client.referrals.selectable_fields,
        }
        self._wording = Wording(block.writes, block.body, block.description, block.uploads.when == "imported", console)
        self._making = Making(self._client, self._wording, self._accepted)

    def __repr__(self) -> str:
        return "Charitylog()"

    @property
    def following(self) -> Following:
        """Find imports where they bear our reference, and upload files where the organisation wants it."""
        return Following(finds=self._block.correlate == "external_id", uploads=self._block.uploads.when == "imported")

    def check(self, form: Form) -> Sequence[Problem]:
        """Judge whether a form has what its way of delivery needs in every revision of the pages."""
        return problems_of(form)

    def steps(self, referral: Referral, *, repeat: bool) -> Sequence[Step]:
        """Compose the one call that stages a referral, or the calls that make its records at once."""
        if is_direct(referral):
            return steps_of(referral, self._wording, repeat=repeat)
        people = people_of(
            referral,
            repeat=repeat,
            numbers=self._block.ids == "number",
            external_id=self._block.correlate == "external_id",
            files_follow=self.following == Following(finds=True, uploads=True),
            console=self._console,
        )
        encoded = charitylog.encode(people, self._block.body)
        return [Step(STAGE, encoded.content_type, encoded.content)]

    def run(self, step: Step, done: Sequence[str] = ()) -> Receipt:
        """Stage a referral by `PUT /v2/external_referral`, or make one record. Raises one of the six errors."""
        if step.kind != STAGE:
            return self._making.run(step, tuple(done))
        body = charitylog.EncodedBody(content_type=step.content_type, content=step.body)
        return self._accepted(lambda: self._client.external_referral.put(body), asks_the_probe=True)

    def find(self, references: Sequence[str]) -> Mapping[str, Receipt]:
        """Look which referrals were imported, by the external ids of clients. Raises Unsupported or an error.

        No page documents how staged referrals could be read back, so one that is not found may still wait there.
        """
        if not self.following.finds:
            raise Unsupported("Charitylog documents no way to look for staged referrals")
        try:
            receipt = self._accepted(by_external_id(self._client, references).answer)
        except Misconfigured as error:
            # No page says what is answered where there is none: it may be this.
            if error.status == 404 and self._keys_are_good():
                return {}
            raise
        return found_among(receipt, references)

    def upload(self, record: Record, attachment: Attachment) -> Receipt:
        """Upload a file to a client or a referral. Raises one of the six errors.

        Where the probe is good, an address that is not there means the record, not the destination: an id may be
        mistyped, and nothing but this file has to wait for a person.
        """
        uploads = self._block.uploads
        upload = charitylog.Upload(
            marked(attachment.name) if attachment.repeat else attachment.name,
            attachment.media_type,
            attachment.size,
            attachment.pieces,
        )
        try:
            return self._accepted(
                lambda: self._client.uploads.post(
                    _GROUPS[record.kind],
                    record.id,
                    upload,
                    user_visibility=uploads.user_visibility,
                    group_visibility=uploads.group_visibility,
                ),
                asks_the_probe=True,
            )
        except Misconfigured as error:
            if error.status in (404, 405, 415) and self._keys_are_good():
                raise Rejected(error.reason, status=error.status, answer=error.answer, shape=error.shape) from None
            raise

    def choices(self, dictionary: str) -> Sequence[Choice]:
        """Read a dictionary such as `organisations/district`, or one of `lists`. Raises one of the six errors."""
        return self._listed(dictionary, asks_the_probe=True)

    def lists(self, forms: Mapping[str, Form]) -> Sequence[str]:
        """Name the fields of a client and those that `external_referral` takes, and the lists of ids in blocks.

        Source: API Details, 2018 (seed 000); "API: External Referrals", 2020; "API Dictionaries".
        """
        return [CLIENT_FIELDS, TAKEN_FIELDS, *written_ids(forms)]

    def uses(self, forms: Mapping[str, Form]) -> Sequence[Use]:
        """Name the fields and ids that forms send, and the dictionaries that they offer."""
        return uses_of(forms)

    def survey(self, forms: Mapping[str, Form]) -> Survey:
        """Read every list that forms and settings need, by GET alone; see `surveying` for what ends it early."""
        return survey(questions_of(forms, uses_of(forms), correlates=self.following.finds), self._answered)

    def compare(self, forms: Mapping[str, Form], lists: Lists) -> Sequence[Observation]:
        """Compare the fields and ids of forms with lists that were read."""
        return list(differences(forms, lists, correlates=self.following.finds))

    def probe(self) -> None:
        """Ask for the list of client fields, which every revision documents. Raises one of the six errors."""
        self._accepted(self._client.clients.selectable_fields)

    def close(self) -> None:
        """Let go of idle connections."""
        self._client.close()

    def _answered(self, name: str) -> Mapping[str, str]:
        if name != EXTERNAL_IDS:
            return {choice.value: str(choice.label) for choice in self._listed(name, asks_the_probe=False)}
        try:
            receipt = self._accepted(by_external_id(self._client, [_NOBODY]).answer)
        except Misconfigured as error:
            if error.status == 404:
                return {}  # no page says what is answered where there is none: it may be this
            raise
        if names_others(receipt):
            raise Rejected("clients came who bear another one", status=receipt.status)
        return {}

    def _listed(self, name: str, *, asks_the_probe: bool) -> Sequence[Choice]:
        if name in self._fields:
            return read_fields(self._accepted(self._fields[name], asks_the_probe=asks_the_probe))
        return read_choices(self._accepted(lambda: self._client.dictionaries.one(name), asks_the_probe=asks_the_probe))

    def _accepted(self, call: Callable[[], charitylog.Answer], *, asks_the_probe: bool = False) -> Receipt:
        try:
            answer = call()
        except charitylog.Refused as refused:
            answer = refused.answer
        except charitylog.NotWritten as error:
            raise NotSent(error.reason) from None
        except charitylog.NoAnswer as error:
            raise Unknown(error.reason) from None
        good = self._keys_are_good() if asks_the_probe and answer.status == 403 else None
        meaning = judge(answer.status, answer.headers, answer.body, probe_is_good=good, now=self._now())
        if isinstance(meaning, DestinationError):
            raise meaning
        return meaning

    def _keys_are_good(self) -> bool:
        try:
            self.probe()
        except DestinationError:
            return False
        return True
