// The contents of the editors as a request, as a link to this page, and as a curl command.

import { getOperationAST, parse } from 'graphql';

/**
 * Makes the operation name and the parsed document of a request match its query. GraphiQL updates both half a second after
 * the text, so that they can belong to an earlier text or to another tab.
 */
export function matchToDocument(request, options) {
  try {
    const documentAST = parse(request.query);
    const { operationName, ...unnamed } = request;
    const isNamed = operationName && getOperationAST(documentAST, operationName);
    return [isNamed ? request : unnamed, { ...options, documentAST }];
  } catch {
    return [request, options]; // a syntax error: the server reports it
  }
}

/** The body of the POST request for a tab. Throws an error with a readable message if the variables are not a JSON object. */
export function requestBody({ query, variables, operationName }) {
  const object = jsonObject('Variables', variables);
  return {
    query,
    ...(Object.keys(object).length ? { variables: object } : {}),
    ...(operationName ? { operationName } : {}),
  };
}

/** The same request as a curl command. Within single quotes a POSIX shell changes nothing, and only `'` needs an escape. */
export function curlCommand(endpoint, tab) {
  const quoted = text => `'${text.replaceAll("'", `'\\''`)}'`;
  const headers = Object.entries(jsonObject('Headers', tab.headers)).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`);
  const stream = isSubscription(tab) ? ['--no-buffer', '--header', quoted('accept: text/event-stream')] : [];
  return ['curl', ...headers, ...stream, '--json', quoted(JSON.stringify(requestBody(tab))), quoted(endpoint)].join(' ');
}

/** A link that opens the query in this page. The query is in the fragment, which browsers do not send to the server. */
export function shareLink(pageUrl, { query, variables }) {
  const link = new URL(pageUrl);
  link.hash = new URLSearchParams({ query, ...(variables?.trim() ? { variables } : {}) }).toString();
  return link.href;
}

/** The query and variables of a shared link; `undefined` for any other address. */
export function sharedQuery(url) {
  const fragment = new URLSearchParams(new URL(url).hash.slice(1));
  const query = fragment.get('query');
  return query ? { query, variables: fragment.get('variables') ?? undefined } : undefined;
}

function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    return false; // a syntax error: the server reports it
  }
}

function jsonObject(name, text) {
  if (!text?.trim()) return {};
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error(`${name}: expected a JSON object`);
  return value;
}
