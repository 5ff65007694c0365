// Tests the GraphiQL page of the real server in Chromium, without a network.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { assertColorScheme, open, readExamples, screenshot, start } from './browser.mjs';

let server;

before(async () => {
  server = await start();
});
after(() => server?.stop());

for (const colorScheme of ['light', 'dark']) {
  test(`shows the examples and the schema, and runs the first example (${colorScheme})`, async t => {
    const { page, errors } = await openGraphiql(t, { colorScheme });
    assert.equal(await page.title(), 'Lionrock GraphiQL');
    await page.getByRole('link', { name: 'DATA.GOV.HK' }).waitFor();
    await assertTheme(page, colorScheme);

    const examples = await readExamples();
    const tabs = page.locator('.graphiql-tab .graphiql-tab-button');
    assert.equal(await tabs.count(), examples.length, 'one tab for each file of examples/');
    for (const [i, example] of examples.entries()) {
      await tabs.nth(i).click();
      assert.equal((await text(page, 'operation.graphql')).trim(), example, `tab ${i + 1}`);
    }
    await tabs.first().click();

    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    const docs = page.locator('.graphiql-doc-explorer');
    await docs.getByText('Query', { exact: true }).first().click();
    await docs.getByText('organisation', { exact: true }).first().waitFor();
    await screenshot(page, `docs-${colorScheme}`);
    await page.getByRole('button', { name: 'Hide Documentation Explorer' }).click();

    const response = await run(page);
    assert.equal(response.errors, undefined);
    assert.equal(response.data.organisation.name.en, 'The Hong Kong Polytechnic University');
    await screenshot(page, `answer-${colorScheme}`);
    assert.deepEqual(errors, []);
  });
}

test('a query is typed with suggestions, and the response is shown', async t => {
  const { page, errors } = await openGraphiql(t);
  await enterQuery(page, '{ publ');
  const offered = page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'publishers' });
  await offered.waitFor();
  await screenshot(page, 'suggestions');
  await offered.click();
  await page.waitForFunction(() => /publishers/.test(model('operation.graphql').getValue()));
  await page.keyboard.type(' { code }', { delay: 30 });
  await page.keyboard.press('Escape'); // closes the suggestions
  const typedText = await text(page, 'operation.graphql');
  const response = await run(page, 'keyboard');
  assert.equal(response.data?.publishers[0].code, 'ITF', `${typedText}: ${JSON.stringify(response)}`);
  assert.deepEqual(errors, []);
});

test('an invalid query is marked in the editor, and the response contains the error', async t => {
  const { page, errors } = await openGraphiql(t);
  await enterQuery(page, '{ nothing }', 'insert');
  await page.waitForFunction(() => globalThis.__MONACO.editor.getModelMarkers({}).some(marker => /nothing/.test(marker.message)));
  await page.locator('.graphiql-query-editor .squiggly-error').first().waitFor();
  const response = await run(page);
  assert.match(response.errors[0].message, /nothing/);
  await screenshot(page, 'error');
  // The browser logs the status 400. The page itself logs no error.
  assert.deepEqual(errors.filter(error => !/status of 400/.test(error)), []);
});

test('the copied curl command returns the same response', async t => {
  const { page, errors } = await openGraphiql(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  const shown = await run(page);
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByText('curl command copied').waitFor();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const { stdout } = await promisify(execFile)('sh', ['-c', `${command} --silent --show-error`]);
  assert.deepEqual(JSON.parse(stdout), shown);
  assert.deepEqual(errors, []);
});

test('a subscription shows its events', async t => {
  const { page, errors } = await openGraphiql(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  await enterQuery(page, 'subscription Vacancies { carParkVacancies { name { en } vacant } }', 'insert');
  // The page parses the text with a short delay.
  await page.locator('.graphiql-tab-active').getByText('Vacancies').waitFor();
  const response = await run(page);
  assert.ok(Array.isArray(response.data?.carParkVacancies), JSON.stringify(response));
  await page.getByRole('button', { name: /^stop query/i }).click();
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByText('curl command copied').waitFor();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  const ended = await promisify(execFile)('sh', ['-c', `${command} --silent --max-time 3`]).catch(error => error);
  assert.match(ended.stdout, /^event: next$/m, ended.stderr);
  assert.deepEqual(errors, []);
});

test('a shared link opens its query and variables in an additional tab', async t => {
  const { page } = await openGraphiql(t, { permissions: ['clipboard-read', 'clipboard-write'] });
  const query = 'query Shared($id: ID!) {\n  dataset(id: $id) { plan title { zhHant } } # 創新\n}';
  await enterQuery(page, query, 'insert');
  await page.evaluate(() => model('variables.json').setValue('{ "id": "D27" }'));
  await page.getByRole('button', { name: 'Copy link to this query' }).click();
  await page.getByText('Link copied').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(link.startsWith(`${server.url}/graphiql#query=`), link);

  const { page: other, errors } = await openGraphiql(t, { path: link.slice(server.url.length) });
  assert.equal(await text(other, 'operation.graphql'), query);
  const response = await run(other);
  assert.equal(response.data.dataset.plan, 'D27');
  const tabs = other.locator('.graphiql-tab .graphiql-tab-button');
  assert.deepEqual((await tabs.allInnerTexts()).slice(0, 2), ['Shared', 'OneOrganisation']);
  assert.equal(new URL(other.url()).hash, '');

  // In an open window, the link adds a tab.
  await other.evaluate(hash => { location.hash = hash; }, '#query=%7B+publishers+%7B+code+%7D+%7D');
  await other.waitForFunction(() => globalThis.model?.('operation.graphql')?.getValue() === '{ publishers { code } }');
  assert.equal(await tabs.count(), (await readExamples()).length + 2);
  assert.deepEqual(errors, []);
});

test('without clipboard access the text is shown instead', async t => {
  const { page, errors } = await openGraphiql(t, { clipboard: false });
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  const dialog = page.getByRole('dialog', { name: 'curl command' });
  const shown = await dialog.getByLabel('curl command: copy it from here').inputValue();
  assert.ok(shown.startsWith("curl --json '{") && shown.endsWith(`'${server.url}/graphql'`), shown);
  await screenshot(page, 'to-copy');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.deepEqual(errors, []);
});

test('variables that are not a JSON object are reported instead of copied', async t => {
  const { page } = await openGraphiql(t);
  await page.evaluate(() => model('variables.json').setValue('{ "id": '));
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await page.getByText('Variables: expected a JSON object').waitFor();
});

test('the theme is changed with the keyboard and stored', async t => {
  const { page, errors } = await openGraphiql(t, { colorScheme: 'light' });
  await page.getByRole('radio', { name: 'System' }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.ok(await page.getByRole('radio', { name: 'Dark' }).isChecked());
  await assertTheme(page, 'dark');
  await page.reload();
  await ready(page);
  await assertTheme(page, 'dark');
  await page.getByRole('radio', { name: 'System' }).check();
  await assertTheme(page, 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await assertTheme(page, 'dark');
  assert.deepEqual(errors, []);
});

test('a query is built by selecting fields in the explorer', async t => {
  const { page, errors } = await openGraphiql(t);
  await enterQuery(page, '', 'insert');
  await page.getByRole('button', { name: 'Show GraphiQL Explorer' }).click();
  const explorer = page.locator('.graphiql-explorer-root');
  await explorer.getByText('publishers', { exact: true }).click();
  await page.waitForFunction(() => /publishers/.test(model('operation.graphql').getValue()));
  await screenshot(page, 'explorer');
  assert.deepEqual(errors, []);
});

test('every control has an accessible name', async t => {
  const { page } = await openGraphiql(t);
  const controls = page.locator('button, a[href], input, textarea, select, [role=button]');
  const nameless = [];
  for (const control of await controls.all()) {
    if (!(await control.isVisible())) continue;
    const named = await control.ariaSnapshot();
    if (!/"[^"]+"|: \S/.test(named)) nameless.push(await control.evaluate(element => element.outerHTML));
  }
  assert.deepEqual(nameless, []);
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  assert.equal(await page.locator('h1').count(), 1);
  assert.equal(await page.locator('main').count(), 1);
});

test('is served to browsers at the endpoint', async t => {
  const { page, errors } = await openGraphiql(t, { path: '/graphql' });
  assert.equal((await run(page)).data.organisation.name.en, 'The Hong Kong Polytechnic University');
  assert.deepEqual(errors, []);
});

test('shows the response below the query on a narrow screen', async t => {
  const { page, errors } = await openGraphiql(t, { viewport: { width: 390, height: 844 } });
  await run(page);
  const [query, response] = await Promise.all(['.graphiql-query-editor', '.graphiql-response'].map(part => page.locator(part).boundingBox()));
  assert.ok(response.width > 250 && response.y > query.y + query.height, JSON.stringify({ query, response }));
  await screenshot(page, 'narrow');
  assert.deepEqual(errors, []);
});

test('works behind a path prefix', async t => {
  const proxy = http.createServer((request, response) => {
    if (!request.url.startsWith('/below/')) return response.writeHead(404).end();
    const { method, headers } = request;
    const onward = http.request(server.url + request.url.slice('/below'.length), { method, headers }, upstream => {
      response.writeHead(upstream.statusCode, upstream.headers);
      upstream.pipe(response);
    });
    return request.pipe(onward);
  });
  await new Promise(ready => proxy.listen(0, '127.0.0.1', ready));
  t.after(() => proxy.close());
  const behind = { ...server, url: `http://127.0.0.1:${proxy.address().port}` };
  for (const path of ['/below/graphiql', '/below/graphiql/', '/below/graphql']) {
    const { page, errors } = await openGraphiql(t, { path }, behind);
    assert.equal(await page.locator('.graphiql-tab .graphiql-tab-button').count(), (await readExamples()).length, path);
    assert.equal((await run(page)).data.organisation.name.en, 'The Hong Kong Polytechnic University', path);
    assert.deepEqual(errors, [], path);
  }
});

test('the browser reaches no other host, and the request log records attempts', async t => {
  const { page, requests } = await openGraphiql(t);
  await enterQuery(page, '{ nothing }', 'insert'); // the GraphQL worker starts after the first edit
  await page.locator('.graphiql-query-editor .squiggly-error').first().waitFor();
  // The browser requests the icon font when it first draws an icon, here in the suggestions.
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget .monaco-list-row').first().waitFor();
  for (const file of ['graphiql', 'graphql.worker', 'codicon']) {
    const isRequested = () => requests.some(url => url.startsWith(`${server.url}/assets/${file}-`));
    for (let attempt = 0; attempt < 100 && !isRequested(); attempt += 1) await page.waitForTimeout(100);
    assert.ok(isRequested(), `${file} in ${requests}`);
  }
  const other = await page.context().newPage();
  await assert.rejects(other.goto('http://example.com/'), /ERR_NAME_NOT_RESOLVED/);
  assert.equal(requests.pop(), 'http://example.com/');
});

/** Opens GraphiQL and waits until its editors are ready. */
async function openGraphiql(t, { clipboard = true, ...options } = {}, at = server) {
  const found = await open(t, at, options);
  // Clipboard access cannot be denied by permissions, so the page removes it.
  if (!clipboard) await found.page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }));
  if (!clipboard) await found.page.reload();
  await found.page.addInitScript(models);
  await ready(found.page);
  await found.page.evaluate(models);
  return found;
}

/** Defines `model` in the page: the Monaco model of an editor, by the end of its name. */
function models() {
  globalThis.model = name => globalThis.__MONACO?.editor.getModels().find(model => model.uri.path.endsWith(name));
}

async function ready(page) {
  await page.locator('.graphiql-query-editor .monaco-editor .view-line').first().waitFor();
  await page.locator('.graphiql-response .monaco-editor').first().waitFor();
  // Waits until the GraphQL language is registered.
  await page.waitForFunction(() => globalThis.__MONACO.languages.getLanguages().some(language => language.id === 'graphql'));
}

/** Asserts the theme of the editors and of the page. */
async function assertTheme(page, scheme) {
  const classes = { light: ['vs', 'vs-dark'], dark: ['vs-dark', 'vs'] }[scheme];
  const editors = page.locator(`.graphiql-editors .monaco-editor.${classes[0]}`);
  await editors.first().waitFor();
  assert.equal(await page.locator(`.graphiql-editors .monaco-editor.${classes[1]}`).count(), 0);
  await assertColorScheme(page, scheme, ['body', '.graphiql-container']);
}

const text = (page, name) => page.evaluate(name => model(name).getValue(), name);

/** Enters a query into a new tab, key by key or all at once. */
async function enterQuery(page, query, how = 'type') {
  await page.getByRole('button', { name: 'New tab' }).click();
  await page.locator('.graphiql-query-editor .monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  if (how === 'insert') await page.evaluate(query => model('operation.graphql').setValue(query), query);
  else await page.keyboard.type(query, { delay: 30 });
}

/** Runs the query in the editor and returns the displayed response. */
async function run(page, how = 'mouse') {
  if (how === 'keyboard') await page.keyboard.press('Control+Enter');
  else await page.getByRole('button', { name: /^execute query/i }).click();
  await page.waitForFunction(() => model('response.json').getValue().trim());
  return JSON.parse(await text(page, 'response.json'));
}
