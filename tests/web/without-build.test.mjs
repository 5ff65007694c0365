// The page of a binary that was built without `make web`: GraphiQL from a CDN.
//
// What it loads from its CDN is answered from node_modules, which holds the same versions: the page's `integrity`
// attributes are checked against the packages' own files, and a request to any other host fails the test. The page itself
// is answered from web/graphiql.html, whatever the binary holds.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertPainted, here, open, readExamples, screenshot, start } from './browser.mjs';

const cdn = 'https://cdn.jsdelivr.net/npm/';
const cors = { 'access-control-allow-origin': '*' }; // as the CDN does: `integrity` needs it

let server;

before(async () => {
  server = await start();
});
after(() => server?.stop());

test('GraphiQL opens with the examples and runs the first one', async t => {
  const { page, errors } = await opened(t, 'light', fromNodeModules);
  await page.locator('.graphiql-container').waitFor();
  assert.equal(await page.locator('.graphiql-tab .graphiql-tab-button').count(), (await readExamples()).length);
  await page.getByRole('button', { name: /^execute query/i }).click();
  await page.waitForFunction(() => document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue());
  const answer = await page.locator('.result-window .CodeMirror').evaluate(element => element.CodeMirror.getValue());
  assert.match(answer, /"data"/, answer);
  assert.doesNotMatch(answer, /"errors"/, answer);
  await assertPainted(page, 'light', ['body', '.graphiql-container']);
  await screenshot(page, 'without-build');
  assert.deepEqual(errors, []);
});

test('a CDN that cannot be reached leaves a clear message, not a blank page', async t => {
  const { page } = await opened(t, 'light', route => route.abort('connectionrefused'));
  await assertHelp(page, 'without-build-unreachable');
});

test('a CDN that hands out another file is refused', async t => {
  const other = { body: 'window.GraphiQL = {}', contentType: 'text/javascript', headers: cors };
  const { page } = await opened(t, 'dark', route => route.fulfill(other));
  await assertHelp(page, 'without-build-refused');
});

test('a CDN that hangs leaves a clear message, not a blank page', async t => {
  const { page } = await opened(t, 'dark', () => {});
  await page.getByText('Loading GraphiQL').waitFor();
  await assertHelp(page, 'without-build-hanging');
});

async function assertHelp(page, name) {
  await page.getByText('GraphiQL could not be loaded').waitFor();
  const shown = await page.locator('body').innerText();
  assert.match(shown, /make web/);
  assert.match(shown, /send queries to \/graphql/);
  assert.ok(shown.includes(`${server.url}/graphql`), shown);
  assert.match(shown, /curl/);
  assert.equal(await page.locator('.graphiql-container').count(), 0);
  await screenshot(page, name);
}

async function opened(t, colorScheme, answerCdn) {
  const tabs = JSON.stringify((await readExamples()).map(query => ({ title: '', query }))).replaceAll('<', '\\u003c');
  const body = (await readFile(join(here, '../../web/graphiql.html'), 'utf8')).replace('/*EXAMPLES*/[]', () => tabs);
  return open(t, server, {
    colorScheme,
    answer: async route => {
      const url = route.request().url();
      if (url === `${server.url}/`) await route.fulfill({ body, contentType: 'text/html; charset=utf-8' });
      else if (url.startsWith(cdn)) await answerCdn(route);
      else return false;
      return true;
    },
  });
}

/** Answers `NAME@VERSION/FILE` with that file of node_modules, if the version is the one installed. */
async function fromNodeModules(route) {
  const [, name, version, file] = route.request().url().slice(cdn.length).match(/^(.+)@([^/]+)\/(.+)$/);
  const folder = join(here, 'node_modules', name);
  const installed = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version;
  if (installed !== version) throw new Error(`the page asks for ${name} ${version}, tests/web installs ${installed}`);
  const type = file.endsWith('.css') ? 'text/css' : 'text/javascript';
  return route.fulfill({ path: join(folder, file), headers: { ...cors, 'content-type': type } });
}
