// A table with a bar chart in its first column, so that screen readers and print have the same rows.
import type { ReactNode } from 'react';
import { i18n } from '../i18n.ts';

export interface Bar {
  key: string;
  label: ReactNode;
  /** The length of the bar; `undefined` if no amount is known. */
  value: number | undefined;
  /** Rows without an amount, drawn hatched and outside the scale of money. */
  unknown?: number;
  /** The figure with its source. */
  figure: ReactNode;
  note?: ReactNode;
  series?: number;
}

export function BarTable({ caption, head, bars, noteHead }: { caption: string; head: [string, string]; bars: Bar[]; noteHead?: string }) {
  const most = Math.max(0, ...bars.map(({ value }) => value ?? 0));
  return (
    <table className="bars">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{head[0]}</th>
          <th scope="col" className="number">{head[1]}</th>
          {noteHead && <th scope="col">{noteHead}</th>}
        </tr>
      </thead>
      <tbody>
        {bars.map(({ key, label, value, unknown = 0, figure, note, series = 1 }) => (
          <tr key={key}>
            <th scope="row">
              {label}
              <span className="bar-track" aria-hidden="true">
                {value !== undefined && value > 0 && <span className={`bar series-${series}`} style={{ inlineSize: `${Math.max(0.4, (value / most) * 100)}%` }} />}
                {unknown > 0 && <span className="bar unknown-bar" />}
              </span>
            </th>
            <td className="number" data-label={head[1]}>{figure}</td>
            {noteHead && <td data-label={noteHead} className="nowrap">{note}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export const hatchNote = (): string => i18n._('A hatched end marks awards whose amount is not published. Their length is unknown.');
