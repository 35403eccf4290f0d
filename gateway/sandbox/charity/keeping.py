"""What the sandbox remembers of files: everything but their content."""

from dataclasses import asdict, dataclass
from typing import Any

from gateway.sandbox.charity.database import Database, now


@dataclass(frozen=True)
class Upload:
    """One file as it came, and whose it is. Its repr holds no name."""

    kind: str  # "client" or "referral"
    record: int
    part: str
    name: str
    media_type: str
    size: int
    sha256: str
    user_visibility: str
    group_visibility: str

    def __repr__(self) -> str:
        return f"Upload(kind={self.kind!r}, record={self.record})"

    def as_json(self) -> dict[str, Any]:
        """Return it under the names of its columns."""
        return asdict(self)


COLUMNS = tuple(Upload.__dataclass_fields__)


def keep(database: Database, upload: Upload) -> int:
    """Remember a file and return its number. A repeat makes a second one."""
    with database.transaction() as connection:
        row = connection.execute(
            f"INSERT INTO uploads (created_at, {', '.join(COLUMNS)})"  # noqa: S608  (our own names)
            f" VALUES (:created_at, {', '.join(f':{name}' for name in COLUMNS)}) RETURNING id",
            {"created_at": now(), **upload.as_json()},
        ).fetchone()
    return int(row["id"])


def uploads(database: Database) -> list[Upload]:
    """List every file, the oldest first."""
    with database.transaction() as connection:
        rows = connection.execute("SELECT * FROM uploads ORDER BY id").fetchall()
    return [Upload(**{name: row[name] for name in COLUMNS}) for row in rows]


def of_record(database: Database, kind: str, record: int) -> list[Upload]:
    """List the files of one client or referral."""
    return [each for each in uploads(database) if (each.kind, each.record) == (kind, record)]
