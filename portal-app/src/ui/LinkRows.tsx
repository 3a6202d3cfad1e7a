/** A list of places to go, each with a word on what is there. */
import { Link } from 'react-router';
import rows from './rows.module.css';

export type LinkRow = readonly [to: string, name: string | undefined, about: string | undefined];

export function LinkRows({ places }: { readonly places: readonly LinkRow[] }) {
  return (
    <ul className={rows.list}>
      {places.map(([to, name, about]) => (
        <li key={to}>
          <Link className={rows.row} to={to}>
            <span className={rows.name}>
              <strong>{name}</strong>
              <span className="muted">{about}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
