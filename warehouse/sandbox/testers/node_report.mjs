// Tells supervise.py what each test of node:test came to. It runs in the process that starts those of
// the test files. A test that was put in the queue and came to no end has been left.
import { createRequire } from "node:module";

const { named, send } = createRequire(import.meta.url)("./signed.cjs");

export default async function* report(events) {
  const waiting = new Map();
  const begun = new Map();
  let number = 0;
  for await (const { type, data } of events) {
    const key = JSON.stringify([data?.file, data?.nesting, data?.line, data?.column, data?.name]);
    if (type === "test:enqueue" && !isFile(data)) waiting.set(key, (waiting.get(key) ?? 0) + 1);
    if (type === "test:start") begun.set(data.file, withinOthers(begun.get(data.file), data));
    if (type !== "test:pass" && type !== "test:fail") continue;
    waiting.set(key, (waiting.get(key) ?? 0) - 1);
    const outcome = outcomeOf(type, data);
    if (!outcome) continue;
    const name = named(data.file, withinOthers(begun.get(data.file), data).join(" > "));
    send({ test: `${(number += 1)} ${name}`, name, outcome });
  }
  const left = [...waiting].filter(([, count]) => count > 0).map(([test]) => test);
  send({ tests: left });
  send({ end: true });
}

// A test's name behind those it stands in.
function withinOthers(names = [], { nesting, name }) {
  return [...names.slice(0, nesting), name];
}

function outcomeOf(type, data) {
  const isGroup = data.details?.type === "suite";
  if (data.skip !== undefined || data.todo !== undefined) return isGroup ? "" : "skipped";
  if (type === "test:pass") return isGroup ? "" : "passed";
  return data.details?.error?.failureType === "subtestsFailed" ? "" : "failed";
}

function isFile(data) {
  return data.nesting === 0 && (data.file === undefined || data.file.endsWith(data.name));
}
