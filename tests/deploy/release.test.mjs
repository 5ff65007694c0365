// The release archive and the packages for crates.io, without building anything.
//
//   LIONROCK_BIN          the gateway's binary (default ../../target/debug/lionrock)

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import test from 'node:test';
import { root } from './files.mjs';
import { binary } from './gateway.mjs';

const version = readFileSync(join(root, 'Cargo.toml'), 'utf8').match(/^version = "(.*)"$/m)[1];
const run = (command, args, options = {}) => execFileSync(command, args, { cwd: root, encoding: 'utf8', ...options });

/** Calls `use` with an empty temporary folder, and removes the folder. */
function inFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'lionrock-release-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Packages a program that prints `versionOutput` as its version. A debug binary would take a minute to compress. */
function release(folder, versionOutput) {
  const program = join(folder, 'program');
  mkdirSync(folder, { recursive: true });
  writeFileSync(program, `#!/bin/sh\necho '${versionOutput}'\n`, { mode: 0o755 });
  return spawnSync('./.ci/release', [program], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, CARGO_TARGET_DIR: folder, SOURCE_DATE_EPOCH: '1700000000' },
  });
}

test('the archive contains the binary and its licences, matches its checksum, and is reproducible', () => {
  const versionOutput = run(binary, ['--version']).trim();
  inFolder(folder => {
    const [first, second] = ['first', 'second'].map(name => {
      const out = join(folder, name);
      const { status, stderr } = release(out, versionOutput);
      assert.equal(status, 0, stderr);
      return join(out, 'release-archive');
    });
    const [archive, ...others] = readdirSync(first).filter(file => file.endsWith('.tar.gz'));
    assert.deepEqual(others, []);
    const stem = archive.replace('.tar.gz', '');
    assert.match(stem, new RegExp(`^lionrock-${version.replaceAll('.', '\\.')}-\\w+-\\w+-\\w+(-\\w+)?$`));
    run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: first });
    assert.equal(readFileSync(join(second, 'SHA256SUMS'), 'utf8'), readFileSync(join(first, 'SHA256SUMS'), 'utf8'));

    run('tar', ['--extract', '--gzip', '--file', join(first, archive), '--directory', folder]);
    const unpacked = join(folder, stem);
    assert.deepEqual(readdirSync(unpacked).sort(), ['CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'lionrock']);
    assert.equal(run(join(unpacked, 'lionrock'), ['--version']).trim(), versionOutput);
  });
});

test('a binary of another version is refused', () => {
  inFolder(folder => {
    const { status, stderr } = release(folder, 'lionrock 99.0.0');
    assert.equal(status, 1);
    assert.match(stderr, /expected a binary of version .*, found `lionrock 99\.0\.0`/);
    assert.ok(!existsSync(join(folder, 'release-archive')));
  });
});

test('the package contains every file that the sources embed, and nothing of the tests', () => {
  const packaged = run('cargo', ['package', '--list', '--allow-dirty', '--offline', '--package', 'lionrock'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const files = new Set(packaged.trim().split('\n'));
  const isFolderIn = folder => [...files].some(file => file.startsWith(folder));
  let embedded = 0;
  for (const source of [...files].filter(file => file.startsWith('src/') && file.endsWith('.rs'))) {
    const text = readFileSync(join(root, source), 'utf8');
    for (const [, path] of text.matchAll(/include_(?:str|bytes)!\(\s*"([^"]+)"/g)) {
      const file = relative(root, join(root, dirname(source), path));
      assert.ok(files.has(file), `${source} embeds ${file}, which is not packaged`);
      embedded += 1;
    }
    for (const [, folder] of text.matchAll(/^#\[folder = "([^"]+)"\]/gm)) {
      assert.ok(isFolderIn(folder), `${source} embeds ${folder}, which is not packaged`);
      const tracked = run('git', ['ls-files', folder]).trim().split('\n');
      assert.deepEqual(tracked.filter(file => !files.has(file)), [], `files of ${folder} are not packaged`);
      embedded += 1;
    }
  }
  assert.ok(embedded > 10, String(embedded));
  for (const file of ['README.md', 'CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'Cargo.lock']) assert.ok(files.has(file), file);
  const allowed = /^(src|data|web\/dist)\/|^examples\/[^/]+\.graphql$|^[^/]+$/;
  assert.deepEqual([...files].filter(file => !allowed.test(file)), []);
});

test('both packages can be created, and the derive crate contains its licences', () => {
  inFolder(folder => {
    const made = spawnSync('cargo', ['package', '--workspace', '--no-verify', '--allow-dirty', '--offline', '--target-dir', folder], { cwd: root, encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    const crate = join(folder, 'package', readdirSync(join(folder, 'package')).find(file => /^lionrock-derive-.*\.crate$/.test(file)));
    const listed = run('tar', ['--list', '--gzip', '--file', crate]);
    for (const file of ['LICENSE-APACHE', 'LICENSE-MIT', 'src/lib.rs']) assert.ok(listed.includes(`/${file}\n`), file);
  });
});

test('the image and the derive crate have the version of the gateway', () => {
  const read = file => readFileSync(join(root, file), 'utf8');
  assert.equal(read('Dockerfile').match(/^ARG VERSION=(.*)$/m)[1], version);
  assert.equal(read('derive/Cargo.toml').match(/^version = "(.*)"$/m)[1], version);
  const required = read('Cargo.toml').match(/^lionrock-derive = .*version = "(.*?)"/m)[1];
  assert.ok(`${version}.`.startsWith(`${required}.`), required);
});

test('the changelog lists every deprecated element of the schema', () => {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const listed = new Set();
  for (const [, cell] of changelog.matchAll(/^\| (`[A-Z].*?) \|/gm)) {
    let type;
    for (const [, own, name] of cell.matchAll(/`(\w*)\.([\w(:)]+)`/g)) listed.add(`${(type = own || type)}.${name}`);
  }
  const deprecated = deprecatedElements(readFileSync(join(root, 'schema/graph.graphql'), 'utf8'));
  assert.ok(deprecated.length > 30);
  assert.deepEqual(deprecated.filter(element => !listed.has(element)), []);
});

/** Returns the deprecated elements of an SDL in the format of `lionrock schema`: `Type.field` or `Type.field(argument:)`. */
function deprecatedElements(sdl) {
  const found = [];
  let type, field;
  for (const line of sdl.split('\n')) {
    type = line.match(/^(?:type|input|interface|enum) (\w+)/)?.[1] ?? type;
    field = line.match(/^\t(\w+)(?=[(: ]|$)/)?.[1] ?? field;
    if (!line.includes('@deprecated(') || line.startsWith('directive')) continue;
    const argument = line.match(/^\t\t(\w+):/)?.[1];
    found.push(argument ? `${type}.${field}(${argument}:)` : `${type}.${field}`);
  }
  return found;
}
