/** Articles, and tools that do something. */
import { Link } from 'react-router';
import { PageHead } from '../../ui/parts.tsx';
import rows from '../../ui/rows.module.css';
import { ARTICLES } from './articles.ts';

const TOOLS = [
  [
    '/learn/blood-pressure-log',
    'Blood pressure log',
    'Write down what you measure; your care team sees it too',
  ],
  ['/learn/body-mass', 'Body mass index', 'From height and weight, and what it can’t tell'],
  ['/questionnaires', 'Questionnaires', 'Mood (PHQ-9) and worry (GAD-7)'],
] as const;

export function LearnPage() {
  return (
    <>
      <PageHead title="Learn" />
      <h2>Tools</h2>
      <Rows rows={TOOLS} />
      <h2>Articles</h2>
      <Rows rows={ARTICLES.map(({ id, title, about }) => [`/learn/articles/${id}`, title, about] as const)} />
    </>
  );
}

function Rows({
  rows: list,
}: {
  readonly rows: readonly (readonly [to: string, name: string, about: string])[];
}) {
  return (
    <ul className={rows.list}>
      {list.map(([to, name, about]) => (
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
