"""Custom field definitions over HTTP (contact-api.txt: Custom Field); a PUT names them in its body."""

from __future__ import annotations

from werkzeug.wrappers import Response

from lvstate.emulator.backend.custom_fields import SLOTS, CustomField, CustomFieldChange, DataType
from lvstate.emulator.backend.refusals import InvalidValue, NoRecord
from lvstate.emulator.backend.tenant import Role
from lvstate.emulator.http.answers import json_answer, no_content
from lvstate.emulator.http.bodies import Fields, JsonValue, as_object, read_object
from lvstate.emulator.http.operations import EVERY_USER, Call, Operation


def list_all(call: Call) -> Response:
    """200 `{"customFields": [...]}`, not paged."""
    return json_answer({"customFields": [_document(field) for field in call.backend.custom_fields.all()]})


def read(call: Call) -> Response:
    """200, the definition without a wrapper, of the field asked for; the example answers with another."""
    slot = SLOTS.get(call.segment("field"))
    if slot is None:
        raise NoRecord
    return json_answer(_document(call.backend.custom_fields.read(slot)))


def update(call: Call) -> Response:
    """`{"customFields": [{"field", "label"?, "dataType"?, "listValues"?}]}` to 204; keys not sent stay."""
    entries = read_object(call.request).array("customFields")
    if entries is None:
        raise InvalidValue("customFields is required.")
    call.backend.custom_fields.update([_change(entry) for entry in entries])
    return no_content()


def _change(entry: JsonValue) -> CustomFieldChange:
    fields = as_object(entry, "An entry of customFields")
    slot = SLOTS.get(fields.required_text("field"))
    if slot is None:
        raise InvalidValue("field must be one of COL1 to COL100.")
    return CustomFieldChange(
        slot=slot,
        label=fields.required_text("label") if fields.has("label") else None,
        data_type=_data_type(fields) if fields.has("dataType") else None,
        list_values=_list_values(fields) if fields.has("listValues") else None,
    )


def _data_type(fields: Fields) -> DataType:
    try:
        return DataType(fields.required_text("dataType"))
    except ValueError:
        raise InvalidValue(f"dataType must be one of {', '.join(each.value for each in DataType)}.") from None


def _list_values(fields: Fields) -> tuple[str, ...]:
    """The values of a list; null clears them."""
    values: list[str] = []
    for value in fields.array("listValues") or []:
        if not isinstance(value, str):
            raise InvalidValue("listValues must be an array of strings.")
        values.append(value)
    return tuple(values)


def _document(field: CustomField) -> dict[str, object]:
    document: dict[str, object] = (
        {"listValues": field.list_values} if field.data_type is DataType.LIST else {}
    )
    return document | {"field": f"COL{field.slot}", "label": field.label, "dataType": field.data_type.value}


COLLECTION = ("/contact/contacts/customFields",)

OPERATIONS = [
    Operation("List Custom Field", "GET", COLLECTION, EVERY_USER, list_all),
    Operation("Read Custom Field", "GET", ("/contact/contacts/customFields/<field>",), EVERY_USER, read),
    Operation("Update Custom Field", "PUT", COLLECTION, frozenset({Role.SYSADMIN, Role.IT_USER}), update),
]
