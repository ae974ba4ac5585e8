"""Large tenants out of nothing: rows of the tenant document that depend on counts and a number alone.

    for document in generate({"contacts": 100_000, "accounts": 10_000}, seed_number=7):
        seeds.plant(db, document)

Equal numbers give equal tenants, and a larger tenant begins with the objects of a smaller one. The names are
numbered, nobody's. What contacts and accounts refer to (groups, field definitions, classifications, types)
comes along in small numbers unless it is asked for; ids lie beyond those of the seeds, so both can live in one
tenant. The contacts of a group, the phones of a contact and the links of an account are spread unevenly.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import cast

from lvstate.emulator.backend import tenant
from lvstate.emulator.errors import EmulatorError
from lvstate.emulator.section import Row
from lvstate.emulator.sections import all_sections
from lvstate.emulator.seeds import SeedDocument

BATCH = 2000
SECOND = 1000
DAY = 86_400 * SECOND
NEW_YEAR_2024 = 1_704_067_200 * SECOND
AUTHOR = tenant.USERS[0]

FIRST_GROUP, FIRST_NAME, FIRST_ACCOUNT, FIRST_LINK, FIRST_NOTE = (
    100_001,
    1001,
    1_000_001,
    2_000_001,
    3_000_001,
)
FIRST_CONTACT = 5_000_000_001  # beyond 32 bits, as the vendor's own
FIRST_NUMBER = 100_001
FIRST_SLOT, MOST_FIELDS = 51, 50  # the seeds use the lower half

# What comes along with contacts or accounts, if nothing else is asked for.
COMPANIONS = {"contact_groups": 20, "custom_fields": 8, "account_classifications": 4, "account_types": 6}

CITIES = (
    ("Springfield", "IL"),
    ("Riverton", "WY"),
    ("Fairview", "TX"),
    ("Georgetown", "KY"),
    ("Salem", "OR"),
)
BLOCKS = ("DAILY", "PERMANENT", "BOTH")
DATA_TYPES = ("STRING", "NUMBER", "LIST", "DATE", "BOOLEAN")
LINKS_OF_THREE = 4
COLOURS = ("blue", "green", "red")

Counts = Mapping[str, int]
Maker = Callable[[random.Random, int, Counts], Row]


def generate(counts: Counts, seed_number: int) -> Iterator[SeedDocument]:
    """The rows of a tenant in documents of at most 2000 objects, in an order that can be planted.

    Raises EmulatorError for a section that nothing generates, and for more fields than there are slots.
    """
    counts = with_companions(counts)
    for section in all_sections():
        rows = _rows(section.name, counts, seed_number)
        while batch := list(islice(rows, BATCH)):
            yield cast("SeedDocument", {section.name: batch})


def with_companions(counts: Counts) -> Counts:
    """The counts with what the objects refer to. Raises EmulatorError (`generate` says when)."""
    known = [section.name for section in all_sections() if section.name in MAKERS]
    for name in counts:
        if name not in known:
            raise EmulatorError(f"nothing generates {name!r}; there are {', '.join(known)}")
    if counts.get("custom_fields", 0) > MOST_FIELDS:
        raise EmulatorError(f"at most {MOST_FIELDS} custom_fields can be generated")
    contacts, accounts = counts.get("contacts", 0), counts.get("accounts", 0)
    most_links = contacts // 3 * LINKS_OF_THREE if accounts > 1 else 0
    if counts.get("account_links", 0) > most_links:
        raise EmulatorError("account_links need two accounts, and three contacts for every four links")
    for notes, about in (("contact_notes", contacts), ("account_notes", accounts)):
        if counts.get(notes) and not about:
            raise EmulatorError(f"{notes} need {notes.split('_')[0]}s")
    linked = {
        "account_links": min(accounts * 3, most_links),
        "contact_notes": contacts // 10,
        "account_notes": accounts // 10,
    }
    return {**(COMPANIONS | linked if contacts or accounts else {}), **counts}


def _rows(section: str, counts: Counts, seed_number: int) -> Iterator[Row]:
    # Dice of its own for each section, so that the number of one changes nothing in another.
    dice = random.Random(f"{seed_number}/{section}")  # noqa: S311
    make = MAKERS.get(section)
    if make is not None:
        for position in range(counts.get(section, 0)):
            yield make(dice, position, counts)


def _contact_group(dice: random.Random, position: int, _: Counts) -> Row:
    made = _stamp(dice, SECOND)
    return {
        "id": FIRST_GROUP + position,
        "name": f"Group {position + 1:04d}",
        "createdBy": AUTHOR.signature,
        "modifiedBy": AUTHOR.signature,
        "createdAt": made,
        "modifiedAt": made,
    }


def _custom_field(_: random.Random, position: int, __: Counts) -> Row:
    data_type = DATA_TYPES[position % len(DATA_TYPES)]
    row = {
        "field": f"COL{FIRST_SLOT + position}",
        "label": f"Field {FIRST_SLOT + position}",
        "dataType": data_type,
    }
    return row | {"listValues": list(COLOURS)} if data_type == "LIST" else row


def _named(what: str) -> Maker:
    def make(_: random.Random, position: int, __: Counts) -> Row:
        return {"id": FIRST_NAME + position, "name": f"{what} {position + 1:03d}", "level": position + 1}

    return make


def _account(dice: random.Random, position: int, counts: Counts) -> Row:
    number = f"{position + 1:06d}"
    made = _stamp(dice, 1)
    row: Row = {
        "id": FIRST_ACCOUNT + position,
        "number": FIRST_NUMBER + position,
        "createdDate": made,
        "createdBy": AUTHOR.login,
        "modifiedDate": made,
        "name": f"Account {number}",
        "accountNumber": f"A{number}",
        "annualRevenue": (1 + _below(dice, 999)) * 1000,
        "numOfEmployees": 1 + _below(dice, 4999),
        "rating": ("Hot", "Warm", "Cold")[_below(dice, 3)],
        "phoneOffice": _phone(dice),
        "billingAddress": _address(dice),
        "customFields": _values(dice, counts),
    }
    if dice.random() < 0.3:
        row |= {"modifiedBy": AUTHOR.login, "modifiedDate": made + _below(dice, 90 * DAY)}
    for key, section in (("classificationId", "account_classifications"), ("typeId", "account_types")):
        if counts.get(section):
            row[key] = FIRST_NAME + _uneven(dice, counts[section])
    return row


def _contact(dice: random.Random, position: int, counts: Counts) -> Row:
    number = f"{position + 1:06d}"
    made = _stamp(dice, SECOND)
    city, state = CITIES[_below(dice, len(CITIES))]
    balance = _below(dice, 500_000) / 100
    row: Row = {
        "id": FIRST_CONTACT + position,
        "account": f"C{number}",
        "person": {
            "firstName": "Contact",
            "lastName": number,
            "email": f"contact{number}@example.com",
            "zipCode": str(10_000 + _below(dice, 90_000)),
        },
        "phone": [_contact_phone(dice, ordinal) for ordinal in range(1, _phones(dice) + 1)],
        "customFields": _values(dice, counts),
        "active": dice.random() < 0.9,
        "balance": balance,
        "accountBlock": BLOCKS[_below(dice, 3)] if dice.random() < 0.05 else "NONE",
        "originalAccountNumber": f"O{number}",
        "address1": f"{1 + _below(dice, 1999)} Main Street",
        "city": city,
        "state": state,
        "country": "UNITED_STATES_OF_AMERICA",
        "amountToSpeak": balance,
        "dueDate": made + (1 + _below(dice, 59)) * DAY,
        "primaryEmailConsent": dice.random() < 0.5,
        "callAttemptsToday": 0,
        "callAttemptsTotal": int(dice.random() ** 3 * 30),
        "createdDate": made,
        "createdBy": AUTHOR.login,
        "modifiedDate": made + _below(dice, 90) * DAY,
        "modifiedBy": AUTHOR.login,
    }
    if counts.get("contact_groups") and dice.random() < 0.95:
        row["groupId"] = FIRST_GROUP + _uneven(dice, counts["contact_groups"])
    return row


def _account_link(dice: random.Random, position: int, counts: Counts) -> Row:
    # Four links for three contacts: the third of them belongs to a second account as well.
    three, link = divmod(position, LINKS_OF_THREE)
    contact, second = (three * 3 + min(link, 2)), link == LINKS_OF_THREE - 1
    accounts = counts["accounts"]
    made = _stamp(dice, 1)
    return {
        "id": FIRST_LINK + position,
        "accountId": FIRST_ACCOUNT + (_home_of(contact, accounts) + second) % accounts,
        "contact": f"C{contact + 1:06d}",
        "createdDate": made,
        "createdBy": AUTHOR.login,
        "modifiedDate": made,
    }


def _account_note(dice: random.Random, position: int, counts: Counts) -> Row:
    return {
        "accountId": FIRST_ACCOUNT + _below(dice, counts["accounts"]),
        "name": f"Note {position + 1:06d}",
        "description": f"The {position + 1}. note.",
    }


def _contact_note(dice: random.Random, position: int, counts: Counts) -> Row:
    made = _stamp(dice, SECOND)
    return {
        "id": FIRST_NOTE + position,
        "account": f"C{_below(dice, counts['contacts']) + 1:06d}",
        "note": f"Note {position + 1:06d}",
        "sessionId": f"U{_below(dice, 16**10):010X}@10.0.0.1",
        "transactionId": FIRST_CONTACT + _below(dice, 10**9),
        "createDate": made,
        "modifiedDate": made,
    }


MAKERS: Mapping[str, Maker] = {
    "contact_groups": _contact_group,
    "custom_fields": _custom_field,
    "account_classifications": _named("Classification"),
    "account_types": _named("Type"),
    "contacts": _contact,
    "contact_notes": _contact_note,
    "accounts": _account,
    "account_notes": _account_note,
    "account_links": _account_link,
}


def _stamp(dice: random.Random, unit: int) -> int:
    return NEW_YEAR_2024 + _below(dice, 365 * DAY) // unit * unit


def _below(dice: random.Random, size: int) -> int:
    return int(dice.random() * size)  # a third of the time of randrange, and even enough here


def _uneven(dice: random.Random, size: int) -> int:
    """A position below `size`; a quarter of them all falls on the first sixteenth."""
    return int(dice.random() ** 2 * size)


def _home_of(contact: int, accounts: int) -> int:
    """The account a contact belongs to, as uneven as `_uneven`, and the same whoever asks."""
    return int((contact * 2_654_435_761 % 2**32 / 2**32) ** 2 * accounts)


def _phones(dice: random.Random) -> int:
    return min(10, int(1 / (1 - dice.random() * 0.95) ** 0.7)) if dice.random() < 0.97 else 0


def _phone(dice: random.Random) -> str:
    return f"555{_below(dice, 10**7):07d}"


def _contact_phone(dice: random.Random, ordinal: int) -> Row:
    return {
        "phone": _phone(dice),
        "ordinal": ordinal,
        "phoneBlock": BLOCKS[_below(dice, 3)] if dice.random() < 0.08 else "NONE",
        "smsConsent": dice.random() < 0.6,
        "cellConsent": dice.random() < 0.6,
    }


def _address(dice: random.Random) -> Row:
    city, state = CITIES[_below(dice, len(CITIES))]
    return {
        "street": f"{1 + _below(dice, 1999)} Main Street",
        "city": city,
        "state": state,
        "postalCode": str(10_000 + _below(dice, 90_000)),
        "country": "USA",
    }


def _values(dice: random.Random, counts: Counts) -> list[Row]:
    return [
        {"field": f"COL{FIRST_SLOT + position}", "value": _value(dice, position)}
        for position in range(counts.get("custom_fields", 0))
        if dice.random() < 0.4
    ]


def _value(dice: random.Random, position: int) -> str:
    match DATA_TYPES[position % len(DATA_TYPES)]:
        case "LIST":
            return COLOURS[_below(dice, 3)]
        case "BOOLEAN":
            return ("true", "false")[_below(dice, 2)]
        case "DATE":
            return str(_stamp(dice, DAY))
        case _:
            return str(_below(dice, 10_000))
