"""Custom fields: the labels and types of the fixed slots COL1 to COL100 (contact-api, Custom Field).

Stored values stay where they are when a definition changes, so a new meaning for an old slot
re-labels every contact's data: that is what the risks below are about.
"""

import re

from lvstate.kinds.kind import Kind, tell
from lvstate.model.resource import Fields
from lvstate.wire.messages import Text, Texts
from lvstate.wire.slots import Slots

_WORD = re.compile(r"\w+")


def risks(before: Fields, after: Fields) -> tuple[str, ...]:
    """Name what a change of definition does to values that are already stored."""
    found = []
    if "data_type" in after and "data_type" in before:
        found.append(
            f"the data type changes from {tell(before['data_type'])} to {tell(after['data_type'])}; "
            "stored values stay as they are"
        )
    dropped = _texts(before, "list_values") - _texts(after, "list_values")
    if "list_values" in after and dropped:
        found.append(f"drops list values that contacts may hold: {', '.join(sorted(dropped))}")
    if "label" in after and "label" in before and not _words(before) & _words(after):
        found.append(
            f'the new label has no word in common with "{tell(before["label"])}"; '
            "stored values will appear under it"
        )
    return tuple(found)


def _texts(fields: Fields, name: str) -> set[str]:
    value = fields.get(name, ())
    return set(value) if isinstance(value, tuple) else set()


def _words(fields: Fields) -> set[str]:
    return set(_WORD.findall(str(fields["label"]).casefold()))


KIND = Kind(
    name="custom_field",
    section="custom_fields",
    noun="custom field",
    order=20,
    slots=tuple(f"COL{number}" for number in range(1, 101)),
    risks=risks,
    shape=Slots(
        path="/contact/contacts/customFields",
        read_path="/contact/contacts/customFields/{id}",
        items_key="customFields",
        slot_key="field",
        fields=(Text("label", "label"), Text("data_type", "dataType"), Texts("list_values", "listValues")),
    ),
)
