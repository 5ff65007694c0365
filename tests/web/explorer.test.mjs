// Tests the explorer of the real server in Chromium, without a network, with the bundled data.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { open, screenshot, start } from './browser.mjs';
import { findings, navigate, openExplorer, overflow, waitUntilLoaded } from './explorer.mjs';

/** A name, a path, and a text of the English page, for each kind of page. */
const pages = [
  ['home', '/', 'Newest listed awards'],
  ['search', '/?q=PolyU', 'The Hong Kong Polytechnic University'],
  ['organisations', '/organisations', 'The Hong Kong Polytechnic University'],
  ['organisation', '/organisations/org:u7wttbq5fa5p', 'Same English name'],
  ['network', '/organisations/org:u7wttbq5fa5p/network?focus=org:4aknz4jdzrh4', 'Walk to its network'],
  ['projects', '/projects?programme=ITSP&year=2019..2021', '4 projects'],
  ['trials', '/projects?list=trials', '126 projects'],
  ['project', '/projects/N2:GHP~022~12', 'HK$13,335,000'],
  ['funding', '/funding', 'At least'],
  ['funding-by-year-and-programme', '/funding?by=year,programme', '2,408 of 2,408'],
  ['funding-by-organisation', '/funding?by=organisation', 'joint applicants'],
  ['laboratories', '/laboratories', '76 accreditations'],
  ['key-laboratories', '/laboratories?list=key', 'Not published'],
  ['park', '/park?cluster=Biomedical+Technology', 'units'],
  ['jobs', '/park?list=jobs', 'we do not have this list yet'],
  ['car-parks', '/park?list=car-parks', 'not current'],
  ['restaurants', '/park?list=restaurants', 'C4 row'],
  ['statistics', '/statistics', 'D29'],
  ['statistic', '/statistics/D29', '82,133'],
  ['statistic-of-two-dimensions', '/statistics/D31', 'Biotechnology'],
  ['datasets', '/datasets', 'Bundled sample'],
  ['dataset', '/datasets/D36', 'ITP/023/19TP'],
  ['files', '/datasets/D36?tab=files', '1276ef3ce7f64abd500bd9324a8c5e516e31985d5d88551820327ed5ca2fb458'],
  ['checks', '/datasets/D29?tab=checks', '6 of 11 checks'],
  ['unavailable', '/datasets/D42', 'We do not have this list yet'],
  ['about', '/about', 'An amount that is not published is not zero'],
];

/** Paths that do not exist, and the headings of their error pages. */
const unknownPaths = [
  ['/organisations/org:nothing', 'No such organisation'],
  ['/organisations/org:nothing/network', 'No such organisation'],
  ['/projects/D36:nothing', 'No such record'],
  ['/records/nothing', 'No such record'],
  ['/datasets/D999', 'No such dataset'],
  ['/statistics/D999', 'No such table'],
  ['/nothing/here', 'No page at this address'],
];

const languages = [['en', 'en-HK'], ['zh-Hant', 'zh-Hant-HK'], ['zh-Hans', 'zh-Hans']];

let server;

before(async () => {
  server = await start();
});
after(() => server?.stop());

for (const [language, lang] of languages) {
  test(`every page in ${language} has a title, no error and no axe violation`, async t => {
    const { page, errors } = await openExplorer(t, server, `/?lang=${language}`);
    for (const [name, path, text] of pages) {
      await navigate(page, `${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      assert.equal(await page.evaluate(() => document.documentElement.lang), lang, name);
      assert.match(await page.title(), name === 'home' ? /^Lionrock$/ : / · Lionrock$/, name);
      if (language === 'en') await page.getByText(text).first().waitFor();
      else assert.deepEqual(await englishIn(page), [], `${name}: untranslated text`);
      assert.deepEqual(await page.locator('main .error').allTextContents(), [], name);
      assert.deepEqual(await findings(page), [], name);
      assert.equal(await overflow(page), 0, `${name} is wider than the window`);
      await screenshot(page, `explorer-${name}-${language}`);
    }
    assert.deepEqual(errors, []);
  });
}

/** The untranslated texts of a Chinese page. English texts of publishers are marked with `lang` and not included. */
function englishIn(page) {
  return page.evaluate(() => {
    const selectors = 'h1, h2, h3, caption, thead th, label > span, button:not(.figure):not(.chip), summary, .page-bar a, .site a, .site-end a, dt';
    const isEnglish = element => {
      const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE).map(node => node.data).join(' ');
      return /[a-z]{3,} [a-z]{2,}/i.test(own) && element.closest('[lang]').lang.startsWith('zh') && !element.closest('.raw, .cells, .path');
    };
    return [...document.querySelectorAll(selectors)].filter(isEnglish).map(element => element.textContent);
  });
}

test('every page has no horizontal scroll from 320 pixels to 4K in the dark theme', async t => {
  const { page, errors } = await openExplorer(t, server, '/', { colorScheme: 'dark', viewport: { width: 320, height: 700 } });
  for (const width of [320, 768, 3840]) {
    await page.setViewportSize({ width, height: 900 });
    for (const [name, path] of pages) {
      await navigate(page, path);
      assert.equal(await overflow(page), 0, `${name} at ${width} px`);
      if (width === 320) assert.deepEqual(await findings(page), [], `${name} at ${width} px`);
      if (width === 320) await screenshot(page, `explorer-${name}-320`);
    }
  }
  assert.deepEqual(errors, []);
});

test('search, suggestion and source row of a figure with the keyboard alone', async t => {
  const { page, errors } = await openExplorer(t, server, '/', { viewport: { width: 1600, height: 900 } });
  await page.keyboard.press('/');
  await page.keyboard.type('poly', { delay: 30 });
  await page.getByRole('option', { name: /The Hong Kong Polytechnic University/ }).waitFor();
  assert.deepEqual(await findings(page), [], 'with open suggestions');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /The Hong Kong Polytechnic University/ }).waitFor();
  await page.getByText('At least HK$702,964,000').waitFor();
  await page.getByText('609 of 639 amounts are published').waitFor();
  await waitUntilLoaded(page);

  const figure = page.getByRole('button', { name: 'HK$13,335,000. Source: N2 row 3926' });
  await figure.focus();
  await page.keyboard.press('Enter');
  const panel = page.getByRole('dialog');
  await panel.getByText('GHP/022/12').waitFor();
  const text = await panel.innerText();
  for (const shown of ['N2', 'Innovation and Technology Fund', 'N2/itf-project-register.csv', '3926', 'Bundled sample', 'Funds Approved (HK$)', '13335000', 'SHA-256']) {
    assert.ok(text.includes(shown), `${shown} in ${text}`);
  }
  assert.equal(await panel.locator('.used dd').innerText(), '13335000', 'the cell of the figure is marked');
  assert.deepEqual(await findings(page), [], 'with the open panel');
  await screenshot(page, 'explorer-source');

  // The address contains the open panel, so the link reopens it.
  const address = page.url();
  assert.match(address, /source=N2-3926-/);
  await page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  assert.ok(await figure.evaluate(element => element === document.activeElement), 'the focus returns to the figure');
  assert.doesNotMatch(page.url(), /source=/);
  await page.goto(address);
  await page.getByRole('dialog').getByText('GHP/022/12').waitFor();
  assert.deepEqual(errors, []);
});

test('a sum states the number of amounts and links to its rows', async t => {
  const { page, errors } = await openExplorer(t, server, '/funding');
  await page.getByRole('button', { name: /^At least HK\$191,646,000/ }).click();
  const panel = page.getByRole('dialog');
  await panel.getByText('Sum of 115 published amounts. 11 more are not published and not in the sum.').waitFor();
  await panel.getByRole('link', { name: 'Show the rows' }).click();
  await page.getByText('126 projects').waitFor();
  assert.deepEqual(errors, []);
});

test('a university lists its company partners with their records', async t => {
  const { page, errors } = await openExplorer(t, server, '/organisations/org:u7wttbq5fa5p');
  const partners = page.locator('#network');
  await partners.getByRole('button', { name: /^Show all \d+ partners$/ }).click();
  const first = partners.locator('li').filter({ hasText: 'G.E.W. Corporation Limited' }).first();
  await first.getByText('company partner').waitFor();
  await first.getByText('4 records').click();
  await first.getByRole('button', { name: /N2 row/ }).first().click();
  await page.getByRole('dialog').getByText('G.E.W. Corporation Limited').first().waitFor();
  assert.deepEqual(errors, []);
});

test('the address contains the filters, and Back and Forward restore them', async t => {
  const { page, errors } = await openExplorer(t, server, '/projects');
  await page.getByText('5,174 projects').waitFor();
  await page.getByLabel('Programme').selectOption('ITSP');
  await page.getByText('2,408 projects').waitFor();
  await page.getByRole('textbox', { name: 'Year' }).fill('2019..2021');
  await page.getByRole('textbox', { name: 'Year' }).press('Enter');
  await page.getByText('4 projects', { exact: true }).waitFor();
  assert.equal(new URL(page.url()).search, '?programme=ITSP&year=2019..2021');
  await page.goBack();
  await page.getByText('2,408 projects').waitFor();
  await page.goBack();
  await page.getByText('5,174 projects').waitFor();
  await page.goForward();
  await page.getByText('2,408 projects').waitFor();

  await page.getByRole('link', { name: 'Next page ›' }).click();
  await page.waitForURL(/after=/);
  await page.getByRole('button', { name: /^Remove the filter Programme/ }).click();
  await page.getByText('5,174 projects').waitFor();
  assert.equal(new URL(page.url()).search, '', 'a changed filter returns to the first page');
  assert.deepEqual(errors, []);
});

test('unknown ids, invalid filters and expired cursors have messages', async t => {
  const { page, errors } = await openExplorer(t, server, '/');
  for (const [path, heading] of unknownPaths) {
    await navigate(page, path);
    await page.getByRole('heading', { level: 1, name: heading }).waitFor();
    assert.deepEqual(await findings(page), [], path);
  }
  await navigate(page, '/projects?year=yesterday&unknown=1');
  await page.getByText('“yesterday” is no value of the filter Year. It is ignored.').waitFor();
  await page.getByText('5,174 projects').waitFor();
  await navigate(page, '/projects?after=nothing');
  await page.getByText('The list changed since this link was made. This is its first page.').waitFor();
  assert.doesNotMatch(page.url(), /after=/);
  // The browser logs the status 404 of unknown addresses.
  assert.deepEqual(errors.filter(error => !/status of 404/.test(error)), []);
});

test('the language is that of the browser until the user selects another one', async t => {
  const { page, errors } = await openExplorer(t, server, '/about');
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'en-HK');
  await page.getByRole('button', { name: '繁' }).click();
  await page.waitForFunction(() => document.documentElement.lang === 'zh-Hant-HK');
  await navigate(page, '/organisations/org:u7wttbq5fa5p');
  assert.equal(await page.locator('h1 > span').innerText(), '香港理工大學');
  await navigate(page, '/about?lang=en');
  await page.getByRole('heading', { name: 'About the data' }).waitFor();
  assert.deepEqual(errors, []);
});

test('downloads, citation, link and query of a page', async t => {
  const { page, errors } = await openExplorer(t, server, '/projects?programme=ITSP&year=2019..2021', { permissions: ['clipboard-read', 'clipboard-write'] });
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV (4 rows)' }).click()]);
  assert.equal(download.suggestedFilename(), 'lionrock-projects.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  assert.equal(lines.length, 5);
  assert.ok(lines.some(line => line.includes('ITP/023/19TP') && line.includes(',5011109,D36,') && line.includes('BUNDLED')), lines.join('\n'));

  const [other] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download JSON' }).click()]);
  assert.equal(other.suggestedFilename(), 'lionrock-projects.json');
  const saved = JSON.parse(await readFile(await other.path(), 'utf8'));
  assert.equal(saved.isComplete, true);
  assert.match(saved.address, /\/projects\?programme=ITSP&year=2019\.\.2021&lang=en$/);
  assert.match(saved.query, /^query Projects\(/);
  assert.equal(saved.rows.length, 4);
  assert.ok(saved.rows.some(row => row.reference === 'ITP/023/19TP' && row.amount_hkd === '5011109' && row.dataset === 'D36'), JSON.stringify(saved.rows[0]));

  await page.getByText('Cite', { exact: true }).click();
  await page.getByText(/^Innovation and Technology Fund, “ITF approved projects of the preceding year” \(D36\); bundled sample/).waitFor();
  await page.getByRole('button', { name: 'BibTeX' }).click();
  const entry = await page.locator('.cite-text pre').first().innerText();
  assert.match(entry, /^@misc\{lionrock-d36,\n  author       = \{\{Innovation and Technology Fund\}\},\n  title        = \{\{ITF approved projects/);
  assert.deepEqual(await findings(page), [], 'with the open citation');
  await page.getByRole('button', { name: 'Copy the citation' }).click();
  await page.getByText('Copied.').waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^@misc\{lionrock-d36,/);
  await page.getByRole('button', { name: 'Copy link' }).click();
  await page.getByText('Copied.').waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /\/projects\?programme=ITSP&year=2019\.\.2021&lang=en$/);

  const link = await page.getByRole('link', { name: 'Show the query' }).getAttribute('href');
  const fragment = new URLSearchParams(link.split('#')[1]);
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: fragment.get('query'), variables: JSON.parse(fragment.get('variables')) }),
  });
  const { data, errors: queryErrors } = await response.json();
  assert.equal(queryErrors, undefined);
  assert.equal(data.itf.projects.totalCount, 4);
  assert.deepEqual(errors, []);
});

test('without a server, loaded pages stay and others show an error', async t => {
  const { page } = await openExplorer(t, server, '/datasets');
  await page.route('**/graphql*', route => route.abort());
  await page.getByRole('link', { name: 'Laboratories', exact: true }).click();
  await page.getByText('Lionrock cannot be reached.').first().waitFor();
  await page.unroute('**/graphql*');
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await page.getByText('76 accreditations').waitFor();
});

test('works behind a path prefix', async t => {
  const outside = [];
  const proxy = http.createServer((request, response) => {
    const path = request.url.replace(/^\/innovation/, '');
    if (path === request.url) {
      outside.push(path);
      return response.writeHead(404).end();
    }
    const forward = http.request(server.url + path, { method: request.method, headers: request.headers }, upstream => {
      response.writeHead(upstream.statusCode, upstream.headers);
      upstream.pipe(response);
    });
    return request.pipe(forward);
  });
  await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => proxy.close());
  const url = `http://127.0.0.1:${proxy.address().port}`;
  const { page, errors } = await open(t, { ...server, url }, { path: '/innovation/organisations/org:u7wttbq5fa5p' });
  await page.getByRole('heading', { level: 1, name: /The Hong Kong Polytechnic University/ }).waitFor();
  await page.getByRole('link', { name: 'Statistics' }).click();
  await page.waitForURL(`${url}/innovation/statistics`);
  await page.getByRole('link', { name: /^D29/ }).waitFor();
  await page.reload();
  await page.getByRole('link', { name: /^D29/ }).waitFor();
  assert.deepEqual(outside, [], 'requests outside the prefix');
  assert.deepEqual(errors, []);
});

test('the first page is small', async t => {
  const { page } = await openExplorer(t, server, '/about');
  const sizes = new Map();
  page.on('response', async response => {
    const size = (await response.request().sizes().catch(() => undefined))?.responseBodySize;
    if (size && response.url().includes('/assets/')) sizes.set(response.url(), size);
  });
  await page.context().clearCookies();
  await page.goto(server.url, { waitUntil: 'networkidle' });
  await page.reload({ waitUntil: 'networkidle' });
  const names = await page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => name.includes('/assets/')).map(({ name, encodedBodySize }) => [name, encodedBodySize]));
  const total = names.reduce((sum, [, size]) => sum + size, 0);
  assert.ok(names.length > 3 && total > 50_000, JSON.stringify(names));
  assert.ok(total < 200_000, `${total} bytes: ${JSON.stringify(names)}`);
});
