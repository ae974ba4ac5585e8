"""The keys of an account in each answer, in the orders of the examples (both vendor pages; REFERENCE 4.0.5)."""

from __future__ import annotations

READ_KEYS = (
    "id",
    "createdDate",
    "createdBy",
    "modifiedDate",
    "modifiedBy",
    "clientId",
    "name",
    "description",
    "industry",
    "annualRevenue",
    "phoneFax",
    "rating",
    "phoneOffice",
    "phoneAlternate",
    "website",
    "tickerSymbol",
    "sicCode",
    "campaignId",
    "number",
    "accountNumber",
    "originalAccountNumber",
    "agentId",
    "agentTeamId",
    "primaryContact",
    "site",
    "accountSource",
    "sicDesc",
    "classificationId",
    "typeId",
    "errorMsg",
    "logId",
    "notes",
    "contacts",
    "classificationName",
    "typeName",
    "history",
    "primaryAccountContact",
    "agentTeamName",
    "customFields",
    "billingAddress",
    "ownershipType",
    "numOfEmployees",
    "shippingAddress",
)
"""Read Account."""

BELONGINGS = frozenset(
    ("primaryContact", "errorMsg", "logId", "notes", "contacts", "history", "primaryAccountContact")
)
"""What only Read Account shows."""

LISTED_KEYS = tuple(key for key in READ_KEYS if key not in BELONGINGS)
"""List Accounts."""

ASSOCIATED_KEYS = (
    "name",
    "description",
    "industry",
    "annualRevenue",
    "phoneFax",
    "billingAddress",
    "rating",
    "phoneOffice",
    "phoneAlternate",
    "website",
    "ownershipType",
    "numOfEmployees",
    "tickerSymbol",
    "shippingAddress",
    "campaignId",
    "accountNumber",
    "originalAccountNumber",
    "agentId",
    "agentTeamId",
    "location",
    "accountSource",
    "sicCode",
    "sicDesc",
    "classificationId",
    "typeId",
    "customFields",
    "id",
    "createdDate",
    "createdBy",
    "modifiedDate",
    "modifiedBy",
    "classificationName",
    "typeName",
    "agentTeamName",
)
"""List Accounts Associated with the Contact."""

_RESOLVED = frozenset(("location", "classificationName", "typeName", "agentTeamName"))

FOUND_KEYS = tuple(key for key in ASSOCIATED_KEYS if key not in _RESOLVED)
"""Find Matching Accounts."""
