"""Accounts as they are returned: each method has its own keys and its own empty values (REFERENCE 4.0.5)."""

from __future__ import annotations

from lvstate.emulator.backend import tenant
from lvstate.emulator.backend.account_fields import ADDRESS_FIELDS, WRITTEN_FIELDS
from lvstate.emulator.backend.accounts import Account

LISTED_KEYS = (
    *(
        "id",
        "createdDate",
        "createdBy",
        "modifiedDate",
        "modifiedBy",
        "clientId",
        "name",
        "description",
        "industry",
    ),
    *(
        "annualRevenue",
        "phoneFax",
        "rating",
        "phoneOffice",
        "phoneAlternate",
        "website",
        "tickerSymbol",
        "sicCode",
    ),
    *("campaignId", "number", "accountNumber", "originalAccountNumber", "agentId", "agentTeamId", "site"),
    *(
        "accountSource",
        "sicDesc",
        "classificationId",
        "typeId",
        "classificationName",
        "typeName",
        "agentTeamName",
    ),
    *("customFields", "billingAddress", "ownershipType", "numOfEmployees", "shippingAddress"),
)
AUDIT_KEYS = ("id", "createdDate", "createdBy", "modifiedDate", "modifiedBy")
FOUND_KEYS = (
    *(
        "name",
        "description",
        "industry",
        "annualRevenue",
        "phoneFax",
        "billingAddress",
        "rating",
        "phoneOffice",
    ),
    *("phoneAlternate", "website", "ownershipType", "numOfEmployees", "tickerSymbol", "shippingAddress"),
    *(
        "campaignId",
        "accountNumber",
        "originalAccountNumber",
        "agentId",
        "agentTeamId",
        "accountSource",
        "sicCode",
    ),
    *("sicDesc", "classificationId", "typeId", "customFields"),
    *AUDIT_KEYS,
)


def listed(account: Account) -> dict[str, object]:
    """An entry of List Accounts: empty values are left out, the location is called `site`."""
    known = _known(account) | {"site": account.location}
    return {key: known[key] for key in LISTED_KEYS if known.get(key) not in (None, {}, [])}


def found(account: Account) -> dict[str, object]:
    """An entry of Find Matching Accounts: no resolved names; no address is `{}`, no custom field `[]`."""
    known = {"customFields": []} | {key: {} for key in ADDRESS_FIELDS} | _known(account)
    return {key: known[key] for key in FOUND_KEYS if known.get(key) is not None}


def _known(account: Account) -> dict[str, object]:
    """Everything that may be shown; secure fields are not, for the tenant has no encryption key."""
    return {
        **{
            key: account.fields[key]
            for key in WRITTEN_FIELDS
            if key in account.fields and key != "secureFields"
        },
        "id": account.id,
        "number": account.number,
        "clientId": tenant.CLIENT_ID,
        "createdDate": account.created_date,
        "createdBy": account.created_by,
        "modifiedDate": account.modified_date,
        "modifiedBy": account.modified_by,
        "classificationName": account.classification_name,
        "typeName": account.type_name,
        "agentTeamName": account.agent_team_name,
    }
