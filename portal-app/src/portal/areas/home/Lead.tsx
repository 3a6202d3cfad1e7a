/** What has come and what is to be done, in one line, each with the way to it. */
import { Link } from 'react-router';
import { isNew } from '../../../device/seen.ts';
import { isOutside, laboratoryFlag } from '../../../format/flag.ts';
import { plural, t } from '../../../i18n/text.ts';
import type { Glance } from '../../../record/glance/queries.ts';
import { countAt, newsOf } from '../../../record/inbox/news.ts';
import { isMetGoal } from '../../../record/results/goal.ts';
import type { Group } from '../../../record/results/order.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import styles from './home.module.css';

export function Lead({ glance, fresh }: { readonly glance: Glance; readonly fresh: readonly Group[] }) {
  const { fhir } = usePortal();
  const news = newsOf(glance, fhir.self, isNew);
  const results = countAt(news, '/results');
  const off = fresh
    .flatMap(({ lines }) => lines)
    .filter((each) => isOutside(laboratoryFlag(each)) && !isMetGoal(each, glance.goals)).length;
  const tasks = news.filter(({ kind }) => kind === 'task').length;
  const messages = countAt(news, '/messages');
  const others = news.length - results - messages - tasks;
  const parts: (readonly [string, string])[] = [
    ...(results > 0 ? [['/results?flag=new', resultWords(results, off)] as const] : []),
    ...(messages > 0
      ? [['/messages', plural(messages, '1 new message', '{count} new messages')] as const]
      : []),
    ...(tasks > 0 ? [['/inbox', plural(tasks, '1 thing to do', '{count} things to do')] as const] : []),
    ...(others > 0
      ? [['/inbox', plural(others, '1 other new thing', '{count} other new things')] as const]
      : []),
  ];
  if (parts.length === 0)
    return <p className={styles.lead}>{t('Nothing is new, and there is nothing to do.')}</p>;
  return (
    <ul className={styles.lead}>
      {parts.map(([to, words]) => (
        <li key={words}>
          <Link to={to} className="lone">
            {words}
          </Link>
        </li>
      ))}
    </ul>
  );
}

function resultWords(count: number, outside: number): string {
  const all = plural(count, '1 new result', '{count} new results');
  if (outside === 0) return all;
  return `${all}, ${plural(outside, '1 value outside the range', '{count} values outside the range')}`;
}
