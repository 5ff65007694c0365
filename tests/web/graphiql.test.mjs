// The page at `/` in a real browser: Debian's Chromium, the real server, nothing from the Internet.
//
// What the page loads from its CDN is answered from node_modules, which holds the same versions: the page's `integrity`
// attributes are checked against the packages' own files, and a request to any other host fails the test.
//
//   LIONROCK_BIN          the server's binary, see server.mjs
//   LIONROCK_SCREENSHOTS  a folder for screenshots (default: none are taken)
//   CHROMIUM              the browser (default /usr/bin/chromium)

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { serve } from './server.mjs';

const here = import.meta.dirname;
const screenshots = process.env.LIONROCK_SCREENSHOTS && resolve(process.env.LIONROCK_SCREENSHOTS);
const cdn = 'https://cdn.jsdelivr.net/npm/';

let scratch; // holds the server's state and the browsers' profiles
let server; // { url, stop() }

before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'lionrock-web-'));
  server = await serve(await mkdtemp(join(scratch, 'state-')));
});

after(async () => {
  await server?.stop();
  if (scratch) await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
});

for (const colorScheme of ['light', 'dark']) {
  test(`GraphiQL opens with the examples, shows the schema and runs the first one (${colorScheme})`, async t => {
    const { page, errors } = await open(t, { colorScheme, answerCdn: fromNodeModules });
    await page.locator('.graphiql-container').waitFor();

    const examples = await readExamples();
    const tabs = page.locator('.graphiql-tab .graphiql-tab-button');
    assert.equal(await tabs.count(), examples.length, 'one tab for each file of examples/');
    const editor = page.locator('.graphiql-query-editor .CodeMirror');
    for (let i = 0; i < examples.length; i++) {
      await tabs.nth(i).click();
      const shown = await text(editor);
      assert.ok(examples.some(example => shown.includes(example)), `tab ${i + 1} holds one of the examples:\n${shown}`);
    }
    await tabs.first().click();

    await page.getByRole('button', { name: /documentation explorer/i }).first().click();
    const docs = page.locator('.graphiql-doc-explorer');
    await docs.getByText('Query', { exact: true }).first().click();
    await docs.getByText('organisation', { exact: true }).first().waitFor();
    await screenshot(page, `graphiql-docs-${colorScheme}`);
    await page.getByRole('button', { name: /documentation explorer/i }).first().click();

    await page.getByRole('button', { name: /^execute query/i }).click();
    const result = page.locator('.result-window .CodeMirror');
    await page.waitForFunction(() => document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue());
    const answer = await text(result);
    assert.match(answer, /"data"/, answer);
    assert.doesNotMatch(answer, /"errors"/, answer);

    // The page is painted in the browser's scheme, header and editor alike.
    const dark = colour => colour.match(/\d+/g).slice(0, 3).every(channel => channel < 128);
    for (const part of ['body', '.graphiql-container']) {
      const colour = await page.locator(part).evaluate(element => getComputedStyle(element).backgroundColor);
      assert.equal(dark(colour), colorScheme === 'dark', `${part} is ${colour}`);
    }
    await screenshot(page, `graphiql-answer-${colorScheme}`);
    assert.deepEqual(errors, []);
  });
}

test('a CDN that cannot be reached leaves a clear message, not a blank page', async t => {
  const { page } = await open(t, { colorScheme: 'light', answerCdn: route => route.abort('connectionrefused') });
  await assertHelp(page, 'graphiql-unreachable');
});

test('a CDN that hands out another file is refused', async t => {
  const { page } = await open(t, {
    colorScheme: 'dark',
    answerCdn: route => route.fulfill({ body: 'window.GraphiQL = {}', contentType: 'text/javascript', headers: cors }),
  });
  await assertHelp(page, 'graphiql-refused');
});

test('a CDN that hangs leaves a clear message, not a blank page', async t => {
  const { page } = await open(t, { colorScheme: 'dark', answerCdn: () => {} });
  await page.getByText('Loading GraphiQL').waitFor();
  await assertHelp(page, 'graphiql-hanging');
});

async function assertHelp(page, name) {
  await page.getByText('GraphiQL could not be loaded').waitFor();
  const shown = await page.locator('body').innerText();
  assert.match(shown, /send queries to \/graphql/);
  assert.ok(shown.includes(`${server.url}/graphql`), shown);
  assert.match(shown, /curl/);
  assert.equal(await page.locator('.graphiql-container').count(), 0);
  await screenshot(page, name);
}

/** A fresh browser with a fresh profile on the page at `/`; `errors` gathers what the page's scripts complain of. */
async function open(t, { colorScheme, answerCdn }) {
  const context = await chromium.launchPersistentContext(await mkdtemp(join(scratch, 'profile-')), {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
    viewport: { width: 1280, height: 800 },
    colorScheme,
  });
  t.after(() => context.close());
  const strangers = [];
  t.after(() => assert.deepEqual(strangers, [], 'requests to hosts other than the server and the CDN'));
  await context.route('**/*', route => {
    const url = route.request().url();
    if (url.startsWith(`${server.url}/`)) return route.continue();
    if (url.startsWith(cdn)) return answerCdn(route);
    strangers.push(url);
    return route.abort();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors = [];
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  await page.goto(`${server.url}/`, { waitUntil: 'commit' });
  return { page, errors };
}

const cors = { 'access-control-allow-origin': '*' }; // as the CDN does: `integrity` needs it

/** Answers `NAME@VERSION/FILE` with that file of node_modules, if the version is the one installed. */
async function fromNodeModules(route) {
  const [, name, version, file] = route.request().url().slice(cdn.length).match(/^(.+)@([^/]+)\/(.+)$/);
  const folder = join(here, 'node_modules', name);
  const installed = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).version;
  if (installed !== version) throw new Error(`the page asks for ${name} ${version}, tests/web installs ${installed}`);
  return route.fulfill({ path: join(folder, file), headers: { ...cors, 'content-type': contentType(file) } });
}

const contentType = file => (file.endsWith('.css') ? 'text/css' : 'text/javascript');

/** The whole text of a CodeMirror editor, of which the page itself holds only the visible lines. */
const text = editor => editor.evaluate(element => element.CodeMirror.getValue());

async function readExamples() {
  const folder = join(here, '../../examples');
  const files = (await readdir(folder)).filter(name => name.endsWith('.graphql')).sort();
  assert.ok(files.length > 0, 'examples/ holds queries');
  return Promise.all(files.map(async file => (await readFile(join(folder, file), 'utf8')).trim()));
}

async function screenshot(page, name) {
  if (!screenshots) return;
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}
