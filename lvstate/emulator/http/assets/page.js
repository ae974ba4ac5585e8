// Asks for the latest requests every two seconds and shows them as text; only there while control is on.
"use strict";
(() => {
  const table = document.getElementById("requests");
  const count = document.getElementById("seen");
  let newest = Number(table.dataset.newest);

  const cell = (row, kind, text) => {
    const made = row.insertCell();
    made.className = kind;
    made.textContent = text;
    return made;
  };

  const show = (requests) => {
    const body = document.createElement("tbody");
    for (const request of requests) {
      const row = body.insertRow();
      cell(row, "at soft nowrap", request.time.slice(11, 19));
      cell(row, `status s${String(request.status)[0]}`, request.status ?? "–");
      const what = cell(row, "what mono", `${request.method} ${request.path}${request.query ? `?${request.query}` : ""}`);
      for (const name of request.faults || []) {
        const fault = document.createElement("span");
        fault.className = "fault";
        fault.textContent = name;
        what.append(fault);
      }
      cell(row, "operation", request.operation || "");
      cell(row, "user soft", request.user || "");
      cell(row, "number", `${request.duration_ms.toFixed(1)} ms`);
    }
    table.tBodies[0].replaceWith(body);
  };

  const refresh = async () => {
    try {
      const answer = await fetch("/_emulator/requests?count=50");
      const { requests } = await answer.json();
      if (requests.length && requests[0].seq !== newest) {
        newest = requests[0].seq;
        count.textContent = newest.toLocaleString("en");
        document.getElementById("unused")?.remove();
        table.hidden = false;
        show(requests);
      }
    } catch {
      // The emulator has stopped or is busy: the next turn will tell.
    }
    setTimeout(refresh, 2000);
  };

  setTimeout(refresh, 2000);
})();
