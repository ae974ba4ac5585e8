"""The script an admin would write: read the names, list what lives, create what is missing, one after the other."""

import sys

import requests
import yaml

url, apply = sys.argv[1], "--apply" in sys.argv

with open("groups.yaml", encoding="utf-8") as file:  # noqa: PTH123 (as such a script is written)
    wanted = yaml.safe_load(file)["contact_groups"].values()

session = requests.Session()
answer = session.post(
    f"{url}/session/login", json={"clientName": "C", "userName": "u", "password": "p"}, timeout=30
)
session.headers["LV-Session"] = answer.json()["sessionId"]

live, offset = set(), 0
while True:
    page = session.get(f"{url}/contact/contactGroups?count=1000&offset={offset}", timeout=30).json()
    live.update(group["name"] for group in page["contactGroup"])
    offset += 1000
    if "next" not in page:
        break

missing = [name for name in wanted if name not in live]
print(len(missing), "to create")  # noqa: T201
for name in missing if apply else []:
    session.post(f"{url}/contact/contactGroups", json={"name": name}, timeout=30).raise_for_status()
