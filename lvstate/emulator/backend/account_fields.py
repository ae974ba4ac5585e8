"""The 26 fields an account is written with, sorted by what they hold (account-api.txt: Create Account)."""

from __future__ import annotations

from collections.abc import Mapping

TEXT_FIELDS = (
    "name",
    "description",
    "industry",
    "phoneFax",
    "rating",
    "phoneOffice",
    "phoneAlternate",
    "website",
    "ownershipType",
    "tickerSymbol",
    "campaignId",
    "accountNumber",
    "originalAccountNumber",
    "accountSource",
    "sicCode",
    "sicDesc",
)
INTEGER_FIELDS = ("annualRevenue", "numOfEmployees", "agentId", "agentTeamId", "classificationId", "typeId")
ADDRESS_FIELDS = ("billingAddress", "shippingAddress")
ADDRESS_PARTS = ("street", "city", "state", "postalCode", "country")
VALUE_LIST_FIELDS = ("customFields", "secureFields")

NESTED_FIELDS = ADDRESS_FIELDS + VALUE_LIST_FIELDS
WRITTEN_FIELDS = TEXT_FIELDS + INTEGER_FIELDS + NESTED_FIELDS

FieldValue = str | int | dict[str, str] | list[dict[str, str]]
AccountFields = Mapping[str, FieldValue]
"""Some of the 26, by the vendor's key; a field without a value is left out."""

AccountChanges = Mapping[str, FieldValue | None]
"""Some of the 26 as an update names them; None clears a field, one that is left out stays."""

CUSTOM_FIELD_NAMES = frozenset(f"COL{number}" for number in range(1, 101))
SECURE_FIELD_NAMES = frozenset(f"SECURE{number}" for number in range(1, 6))
