import assert from "node:assert";
import { describe, it } from "node:test";
import { columnWidths, table } from "../src/table.js";

describe("table", () => {
  it("makes columns as wide as their longest cell", () => {
    const rows = [
      ["tea", "green"],
      ["coffee", "black"],
    ];
    assert.equal(table(rows), "tea     green\ncoffee  black\n");
  });

  it("underlines a header", () => {
    assert.equal(table([["name"], ["tea"]], { header: true }), "name\n----\ntea\n");
  });

  it("takes rows of different lengths, and cells that are not there", () => {
    assert.equal(table([["a", "b", "c"], ["d"], [null, "e"]]), "a  b  c\nd\n   e\n");
  });

  it("is empty without rows", () => {
    assert.equal(table([]), "");
  });

  it("keeps a cell on one line", () => {
    assert.equal(table([["one\ntwo"]]), "one two\n");
  });
});

describe("columnWidths", () => {
  it("counts the longest cell of each column", () => {
    assert.deepEqual(columnWidths([["a", "bbb"], ["cc"]]), [2, 3]);
  });
});
