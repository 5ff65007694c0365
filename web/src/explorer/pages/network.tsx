import { Link, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { fromPath, toPath, type Search } from '../address.ts';
import { useData } from '../data.ts';
import { count, words } from '../format.ts';
import { OrganisationNameDocument, OrganisationPartnersDocument, type NamedFragment, type Role } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { networkOf, type Network, type NetworkEdge, type NetworkNode } from '../network.ts';
import { mostProjects, usePartnersOf, type Partners } from '../partners.ts';
import { useFilter } from '../parts/filters.tsx';
import { NetworkGraph } from '../parts/network-graph.tsx';
import { ErrorNotice, Loading, Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { PartnerRecords } from '../parts/partners.tsx';
import { Body, Text } from '../parts/words.tsx';
import { role as roleWords } from '../words.ts';
import { NoSuch } from './not-found.tsx';

/** The initial number of partners of the centre, and the number for each other opened organisation. */
const [step, mostOfOthers] = [24, 12];
/** The maximum number of opened organisations in addition to the centre. */
const mostOpen = 4;

export function NetworkPage() {
  const id = fromPath(useParams({ strict: false }).id ?? '');
  const result = useData(OrganisationNameDocument, { id });
  const organisation = result.data?.organisation;
  if (result.data && !organisation && !result.error) {
    return <NoSuch title={i18n._('No such organisation')} text={i18n._('There is no organisation at this address. Search for its name:')} />;
  }
  if (!organisation) {
    return <Page title={i18n._('Network')}>{result.error ? <ErrorNotice error={result.error} retry={result.retry} /> : <Loading lines={14} />}</Page>;
  }
  return <Walk key={organisation.id} centre={organisation} />;
}

function Walk({ centre }: { centre: NamedFragment }) {
  const search = useSearch({ strict: false });
  const open = (search.open?.split(',') ?? []).filter(id => id && id !== centre.id).slice(0, mostOpen);
  const result = usePartnersOf([centre.id, ...open]);
  const title = i18n._('Network of {name}', { name: words(centre.name) });
  const known = [...(result.data?.values() ?? [])].flatMap(({ partners }) => partners);
  const opened = [centre, ...open.flatMap(id => known.find(({ organisation }) => organisation?.id === id)?.organisation ?? [])];
  return (
    <Page
      title={title}
      lead={
        <p>
          <Link to="/organisations/$id" params={{ id: toPath(centre.id) }}>{i18n._('Profile')}</Link>{' · '}
          {i18n._('Organisations that the same records name: company partners, users of trials, joint applicants. Each leads to the records that say so.')}
        </p>
      }
      plans={['D36', 'N2', 'D43', 'D44']}
      bar={{
        query: [OrganisationPartnersDocument, { id: centre.id, after: null }],
        download: result.data && {
          name: `lionrock-network-${centre.id.replace(/\W+/g, '-')}`, count: known.reduce((sum, { records }) => sum + records.length, 0),
          columns: ['organisation_id', 'partner_id', 'partner', 'role_of_partner', 'record', 'title', 'dataset', 'file_sha256', 'row', 'origin'],
          pages: async function* () { yield rowsOf(result.data ?? new Map()); },
        },
      }}
    >
      <Ready result={result} lines={20}>{partners => <Shown centre={centre} opened={opened} partners={partners} title={title} />}</Ready>
    </Page>
  );
}

const rowsOf = (network: ReadonlyMap<string, Partners>) =>
  [...network].flatMap(([from, { partners }]) => partners.flatMap(({ name, organisation, role, records }) => records.map(({ id, title, provenance }) => [
    from, organisation?.id, words(name), role, id, words(title), provenance.dataset?.plan, provenance.sha256, provenance.row, provenance.origin,
  ])));

function Shown({ centre, opened, partners, title }: { centre: NamedFragment; opened: NamedFragment[]; partners: ReadonlyMap<string, Partners>; title: string }) {
  const search = useSearch({ strict: false });
  const all = useMemo(() => [...new Set([...partners.values()].flatMap(of => of.partners.map(({ role }) => role)))].sort(), [partners]);
  const wanted = all.filter(role => !search.roles || search.roles.split(',').includes(role));
  const most = Math.max(step, Number.parseInt(search.n ?? '', 10) || step);
  const [openKey, roleKey] = [opened.map(({ id }) => id).join(), wanted.join()];
  const network = useMemo(() => networkOf(opened, partners, new Set(wanted), most, mostOfOthers), [openKey, roleKey, partners, most]);
  const focus = search.focus !== undefined && network.nodes.has(search.focus) ? search.focus : undefined;
  if (all.length === 0) return <p>{i18n._('The lists that we have name no partner of this organisation.')}</p>;
  return (
    <>
      <Roles all={all} wanted={wanted} />
      <div className="walk">
        <NetworkGraph network={network} centre={centre.id} focus={focus} title={title} />
        <Selected network={network} centre={centre.id} focus={focus} opened={opened} />
      </div>
      <p role="status" className="counted">
        {i18n._('{shown} of {total} partners of {name}', { shown: count(shownOf(network, centre.id)), total: count(shownOf(network, centre.id) + network.more), name: words(centre.name) })}
        {network.more > 0 && <> · <Link to="." search={previous => ({ ...previous, n: String(most + step) })} resetScroll={false}>{i18n._('Show more')}</Link></>}
      </p>
      <Edges network={network} focus={focus} hasFrom={opened.length > 1} />
      {[...partners.values()].some(({ isCut }) => isCut) && <p className="notice">{i18n._('Only the first {count} projects were read.', { count: mostProjects })}</p>}
    </>
  );
}

const shownOf = ({ edges }: Network, id: string): number => new Set(edges.filter(({ from }) => from === id).map(({ to }) => to)).size;

/** The roles that are shown. All of them are the default. */
function Roles({ all, wanted }: { all: Role[]; wanted: Role[] }) {
  const [, set] = useFilter('roles');
  const turn = (role: Role) => {
    const next = all.filter(of => (of === role ? !wanted.includes(of) : wanted.includes(of)));
    set(next.length === all.length || next.length === 0 ? '' : next.join(','));
  };
  return (
    <fieldset className="checks-in-line">
      <legend className="visually-hidden">{i18n._('Role')}</legend>
      {all.map(role => (
        <label key={role}><input type="checkbox" checked={wanted.includes(role)} onChange={() => turn(role)} /> {roleWords(role)}</label>
      ))}
    </fieldset>
  );
}

/** The selected organisation: its edges to the others, and links. */
function Selected({ network, centre, focus, opened }: { network: Network; centre: string; focus: string | undefined; opened: NamedFragment[] }) {
  const node = focus === undefined ? undefined : network.nodes.get(focus);
  if (!node) return <aside className="muted" aria-label={i18n._('Selected organisation')}><p>{i18n._('Select an organisation in the picture or in the table.')}</p></aside>;
  const edges = network.edges.filter(({ from, to }) => from === node.id || to === node.id);
  const isOpen = opened.some(({ id }) => id === node.id);
  return (
    <aside aria-label={i18n._('Selected organisation')}>
      <h2><Body name={node.name} organisation={node.organisation} /></h2>
      {node.id !== centre && node.organisation && (
        <p className="actions">
          <Link to="/organisations/$id/network" params={{ id: toPath(node.id) }} search={{ focus: centre }}>{i18n._('Walk to its network')}</Link>
          {(isOpen || opened.length <= mostOpen) && (
            <Link to="." search={previous => ({ ...previous, open: turned(previous, node.id) })} resetScroll={false}>
              {isOpen ? i18n._('Hide its partners') : i18n._('Show its partners here')}
            </Link>
          )}
        </p>
      )}
      <ul className="plain rows">
        {edges.map(edge => {
          const other = network.nodes.get(edge.from === node.id ? edge.to : edge.from);
          return (
            <li key={edge.key}>
              <span>{other && <NodeName of={other} />} <span className="muted">{edge.to === node.id ? i18n._('this organisation: {role}', { role: roleWords(edge.role) }) : roleWords(edge.role)}</span></span>
              <PartnerRecords records={edge.records} />
            </li>
          );
        })}
      </ul>
    </aside>
  );
}

/** The opened organisations with this one added or removed. */
function turned({ open }: Search, id: string): string | undefined {
  const ids = open?.split(',').filter(Boolean) ?? [];
  return (ids.includes(id) ? ids.filter(of => of !== id) : [...ids, id]).join(',') || undefined;
}

const NodeName = ({ of: { name, organisation } }: { of: NetworkNode }) => <Body name={name} organisation={organisation} />;

/** The same network as a table. */
function Edges({ network, focus, hasFrom }: { network: Network; focus: string | undefined; hasFrom: boolean }) {
  const head = { from: i18n._('Partner of'), name: i18n._('Organisation'), role: i18n._('Role'), records: i18n._('Records'), select: i18n._('Select') };
  const name = (id: string) => words(network.nodes.get(id)?.name);
  const row = ({ key, from, to, role, records }: NetworkEdge) => {
    const node = network.nodes.get(to);
    return node && (
      <tr key={key} className={focus === to ? 'selected' : undefined}>
        <th scope="row"><NodeName of={node} /></th>
        {hasFrom && <td data-label={head.from}><Text of={network.nodes.get(from)?.name} /></td>}
        <td data-label={head.role}>{roleWords(role)}</td>
        <td data-label={head.records}><PartnerRecords records={records} /></td>
        <td data-label={head.select}>{node.organisation && (
          <Link to="." search={previous => ({ ...previous, focus: to, source: undefined })} resetScroll={false} aria-label={i18n._('Select {name}', { name: name(to) })}>{head.select}</Link>
        )}</td>
      </tr>
    );
  };
  return (
    <div className="scroll">
      <table className="cards">
        <caption className="visually-hidden">{i18n._('Partners')}</caption>
        <thead><tr><th scope="col">{head.name}</th>{hasFrom && <th scope="col">{head.from}</th>}<th scope="col">{head.role}</th><th scope="col">{head.records}</th><th scope="col">{head.select}</th></tr></thead>
        <tbody>{network.edges.map(row)}</tbody>
      </table>
    </div>
  );
}
