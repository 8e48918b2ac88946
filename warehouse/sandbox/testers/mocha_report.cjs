// Tells supervise.py what each test of mocha came to: a reporter in the process of the tests.
const { named, send } = require("./signed.cjs");

module.exports = class Report {
  constructor(runner) {
    const numbers = new Map();
    const numbered = (test) => {
      if (!numbers.has(test)) numbers.set(test, numbers.size + 1);
      return `${numbers.get(test)} ${test.fullTitle()}`;
    };
    const tell = (test, outcome) =>
      send({ test: numbered(test), name: named(test.file, test.fullTitle()), outcome });
    runner.once("start", () => {
      const tests = [];
      runner.suite.eachTest((test) => tests.push(numbered(test)));
      send({ tests });
    });
    runner.on("pass", (test) => tell(test, "passed"));
    runner.on("pending", (test) => tell(test, "skipped"));
    runner.on("fail", (test, error) => {
      tell(test, "failed");
      console.error(`${test.fullTitle()}: ${error?.stack ?? error}`);
    });
    runner.once("end", () => send({ end: true }));
  }
};
