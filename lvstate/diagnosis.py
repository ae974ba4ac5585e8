"""Examines a configuration and the tenant behind it, check by check, without writing anywhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from lvstate.client.credentials import Credentials, from_environment, names_of
from lvstate.client.examination import Listing, clock_offset, list_one, may_read, probe, sign_in
from lvstate.client.origin import origin_of
from lvstate.client.pacing import Pacing
from lvstate.client.route import route_of
from lvstate.client.session import Session
from lvstate.client.transport import transport_to
from lvstate.driver import Driver, Transport
from lvstate.effects import HttpFault, HttpReply
from lvstate.errors import Exit, LvstateError
from lvstate.kinds import all_kinds
from lvstate.model.diagnosis import Check, Diagnosis, Health
from lvstate.model.project import Environment

T = TypeVar("T")

Find = Callable[[], tuple[Path, Environment]]
"""Finds the environment asked for; raises LvstateError."""

Embedded = Callable[[Path, Environment], "tuple[Transport, Credentials] | None"]
"""Opens the emulator in this process, where the environment is that one."""

_INSIDE = (*(kind.section for kind in all_kinds()), "role")
"""The checks that need a login."""
_SOON = 14
"""Days before a password expires from which on it is said."""
_CLOCK = 60.0
"""Seconds that the clocks may differ unsaid."""
_TELLING = "account_type"
"""Manager may list these but not read one, which Sysadmin and Superuser may (REFERENCE 1.5)."""
_FOR_ALL = "custom_field"
"""IT User may list these and nothing else (REFERENCE 1.5)."""


def diagnose(
    find: Find,
    embedded: Embedded,
    variables: Mapping[str, str],
    *,
    timeout: float,
    deadline: float,
    clock: Callable[[], float] = time.time,
) -> Diagnosis:
    """Run every check as far as those before it allow; what it finds is in the result, nothing is raised."""
    doctor = _Doctor(variables, timeout, deadline, clock)
    doctor.examine(find, embedded)
    return Diagnosis(tuple(doctor.checks))


@dataclass(slots=True)
class _Doctor:
    variables: Mapping[str, str]
    timeout: float
    deadline: float
    clock: Callable[[], float]
    checks: list[Check] = field(default_factory=list)

    def examine(self, find: Find, embedded: Embedded) -> None:
        found = self._try("project", lambda: _found(find()))
        if found is None:
            self._skip("project", "url", "credentials", "connection", "clock", "login", *_INSIDE)
            return
        root, environment = found
        transport: Transport | None
        credentials: Credentials | None
        here = embedded(root, environment)
        if here is not None:
            transport, credentials = here
            self._ok("url", f"{environment.url} is in this process")
            self._ok("credentials", "built in")
        else:
            transport = self._try("url", lambda: self._way(environment))
            credentials = self._try("credentials", lambda: self._credentials(environment))
        if transport is None:
            self._skip("url", "connection", "clock", "login", *_INSIDE)
            return
        driver = Driver(transport, parallelism=1)
        try:
            self._visit(driver, credentials)
        finally:
            driver.close()

    # On this machine

    def _way(self, environment: Environment) -> tuple[Transport, str]:
        origin = origin_of(environment, self.variables)
        return transport_to(origin), f"{origin.url} ({route_of(origin, self.variables)})"

    def _credentials(self, environment: Environment) -> tuple[Credentials, str]:
        credentials = from_environment(self.variables, environment)
        return credentials, ", ".join(names_of(self.variables, environment))

    # At the service

    def _visit(self, driver: Driver, credentials: Credentials | None) -> None:
        before = self.clock()
        reply = driver.run(probe(self.timeout))
        after = self.clock()
        reached = _connection(reply)
        self.checks.append(reached)
        if isinstance(reply, HttpFault) or reached.health is Health.FAIL:
            self._skip("connection", "clock", "login", *_INSIDE)
            return
        self.checks.append(_clock(clock_offset(reply, before, after)))
        if credentials is None:
            self._skip("credentials", "login", *_INSIDE)
            return
        self._roles(
            driver, Session(credentials, timeout=self.timeout, pacing=Pacing(self.deadline)), credentials
        )

    def _roles(self, driver: Driver, session: Session, credentials: Credentials) -> None:
        kinds = all_kinds()
        everyones = [kind for kind in kinds if kind.name == _FOR_ALL]
        try:
            login = driver.run(sign_in(session, everyones))
        except LvstateError as error:
            self._fail("login", error)
            self._skip("login", *_INSIDE)
            return
        if login is None:
            self._ok("login", "the session that was given is open")
        else:
            user = credentials.username or "?"
            client = "" if login.client_id is None else f" (id {login.client_id})"
            days = login.days_until_password_expires
            message = f"{user} of client {credentials.client or '?'}{client}"
            if days is not None:
                message += f"; the password expires in {days} day{'' if days == 1 else 's'}"
            soon = days is not None and days < _SOON
            hint = "change it in time: an expired password ends every session" if soon else None
            self.checks.append(Check("login", Health.WARN if soon else Health.OK, message, hint))
        self._rights(driver, session, [driver.run(list_one(session, kind)) for kind in kinds])

    def _rights(self, driver: Driver, session: Session, listings: Sequence[Listing]) -> None:
        for listing in listings:
            self.checks.append(_listing(listing))
        if any(listing.error is not None and not listing.forbidden for listing in listings):
            self.checks.append(Check("role", Health.SKIPPED, "skipped: not everything could be listed"))
            return
        telling = next((x for x in listings if x.kind.name == _TELLING and x.first is not None), None)
        try:
            reads = None if telling is None else _run_read(driver, session, telling)
        except LvstateError as error:
            self._fail("role", error)
            return
        self.checks.append(_role(listings, reads=reads))

    # Keeping the record

    def _try(self, name: str, look: Callable[[], tuple[T, str]]) -> T | None:
        try:
            value, message = look()
        except LvstateError as error:
            self._fail(name, error)
            return None
        self._ok(name, message)
        return value

    def _ok(self, name: str, message: str) -> None:
        self.checks.append(Check(name, Health.OK, message))

    def _fail(self, name: str, error: LvstateError) -> None:
        self.checks.append(Check(name, Health.FAIL, error.message, error.hint, error.exit_code))

    def _skip(self, because: str, *names: str) -> None:
        self.checks += [Check(name, Health.SKIPPED, f"skipped: {because} is not ok") for name in names]


def _found(found: tuple[Path, Environment]) -> tuple[tuple[Path, Environment], str]:
    _, environment = found
    where = "LVSTATE_URL" if environment.url_source is None else environment.url_source.file
    return found, f"environment {environment.name}, its url from {where}"


def _connection(reply: HttpReply | HttpFault) -> Check:
    if isinstance(reply, HttpFault):
        hint = "check the environment's url, the network, and the proxy and certificate variables"
        return Check("connection", Health.FAIL, reply.reason, hint, Exit.FAILED)
    kind = reply.headers.get("content-type", "").partition(";")[0].strip().lower()
    answered = f"the service answers (status {reply.status})"
    if 300 <= reply.status < 400 or reply.status == 407:
        hint = "check the environment's url: each client lives on exactly one host"
        return Check("connection", Health.FAIL, f"status {reply.status} leads elsewhere", hint, Exit.FAILED)
    if "html" in kind:
        hint = "a gateway or a sign-in page may stand between here and the service"
        return Check("connection", Health.WARN, f"{answered}, but with HTML, unlike the API", hint)
    if reply.status >= 500:
        return Check("connection", Health.WARN, answered, "it has trouble of its own; try again later")
    return Check("connection", Health.OK, "the service answers")


def _clock(offset: float | None) -> Check:
    if offset is None:
        return Check("clock", Health.SKIPPED, "skipped: the answer has no Date")
    if abs(offset) <= _CLOCK:
        return Check("clock", Health.OK, f"agrees with the service within {_CLOCK:.0f} s")
    message = f"is {abs(offset):.0f} s {'ahead of' if offset > 0 else 'behind'} the service"
    return Check("clock", Health.WARN, message, "set it: waits and certificates depend on it")


def _listing(listing: Listing) -> Check:
    name, noun = listing.kind.section, f"{listing.kind.noun}s"
    if listing.error is None:
        return Check(name, Health.OK, f"may list {noun}")
    if listing.forbidden:
        return Check(name, Health.WARN, f"may not list {noun}", "plans that declare any will exit with 8")
    error = listing.error
    return Check(name, Health.FAIL, error.message, error.hint, error.exit_code)


def _run_read(driver: Driver, session: Session, listing: Listing) -> bool:
    assert listing.first is not None  # noqa: S101 (chosen for it)
    return driver.run(may_read(session, listing.kind, listing.first))


def _role(listings: Sequence[Listing], *, reads: bool | None) -> Check:
    """Guess the role from what may be read; nothing is written to learn more (REFERENCE 1.5)."""
    allowed = {listing.kind.name for listing in listings if not listing.forbidden}
    if not allowed:
        hint = "log in as a user (not an agent) with one of the roles Sysadmin, Superuser, Manager or IT User"
        return Check("role", Health.FAIL, "may read nothing that lvstate manages", hint, Exit.AUTH)
    if allowed == {_FOR_ALL}:
        hint = "it can apply custom fields; use a Sysadmin or Superuser for the rest"
        return Check("role", Health.WARN, "looks like IT User: custom fields only", hint)
    if len(allowed) < len(listings):
        return Check("role", Health.WARN, "unlike any documented role", "ask the vendor what it may do")
    if reads is False:
        hint = "enough for plan and drift; apply needs Sysadmin, or Superuser where no custom field changes"
        return Check("role", Health.WARN, "looks like Manager: cannot apply", hint)
    if reads is None:
        return Check(
            "role", Health.OK, "may plan; there is no account type to tell Manager from Superuser by"
        )
    return Check("role", Health.OK, "looks like Sysadmin or Superuser (who may not write custom fields)")
