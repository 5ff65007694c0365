// The real server and a fresh browser for each test, nothing from the Internet.
//
//   LIONROCK_BIN          the server's binary (default ../../target/debug/lionrock)
//   LIONROCK_SCREENSHOTS  a folder for screenshots (default: none are taken)
//   CHROMIUM              the browser (default /usr/bin/chromium)

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

export const here = import.meta.dirname;
export const binary = resolve(process.env.LIONROCK_BIN || join(here, '../../target/debug/lionrock'));
const screenshots = process.env.LIONROCK_SCREENSHOTS && resolve(process.env.LIONROCK_SCREENSHOTS);

/** Starts the server on a free port and waits for the line in which it says where it listens. */
export async function start() {
  assert.ok(existsSync(binary), `no server at ${binary}: run \`cargo build\` first, or set LIONROCK_BIN`);
  const scratch = await mkdtemp(join(tmpdir(), 'lionrock-web-')); // holds the server's state and the browsers' profiles
  const child = spawn(binary, ['serve', '--offline', '--listen', '127.0.0.1:0'], {
    env: { ...process.env, LIONROCK_STATE_DIR: await mkdtemp(join(scratch, 'state-')) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise(resolve => child.once('close', resolve));
  let said = '';
  const url = await new Promise((ready, failed) => {
    const wait = setTimeout(() => failed(new Error(`the server was not ready within 60 s; it said:\n${said}`)), 60_000);
    const listen = chunk => {
      said += chunk;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+(?=\D)/);
      if (found) ready(found[0]);
      if (found) clearTimeout(wait);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', failed);
    exit.then(code => failed(new Error(`the server ended with ${code}; it said:\n${said}`)));
  }).catch(error => {
    child.kill('SIGKILL');
    throw error;
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await exit;
    clearTimeout(kill);
    await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  };
  return { url, scratch, stop };
}

/**
 * A fresh browser with a fresh profile on a page of the server; `errors` gathers what the page's scripts complain of, a
 * breach of its policy too. A request to another host fails the test, unless `answer` takes it: it gets every route first.
 */
export async function open(t, server, { colorScheme = 'light', path = '/', permissions = [], answer = () => false } = {}) {
  const context = await chromium.launchPersistentContext(await mkdtemp(join(server.scratch, 'profile-')), {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    headless: true,
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
    viewport: { width: 1280, height: 800 },
    colorScheme,
    permissions,
  });
  t.after(() => context.close());
  const strangers = [];
  t.after(() => assert.deepEqual(strangers, [], 'requests to other hosts'));
  await context.route('**/*', async route => {
    if (await answer(route)) return undefined;
    const url = route.request().url();
    if (url.startsWith(`${server.url}/`)) return route.continue();
    strangers.push(url);
    return route.abort();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const errors = [];
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  await page.goto(server.url + path, { waitUntil: 'commit' });
  return { page, errors };
}

export async function readExamples() {
  const folder = join(here, '../../examples');
  const files = (await readdir(folder)).filter(name => name.endsWith('.graphql')).sort();
  assert.ok(files.length > 0, 'examples/ holds queries');
  return Promise.all(files.map(async file => (await readFile(join(folder, file), 'utf8')).trim()));
}

export async function screenshot(page, name) {
  if (!screenshots) return;
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Fails unless these parts of the page are painted dark, or light. */
export async function assertPainted(page, scheme, parts) {
  const dark = colour => colour.match(/\d+/g).slice(0, 3).every(channel => channel < 128);
  for (const part of parts) {
    const colour = await page.locator(part).first().evaluate(element => getComputedStyle(element).backgroundColor);
    assert.equal(dark(colour), scheme === 'dark', `${part} is ${colour}`);
  }
}
