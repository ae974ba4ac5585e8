"""Account classifications: a name and a display position (account-api, Account Classifications)."""

from lvstate.kinds.kind import LEVEL_WORDS, Consumers, Kind
from lvstate.model.words import Words
from lvstate.wire.collection import Collection
from lvstate.wire.messages import Number, Text

KIND = Kind(
    name="account_classification",
    section="account_classifications",
    noun="account classification",
    order=30,
    ordered_creates=True,
    words=Words(fields={"level": LEVEL_WORDS}),
    consumers=Consumers(
        path="/account/accounts/search",
        search_key="classificationId",
        items_keys=("listAccount", "listAccounts", "findMatchingAccounts"),
    ),
    shape=Collection(
        path="/account/classifications",
        read_path="/account/classifications/{id}",
        write_path="/account/classification/{id}",
        spellings=("/account/classification", "/account/classifications"),
        fields=(Text("name", "name"), Number("level", "level")),
        create_fields=frozenset({"name"}),  # the level can only be set by an update
    ),
)
