// What is in the editors, taken elsewhere: as a link to this page, or as a command for a shell.

import { getOperationAST, parse } from 'graphql';

/**
 * What GraphiQL is about to send, put right by the query itself: its idea of the document and of the operation's name is
 * half a second old, and of another tab where somebody is quick.
 */
export function asWritten(request, options) {
  try {
    const documentAST = parse(request.query);
    const { operationName, ...rest } = request;
    const is = operationName && getOperationAST(documentAST, operationName);
    return [is ? request : rest, { ...options, documentAST }];
  } catch {
    return [request, options]; // no query at all: the server tells
  }
}

/** A tab's request as the body of a POST. Throws a message for people where variables or headers are no JSON object. */
export function requestOf({ query, variables, operationName }) {
  const given = jsonObject('Variables', variables);
  return {
    query,
    ...(Object.keys(given).length ? { variables: given } : {}),
    ...(operationName ? { operationName } : {}),
  };
}

/** The same request for a shell: what is quoted by `'` is taken as it stands, but for `'` itself. */
export function curlCommand(endpoint, tab) {
  const quoted = text => `'${text.replaceAll("'", `'\\''`)}'`;
  const headers = Object.entries(jsonObject('Headers', tab.headers)).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`);
  const stream = isSubscription(tab) ? ['--no-buffer', '--header', quoted('accept: text/event-stream')] : [];
  return ['curl', ...headers, ...stream, '--json', quoted(JSON.stringify(requestOf(tab))), quoted(endpoint)].join(' ');
}

/** A link that opens the query here. It stands in the fragment, which no browser sends to a server. */
export function shareLink(page, { query, variables }) {
  const link = new URL(page);
  link.hash = new URLSearchParams({ query, ...(variables?.trim() ? { variables } : {}) }).toString();
  return link.href;
}

/** The query of such a link, or nothing. */
export function sharedIn(page) {
  const shared = new URLSearchParams(new URL(page).hash.slice(1));
  const query = shared.get('query');
  return query ? { query, variables: shared.get('variables') ?? undefined } : undefined;
}

function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    return false; // no query at all, or an operation that is not there: the server tells
  }
}

function jsonObject(what, text) {
  if (!text?.trim()) return {};
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error(`${what}: expected a JSON object`);
  return value;
}
