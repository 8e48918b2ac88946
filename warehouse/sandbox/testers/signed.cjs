// Writes signed lines for supervise.py. The key is read, and taken away, before any of the product is
// loaded; in further processes of a test runner, which is told to load this first, there is none.
const { createHmac } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const [keyEnd, lines] = (process.env.SOFTHOUSE_REPORT ?? "").split(",").map(Number);
delete process.env.SOFTHOUSE_REPORT;
const key = keyEnd && fs.readFileSync(keyEnd, "utf8");
if (keyEnd) fs.closeSync(keyEnd);
let number = 0;

exports.send = (line) => {
  const body = JSON.stringify(line);
  const signature = createHmac("sha256", key).update(`${number} ${body}`).digest("hex");
  let rest = Buffer.from(`${signature} ${body}\n`);
  while (rest.length) rest = rest.subarray(fs.writeSync(lines, rest));
  number += 1;
};

// What a test is called in every run: its file, as from the product's folder, and its own name.
exports.named = (file, name) => (file ? `${path.relative(process.cwd(), file)}::${name}` : name);
