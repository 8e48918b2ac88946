// Rows as lines of plain text: columns as wide as their longest cell, two blanks between them.
export function table(rows, { header = false } = {}) {
  if (rows.length === 0) return "";
  const cells = rows.map((row) => row.map(asText));
  const widths = columnWidths(cells);
  const lines = cells.map((row) => line(row, widths));
  if (header) lines.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return lines.map((each) => `${each}\n`).join("");
}

// How wide each column is; a row may have fewer cells than others.
export function columnWidths(cells) {
  const widths = [];
  for (const row of cells) {
    row.forEach((cell, place) => {
      widths[place] = Math.max(widths[place] ?? 0, cell.length);
    });
  }
  return widths;
}

function line(row, widths) {
  return widths
    .map((width, place) => (row[place] ?? "").padEnd(width))
    .join("  ")
    .trimEnd();
}

// What a cell shows: nothing for what is not there, and no line breaks.
function asText(value) {
  return String(value ?? "").replace(/\s+/g, " ");
}
