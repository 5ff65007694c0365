// Files that the page makes and the browser saves.
import type { CsvRow } from './csv.ts';

/** What a JSON file says beside its rows: where they come from, so that the file can be checked and made again. */
export interface About {
  address: string;
  retrieved: string;
  query: string | undefined;
  variables: unknown;
  isComplete: boolean;
}

/** Rows as JSON: one object for each. Amounts stay texts, because a double cannot hold every decimal. */
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
