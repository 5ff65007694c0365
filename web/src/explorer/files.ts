// Files that the page generates and the browser saves.
import type { CsvRow } from './csv.ts';

/** The metadata of a JSON file: the sources of its rows and its query, so that it can be verified and reproduced. */
export interface About {
  address: string;
  retrieved: string;
  query: string | undefined;
  variables: unknown;
  isComplete: boolean;
}

/** Rows as JSON, one object per row. Amounts stay strings, because a double cannot hold every decimal. */
export function json(columns: string[], rows: CsvRow[], { address, retrieved, query, variables, isComplete }: About): string {
  const objects = rows.map(row => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
  return `${JSON.stringify({ address, retrieved, isComplete, query: query ?? null, variables: variables ?? null, rows: objects }, null, 2)}\n`;
}

export function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
