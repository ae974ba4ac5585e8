"""Keeps one note on a merge request, or one issue of a project, that shows a report of lvstate.

    lvstate_note.py note FILE EXIT_CODE      on the merge request of this pipeline
    lvstate_note.py issue FILE EXIT_CODE     opened and updated on 2 and 4, closed on 0, else left alone

Ours are told by a hidden marker at their start and by their author, the user of GITLAB_TOKEN. Standard library only.
"""

import html
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

API = os.environ["CI_API_V4_URL"]
PROJECT = f"projects/{os.environ['CI_PROJECT_ID']}"
MARKER = f"<!-- lvstate {os.environ['CI_JOB_NAME']} {os.environ['CI_ENVIRONMENT_NAME']} -->"
PAGE = 100


def call(method, path, body=None, **query):
    """Make one call of the API; returns what it answers."""
    url = f"{API}/{path}?{urlencode(query)}"
    headers = {"PRIVATE-TOKEN": os.environ["GITLAB_TOKEN"], "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(url, data, headers, method=method), timeout=30) as answer:
        return json.load(answer)


def ours(path, text, **query):
    """Return what this token wrote before, oldest first; `text` is where its words stand."""
    me, found, number = call("GET", "user")["username"], [], 1
    while True:
        rows = call("GET", path, per_page=PAGE, page=number, sort="asc", **query)
        found += [r for r in rows if r["author"]["username"] == me and (r[text] or "").startswith(MARKER)]
        if len(rows) < PAGE:
            return found
        number += 1


def report(file, code):
    """Return the report with its marker; where there is none, the exit code."""
    path = Path(file)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    text = text or f"lvstate ended with exit code {html.escape(code)} and no report; the job's log says why."
    return f"{MARKER}\n{text}\n\n[{os.environ['CI_JOB_NAME']}]({os.environ['CI_JOB_URL']})\n"


def note(file, code):
    """Write the note, or edit it in place."""
    notes = f"{PROJECT}/merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
    body = {"body": report(file, code)}
    found = ours(notes, "body", order_by="created_at")
    if found:
        call("PUT", f"{notes}/{found[0]['id']}", body)
    else:
        call("POST", notes, body)


def issue(file, code):
    """Open, update or close the issue."""
    issues = f"{PROJECT}/issues"
    if code not in {"0", "2", "4"}:
        print(f"exit code {code} does not say whether live has drifted: the issue stays as it is")
        return
    found = ours(issues, "description", state="opened", order_by="created_at")
    body = {
        "title": f"LiveVox has drifted from the manifests: {os.environ['CI_ENVIRONMENT_NAME']}",
        "description": report(file, code),
    }
    if code == "0":
        for row in found:
            call("PUT", f"{issues}/{row['iid']}", {"state_event": "close"})
    elif found:
        call("PUT", f"{issues}/{found[0]['iid']}", body)
    else:
        call("POST", issues, body)


if __name__ == "__main__":
    {"note": note, "issue": issue}[sys.argv[1]](sys.argv[2], sys.argv[3])
