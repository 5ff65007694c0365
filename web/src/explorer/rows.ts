// Finds a row of a file by its number. The API pages through a file's rows; it has no field for one row.
import type { Client } from 'urql';
import { DatasetRowsDocument } from './gql/graphql.ts';

export interface FoundRow {
  columns: string[];
  cells: string[];
}

const pageSize = 100;
/** The maximum number of pages that are read for one row. */
const patience = 60;

export async function findRow(client: Client, id: string, distribution: string, row: number): Promise<FoundRow | undefined> {
  const read = async (first: number, after: string | null | undefined) => {
    const { data, error } = await client.query(DatasetRowsDocument, { id, distribution, first, after: after ?? null }).toPromise();
    if (error && !data) throw error;
    return data?.dataset?.table;
  };
  let table = await read(pageSize, null);
  const first = table?.rows.nodes[0]?.row;
  if (!table || first === undefined) return undefined;
  const columns = table.columns;
  const within = (nodes: readonly { row: number; cells: string[] }[]) => nodes.find(node => node.row === row);
  let found = within(table.rows.nodes);

  // Rows are numbered without gaps in most files, and a cursor is a position: try that page first. Only the row's own
  // number decides, so that a wrong guess costs one request.
  if (!found && row > first) {
    const guess = btoa(String(row - first - 1)).replace(/=+$/, '');
    const guessed = await read(1, guess).catch(() => undefined);
    found = guessed ? within(guessed.rows.nodes) : undefined;
  }
  for (let page = 1; !found && table?.rows.pageInfo.hasNextPage && page < patience; page++) {
    table = await read(pageSize, table.rows.pageInfo.endCursor);
    if (table) found = within(table.rows.nodes);
  }
  return found && { columns, cells: found.cells };
}
