// Tells supervise.py what each test of jest came to, file by file. A file that could not be run, or
// ended its process, stands for its tests.
const { named, send } = require("./signed.cjs");

const OUTCOMES = { passed: "passed", failed: "failed" };
let number = 0;

module.exports = class Report {
  // Before jest 25 it is called onTestResult.
  onTestResult(test, result) {
    this.onTestFileResult(test, result);
  }

  onTestFileResult(_, { testFilePath, testResults, testExecError, failureMessage }) {
    if (failureMessage) console.error(failureMessage);
    if (testExecError) send({ test: testFilePath, outcome: "failed" });
    for (const { fullName, status } of testResults) {
      const name = named(testFilePath, fullName);
      send({ test: `${(number += 1)} ${name}`, name, outcome: OUTCOMES[status] ?? "skipped" });
    }
  }

  onRunComplete(_, { wasInterrupted }) {
    if (!wasInterrupted) send({ end: true });
  }
};
