/** Articles, and tools that do something. */
import { LinkRows } from '../../ui/LinkRows.tsx';
import { PageHead } from '../../ui/parts.tsx';
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
      <LinkRows places={TOOLS} />
      <h2>Articles</h2>
      <LinkRows
        places={ARTICLES.map(({ id, title, about }) => [`/learn/articles/${id}`, title, about] as const)}
      />
    </>
  );
}
