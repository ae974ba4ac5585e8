"""The tenant document: what is dumped can be loaded, and what is no tenant is refused with its place."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lvstate.emulator import UnusableDataFile, UnusableDocument, create_app, tenant_document, tenant_file
from lvstate.emulator.laboratory import Laboratory
from lvstate.emulator.schemas import compose
from lvstate.emulator.sections import all_sections
from tests.emulator.caller import Caller

SCHEMAS = Path(__file__).parents[2] / "schemas"
GROUP = {
    "id": 5,
    "name": "Five",
    "createdBy": "Emulator\\Admin, System",
    "modifiedBy": "Emulator\\Admin, System",
    "createdAt": 1,
    "modifiedAt": 1,
}
ACCOUNT = {
    "id": 7,
    "number": 101,
    "createdDate": 1,
    "createdBy": "sysadmin",
    "modifiedDate": 1,
    "name": "Näme <b>",
}


def document(**sections: Any) -> dict[str, Any]:
    return {"format_version": "1.0", **sections}


def dumped(data: Path) -> Any:
    return json.loads("".join(tenant_file.dump(data)))


@pytest.mark.parametrize("name", sorted(compose()))
def test_the_published_schema_is_what_is_composed(name: str) -> None:
    """`make schemas` writes it anew."""
    assert (SCHEMAS / f"{name}.schema.json").read_text("utf-8") == compose()[name]
    Draft202012Validator.check_schema(json.loads(compose()[name]))


@pytest.mark.parametrize("generate", [{}, {"accounts": 300, "contact_groups": 30}])
def test_a_dump_fits_the_schema_and_loads_into_the_same_tenant(
    tmp_path: Path, generate: dict[str, int]
) -> None:
    one, other = tmp_path / "one.db", tmp_path / "new" / "other.db"
    create_app(data=one, seed="vendor-examples", laboratory=Laboratory(generate=generate)).close()
    text = "".join(tenant_file.dump(one))
    document = json.loads(text)
    Draft202012Validator(tenant_document.schema()).validate(document)
    assert sum(tenant_file.load(other, document).values()) == sum(map(len, list(document.values())[1:]))
    assert "".join(tenant_file.dump(other)) == text


def test_every_section_is_dumped_even_if_empty(tmp_path: Path) -> None:
    tenant_file.load(tmp_path / "t.db", document())
    assert dumped(tmp_path / "t.db") == document(**{section.name: [] for section in all_sections()})


def test_what_was_loaded_is_served(tmp_path: Path) -> None:
    assert tenant_file.load(tmp_path / "t.db", document(contact_groups=[GROUP], accounts=[ACCOUNT])) == {
        "contact_groups": 1,
        "accounts": 1,
    }
    with create_app(data=tmp_path / "t.db", seed="vendor-examples") as app:
        caller = Caller(app)
        assert caller.get("/contact/contactGroups/5").body == GROUP
        assert caller.get("/account/accounts?count=9&offset=0").body["listAccount"][0]["name"] == "Näme <b>"
        assert caller.get("/account/types").body == []


def test_a_document_is_added_to_what_is_there(tmp_path: Path) -> None:
    data = tmp_path / "t.db"
    tenant_file.load(data, document(contact_groups=[GROUP]))
    tenant_file.load(data, document(contact_groups=[{**GROUP, "id": 6}]))
    assert [group["id"] for group in dumped(data)["contact_groups"]] == [5, 6]


def test_a_taken_id_loads_nothing_at_all(tmp_path: Path) -> None:
    data = tmp_path / "t.db"
    tenant_file.load(data, document(accounts=[ACCOUNT]))
    with pytest.raises(UnusableDocument, match=r"\$\.accounts: .*values of id already"):
        tenant_file.load(data, document(contact_groups=[GROUP], accounts=[ACCOUNT]))
    assert dumped(data)["contact_groups"] == []


def test_a_taken_account_number_is_told_by_its_key(tmp_path: Path) -> None:
    twice = [{**ACCOUNT, "id": number, "accountNumber": "A"} for number in (1, 2)]
    with pytest.raises(UnusableDocument, match="values of accountNumber already"):
        tenant_file.load(tmp_path / "t.db", document(accounts=twice))


REFUSED = [
    ([], "$"),
    ({}, "$"),
    (document(groups=[]), "$.groups"),
    (document(accounts={}), "$.accounts"),
    (document(accounts=[1]), "$.accounts[0]"),
    (document(contact_groups=[{**GROUP, "id": 0}]), "$.contact_groups[0].id"),
    (document(contact_groups=[{**GROUP, "id": 2**63}]), "$.contact_groups[0].id"),
    (document(contact_groups=[{**GROUP, "name": None}]), "$.contact_groups[0].name"),
    (document(contact_groups=[{**GROUP, "createdAt": 10**16}]), "$.contact_groups[0].createdAt"),
    (document(contact_groups=[{**GROUP, "level": 1}]), "$.contact_groups[0].level"),
    (document(contact_groups=[{key: GROUP[key] for key in GROUP if key != "id"}]), "$.contact_groups[0]"),
    (
        document(custom_fields=[{"field": "COL101", "label": "x", "dataType": "DATE"}]),
        "$.custom_fields[0].field",
    ),
    (
        document(custom_fields=[{"field": "COL1", "label": "x", "dataType": "TEXT"}]),
        "$.custom_fields[0].dataType",
    ),
    (document(accounts=[{**ACCOUNT, "annualRevenue": "7"}]), "$.accounts[0].annualRevenue"),
    (document(accounts=[{**ACCOUNT, "billingAddress": {"town": "x"}}]), "$.accounts[0].billingAddress.town"),
    (
        document(accounts=[{**ACCOUNT, "customFields": [{"field": "COL1", "value": 1}]}]),
        "$.accounts[0].customFields[0].value",
    ),
]


@pytest.mark.parametrize(("wrong", "path"), REFUSED)
def test_what_is_no_tenant_is_refused_with_its_place(tmp_path: Path, wrong: Any, path: str) -> None:
    with pytest.raises(UnusableDocument) as caught:
        tenant_file.load(tmp_path / "t.db", wrong)
    assert [violation.path for violation in caught.value.violations] == [path]
    assert not (tmp_path / "t.db").exists()


@pytest.mark.parametrize("wrong", [wrong for wrong, _ in REFUSED])
def test_the_published_schema_refuses_the_same_documents(wrong: Any) -> None:
    assert not Draft202012Validator(tenant_document.schema()).is_valid(wrong)


def test_at_most_a_hundred_places_are_told(tmp_path: Path) -> None:
    with pytest.raises(UnusableDocument) as caught:
        tenant_file.load(tmp_path / "t.db", document(accounts=[0] * 1000))
    assert len(caught.value.violations) == 100


def test_what_does_not_exist_cannot_be_dumped(tmp_path: Path) -> None:
    with pytest.raises(UnusableDataFile, match="there is no data file"):
        list(tenant_file.dump(tmp_path / "t.db"))
    assert not (tmp_path / "t.db").exists()


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "other.db") as db:
        db.execute("CREATE TABLE mine (x)")
    db.close()
    with pytest.raises(UnusableDataFile, match="another program"):
        tenant_file.load(tmp_path / "other.db", document())
    with pytest.raises(UnusableDataFile, match="another program"):
        list(tenant_file.dump(tmp_path / "other.db"))


def test_a_load_takes_turns_with_a_running_emulator(tmp_path: Path) -> None:
    data = tmp_path / "t.db"
    with create_app(data=data) as app:
        tenant_file.load(data, document(contact_groups=[GROUP]))
        assert Caller(app).get("/contact/contactGroups/5").body["name"] == "Five"
