// Comma-separated values for spreadsheets: RFC 4180, with a byte order mark for Chinese texts in Excel.

export type CsvRow = (string | number | null | undefined)[];

export function csv(columns: string[], rows: CsvRow[]): string {
  return `\uFEFF${[columns, ...rows].map(row => row.map(cell).join(',')).join('\r\n')}\r\n`;
}

function cell(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : String(value);
  // A spreadsheet would evaluate a text that begins like a formula.
  const safe = typeof value === 'string' && /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
