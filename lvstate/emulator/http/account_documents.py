"""Accounts as they are returned: each method has its own keys and its own empty values (REFERENCE 4.0.5).

Where the pages are silent: the location, which no method writes, is shown by Read Account as by List Accounts;
the accounts of a contact show an empty address as a search does; the history is always empty, and agents have
no names.
"""

from __future__ import annotations

import uuid

from lvstate.emulator.backend import tenant
from lvstate.emulator.backend.account_fields import ADDRESS_FIELDS, WRITTEN_FIELDS
from lvstate.emulator.backend.account_links import AccountLink
from lvstate.emulator.backend.account_notes import AccountNote
from lvstate.emulator.backend.account_rows import Account
from lvstate.emulator.backend.accounts import AccountDetails
from lvstate.emulator.http.account_keys import ASSOCIATED_KEYS, FOUND_KEYS, LISTED_KEYS, READ_KEYS

SECURE_FIELDS_HIDDEN = (
    "ERROR_CCSFEATURES_ENCRYPTED_FALSE: Can't display secure fields due to misconfiguration."
)


def listed(account: Account) -> dict[str, object]:
    """An entry of List Accounts: empty values are left out, the location is called `site`."""
    known = _known(account)
    return {key: known[key] for key in LISTED_KEYS if known.get(key) not in (None, {}, [])}


def found(account: Account) -> dict[str, object]:
    """An entry of Find Matching Accounts: no resolved names; no address is `{}`, no custom field `[]`."""
    return _with_empty(account, FOUND_KEYS)


def associated(account: Account) -> dict[str, object]:
    """An entry of List Accounts Associated with the Contact: `location`, a campaign that is a number."""
    document = _with_empty(account, ASSOCIATED_KEYS)
    campaign = str(document.get("campaignId", ""))
    # What was made in bulk may refer to a campaign that is none: such text stays as it is.
    return document | {"campaignId": int(campaign)} if _is_id(campaign) else document


def read(details: AccountDetails) -> dict[str, object]:
    """What Read Account answers: empty values left out, but for the lists of what belongs to the account."""
    account = details.account
    known = _known(account)
    kept = {key: known[key] for key in LISTED_KEYS if known.get(key) not in (None, {}, [])}
    links = [_link(link) for link in details.links]
    kept |= {"notes": [_note(note) for note in details.notes], "contacts": links, "history": []}
    if links:
        kept |= {"primaryContact": links[0]["id"], "primaryAccountContact": links[0]}
    if account.fields.get("secureFields"):
        kept |= {"errorMsg": SECURE_FIELDS_HIDDEN, "logId": str(uuid.uuid4())}
    return {key: kept[key] for key in READ_KEYS if key in kept}


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and str(int(text[:20])) == text


def _with_empty(account: Account, keys: tuple[str, ...]) -> dict[str, object]:
    known = {"customFields": []} | {key: {} for key in ADDRESS_FIELDS} | _known(account)
    return {key: known[key] for key in keys if known.get(key) is not None}


def _link(link: AccountLink) -> dict[str, object]:
    return {
        "id": link.id,
        "createdDate": link.created_date,
        "createdBy": link.created_by,
        "modifiedDate": link.modified_date,
        "contact": link.contact,
        "accountId": link.account_id,
    }


def _note(note: AccountNote) -> dict[str, object]:
    document: dict[str, object] = {"name": note.name}
    return document if note.description is None else document | {"description": note.description}


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
        "site": account.location,
        "location": account.location,
        "classificationName": account.classification_name,
        "typeName": account.type_name,
        "agentTeamName": account.agent_team_name,
    }
