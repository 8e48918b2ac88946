#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseCsv } from "../src/csv.js";
import { table } from "../src/table.js";

const [path, ...others] = process.argv.slice(2);
if (path === undefined || others.length > 0) {
  console.error("usage: tablet FILE.csv");
  process.exitCode = 2;
} else {
  try {
    process.stdout.write(table(parseCsv(readFileSync(path, "utf8")), { header: true }));
  } catch (error) {
    console.error(`tablet: ${error.message}`);
    process.exitCode = 1;
  }
}
