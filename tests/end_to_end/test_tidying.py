"""What people began and left is deleted by the worker, without anybody's doing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from gateway.keys import KeyRing
from gateway.store import definitions, tables
from gateway.store.database import Database
from gateway.store.drafts import Draft, Drafts
from tests.end_to_end.house import House

from ..store.making import DEFINITION


def test_a_draft_that_nobody_came_back_to_is_deleted(build: Callable[..., House]) -> None:
    house = build()
    database = Database(house.environment["GATEWAY_DATABASE_URL"])
    ring = KeyRing(house.environment["GATEWAY_KEYS"])
    began = datetime.now(UTC) - timedelta(days=1)
    definitions.keep(database, [DEFINITION], began)
    draft = Draft("riverside", "support", DEFINITION.hash, "en", {}, 1, began, began + timedelta(hours=1))
    Drafts(database, ring).create(b"an-instance-only", draft)

    house.flask("worker", "--once")

    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.drafts)) == 0
    database.close()
