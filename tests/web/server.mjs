// Starts the real server as a child process.
//
//   LIONROCK_BIN          its binary (default ../../target/debug/lionrock)

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const binary = resolve(process.env.LIONROCK_BIN || join(import.meta.dirname, '../../target/debug/lionrock'));

/** Starts the server on a free port and waits until it prints its address. */
export async function serve(stateDir, flags = []) {
  assert.ok(existsSync(binary), `no server at ${binary}: run \`cargo build\` first, or set LIONROCK_BIN`);
  const child = spawn(binary, ['serve', '--offline', '--listen', '127.0.0.1:0', ...flags], {
    env: { ...process.env, LIONROCK_STATE_DIR: stateDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = new Promise(resolve => child.once('close', resolve));
  let output = '';
  const url = await new Promise((ready, failed) => {
    const wait = setTimeout(() => failed(new Error(`the server was not ready within 60 s; its output:\n${output}`)), 60_000);
    const listen = chunk => {
      output += chunk;
      const found = output.match(/http:\/\/127\.0\.0\.1:\d+(?=\D)/);
      if (found) ready(found[0]);
      if (found) clearTimeout(wait);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('error', failed);
    exit.then(code => failed(new Error(`the server ended with ${code}; its output:\n${output}`)));
  }).catch(error => {
    child.kill('SIGKILL');
    throw error;
  });
  const stop = async () => {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await exit;
    clearTimeout(kill);
  };
  return { url, pid: child.pid, stop };
}
