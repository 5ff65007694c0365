// Starts a new browser for each test. The browser resolves no host names, so it can only reach the tested server.
//
//   LIONROCK_SCREENSHOTS  the folder for screenshots (default: no screenshots)
//   CHROMIUM              the browser (default /usr/bin/chromium)

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import { serve } from './server.mjs';

export const here = import.meta.dirname;
const screenshots = process.env.LIONROCK_SCREENSHOTS && resolve(process.env.LIONROCK_SCREENSHOTS);

/** Starts the server. `scratch` is the folder of its state and of the browser profiles. It is deleted when the server stops. */
export async function start() {
  const scratch = await mkdtemp(join(tmpdir(), 'lionrock-web-'));
  const { url, stop } = await serve(await mkdtemp(join(scratch, 'state-')));
  return {
    url,
    scratch,
    stop: async () => {
      await stop();
      await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * Opens a page of the server in a new browser with a new profile. `errors` collects script errors and violations of the
 * Content-Security-Policy. The test fails at its end if the page sent a request to another host.
 */
export async function open(t, server, { colorScheme = 'light', path = '/graphiql', permissions = [], viewport = { width: 1280, height: 800 } } = {}) {
  const context = await chromium.launchPersistentContext(await mkdtemp(join(server.scratch, 'profile-')), {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
    viewport,
    colorScheme,
    permissions,
  });
  t.after(() => context.close());
  const requests = [];
  context.on('request', request => requests.push(request.url()));
  t.after(() => {
    assert.ok(requests.includes(server.url + path.replace(/#.*/, '')), 'the request log contains the page');
    assert.deepEqual(requests.filter(url => !url.startsWith(`${server.url}/`) && !url.startsWith('data:')), [], 'requests to other hosts');
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors = [];
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  await page.goto(server.url + path, { waitUntil: 'commit' });
  return { page, errors, requests };
}

export async function readExamples() {
  const folder = join(here, '../../examples');
  const files = (await readdir(folder)).filter(name => name.endsWith('.graphql')).sort();
  assert.ok(files.length > 0, 'examples/ contains queries');
  return Promise.all(files.map(async file => (await readFile(join(folder, file), 'utf8')).trim()));
}

export async function screenshot(page, name) {
  if (!screenshots) return;
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Asserts that the background of these elements is dark or light. */
export async function assertColorScheme(page, scheme, parts) {
  const dark = colour => colour.match(/\d+/g).slice(0, 3).every(channel => channel < 128);
  for (const part of parts) {
    const colour = await page.locator(part).first().evaluate(element => getComputedStyle(element).backgroundColor);
    assert.equal(dark(colour), scheme === 'dark', `${part} is ${colour}`);
  }
}
