"""Contact groups: made and renamed, never deleted; names may repeat (contact-api, Contact Groups)."""

from lvstate.kinds.kind import Kind
from lvstate.wire.collection import Collection
from lvstate.wire.messages import Text

KIND = Kind(
    name="contact_group",
    section="contact_groups",
    noun="contact group",
    order=10,
    shape=Collection(
        path="/contact/contactGroups",
        read_path="/contact/contactGroups/{id}",
        write_path="/contact/contactGroups/{id}",
        items_key="contactGroup",
        paged=True,
        fields=(Text("name", "name"),),
        create_fields=frozenset({"name"}),
        can_delete=False,
    ),
)
