"""Where a history in Postgres is: the server, and the schema that holds the tables."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from headwater.model.errors import StorageError

SCHEMA = "headwater"
SCHEMES = ("postgresql", "postgres")
# A host that is gone is noticed within half a minute; unless the user says otherwise, who knows the network.
_PATIENT_WITH_NETWORKS = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
    "application_name": "headwater",
}


class PostgresPlace(NamedTuple):
    """``conninfo`` is what libpq connects by. ``name`` is for people: it holds no password."""

    conninfo: str
    schema: str
    name: str


def parse_url(url: str) -> PostgresPlace:
    """The place that ``url`` names: ``postgresql://user:password@host:port/database``, with ``?schema=`` if it is
    another than ``headwater``. Raises :class:`StorageError` for what is no such URL."""
    parts = urlsplit(url)
    words = parse_qsl(parts.query)
    schema = dict(words).get("schema", SCHEMA)
    rest = urlencode([(name, value) for name, value in words if name != "schema"])
    try:
        facts = conninfo_to_dict(urlunsplit(parts._replace(query=rest)))
    except psycopg.ProgrammingError as error:
        raise StorageError(
            f"The URL of the history's database cannot be understood: {str(error).strip()}. It looks like "
            "postgresql://user:password@host:5432/database."
        ) from error
    given: dict[str, Any] = {**_PATIENT_WITH_NETWORKS, **facts}
    host = facts.get("host") or facts.get("hostaddr") or "localhost"
    port = f":{facts['port']}" if facts.get("port") else ""
    name = f"postgresql://{host}{port}/{facts.get('dbname') or ''}?schema={schema}"
    return PostgresPlace(make_conninfo(**given), schema, name)
