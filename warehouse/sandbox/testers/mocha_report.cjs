// Tells supervise.py what each test of mocha came to: a reporter in the process of the tests.
const { send } = require("./signed.cjs");

module.exports = class Report {
  constructor(runner) {
    const numbers = new Map();
    const named = (test) => {
      if (!numbers.has(test)) numbers.set(test, numbers.size + 1);
      return `${numbers.get(test)} ${test.fullTitle()}`;
    };
    runner.once("start", () => {
      const tests = [];
      runner.suite.eachTest((test) => tests.push(named(test)));
      send({ tests });
    });
    runner.on("pass", (test) => send({ test: named(test), outcome: "passed" }));
    runner.on("pending", (test) => send({ test: named(test), outcome: "skipped" }));
    runner.on("fail", (test, error) => {
      send({ test: named(test), outcome: "failed" });
      console.error(`${test.fullTitle()}: ${error?.stack ?? error}`);
    });
    runner.once("end", () => send({ end: true }));
  }
};
