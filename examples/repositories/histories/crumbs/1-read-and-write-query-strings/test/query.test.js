"use strict";

const assert = require("node:assert");
const { describe, it } = require("node:test");
const { formatQuery, parseQuery } = require("../src/query.js");

// Objects of whatever prototype, by what they hold.
const plain = (value) => ({ ...value });

describe("parseQuery", () => {
  it("reads names and values", () => {
    assert.deepEqual(plain(parseQuery("a=1&b=two")), { a: "1", b: "two" });
  });

  it("takes a question mark in front", () => {
    assert.deepEqual(plain(parseQuery("?a=1")), { a: "1" });
  });

  it("reads a name without a value as empty", () => {
    assert.deepEqual(plain(parseQuery("a&b=")), { a: "", b: "" });
  });

  it("decodes escapes, and leaves broken ones", () => {
    assert.deepEqual(plain(parseQuery("a%20b=%C3%A9&c=%zz")), { "a b": "é", c: "%zz" });
  });

  it("keeps what stands behind the first equals sign", () => {
    assert.deepEqual(plain(parseQuery("a=b=c")), { a: "b=c" });
  });
});

describe("formatQuery", () => {
  it("writes names and values", () => {
    assert.equal(formatQuery({ a: 1, b: "two words" }), "a=1&b=two%20words");
  });

  it("leaves out what is not there", () => {
    assert.equal(formatQuery({ a: undefined, b: null, c: "" }), "c=");
  });
});
