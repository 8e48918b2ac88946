"use strict";

const { parseQuery } = require("./query.js");

// A pattern such as `/users/:id` as something that says what a path has in its place, or null.
function route(pattern) {
  const wanted = parts(pattern);
  return function match(url) {
    const [path, query = ""] = split(url, "?");
    const given = parts(path);
    if (given.length !== wanted.length) return null;
    const params = {};
    for (const [place, part] of wanted.entries()) {
      if (part.startsWith(":")) {
        params[part.slice(1)] = decodeURIComponent(given[place]);
      } else if (part !== given[place]) {
        return null;
      }
    }
    return { params, query: parseQuery(query) };
  };
}

// The first of several routes that matches, by name: { name, params, query }, or null.
function firstMatch(routes, url) {
  for (const [name, pattern] of Object.entries(routes)) {
    const found = route(pattern)(url);
    if (found) return { name, ...found };
  }
  return null;
}

function parts(path) {
  return path.split("/").filter((part) => part !== "");
}

function split(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

module.exports = { route, firstMatch };
