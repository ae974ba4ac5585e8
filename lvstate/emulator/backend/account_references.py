"""What an account may refer to: agents, teams and campaigns of the tenant, classifications and types.

Create Account and Update Account check it, the bulk method does not (account-api.txt: the descriptions of
the three). The answer to an unknown reference is not documented: here it is an invalid value.
"""

from __future__ import annotations

import sqlite3

from lvstate.emulator.backend import leveled_names, tenant
from lvstate.emulator.backend.account_fields import AccountChanges, FieldValue
from lvstate.emulator.backend.refusals import InvalidValue


def check_references(db: sqlite3.Connection, fields: AccountChanges) -> None:
    """Raise InvalidValue where a field refers to nothing."""
    for key, value in fields.items():
        if not _is_known(db, key, value):
            raise InvalidValue(f"{key} {value} does not exist.")


def _is_known(db: sqlite3.Connection, key: str, value: FieldValue | None) -> bool:
    match key, value:
        case "agentId", int():
            return value in tenant.AGENT_IDS
        case "agentTeamId", int():
            return value in tenant.TEAM_NAMES
        case "campaignId", str():
            return value in tenant.CAMPAIGN_IDS
        case "classificationId", int():
            return leveled_names.exists(db, "account_classification", value)
        case "typeId", int():
            return leveled_names.exists(db, "account_type", value)
        case _:
            return True
