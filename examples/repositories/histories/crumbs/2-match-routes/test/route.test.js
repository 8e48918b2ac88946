"use strict";

const assert = require("node:assert");
const { describe, it } = require("node:test");
const { firstMatch, route } = require("../src/route.js");

describe("route", () => {
  it("matches a path to the letter", () => {
    assert.deepEqual({ ...route("/about")("/about").params }, {});
    assert.equal(route("/about")("/About"), null);
    assert.equal(route("/about")("/about/us"), null);
  });

  it("names the parts that a pattern leaves open", () => {
    assert.deepEqual({ ...route("/users/:id/posts/:post")("/users/7/posts/a%20b").params }, {
      id: "7",
      post: "a b",
    });
  });

  it("reads the query", () => {
    assert.deepEqual({ ...route("/search")("/search?q=tea").query }, { q: "tea" });
  });
});

describe("firstMatch", () => {
  const routes = { home: "/", new: "/users/new", user: "/users/:id" };

  it("takes the first route that matches", () => {
    assert.equal(firstMatch(routes, "/users/new").name, "new");
    assert.equal(firstMatch(routes, "/users/7").name, "user");
    assert.equal(firstMatch(routes, "/").name, "home");
  });

  it("is null where none does", () => {
    assert.equal(firstMatch(routes, "/nowhere"), null);
  });
});
