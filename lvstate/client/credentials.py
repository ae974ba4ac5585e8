"""Credentials, read from the environment and from nowhere else."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from lvstate.client.secrets import Secret
from lvstate.errors import AuthError, UsageError
from lvstate.model.project import Environment

_LIMIT = 16 * 1024


class Credentials(NamedTuple):
    """What a login needs, or a session that already exists."""

    client: str | None
    username: str | None
    password: Secret | None
    access_token: Secret | None
    session_id: Secret | None = None

    def missing(self) -> tuple[str, ...]:
        """Return the variables that a login would still need."""
        named = {
            "LVSTATE_ACCESS_TOKEN": self.access_token,
            "LVSTATE_CLIENT": self.client,
            "LVSTATE_USERNAME": self.username,
            "LVSTATE_PASSWORD": self.password,
        }
        return tuple(name for name, value in named.items() if not value)


EMBEDDED = Credentials("EMULATOR", "sysadmin", Secret("emulator"), Secret("emulator"))
"""The built-in tenant of the emulator (user contract, section 8)."""


def from_environment(variables: Mapping[str, str], environment: Environment) -> Credentials:
    """Collect the credentials of one environment; raises AuthError when a login could not work.

    `LVSTATE_<ENVIRONMENT>_X` wins over `LVSTATE_X`, which serves runs of one environment only;
    each may instead be given as a file, `..._FILE`.
    """

    def find(name: str) -> str | None:
        return next((value for _, value in _given(variables, environment, name)), None)

    def secret(name: str) -> Secret | None:
        value = find(name)
        return Secret(value) if value else None

    credentials = Credentials(
        client=find("CLIENT") or environment.client,
        username=find("USERNAME"),
        password=secret("PASSWORD"),
        access_token=secret("ACCESS_TOKEN"),
        session_id=secret("SESSION_ID"),
    )
    missing = credentials.missing()
    if missing and credentials.session_id is None:
        raise AuthError(
            f"credentials for environment {environment.name} are missing: {', '.join(missing)}",
            hint="set them in the environment (each also as ..._FILE), or LVSTATE_SESSION_ID for an open session",
        )
    return credentials


def names_of(variables: Mapping[str, str], environment: Environment) -> tuple[str, ...]:
    """Return where each credential comes from: names of variables, or the project file; never a value.

    Raises as `from_environment` does for variables that cannot be read.
    """
    found = []
    for name in ("ACCESS_TOKEN", "CLIENT", "USERNAME", "PASSWORD", "SESSION_ID"):
        variable = next((variable for variable, _ in _given(variables, environment, name)), None)
        if variable is not None:
            found.append(variable if variables.get(variable) else f"{variable}_FILE")
        elif name == "CLIENT" and environment.client:
            found.append("client of the project file")
    return tuple(found)


def _given(variables: Mapping[str, str], environment: Environment, name: str) -> Iterator[tuple[str, str]]:
    """Yield variable and value, the environment's own before the plain one."""
    prefixes = [f"LVSTATE_{environment.name.upper().replace('-', '_').replace('.', '_')}_"]
    if environment.sole:
        prefixes.append("LVSTATE_")
    for prefix in prefixes:
        value = _one(variables, prefix + name)
        if value:
            yield prefix + name, value


def _one(variables: Mapping[str, str], name: str) -> str | None:
    direct, file = variables.get(name), variables.get(f"{name}_FILE")
    if direct and file:
        raise UsageError(f"both {name} and {name}_FILE are set", hint="keep one of them")
    if not file:
        return _sendable(name, direct) if direct else None
    try:
        with Path(file).open("rb") as handle:
            text = handle.read(_LIMIT + 1).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"{name}_FILE cannot be read: {reason}") from error
    if len(text) > _LIMIT:
        raise UsageError(f"{name}_FILE names a file that is too large to be a credential")
    return _sendable(name, text.rstrip("\r\n"))


def _sendable(name: str, text: str) -> str:
    if not text.isprintable():
        raise UsageError(f"{name} holds a line break or another control character")
    return text
