"""The one built-in tenant: its client, its access token, its users and who they may be.

The vendor makes users, agents, teams and campaigns in other APIs, so they are constants here, the same under
every seed. The ids of agents, teams and campaigns are those that the examples of both vendor pages refer to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

ACCESS_TOKEN = "emulator"
CLIENT_NAME = "EMULATOR"
PASSWORD = "emulator"

# The examples show two client ids; a tenant has one. This one is shown twice (List Accounts).
CLIENT_ID = 94572


class Role(Enum):
    """What a signed-in user is (both vendor pages: User Roles)."""

    SYSADMIN = "Sysadmin"
    SUPERUSER = "Superuser"
    MANAGER = "Manager"
    IT_USER = "IT User"
    AGENT = "Agent"


@dataclass(frozen=True)
class User:
    r"""Someone who can sign in.

    `login` stamps accounts; `signature`, in the form `Department\Last, First`, stamps contact groups.
    """

    id: int
    login: str
    role: Role
    signature: str


USERS = (
    User(9001, "sysadmin", Role.SYSADMIN, "Emulator\\Admin, System"),
    User(9002, "superuser", Role.SUPERUSER, "Emulator\\User, Super"),
    User(9003, "manager", Role.MANAGER, "Emulator\\Manager, Contact"),
    User(9004, "ituser", Role.IT_USER, "Emulator\\User, Technology"),
    User(9005, "agent", Role.AGENT, "Emulator\\Agent, Service"),
)

AGENT_IDS = frozenset({12345, 561754, 595348, 635534, 657530671, 723247})

TEAM_NAMES: Mapping[int, str | None] = {
    12345: None,
    15581: "apiteam",
    16001: "apitest",
    16364: "apitestteam",
}

CAMPAIGN_IDS = frozenset({"28569800", "28571101", "120690619"})


def user_by_id(user_id: int) -> User | None:
    """The user with this id, if the tenant has one."""
    return next((user for user in USERS if user.id == user_id), None)


def user_by_login(name: str, *, agent: bool) -> User | None:
    """The user or agent with this name: the case of users counts, that of agents does not (REFERENCE 1.3)."""
    for user in USERS:
        if agent != (user.role is Role.AGENT):
            continue
        if user.login == name or (agent and user.login.casefold() == name.casefold()):
            return user
    return None
