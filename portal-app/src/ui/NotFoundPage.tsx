/** An address that leads nowhere. */
import { Link } from 'react-router';
import { PageHead } from './parts.tsx';

export function NotFoundPage() {
  return (
    <>
      <PageHead title="There is no such page" />
      <p>
        The link may be old. <Link to="/">Go to the first page</Link>.
      </p>
    </>
  );
}
