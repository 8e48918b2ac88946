// Rows of a CSV text. A cell in double quotes may hold the separator.
export function parseCsv(text, separator = ",") {
  return text
    .split(/\r?\n/)
    .filter((each) => each !== "")
    .map((each) => cellsOf(each, separator));
}

function cellsOf(row, separator) {
  const cells = [];
  let cell = "";
  let quoted = false;
  for (const sign of row) {
    if (sign === '"') {
      quoted = !quoted;
    } else if (sign === separator && !quoted) {
      cells.push(cell);
      cell = "";
    } else {
      cell += sign;
    }
  }
  cells.push(cell);
  return cells;
}
