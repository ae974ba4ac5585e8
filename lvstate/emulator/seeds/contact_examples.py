"""The contacts and contact notes that the examples of both vendor pages show or need.

Readings: what an example creates is not there yet (1234556, Doc1 to Doc3); 1246583 is, so that creating it
answers 202; nyts0 and 5555555 are unknown. Of many contacts the pages show only the account: they have
neutral ids, dates and authors, and are active. Ids follow the order of the CSV example, which also is that of
List Contact. Two of the ten accounts of the bulk update have neutral names (account1, account2).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

AUTHOR = "apiSysAdmin"
BEFORE_ALL_RANGES = 1540000000000  # 2018: outside the date range that the download example asks for
WITHIN_THE_RANGE = 1565000000000  # 2019-08-05
LAST_LOAD = 1710237709000

_ids = count(3400001)


def _contact(
    account: str, created: int, modified: int | None = None, contact_id: int | None = None, **more: object
) -> Mapping[str, Any]:
    return {
        "id": next(_ids) if contact_id is None else contact_id,
        "account": account,
        "active": True,
        "createdDate": created,
        "createdBy": AUTHOR,
        "modifiedDate": created if modified is None else modified,
        "modifiedBy": AUTHOR,
        **more,
    }


def _plain(*accounts: str) -> list[Mapping[str, Any]]:
    return [_contact(account, BEFORE_ALL_RANGES) for account in accounts]


def _changed_in_range(*accounts: str) -> list[Mapping[str, Any]]:
    return [_contact(account, BEFORE_ALL_RANGES, WITHIN_THE_RANGE) for account in accounts]


def _phone(number: str, ordinal: int = 1, block: str = "NONE", *, consent: bool = False) -> dict[str, Any]:
    return {
        "phone": number,
        "ordinal": ordinal,
        "phoneBlock": block,
        "smsConsent": consent,
        "cellConsent": consent,
    }


# contact-api.txt: List Contact, in the order and at the place where it shows them
_LISTED_FIRST = [
    _contact("MF1234", BEFORE_ALL_RANGES, WITHIN_THE_RANGE, dueDate=1535328000000),
    _contact(
        "101243",
        1501587068000,
        1508931850000,
        person={"firstName": "Bruce", "lastName": "Banner"},
        accountToSpeak="101243",
        originalAccountNumber="OrgAcctNum1",
        dueDate=1506470400000,
        callAttemptsTotal=5,
        initialLoad=1508931850000,
    ),
    _contact(
        "2222",
        1500954412000,
        1509550250000,
        person={
            "firstName": "Agent",
            "lastName": "One",
            "dateOfBirth": 1187841600000,
            "email": "abc@xyz.com",
            "ssn": "0095",
        },
        guarantor={"firstName": "Gua", "lastName": "Tor"},
        phone=[_phone("4158149720", 1, "PERMANENT"), _phone("4042168962", 2)],
        balance=100.0,
        accountToSpeak="2222",
        originalAccountNumber="ABC2222",
        address1="Route 66",
        state="CA",
        country="UNITED_STATES_OF_AMERICA",
        amountToSpeak=100.0,
        callAttemptsTotal=8,
    ),
    _contact("4199", BEFORE_ALL_RANGES, dueDate=1535932800000),
    *_changed_in_range("E23456"),
    *_plain("HAW1221"),
    _contact(
        "101242",
        1504579232000,
        person={"firstName": "Firstname", "lastName": "Lastname"},
        phone=[_phone("6503517452")],
        accountToSpeak="101242",
        originalAccountNumber="OrgAcctNum1",
        initialLoad=1504579232000,
    ),
    _contact(
        "4321",
        1505747625000,
        1506954478000,
        person={"firstName": "Firstname", "lastName": "Lastname"},
        accountToSpeak="4321",
        originalAccountNumber="OrgAcctNum1",
        initialLoad=1506954478000,
    ),
]

# contact-api.txt: Bulk Contact Download, of which some were changed between 2019-05-01 and 2020-01-13;
# 123456 is the contact with the notes
_DOWNLOADED = [
    *_changed_in_range("123456", "11210187", "112233445566", "123456789QA", "0987654321", "11210037"),
    *_changed_in_range("11210157", "123abc456", "amby", "QA12345"),
    *_plain("mf1234", "5199", "9191", "5818", "6669", "6868", "9045993747"),
    *_changed_in_range("test", "QA23456"),
    *_plain("QA34567"),
    *_changed_in_range("1122334455"),
]

_OTHERS = [
    # contact-api.txt: Create a Contact that Already Exists
    _contact(
        "1246583",
        BEFORE_ALL_RANGES,
        person={"firstName": "john", "lastName": "doe"},
        phone=[_phone("4085553593")],
        balance=1000.0,
        originalAccountNumber="987654",
        city="San Francisco",
        state="CA",
        country="UNITED_STATES_OF_AMERICA",
    ),
    # contact-api.txt: Delete Contact
    *_plain("123456789"),
    # contact-api.txt: Read Contact
    _contact(
        "1234567",
        1484673045000,
        person={
            "firstName": "james",
            "lastName": "bond",
            "email": "khugft@ghjgh.com",
            "ssn": "5656",
            "zipCode": "454455",
        },
        guarantor={"firstName": "jam", "lastName": "bond"},
        phone=[_phone("6565556666", 1, "DAILY"), _phone("6564445559", 7, "DAILY")],
        balance=1.0,
        accountBlock="DAILY",
        accountToSpeak="KA124",
        originalAccountNumber="Oan123",
        address1="rttrrt",
        address2="uyuyu",
        city="trt",
        state="ty",
        country="UK",
        amountToSpeak=1.0,
        groupId=12345,
    ),
    # contact-api.txt: Update Contact, Update Contact DND
    _contact(
        "DOC1625198460001",
        1625198460000,
        person={"firstName": "James", "lastName": "22", "zipCode": "560001"},
        phone=[_phone("6503517500", 1, "PERMANENT", consent=True)],
        accountBlock="PERMANENT",
        customFields=[{"field": "COL1", "value": "123"}],
    ),
    # contact-api.txt: Bulk Update Contact
    *_plain(*(f"account{number}" for number in range(1, 11))),
    # contact-api.txt: Update Multiple Contacts' DND
    _contact(
        "31576555260000",
        1576555260000,
        1593600000000,
        phone=[_phone("4565553748", 1, "DAILY"), _phone("9133333331", 2), _phone("9133342342", 3)],
    ),
    _contact("2q1578628860000", 1578628860000, 1593600000000, phone=[_phone("4565553748")]),
    # account-api.txt: Link and unlink; contact-api.txt: List Accounts Associated with the Contact
    *_plain("qa123", "0001", "000", "DOC123a", "Doc1234a", "API199"),
]

# contact-api.txt: Find Matching Contact
_FOUND = [
    _contact(
        "100", 1700087145000, contact_id=1500034846256, active=False, agentId=723247, lastLoad=LAST_LOAD
    ),
    _contact(
        "1003",
        1635853113000,
        1637130335000,
        1278281788,
        person={"firstName": "Mary", "lastName": "Shelley"},
        phone=[_phone("9742573688", consent=True)],
        city="California",
        happinessIndex=0,
        lastLoad=LAST_LOAD,
        initialLoad=1635853113000,
    ),
    _contact(
        "1000",
        1645221848000,
        1707159110000,
        1364575607,
        person={"zipCode": "10010"},
        happinessIndex=0,
        lastLoad=LAST_LOAD,
        initialLoad=1645221848000,
    ),
    _contact(
        "1010",
        1635875549000,
        1706213452000,
        1278282008,
        person={"firstName": "Wilkins", "lastName": "Micawber", "zipCode": "10010"},
        happinessIndex=0,
        lastLoad=LAST_LOAD,
        initialLoad=1635875549000,
    ),
]

CONTACTS = [*_LISTED_FIRST, *_DOWNLOADED, *_OTHERS, *_FOUND]

# contact-api.txt: Contact Notes. The list shows another text for 1489384 than the read; both are kept.
CONTACT_NOTES: list[Mapping[str, Any]] = [
    {
        "account": "123456",
        "id": 1489384,
        "note": "LV_SH1: Contact was hostile",
        "listedNote": "Caller was hostile",
        "transactionId": 5534420908,
        "sessionId": "U1FF238B4736@10.201.17.196",
        "createDate": 1502285778000,
        "modifiedDate": 1502285778000,
    },
    {
        "account": "123456",
        "id": 234567,
        "note": "Do not accept check payments from this account.",
        "transactionId": 5534420000,
        "sessionId": "U1FF238B4000@10.201.17.196",
        "createDate": 1490000000000,
        "modifiedDate": 1490000000000,
    },
]
