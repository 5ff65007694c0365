import { Link, useSearch } from '@tanstack/react-router';
import { toPath } from '../address.ts';
import { client, useData } from '../data.ts';
import { words } from '../format.ts';
import { AccreditationsDocument, KeyLaboratoriesDocument, type AccreditationFilter, type AccreditationScheme } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { Amount, RowSourceButton } from '../parts/figure.tsx';
import { BadFilters, Chips, Choice, TextFilter } from '../parts/filters.tsx';
import { Ready } from '../parts/notices.tsx';
import { Page } from '../parts/page.tsx';
import { Pager, pageSize, useKnownCursor } from '../parts/pager.tsx';
import { pagesOf } from '../parts/project-table.tsx';
import { Body, nameOf, OrganisationLink, Text } from '../parts/words.tsx';
import { scheme as schemeWords } from '../words.ts';

const schemes: AccreditationScheme[] = ['HOKLAS', 'HKCAS', 'HKIAS'];
const planOf: Record<AccreditationScheme, string> = { HOKLAS: 'D3', HKCAS: 'D4', HKIAS: 'D5' };

export function Laboratories() {
  const { list } = useSearch({ strict: false });
  return list === 'key' ? <Key /> : <Accredited />;
}

const lists = (): [string, string][] => [['', i18n._('Accredited bodies')], ['key', i18n._('Key laboratories')]];

function Accredited() {
  const { scheme, category, field, name, after } = useSearch({ strict: false });
  const known = schemes.find(value => value === scheme);
  const filter: AccreditationFilter = {
    ...(known ? { schemes: [known] } : {}),
    ...(category ? { testCategory: category } : {}),
    ...(field ? { fieldCodes: [field] } : {}),
    ...(name ? { name } : {}),
  };
  const variables = { first: pageSize, after: after ?? null, filter };
  const result = useData(AccreditationsDocument, variables);
  const isGone = useKnownCursor(result.error);
  const total = result.data?.hkas?.accreditations?.totalCount;
  const head = { name: i18n._('Name'), holder: i18n._('Organisation'), scheme: i18n._('Scheme'), categories: i18n._('Test categories'), number: i18n._('Registration'), source: i18n._('Source') };
  return (
    <Page
      title={i18n._('Laboratories')}
      lead={<p>{i18n._('Laboratories, certification and inspection bodies with an accreditation of the Hong Kong Accreditation Service, and the key laboratories that the fund supports.')}</p>}
      plans={known ? [planOf[known]] : Object.values(planOf)}
      bar={{
        query: [AccreditationsDocument, variables],
        download: total === undefined ? undefined : {
          name: 'lionrock-accreditations', count: total,
          columns: ['id', 'name_en', 'name_zh_hant', 'scheme', 'registration_number', 'test_categories', 'fields', 'organisation_id', 'dataset', 'file_sha256', 'row', 'origin'],
          pages: async function* () {
            const read = async (cursor: string | null) => (await client.query(AccreditationsDocument, { ...variables, first: 100, after: cursor }).toPromise()).data?.hkas?.accreditations;
            for await (const page of pagesOf(read)) {
              yield page.nodes.map(item => [
                item.id, item.name.en, item.name.zhHant, item.scheme, item.registrationNumber, item.testCategories.map(words).join('; '), item.fields.join('; '), item.holder?.id,
                item.provenance.dataset?.plan, item.provenance.sha256, item.provenance.row, item.provenance.origin,
              ]);
            }
          },
        },
      }}
    >
      <div className="controls">
        <Choice label={i18n._('List')} of="list" all={null} options={lists()} />
        <Choice label={head.scheme} of="scheme" options={schemes.map(value => [value, schemeWords(value)])} />
        <TextFilter label={i18n._('Test category')} of="category" />
        <TextFilter label={head.name} of="name" />
      </div>
      <BadFilters of={scheme && !known ? [[head.scheme, scheme]] : []} />
      <Chips of={[['scheme', head.scheme, known && schemeWords(known)], ['category', i18n._('Test category')], ['name', head.name], ['field', i18n._('Field')]]} />
      {isGone && <p className="notice">{i18n._('The list changed since this link was made. This is its first page.')}</p>}
      <Ready result={result} lines={30}>
        {({ hkas }) => hkas?.accreditations && (
          <>
            <p role="status" className="counted">{i18n._('{count, plural, =0 {No accreditation matches.} one {# accreditation} other {# accreditations}}', { count: hkas.accreditations.totalCount })}</p>
            {hkas.accreditations.totalCount === 0 && <p>{i18n._('Remove one filter, or use fewer words.')}</p>}
            <div className="scroll" hidden={hkas.accreditations.totalCount === 0}>
              <table className="cards">
                <caption className="visually-hidden">{i18n._('Laboratories')}</caption>
                <thead><tr><th scope="col">{head.name}</th><th scope="col">{head.holder}</th><th scope="col">{head.categories}</th><th scope="col">{head.scheme}</th><th scope="col">{head.number}</th><th scope="col">{head.source}</th></tr></thead>
                <tbody>
                  {hkas.accreditations.nodes.map(item => (
                    <tr key={item.id}>
                      <th scope="row"><Link to="/records/$id" params={{ id: toPath(item.id) }}><Text of={item.name} /></Link></th>
                      <td data-label={head.holder}>{item.holder ? <OrganisationLink of={item.holder} /> : '–'}</td>
                      <td data-label={head.categories}>{item.testCategories.map((of, index) => <span key={index}>{index > 0 && '; '}<Text of={of} /></span>)}</td>
                      <td data-label={head.scheme}>{item.scheme}</td>
                      <td data-label={head.number} className="nowrap">{item.registrationNumber ?? '–'}</td>
                      <td data-label={head.source} className="nowrap"><RowSourceButton provenance={item.provenance} /></td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Pager ends={hkas.accreditations.pageInfo} shown={hkas.accreditations.nodes.length} total={hkas.accreditations.totalCount} />
          </>
        )}
      </Ready>
    </Page>
  );
}

function Key() {
  const result = useData(KeyLaboratoriesDocument, {});
  const head = { name: i18n._('Name'), host: i18n._('Host'), category: i18n._('Category'), amount: i18n._('Funding'), source: i18n._('Source') };
  const laboratories = result.data?.itf?.keyLaboratories?.nodes ?? [];
  return (
    <Page
      title={i18n._('Key laboratories')}
      plans={['D41']}
      bar={{
        query: [KeyLaboratoriesDocument, {}],
        download: {
          name: 'lionrock-key-laboratories', count: laboratories.length, columns: ['id', 'name', 'category', 'established', 'hosts', 'funding_hkd', 'dataset', 'file_sha256', 'row', 'origin'],
          pages: async function* () {
            yield laboratories.map(({ id, name, category, established, hosts, funding, provenance }) => [
              id, words(name), words(category), established, hosts?.map(host => words(nameOf(host))).join('; '), funding?.amount, provenance.dataset?.plan, provenance.sha256, provenance.row, provenance.origin,
            ]);
          },
        },
      }}
    >
      <div className="controls"><Choice label={i18n._('List')} of="list" all={null} options={lists()} /></div>
      <Ready result={result} lines={20}>
        {() => (
          <div className="scroll">
            <table className="cards">
              <caption className="visually-hidden">{i18n._('Key laboratories')}</caption>
              <thead><tr><th scope="col">{head.name}</th><th scope="col">{head.host}</th><th scope="col">{head.category}</th><th scope="col" className="number">{head.amount}</th><th scope="col">{head.source}</th></tr></thead>
              <tbody>
                {laboratories.map(laboratory => (
                  <tr key={laboratory.id}>
                    <th scope="row"><Link to="/records/$id" params={{ id: toPath(laboratory.id) }}><Text of={laboratory.name} /></Link></th>
                    <td data-label={head.host}>{laboratory.hosts?.length ? laboratory.hosts.map((host, index) => <span key={host.id}>{index > 0 && ', '}<OrganisationLink of={host} /></span>) : <Body name={laboratory.hostName} />}</td>
                    <td data-label={head.category}>{words(laboratory.category) ? <Text of={laboratory.category} /> : '–'}</td>
                    <td data-label={head.amount} className="number"><Amount of={laboratory.funding} provenance={laboratory.provenance} /></td>
                    <td data-label={head.source} className="nowrap"><RowSourceButton provenance={laboratory.provenance} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Ready>
    </Page>
  );
}
