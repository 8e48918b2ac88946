// Tells supervise.py what each test of vitest came to. A file that could not be run stands for its
// tests, and so does what was thrown outside of all.
import { createRequire } from "node:module";

const { named, send } = createRequire(import.meta.url)("./signed.cjs");
const OUTCOMES = { passed: "passed", pass: "passed", failed: "failed", fail: "failed" };
let number = 0;
let told = false;

export default class Report {
  // Since vitest 3.
  onTestRunEnd(modules, errors, reason) {
    const files = modules.map((module) => ({
      name: module.moduleId,
      errors: module.errors(),
      tests: [...module.children.allTests()].map((test) => ({
        name: test.fullName,
        state: test.result().state,
        errors: test.result().errors ?? [],
      })),
    }));
    tell(files, errors, reason === "interrupted");
  }

  onFinished(files = [], errors = []) {
    tell(files.map(asFile), errors, false);
  }
}

function asFile(file) {
  const errors = file.tasks.length ? [] : (file.result?.errors ?? []);
  return { name: file.filepath, errors, tests: testsOf(file) };
}

function testsOf(task) {
  if (task.tasks) return task.tasks.flatMap(testsOf);
  return [{ name: task.name, state: task.result?.state, errors: task.result?.errors ?? [] }];
}

function tell(files, errors, interrupted) {
  if (told) return;
  told = true;
  for (const file of files) {
    if (file.errors.length) say(file.name, "failed", file.errors);
    for (const test of file.tests) {
      const outcome = OUTCOMES[test.state] ?? "skipped";
      say(named(file.name, test.name), outcome, test.errors);
    }
  }
  for (const error of errors) say("outside of all tests", "failed", [error]);
  if (!interrupted) send({ end: true });
}

function say(name, outcome, errors) {
  send({ test: `${(number += 1)} ${name}`, name, outcome });
  for (const error of errors) console.error(`${name}: ${error.stack ?? error.message}`);
}
