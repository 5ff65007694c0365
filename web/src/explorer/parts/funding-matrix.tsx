// Sums of awards by two dimensions. Each cell leads to its awards.
import { Link, type LinkProps } from '@tanstack/react-router';
import type { Result } from '../data.ts';
import type { FundingCellFragment, FundingDimension, FundingKind, FundingMatrixQuery } from '../gql/graphql.ts';
import { i18n } from '../i18n.ts';
import { fundingKind, plansOfKind } from '../words.ts';
import { knownOf, Sum } from './figure.tsx';
import { Ready } from './notices.tsx';

export type Column = 'PROGRAMME' | 'KIND';

export const matrixVariables = (column: Column): { both: FundingDimension[]; row: FundingDimension[]; column: FundingDimension[] } => ({
  both: column === 'PROGRAMME' ? ['YEAR', 'KIND', 'PROGRAMME'] : ['YEAR', 'KIND'],
  row: ['YEAR'],
  column: column === 'PROGRAMME' ? ['KIND', 'PROGRAMME'] : ['KIND'],
});

export function Matrix({ result, by, plans, year }: { result: Result<FundingMatrixQuery>; by: Column; plans: string[]; year: string | undefined }) {
  return (
    <Ready result={result} lines={20}>
      {({ cells, rows, columns }) => {
        const found = new Map(cells.map(cell => [`${cell.year} ${columnOf(cell)}`, cell]));
        const head = [...columns].sort((a, b) => Number(b.total?.amount ?? -1) - Number(a.total?.amount ?? -1));
        const years = [...rows].sort((a, b) => (b.year ?? 0) - (a.year ?? 0));
        const show = (cell: FundingCellFragment | undefined, inYears: string | undefined, isTotal = false) => {
          if (!cell) return <span className="muted">–</span>;
          // A list cannot select awards without a year.
          const rowsOf = isTotal || cell.year ? awardsAddress(cell.kind, cell.programme, inYears, by === 'PROGRAMME') : undefined;
          const name = `${inYears ?? 'all'}-${columnOf(cell)}`;
          return (
            <>
              <Sum of={cell} plans={cell.kind ? plansOfKind[cell.kind] : plans} name={name} label={cell.kind ? columnName(cell) : i18n._('Listed awards')} rows={rowsOf && <Link {...rowsOf}>{i18n._('Show the rows')}</Link>} />
              <small className="second muted">{rowsOf ? <Link {...rowsOf}>{knownOf(cell)}</Link> : knownOf(cell)}</small>
            </>
          );
        };
        if (cells.length === 0) return <p>{i18n._('No listed award matches. Remove one filter.')}</p>;
        return (
          <>
            <p className="muted">{i18n._('Below each sum: how many of its awards have an amount. The numbers lead to the awards.')}</p>
            <div className="scroll" tabIndex={0} role="region" aria-label={i18n._('Listed awards')}>
              <table className="matrix">
                <caption>{i18n._('Listed awards')}</caption>
                <thead>
                  <tr>
                    <th scope="col">{i18n._('Year')}</th>
                    {head.map(column => <th key={columnOf(column)} scope="col" className="number">{columnName(column)}</th>)}
                    <th scope="col" className="number">{i18n._('All')}</th>
                  </tr>
                </thead>
                <tbody>
                  {years.map(row => (
                    <tr key={String(row.year)}>
                      <th scope="row">{row.year ?? i18n._('Year not published')}</th>
                      {head.map(column => <td key={columnOf(column)} className="number">{show(found.get(`${row.year} ${columnOf(column)}`), row.year ? String(row.year) : undefined)}</td>)}
                      <td className="number">{show(row, row.year ? String(row.year) : undefined)}</td>
                    </tr>
                  ))}
                  <tr className="total">
                    <th scope="row">{i18n._('All')}</th>
                    {head.map(column => <td key={columnOf(column)} className="number">{show(column, year, true)}</td>)}
                    <td />
                  </tr>
                </tbody>
              </table>
            </div>
          </>
        );
      }}
    </Ready>
  );
}

const columnOf = ({ kind, programme }: FundingCellFragment): string => `${kind ?? ''}-${programme ?? ''}`;

function columnName({ kind, programme }: FundingCellFragment): string {
  if (!kind) return '';
  return [fundingKind(kind), programme].filter(Boolean).join(' · ');
}

/**
 * The address of exactly the awards of a sum, where a list can show them. A list cannot select awards without a
 * programme: `isByProgramme` tells that a missing programme is none, instead of all.
 */
export function awardsAddress(kind: FundingKind | null | undefined, programme: string | null | undefined, years: string | undefined, isByProgramme: boolean): LinkProps | undefined {
  const when = years ? { year: years } : {};
  switch (kind) {
    case 'FUNDED_PROJECT': return programme ? { to: '/projects', search: { programme, ...when } } : isByProgramme ? undefined : { to: '/projects', search: when };
    case 'TRIAL_PROJECT': return { to: '/projects', search: { list: 'trials', ...when } };
    case 'KEY_LABORATORY': return years ? undefined : { to: '/laboratories', search: { list: 'key' } };
    default: return undefined;
  }
}
