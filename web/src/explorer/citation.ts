// Citations of datasets. The publisher comes first.
import { date, pick, time, words } from './format.ts';
import type { DatasetRowFragment } from './gql/graphql.ts';
import { i18n } from './i18n.ts';

/** A plain citation: publisher, title, state of the data, address, date, licence. */
export function plainCitation(dataset: DatasetRowFragment, address: string, seen: Date): string {
  return [
    `${words(dataset.publisher.name)}, “${words(dataset.title)}” (${dataset.plan})`,
    stateOf(dataset),
    i18n._('via Lionrock, {address}, seen {date}', { address, date: date(seen.toISOString()) }),
    dataset.licence.name,
  ].filter(Boolean).join('; ') + '.';
}

/** A BibTeX entry. Names in braces are printed unchanged. */
export function bibtex(dataset: DatasetRowFragment, address: string, seen: Date): string {
  const published = dataset.lastChanged ?? dataset.confirmedAt;
  const fields: [string, string | undefined][] = [
    ['author', `{${escaped(words(dataset.publisher.name))}}`],
    ['title', `{${escaped(words(dataset.title))}}`],
    ['year', published?.slice(0, 4)],
    ['howpublished', 'Data set, via Lionrock'],
    ['url', address.replace(/[{}\\]/g, encodeURIComponent)],
    ['urldate', seen.toISOString().slice(0, 10)],
    ['note', escaped([dataset.plan, stateOf(dataset), dataset.licence.name].filter(Boolean).join('; '))],
    ['language', pick(dataset.title)?.lang],
  ];
  const lines = fields.flatMap(([name, value]) => (value ? [`  ${name.padEnd(12)} = {${value}},`] : []));
  return [`@misc{lionrock-${dataset.plan.toLowerCase()},`, ...lines, '}'].join('\n');
}

function stateOf(dataset: DatasetRowFragment): string {
  if (dataset.origin === 'BUNDLED') return i18n._("bundled sample, not the publisher's full list");
  return dataset.confirmedAt ? i18n._('fetched {time}', { time: time(dataset.confirmedAt) }) : '';
}

/** Escapes a text for TeX. */
function escaped(text: string): string {
  const names: Record<string, string> = { '\\': '\\textbackslash{}', '~': '\\textasciitilde{}', '^': '\\textasciicircum{}' };
  return text.replace(/[\\~^{}$&#%_]/g, character => names[character] ?? `\\${character}`);
}
