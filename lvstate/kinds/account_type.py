"""Account types: a name and a display position (account-api, Account Types)."""

from lvstate.kinds.kind import LEVEL_WORDS, Consumers, Kind
from lvstate.model.words import Words
from lvstate.wire.collection import Collection
from lvstate.wire.messages import Number, Text

KIND = Kind(
    name="account_type",
    section="account_types",
    noun="account type",
    order=40,
    ordered_creates=True,
    words=Words(fields={"level": LEVEL_WORDS}),
    consumers=Consumers(
        path="/account/accounts/search",
        search_key="typeId",
        items_keys=("listAccount", "listAccounts", "findMatchingAccounts"),
    ),
    shape=Collection(
        path="/account/types",
        read_path="/account/type/{id}",
        write_path="/account/type/{id}",
        spellings=("/account/type", "/account/types"),
        fields=(Text("name", "name"), Number("level", "level")),
        create_fields=frozenset({"name"}),  # the level can only be set by an update
    ),
)
