"""Many callers at once: every number is given once, and nothing that was accepted is lost."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from tests.sandbox.conftest import KEYS, PERSON
from tests.sandbox.writes import ALYS, known, made, referral, write

CALLERS = 20


def test_callers_who_write_at_once_lose_nothing(app: Flask) -> None:
    def write_everything(caller: int) -> tuple[int, int, int]:
        client = app.test_client()
        mine = {f"text_of_{caller}": "Invented"}
        one = made(write(client, "clients", ALYS))
        due = {"user": "3", "start_date": "2026-12-01", "end_date": "2026-12-01", "description": "Invented"}
        act = made(write(client, "due_contacts/referral/2289", due))
        note = made(write(client, "extension_database/wellcheck_notes_9", {"referral": "2289"}))
        changed = (
            write(client, f"done_contacts/id/{act}", {"start_date": "2026-12-01", "end_date": "2026-12-01"}, "POST"),
            write(client, "clients/id/1", mine, "POST"),
            write(client, "referrals/id/2289", mine, "POST"),
            write(client, "done_contacts/id/402", mine, "POST"),
            write(client, "extension_database/wellcheck_notes_9/id/17", mine, "POST"),
            client.put("/v2/external_referral", json=[PERSON], headers=KEYS),
        )
        assert {answer.status_code for answer in changed} == {200}
        return one, act, note

    with ThreadPoolExecutor(CALLERS) as pool:
        numbers = list(pool.map(write_everything, range(CALLERS)))
        settled = list(pool.map(lambda number: _import(app, number), [*range(1, CALLERS + 1)] * 2))

    client = app.test_client()
    told = referral(client, 2289)
    (noted,) = [each for each in told["extension_records"] if each["id"] == 17]
    (acted,) = [each for each in told["contacts"] if each["id"] == 402]
    for kept in (noted["fields"], acted["fields"], told["fields"], known(client)[0]["fields"]):
        assert {f"text_of_{caller}" for caller in range(CALLERS)} <= kept.keys()
    assert [len(set(sort)) for sort in zip(*numbers, strict=True)] == [CALLERS] * 3
    assert sorted(settled) == [303] * CALLERS + [409] * CALLERS
    assert len(known(client)) == len({each["id"] for each in known(client)}) == 13 + 2 * CALLERS


def test_a_reset_among_callers_brings_back_the_whole_charity(app: Flask) -> None:
    def make_or_reset(caller: int) -> int:
        client = app.test_client()
        return client.post("/_sandbox/reset").status_code if caller % 4 == 0 else made(write(client, "clients", ALYS))

    with ThreadPoolExecutor(CALLERS) as pool:
        answers = list(pool.map(make_or_reset, range(4 * CALLERS)))

    assert set(answers[::4]) == {200}
    assert min(number for caller, number in enumerate(answers) if caller % 4) > 13
    assert [each["fields"]["surname"] for each in known(app.test_client())][:2] == ["Samplewell"] * 2


def _import(app: Flask, number: int) -> int:
    return app.test_client().post(f"/external-referral-manager/{number}/import").status_code
