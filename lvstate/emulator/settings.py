"""The readings of the vendor's pages that a client could tell apart, each as a switch (REFERENCE 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict, get_args

AccountListKey = Literal["listAccount", "listAccounts"]
"""The key of the account lists: that of the examples, or those of the tables, where it is `listAccounts` and
in a search `findMatchingAccounts`."""

ACCOUNT_LIST_KEYS: tuple[AccountListKey, ...] = get_args(AccountListKey)


class SettingValues(TypedDict, total=False):
    """The settings as keyword arguments; those left out have the defaults of `Settings`."""

    strict_paths: bool
    account_list_key: AccountListKey
    bulk_update_message: bool
    overwrite_accounts: bool


@dataclass(frozen=True)
class Settings:
    """How the emulator reads the pages where they allow two readings.

    `strict_paths` serves only the paths of the Method lines, not the other spellings of the examples.
    `account_list_key` names the arrays of account lists. `bulk_update_message` answers Bulk Update Contact
    with 200 and the message that the example shows behind its 204. `overwrite_accounts` is the portal's Bulk
    Account Upload: Create Multiple Accounts updates an account whose number it meets, where it would fail.

    Raises ValueError for a list key that is neither.
    """

    strict_paths: bool = False
    account_list_key: AccountListKey = "listAccount"
    bulk_update_message: bool = False
    overwrite_accounts: bool = False

    @property
    def account_search_key(self) -> str:
        """The key of the array in Find Matching Accounts."""
        return "listAccount" if self.account_list_key == "listAccount" else "findMatchingAccounts"

    def __post_init__(self) -> None:
        if self.account_list_key not in ACCOUNT_LIST_KEYS:
            raise ValueError(f"the account list key must be {' or '.join(ACCOUNT_LIST_KEYS)}")
