/** What would be taken over, by kind; what is not, and why; then it is sent, with a stop. */
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { failureWords } from '../../../format/explained.ts';
import { numberText } from '../../../format/quantity.ts';
import { plural, type Text, t } from '../../../i18n/text.ts';
import { questionsOf } from '../../../record/readings/check.ts';
import type { LineProblem } from '../../../record/readings/file.ts';
import { KINDS } from '../../../record/readings/kinds.ts';
import type { Reading } from '../../../record/readings/reading.ts';
import { type Ended, type OfKind, type Sorted, takeOver } from '../../../record/readings/take-over.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction } from '../../../smart/use-send.ts';
import { CheckList } from '../../../ui/form.tsx';
import { Card } from '../../../ui/parts.tsx';

export interface Preview extends Sorted {
  readonly problems: readonly LineProblem[];
}

export function ImportPreview({ preview }: { readonly preview: Preview }) {
  const { kinds, doubles, problems } = preview;
  const [chosen, setChosen] = useState<readonly string[]>(kinds.map(({ kind }) => kind));
  const [sure, setSure] = useState<readonly string[]>([]);
  const [begun, setBegun] = useState<readonly Reading[]>();
  const fresh = kinds.filter(({ kind }) => chosen.includes(kind)).flatMap((each) => each.fresh);
  const usual = fresh.filter((each) => questionsOf(each).length === 0);
  const unusual = fresh.length - usual.length;
  const readings = sure.length > 0 ? fresh : usual;
  return (
    <Card title={t('3. Take over')}>
      {begun ? (
        <Sending readings={begun} />
      ) : (
        <>
          <CheckList
            legend={t('What is taken over')}
            options={kinds.map((each) => [each.kind, wordsFor(each)] as const)}
            chosen={chosen}
            onChange={setChosen}
          />
          {unusual > 0 && (
            <CheckList
              legend={t('Unusual values')}
              options={[
                [
                  'sure',
                  plural(
                    unusual,
                    'One value is seldom so high or so low. Take it over too: it is right',
                    '{count} values are seldom so high or so low. Take them over too: they are right',
                  ),
                ],
              ]}
              chosen={sure}
              onChange={setSure}
            />
          )}
          {doubles > 0 && (
            <p>
              {plural(
                doubles,
                'One value is in the file twice and is taken over once.',
                '{count} values are in the file more than once and are taken over once.',
              )}
            </p>
          )}
          <Problems problems={problems} />
          <p role="status">{plural(readings.length, 'One value is new.', '{count} values are new.')}</p>
          {readings.length > 0 && (
            <p>
              <button type="button" className="button" onClick={() => setBegun(readings)}>
                {t('Take over into the record')}
              </button>
            </p>
          )}
        </>
      )}
    </Card>
  );
}

function wordsFor({ kind, fresh, known, from, until }: OfKind): string {
  return [
    t('{what}: {count} new', { what: t(KINDS[kind].title), count: numberText(fresh.length) }),
    known > 0 && t('{count} are in the record already or were taken back', { count: numberText(known) }),
    t('{from} to {until}', { from: formatDate(from), until: formatDate(until) }),
  ]
    .filter(Boolean)
    .join(' · ');
}

const MOST_LINES = 100;

function Problems({ problems }: { readonly problems: readonly LineProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <details>
      <summary>
        {plural(problems.length, 'One line was not understood', '{count} lines were not understood')}
      </summary>
      <ul>
        {problems.slice(0, MOST_LINES).map(({ line, why }, i) => (
          <li key={i}>{t('Line {line}: {why}', { line, why })}</li>
        ))}
      </ul>
      {problems.length > MOST_LINES && <p>{t('These are the first {count}.', { count: MOST_LINES })}</p>}
    </details>
  );
}

const ENDS: Readonly<Record<Ended, Text>> = {
  done: 'Done.',
  stopped: 'Stopped. What was taken over stays in the record.',
  full: 'The clinic’s system takes no more from you today. What was taken over stays in the record; choose the same file again tomorrow, and only the rest is sent.',
};

function Sending({ readings }: { readonly readings: readonly Reading[] }) {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [{ sent, refused }, setSent] = useState({ sent: 0, refused: 0 });
  const [isWaiting, setWaiting] = useState(false);
  const stop = useRef<AbortController>(undefined);
  const send = useAction({
    act: () => {
      const controller = new AbortController();
      stop.current = controller;
      return takeOver(fhir, readings.slice(sent), {
        onSent: (count, more) => setSent({ sent: sent + count, refused: refused + more }),
        onWait: setWaiting,
        signal: controller.signal,
      });
    },
    onSettled: () => refresh('readings', 'observations', 'same-test'),
  });
  const begin = useRef(send.mutate);
  useEffect(() => {
    const timer = setTimeout(() => begin.current());
    return () => {
      clearTimeout(timer);
      stop.current?.abort();
    };
  }, []);
  const ended = send.isPending ? undefined : send.data;
  return (
    <>
      <progress aria-label={t('How much is done')} max={readings.length} value={sent} />
      <p role="status">
        {t('{sent} of {count} values were taken over.', {
          sent: numberText(sent - refused),
          count: numberText(readings.length),
        })}{' '}
        {isWaiting && t('The clinic’s system asked to wait a moment.')}
        {ended && t(ENDS[ended])}
      </p>
      {refused > 0 && (
        <p role="alert">
          {plural(
            refused,
            'One value was not accepted by the clinic’s system.',
            '{count} values were not accepted by the clinic’s system.',
          )}
        </p>
      )}
      {send.error && <p role="alert">{failureWords(send.error)}</p>}
      {send.isPending && (
        <p>
          <button type="button" className="button secondary" onClick={() => stop.current?.abort()}>
            {t('Stop')}
          </button>
        </p>
      )}
      {!send.isPending && (ended === 'stopped' || send.error) && (
        <p>
          <button type="button" className="button" onClick={() => send.mutate()}>
            {t('Go on')}
          </button>
        </p>
      )}
      {ended && (
        <p>
          <Link to="/readings">{t('To the home readings')}</Link>
        </p>
      )}
    </>
  );
}
