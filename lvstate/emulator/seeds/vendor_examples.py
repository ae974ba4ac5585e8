"""The objects that the examples of the two vendor pages show, as far as the emulator has their kinds.

Readings: what an example creates is not there yet, unless another example needs it (classification 181, type
192, account 604423 as DOC123x); classification 182, type 193 and group 1234567 are not there. Group authors
and account 604434, of which the pages show nothing but the id, have neutral values; so has the account that
holds the number kav12341111. Accounts whose running number is not shown have the next free ones, links whose
id is not shown lower ones. Account 607260 has a secure field, because reading it tells that none can be shown.
"""

from __future__ import annotations

from lvstate.emulator.seeds import SeedDocument, SeedObject
from lvstate.emulator.seeds.contact_examples import CONTACT_NOTES, CONTACTS

GROUP_AUTHOR = "Emulator\\Admin, System"
ACCOUNT_AUTHOR = "apiSysAdmin"


def _group(group_id: int, name: str, created_at: int, modified_at: int) -> SeedObject:
    return {
        "id": group_id,
        "name": name,
        "createdBy": GROUP_AUTHOR,
        "modifiedBy": GROUP_AUTHOR,
        "createdAt": created_at,
        "modifiedAt": modified_at,
    }


def _audit(account_id: int, number: int, created: int, modified: int | None = None) -> dict[str, object]:
    audit: dict[str, object] = {
        "id": account_id,
        "number": number,
        "createdDate": created,
        "createdBy": ACCOUNT_AUTHOR,
        "modifiedDate": created if modified is None else modified,
    }
    return audit if modified is None else audit | {"modifiedBy": ACCOUNT_AUTHOR}


def _link(link_id: int, account_id: int, contact: str, created: int) -> SeedObject:
    return {
        "id": link_id,
        "createdDate": created,
        "createdBy": ACCOUNT_AUTHOR,
        "modifiedDate": created,
        "contact": contact,
        "accountId": account_id,
    }


def _address(street: str, city: str, state: str | None, postal_code: str, country: str) -> dict[str, str]:
    parts = {"street": street, "city": city, "state": state, "postalCode": postal_code, "country": country}
    return {part: text for part, text in parts.items() if text is not None}


# contact-api.txt: List, Read Contact Group
CONTACT_GROUPS = [
    _group(1120, "Old Group", 1427119248000, 1427119264000),
    _group(2000, "Olg Group-1", 1505108737000, 1505108737000),
    _group(2200, "Client BOA", 1509551523000, 1509551523000),
    _group(2201, "Client BOA", 1509551568000, 1509551568000),
    _group(2202, "Client BOA", 1509551747000, 1509551747000),
]

# contact-api.txt: List, Read, Update Custom Field. Read asks for COL7 and gets COL30: both are there.
CUSTOM_FIELDS: list[SeedObject] = [
    {"field": "COL7", "label": "Test", "dataType": "LIST", "listValues": ["blue", "green", "red"]},
    {"field": "COL8", "label": "Phone 1 Status Description", "dataType": "STRING"},
    {"field": "COL9", "label": "Company", "dataType": "STRING"},
    {"field": "COL11", "label": "Balance Due After Date", "dataType": "STRING"},
    {"field": "COL24", "label": "Score Type", "dataType": "NUMBER"},
    {"field": "COL25", "label": "Last Agent Routing", "dataType": "STRING"},
    {"field": "COL30", "label": "Test", "dataType": "LIST", "listValues": ["blue", "green", "red"]},
]

# account-api.txt: List All Classification, List All Types
ACCOUNT_CLASSIFICATIONS: list[SeedObject] = [
    {"id": 171, "name": "Platinum", "level": 1},
    {"id": 172, "name": "Gold", "level": 2},
    {"id": 173, "name": "Silver", "level": 3},
    {"id": 181, "name": "Bronze", "level": 4},
]
ACCOUNT_TYPES: list[SeedObject] = [
    {"id": 48, "name": "Hospital", "level": 1},
    {"id": 183, "name": "Bank", "level": 2},
    {"id": 184, "name": "Grocery", "level": 3},
    {"id": 192, "name": "Advertisement", "level": 4},
]

ACCOUNTS: list[SeedObject] = [
    # account-api.txt: Find Matching Accounts
    {
        **_audit(54065, 245, 1587553036759),
        "name": "QA042220055716",
        "description": "QA042220055716",
        "accountNumber": "343",
        "agentId": 12345,
    },
    {
        **_audit(54190, 246, 1587557211140),
        "name": "QA042220070650",
        "description": "QA042220070650",
        "accountNumber": "468",
        "agentTeamId": 12345,
    },
    {
        **_audit(54232, 247, 1587557670106),
        "name": "QA042220071429",
        "description": "QA042220071429",
        "accountNumber": "510",
        "agentTeamId": 12345,
    },
    # contact-api.txt: List Accounts Associated with the Contact
    {
        **_audit(53939, 248, 1586679899820, 1591042275833),
        "name": "2q041220032454",
        "description": "2q041220032454",
        "industry": "2q041220032454",
        "annualRevenue": 100,
        "phoneFax": "6503510000",
        "billingAddress": _address("Bangalore_1", "Bangalore", "KA", "560001", "INDIA"),
        "rating": "Hot",
        "phoneOffice": "6503517000",
        "phoneAlternate": "6503517400",
        "website": "www.livevox.com",
        "ownershipType": "Private",
        "numOfEmployees": 1000,
        "tickerSymbol": "LV",
        "shippingAddress": _address("Bangalore_2", "Bangalore2", "KA2", "560001", "IND"),
        "campaignId": "28569800",
        "accountNumber": "qaapi12345",
        "originalAccountNumber": "OAN12",
        "agentId": 595348,
        "agentTeamId": 16001,
        "location": "Bang",
        "accountSource": "Advertisement",
        "sicCode": "qa12345678",
        "sicDesc": "qa1234567",
        "classificationId": 173,
        "typeId": 184,
    },
    {
        **_audit(604423, 249, 1594635589054, 1595322442540),
        "name": "DOC123x",
        "description": "Test for Doc",
        "industry": "Telecom Software",
        "annualRevenue": 5000,
        "phoneFax": "8456911158",
        "billingAddress": _address("MG Road", "Bangalore", "Karnataka", "560005", "India"),
        "rating": "Excellent",
        "phoneOffice": "9176754178",
        "phoneAlternate": "6178498807 ",
        "website": "www.livevox.com",
        "ownershipType": "Private",
        "numOfEmployees": 450,
        "tickerSymbol": "LV",
        "shippingAddress": _address("Trinity Circle", "Banagalore", "Karnataka", "560006", "India"),
        "campaignId": "28571101",
        "accountNumber": "DOC1231",
        "originalAccountNumber": "ONA12",
        "agentId": 595348,
        "agentTeamId": 16001,
        "location": "Bangalore",
        "accountSource": "Advertisement",
        "sicCode": "qa12345678",
        "sicDesc": "qa12345678",
        "classificationId": 172,
        "typeId": 48,
        "customFields": [{"field": "COL1", "value": "15"}],
        "secureFields": [{"field": "SECURE1", "value": "TRUE"}],
    },
    # account-api.txt: Add Note to Account, Delete Account
    {**_audit(604434, 250, 1594635600000), "name": "Account 604434"},
    # account-api.txt: Create Multiple Accounts, whose first item fails for its account number
    {**_audit(604435, 251, 1594635601000), "name": "Account kav12341111", "accountNumber": "kav12341111"},
    # account-api.txt: Read an Account
    {
        **_audit(607260, 101, 1672638331042, 1691097856355),
        "name": "QA11690867366153",
        "description": "QAE11690867366153",
        "industry": "API11690867366153",
        "annualRevenue": 100,
        "phoneFax": "+16503510000",
        "rating": "Hot",
        "phoneOffice": "+16503517000",
        "phoneAlternate": "+16503517400",
        "website": "www.livevox.com",
        "tickerSymbol": "LV",
        "sicCode": "qa12345678",
        "campaignId": "120690619",
        "accountNumber": "qa12344",
        "originalAccountNumber": "OAN12",
        "agentId": 561754,
        "agentTeamId": 15581,
        "accountSource": "Advertisement",
        "sicDesc": "qa1234567",
        "secureFields": [{"field": "SECURE1", "value": "TRUE"}],
        "billingAddress": _address("Bangalore_1", "Bangalore", "KA", "560001", "INDIA"),
        "shippingAddress": _address("Bangalore_2", "KA2", None, "560001", "IND"),
    },
    # account-api.txt: List Accounts by Providing Offset Values
    {
        **_audit(607281, 142, 1673980064556),
        "name": "12q211673841660000",
        "description": "2q1673841660000",
        "industry": "2q1673841660000",
        "annualRevenue": 100,
        "phoneFax": "6503510000",
        "rating": "Hot",
        "phoneOffice": "6503517000",
        "phoneAlternate": "6503517400",
        "website": "www.livevox.com",
        "tickerSymbol": "LV",
        "sicCode": "qa12345678",
        "accountNumber": "qa1211qa123",
        "originalAccountNumber": "OAN12",
        "location": "Bang",
        "accountSource": "Advertisement",
        "sicDesc": "qa1234567",
        "customFields": [{"field": "COL1", "value": "123"}],
        "billingAddress": _address("Bangalore_1", "Bangalore", "KA", "560001", "INDIA"),
        "ownershipType": "Private",
        "numOfEmployees": 1000,
        "shippingAddress": _address("Bangalore_2", "Bangalore2", "KA2", "560001", "IND"),
    },
    {
        **_audit(607646, 244, 1688620601288, 1688620844579),
        "name": "131aq1688616060000",
        "description": "3q1688616060000",
        "industry": "3q1688616060000",
        "annualRevenue": 200,
        "phoneFax": "6503510001",
        "rating": "warm",
        "phoneOffice": "6503517001",
        "phoneAlternate": "6503517401",
        "website": "www.live.com",
        "tickerSymbol": "LV1",
        "sicCode": "qa12345678",
        "accountNumber": "qa2q1qa123",
        "originalAccountNumber": "OAN123",
        "agentId": 635534,
        "agentTeamId": 16364,
        "accountSource": "Advertisement",
        "sicDesc": "qa1234567",
        "billingAddress": _address("Bangalore_2", "Bangalore_2", "KAS", "560002", "INDIA"),
        "shippingAddress": _address("Bangalore_1", "KAS", None, "560002", "INDIA"),
    },
]

# contact-api.txt: List Accounts Associated with the Contact; account-api.txt: Read, Link, Unlink
ACCOUNT_LINKS: list[SeedObject] = [
    _link(102921, 53939, "qa123", 1591042275000),
    _link(102922, 604423, "qa123", 1594635600000),
    _link(102923, 604423, "0001", 1594635601000),
    _link(102924, 604423, "000", 1594635602000),
    _link(102925, 604423, "API199", 1594635603000),
    _link(102927, 607260, "qa123", 1672638392601),
]

DOCUMENT: SeedDocument = {
    "contacts": CONTACTS,
    "contact_notes": CONTACT_NOTES,
    "contact_groups": CONTACT_GROUPS,
    "custom_fields": CUSTOM_FIELDS,
    "account_classifications": ACCOUNT_CLASSIFICATIONS,
    "account_types": ACCOUNT_TYPES,
    "accounts": ACCOUNTS,
    "account_links": ACCOUNT_LINKS,
}
