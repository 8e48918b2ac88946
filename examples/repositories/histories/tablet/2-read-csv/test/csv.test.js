import assert from "node:assert";
import { describe, it } from "node:test";
import { parseCsv } from "../src/csv.js";

describe("parseCsv", () => {
  it("reads rows and cells", () => {
    assert.deepEqual(parseCsv("a,b\r\nc,\n"), [
      ["a", "b"],
      ["c", ""],
    ]);
  });

  it("lets a quoted cell hold the separator", () => {
    assert.deepEqual(parseCsv('"tea, green",2'), [["tea, green", "2"]]);
  });

  it("takes another separator", () => {
    assert.deepEqual(parseCsv("a;b,c", ";"), [["a", "b,c"]]);
  });

  it("passes over blank lines", () => {
    assert.deepEqual(parseCsv("a\n\nb\n"), [["a"], ["b"]]);
  });
});
