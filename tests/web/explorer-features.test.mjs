// Features of the explorer in Chromium: network, funding table, live car parks, trusted documents, print, reduced motion.

import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { open, screenshot, start } from './browser.mjs';
import { findings, navigate, openExplorer, waitUntilLoaded } from './explorer.mjs';
import { serve } from './server.mjs';

let server;

before(async () => {
  server = await start();
});
after(() => server?.stop());

test('the network can be explored with the keyboard, and Back returns', async t => {
  const { page, errors } = await openExplorer(t, server, '/organisations/org:u7wttbq5fa5p/network');
  const picture = page.locator('.network');
  const node = picture.getByRole('link', { name: 'Arup China Limited' });
  await node.focus();
  await page.keyboard.press('Enter');
  const selected = page.getByRole('complementary', { name: 'Selected organisation' });
  await selected.getByRole('heading', { name: 'Arup China Limited' }).waitFor();
  assert.equal(await page.locator('tr.selected th').innerText(), 'Arup China Limited', 'the table shows the same selection');
  await selected.getByText('1 record').click();
  await selected.getByRole('button', { name: /N2 row/ }).click();
  await page.getByRole('dialog').getByText('Arup China Limited').first().waitFor();
  await page.keyboard.press('Escape');

  const shown = () => picture.locator('.node').count();
  const before = await shown();
  await selected.getByRole('link', { name: 'Show its partners here' }).focus();
  await page.keyboard.press('Enter');
  await picture.getByRole('link', { name: 'The University of Hong Kong' }).waitFor();
  assert.ok((await shown()) > before);
  assert.deepEqual(await findings(page), [], 'with an expanded partner');
  await page.getByRole('link', { name: 'Walk to its network' }).click();
  await page.getByRole('heading', { level: 1, name: 'Network of Arup China Limited' }).waitFor();
  await waitUntilLoaded(page);
  await selected.getByRole('heading', { name: 'The Hong Kong Polytechnic University' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'Network of The Hong Kong Polytechnic University' }).waitFor();
  await picture.getByRole('link', { name: 'The University of Hong Kong' }).waitFor();

  await page.getByText('24 of 69 partners').waitFor();
  await page.getByRole('link', { name: 'Show more' }).click();
  await page.getByText('48 of 69 partners').waitFor();
  await page.getByLabel('company partner').uncheck();
  await page.getByText(/^[0-9] of [0-9] partners/).waitFor();
  assert.match(new URL(page.url()).search, /roles=/);
  assert.deepEqual(errors, []);
});

test('a cell of the funding table links to its projects', async t => {
  const { page, errors } = await openExplorer(t, server, '/funding?by=year,programme');
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: '2021', exact: true }) });
  await row.getByRole('link', { name: '2 of 2' }).first().click();
  await page.getByText('2 projects', { exact: true }).waitFor();
  assert.equal(new URL(page.url()).search, '?programme=ITSP&year=2021');
  await navigate(page, '/funding?by=kind&year=2019..2021');
  await page.getByRole('button', { name: /^HK\$15,555,583/ }).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Show the rows' }).click();
  await page.getByText('4 projects', { exact: true }).waitFor();
  assert.equal(new URL(page.url()).search, '?year=2019..2021', 'the filter of the page is kept');
  assert.deepEqual(errors, []);
});

test('car park counts are updated live, and a lost connection is shown', async t => {
  const { page } = await openExplorer(t, server, '/park');
  const result = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ hkstpc { carParks { general { id vacant } } } }' }),
  });
  const [{ general }] = (await result.json()).data.hkstpc.carParks;
  const provenance = { __typename: 'Provenance', row: 1, sha256: null, origin: 'LIVE', dataset: { id: 'C1', plan: 'C1' } };
  const event = vacant => `event: next\ndata: ${JSON.stringify({ data: { carParkVacancies: [{ id: general.id, vacant, observedAt: new Date().toISOString(), provenance }] } })}\n\n`;
  let connections = 0;
  await page.route('**/graphql*', (route, request) => {
    if (request.resourceType() !== 'eventsource') return route.fallback();
    connections += 1;
    if (connections > 2) return route.abort();
    return route.fulfill({ contentType: 'text/event-stream', body: `retry: 300\n\n${event(4240 + connections)}` });
  });
  await page.goto(`${server.url}/park?list=car-parks`);
  await page.getByRole('button', { name: '4,241. Source: C1 row 1' }).waitFor();
  await page.getByRole('button', { name: '4,242. Source: C1 row 1' }).waitFor();
  await page.getByText('No live connection.').waitFor();
  await page.getByRole('button', { name: '4,242. Source: C1 row 1' }).waitFor();

  await page.unroute('**/graphql*');
  await page.reload();
  await page.getByText('Live: each new count appears by itself.').waitFor();
  await page.getByRole('button', { name: `${general.vacant}. Source:` }).first().waitFor();
});

test('the page sends document ids, which a server accepts as trusted documents', async t => {
  const manifest = await (await fetch(`${server.url}/explorer-documents.json`)).json();
  const folder = await mkdtemp(join(server.scratch, 'trusted-'));
  await writeFile(join(folder, 'own.graphql'), '{ publishers { code } }');
  const strict = await serve(await mkdtemp(join(server.scratch, 'state-')), ['--trusted-documents', folder, '--trusted-documents-only']);
  t.after(() => strict.stop());
  const { page, errors, requests } = await open(t, { ...server, url: strict.url }, { path: '/' });
  for (const path of ['/', '/?q=PolyU', '/organisations/org:u7wttbq5fa5p', '/projects', '/funding?by=year,programme', '/statistics/D29', '/datasets/D36?tab=files', '/park?list=car-parks']) {
    await page.goto(strict.url + path);
    await waitUntilLoaded(page);
    assert.deepEqual(await page.locator('main .error').allTextContents(), [], path);
  }
  const requested = requests.filter(url => url.includes('/graphql')).map(url => new URL(url).searchParams);
  assert.ok(requested.length > 12, `${requested.length} requests`);
  for (const parameters of requested) {
    assert.ok(manifest[parameters.get('documentId')], String(parameters));
    assert.equal(parameters.get('query'), null);
  }
  assert.deepEqual(errors, []);
});

test('the printed page contains sources and no controls', async t => {
  const { page, errors } = await openExplorer(t, server, '/projects?programme=ITSP&year=2019..2021', { colorScheme: 'dark' });
  await page.emulateMedia({ media: 'print' });
  for (const selector of ['.site', '.controls', '.page-bar']) assert.equal(await page.locator(selector).first().isVisible(), false, selector);
  assert.equal((await page.locator('.chips').innerText()).replace(/\s+/g, ' '), 'Year: 2019..2021 Programme: ITSP', 'the active filters');
  const figure = page.getByRole('button', { name: 'HK$5,011,109. Source: D36 row 2' });
  assert.equal(await figure.evaluate(element => getComputedStyle(element, '::after').content), '"[D36 row 2]"');
  assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(255, 255, 255)', 'paper is white');
  assert.ok((await page.pdf()).length > 10_000);
  await screenshot(page, 'explorer-print');
  assert.deepEqual(errors, []);
});

test('animations are disabled with reduced motion', async t => {
  const { page } = await openExplorer(t, server, '/');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.route('**/graphql*', route => setTimeout(() => route.continue(), 1500));
  await page.getByRole('link', { name: 'Laboratories', exact: true }).click();
  await page.locator('.loading').first().waitFor();
  const durations = await page.evaluate(() => document.getAnimations().map(animation => animation.effect.getTiming().duration));
  assert.ok(durations.every(duration => duration <= 1), String(durations));
});

test('loading content causes no layout shift', async t => {
  const { page } = await openExplorer(t, server, '/about');
  await page.addInitScript(() => {
    globalThis.shift = 0;
    new PerformanceObserver(list => {
      for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) globalThis.shift += value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.route('**/graphql*', route => setTimeout(() => route.continue().catch(() => {}), 400));
  for (const path of ['/', '/projects', '/organisations/org:u7wttbq5fa5p', '/funding', '/datasets']) {
    await navigate(page, path);
    const shift = await page.evaluate(() => globalThis.shift);
    assert.ok(shift < 0.1, `${path}: cumulative layout shift ${shift}`);
  }
});
