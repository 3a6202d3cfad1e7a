/** A list of places to go, each with a word on what is there. */
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import rows from './rows.module.css';

export type LinkRow = readonly [
  to: string,
  name: string | undefined,
  about: string | undefined,
  marks?: ReactNode,
];

export function LinkRows({ places }: { readonly places: readonly LinkRow[] }) {
  return (
    <ul className={rows.list}>
      {places.map(([to, name, about, marks]) => (
        <li key={`${to} ${name}`}>
          <Link className={rows.row} to={to}>
            <span className={rows.name}>
              <strong>{name}</strong>
              <span className="muted">{about}</span>
            </span>
            {marks}
          </Link>
        </li>
      ))}
    </ul>
  );
}
