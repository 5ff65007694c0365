// Shared functions of the explorer tests.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { open } from './browser.mjs';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Opens a page of the explorer and waits until it has loaded. */
export async function openExplorer(t, server, path, options = {}) {
  const { page, errors, requests } = await open(t, server, { path, ...options });
  await waitUntilLoaded(page);
  return { page, errors, requests };
}

/** Waits until the page has received all responses and shows no loading indicator. */
export async function waitUntilLoaded(page) {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => document.querySelector('h1') && !document.querySelector('main .loading'));
}

/** Navigates to another path on the same server and waits until the page has loaded. */
export async function navigate(page, path) {
  await page.goto(new URL(path, page.url()).href);
  await waitUntilLoaded(page);
}

/** Runs axe and returns its findings, one line each. */
export async function findings(page) {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(await readFile(axe, 'utf8'));
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')} (${nodes.length})`);
}

/** The width in pixels by which the page exceeds the window. */
export const overflow = page => page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
