"use strict";

// What a query string says: `a=1&b=two` is { a: "1", b: "two" }.
function parseQuery(text) {
  const found = {};
  const bare = text.startsWith("?") ? text.slice(1) : text;
  for (const pair of bare.split("&")) {
    if (!pair) continue;
    const at = pair.indexOf("=");
    const name = decode(at < 0 ? pair : pair.slice(0, at));
    found[name] = at < 0 ? "" : decode(pair.slice(at + 1));
  }
  return found;
}

// The same back: names in the order in which they are there; what is undefined or null is left out.
function formatQuery(values) {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join("&");
}

// A text that is no valid escape is taken as it stands.
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

module.exports = { parseQuery, formatQuery };
