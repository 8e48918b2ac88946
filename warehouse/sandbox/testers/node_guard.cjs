// Loaded into each process of node:test. One that is ended by its own tests would else report nothing
// of them, and count as a file that ran well.
const { reallyExit } = process;

process.reallyExit = (code) => {
  const holdsTests = process.moduleLoadList.includes("NativeModule internal/test_runner/harness");
  if (process.env.NODE_TEST_CONTEXT && holdsTests && !code) {
    process._rawDebug("The tests ended their process before their end: call no process.exit().");
    code = 1;
  }
  reallyExit.call(process, code);
};
