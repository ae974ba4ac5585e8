"""Custom fields: the labels and types of the fixed slots COL1 to COL100 (contact-api, Custom Field).

Stored values stay where they are when a definition changes, so a new meaning for an old slot
re-labels every contact's data: that is what the risks below are about.
"""

import re

from lvstate.kinds.kind import Kind, tell
from lvstate.model.resource import Fields
from lvstate.model.words import FieldWords, Words
from lvstate.wire.messages import Text, Texts
from lvstate.wire.slots import Slots

_WORD = r"\w+"


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
    return set(re.findall(_WORD, str(fields["label"]).casefold()))


# That stored values stay as they are is the vendor's word ("this will not replace or remove the current
# values"), and so is that a list comes and goes whole; what a screen offers then, the pages do not say.
_WORDS = Words(
    calls="{name} (field {place})",
    creates="Agents will see {name} in field {place}",
    deletes="Field {place} loses its label {name}",
    fields={
        "label": FieldWords(
            changes="Agents will see {after} in field {place} instead of {before}",
            begins="Agents will see {after} in field {place}, which has no label yet",
            consequence="what contacts already hold in field {place} will appear under the new label",
        ),
        "data_type": FieldWords(
            changes="{It} will hold {after} instead of {before}",
            begins="{It} will hold {after}",
            consequence="what contacts already hold in field {place} stays as it is",
            terms={
                "NUMBER": "numbers",
                "STRING": "text",
                "DATE": "dates",
                "BOOLEAN": "yes or no",
                "LIST": "values from a list",
            },
        ),
        "list_values": FieldWords(
            changes="The list of {it} changes from {before} to {after}",
            begins="The list of {it} will hold {after}",
            gains="The list of {it} gains the values {values}",
            loses="The list of {it} loses the values {values}: contacts that hold them keep them",
            consequence="contacts may hold what the list loses",
            reorders="The list of {it} stands in a new order: {values}",
            singular={"the values": "the value", "hold them keep them": "hold it keep it"},
        ),
    },
)

KIND = Kind(
    name="custom_field",
    section="custom_fields",
    noun="custom field",
    order=20,
    slots=tuple(f"COL{number}" for number in range(1, 101)),
    risks=risks,
    words=_WORDS,
    shape=Slots(
        path="/contact/contacts/customFields",
        read_path="/contact/contacts/customFields/{id}",
        items_key="customFields",
        slot_key="field",
        fields=(Text("label", "label"), Text("data_type", "dataType"), Texts("list_values", "listValues")),
    ),
)
