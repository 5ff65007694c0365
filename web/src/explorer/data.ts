// The client of the API, and its results as React state.
import { cacheExchange, Client, CombinedError, fetchExchange, makeOperation, mapExchange, type AnyVariables, type Operation, type TypedDocumentNode } from 'urql';
import { stringifyDocument, useQuery } from 'urql';
import { base } from './base.ts';

export const endpoint = new URL(`${base}graphql`, location.href).href;

/** The id of a document for the server: the hash of its text. */
export const idOf = (document: object): string | undefined => (document as { __meta__?: { hash?: string } }).__meta__?.hash;

/** Sends the id of the document instead of its text. A server in development may not know the latest documents. */
function withoutText(operation: Operation): Operation {
  const documentId = import.meta.env.DEV ? undefined : idOf(operation.query);
  if (!documentId) return operation;
  return makeOperation(operation.kind, { ...operation, query: { ...operation.query, definitions: [], documentId } }, operation.context);
}

export const client = new Client({
  url: endpoint,
  exchanges: [cacheExchange, mapExchange({ onOperation: withoutText }), fetchExchange],
  preferGetMethod: 'within-url-limit',
  // Without urql's abort signal, a response that arrives after its component has unmounted is still cached.
  fetch: (input, init) => fetch(input, { ...init, signal: null }),
});

export interface Result<Data> {
  /** The latest data, or the data of the previous variables while new data load. */
  data: Data | undefined;
  error: CombinedError | undefined;
  isLoading: boolean;
  retry: () => void;
}

export function useData<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pause = false,
): Result<Data> {
  const [{ data, error, fetching, stale }, run] = useQuery({ query: document, variables, pause } as Parameters<typeof useQuery<Data, Variables>>[0]);
  return { data, error, isLoading: fetching || stale, retry: () => run({ requestPolicy: 'network-only' }) };
}

/** The codes of the errors, such as `DATASET_UNAVAILABLE`, and the datasets that they name. */
export function errorsOf(error: CombinedError | undefined): { code: string; dataset: string | undefined }[] {
  return (error?.graphQLErrors ?? []).map(({ extensions }) => ({
    code: typeof extensions.code === 'string' ? extensions.code : 'UNKNOWN',
    dataset: typeof extensions.dataset === 'string' ? extensions.dataset : undefined,
  }));
}

/** The text of an operation for display. */
export const textOf = (document: TypedDocumentNode): string => stringifyDocument(document).replace(/\n?\s*__typename(?=\s*\n)/g, '');

/** A link that opens a query in GraphiQL, where it can be run and changed. */
export function graphiqlLink<Data, Variables extends AnyVariables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): string {
  const query = textOf(document as TypedDocumentNode);
  const given = Object.fromEntries(Object.entries(variables ?? {}).filter(([, value]) => value !== undefined));
  const fragment = new URLSearchParams({ query, ...(Object.keys(given).length ? { variables: JSON.stringify(given, null, 2) } : {}) });
  return `${base}graphiql#${fragment}`;
}
