// What the tests of the explorer share.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { open } from './browser.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Opens a page of the explorer and waits until all its requests are answered. */
export async function opened(t, server, path, options = {}) {
  const { page, errors, requests } = await open(t, server, { path, ...options });
  await settled(page);
  return { page, errors, requests };
}

export async function settled(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('main .loading'));
}

/** Goes to another address on the server of the page. */
export async function go(page, path) {
  await page.goto(new URL(path, page.url()).href);
  await settled(page);
}

/** What axe finds, in one line each. */
export async function findings(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await readFile(axe, 'utf8'));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')} (${nodes.length})`);
}

export const overflow = page => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
