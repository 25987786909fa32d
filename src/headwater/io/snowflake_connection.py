"""Connections to Snowflake: the arguments that resource and I/O manager have in common, and what goes wrong at login."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import snowflake.connector as connector

from headwater.model.errors import DatabaseAccessError, DatabaseUnreachableError

_UNREACHABLE = (
    "250001: Could not connect",
    "could not resolve",
    "connection refused",
    "timed out",
    "timeout",
)


def connect(arguments: Mapping[str, Any]) -> connector.SnowflakeConnection:
    """A connection. Arguments that are None are left to the connector's own defaults.

    Raises :class:`DatabaseAccessError` where the login is refused, :class:`DatabaseUnreachableError` where nobody answers.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    if "private_key_path" in given:
        given["private_key_file"] = given.pop("private_key_path")
        given["private_key_file_pwd"] = given.pop("private_key_password", None)
    elif "private_key" in given:
        given["private_key"] = _der_of(given["private_key"], given.pop("private_key_password", None))
    if int(connector.__version__.partition(".")[0]) >= 5:
        given.setdefault("enable_server_session_keep_alive_auto_detection", False)
    place = f"the account {given.get('account')} of Snowflake as {given.get('user')}"
    try:
        return connector.connect(**given)
    except connector.errors.Error as error:
        reason = str(error).strip()
        if _is_refusal(error):
            raise DatabaseAccessError(place, reason) from None
        raise DatabaseUnreachableError(
            f"Snowflake cannot be reached for {place}: {reason}. Look at the name of the account, and at the network."
        ) from None


def _is_refusal(error: connector.errors.Error) -> bool:
    """Whether the server answered, and said no: its codes for logins begin with 390."""
    text = f"{error.errno} {error}".lower()
    return (
        "3901" in text
        or "3903" in text
        or "incorrect username or password" in text
        or "jwt token is invalid" in text
    )


def _der_of(key: str, password: str | None) -> bytes:
    """A private key as PEM text, or as that text in base64, in the form that the connector takes."""
    from cryptography.hazmat.primitives import serialization

    text = key if "PRIVATE KEY" in key else _decoded(key)
    loaded = serialization.load_pem_private_key(text.encode(), password.encode() if password else None)
    return loaded.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _decoded(key: str) -> str:
    try:
        return base64.b64decode(key).decode()
    except (binascii.Error, UnicodeDecodeError):
        return key
