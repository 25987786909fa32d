"""A ready-made run-failure sensor: it sends a mail."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Any

from headwater.definitions.run_status_sensor import RunStatusSensorDefinition, run_failure_sensor
from headwater.definitions.run_status_sensor_context import RunFailureSensorContext
from headwater.definitions.sensor import DefaultSensorStatus
from headwater.model.errors import ParameterCheckError

SMTP_TIMEOUT_SECONDS = 20
_PORTS = {"SSL": 465, "STARTTLS": 587}


def default_body(context: RunFailureSensorContext) -> str:
    """What the mail says without another function."""
    return (
        f"Job {context.dagster_run.job_name} failed.\n\nRun: {context.dagster_run.run_id}\n\n"
        f"{context.failure_event.message}\n"
    )


def default_subject(context: RunFailureSensorContext) -> str:
    """The subject without another function."""
    return f"Run failed: {context.dagster_run.job_name}"


def make_email_on_run_failure_sensor(
    email_from: str,
    email_password: str,
    email_to: Sequence[str],
    email_body_fn: Callable[[RunFailureSensorContext], str] = default_body,
    email_subject_fn: Callable[[RunFailureSensorContext], str] = default_subject,
    smtp_host: str = "smtp.gmail.com",
    smtp_type: str = "SSL",
    smtp_port: int | None = None,
    smtp_user: str | None = None,
    name: str | None = None,
    webserver_base_url: str | None = None,
    monitored_jobs: Sequence[Any] | None = None,
    job_selection: Sequence[Any] | None = None,
    monitor_all_code_locations: bool = False,
    default_status: DefaultSensorStatus = DefaultSensorStatus.STOPPED,
    monitor_all_repositories: bool = False,
) -> RunStatusSensorDefinition:
    """A sensor that sends a mail for each failed run, over SMTP with ``SSL`` or ``STARTTLS``.

    ``webserver_base_url`` adds a link to the run. Raises :class:`CheckError` for another ``smtp_type``.

    >>> make_email_on_run_failure_sensor("me@example.com", "secret", ["team@example.com"]).name
    'email_on_run_failure'
    """
    if smtp_type not in _PORTS:
        raise ParameterCheckError(f'smtp_type is "SSL" or "STARTTLS", not "{smtp_type}".')

    @run_failure_sensor(
        name=name or "email_on_run_failure",
        monitored_jobs=monitored_jobs if monitored_jobs is not None else job_selection,
        monitor_all_code_locations=monitor_all_code_locations or monitor_all_repositories,
        default_status=default_status,
    )
    def send(context: RunFailureSensorContext) -> None:
        message = EmailMessage()
        message["From"], message["To"] = email_from, ", ".join(email_to)
        message["Subject"] = email_subject_fn(context)
        body = email_body_fn(context)
        if webserver_base_url:
            body += f"\n{webserver_base_url.rstrip('/')}/runs/{context.dagster_run.run_id}\n"
        message.set_content(body, subtype="html" if body.lstrip().startswith("<") else "plain")
        with _connect(smtp_host, smtp_port or _PORTS[smtp_type], smtp_type) as server:
            server.login(smtp_user or email_from, email_password)
            server.send_message(message)

    return send


def _connect(host: str, port: int, kind: str) -> smtplib.SMTP:
    secure = ssl.create_default_context()
    if kind == "SSL":
        return smtplib.SMTP_SSL(host, port, timeout=SMTP_TIMEOUT_SECONDS, context=secure)
    server = smtplib.SMTP(host, port, timeout=SMTP_TIMEOUT_SECONDS)
    server.starttls(context=secure)
    return server
