import assert from "node:assert";
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";

const program = join(import.meta.dirname, "../bin/tablet.js");

function tablet(...words) {
  return spawnSync(process.execPath, [program, ...words], { encoding: "utf8" });
}

it("prints a file as a table", () => {
  const file = join(mkdtempSync(join(tmpdir(), "tablet-")), "teas.csv");
  writeFileSync(file, "name,colour\nsencha,green\n");
  assert.equal(tablet(file).stdout, "name    colour\n------  ------\nsencha  green\n");
});

it("says how it is started", () => {
  const { status, stderr } = tablet();
  assert.deepEqual([status, stderr], [2, "usage: tablet FILE.csv\n"]);
});
