/** An export of Apple's Health app: how much of it is asked, then it streams by, and what was found is looked for in the record. */
import { useEffect, useRef, useState } from 'react';
import { deviceDay } from '../../../format/device-day.ts';
import { type Text, t } from '../../../i18n/text.ts';
import { type ExportFile, hearExport } from '../../../record/readings/apple-health/export-xml.ts';
import { Collector } from '../../../record/readings/apple-health/readings.ts';
import { sorted } from '../../../record/readings/take-over.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useAction } from '../../../smart/use-send.ts';
import { Select, SendForm } from '../../../ui/form.tsx';
import { Card } from '../../../ui/parts.tsx';
import { ImportPreview, type Preview } from './ImportPreview.tsx';

/** In days. */
const TIMES: readonly (readonly [days: string, words: Text])[] = [
  ['30', 'The last 30 days'],
  ['91', 'The last 3 months'],
  ['366', 'The last year'],
  ['', 'All of it'],
];

const sinceOf = (days: string): string =>
  days === '' ? '' : deviceDay(new Date(Date.now() - Number(days) * 86_400_000));

export function ExportQuestions({ file }: { readonly file: ExportFile }) {
  const { fhir } = usePortal();
  const [days, setDays] = useState('91');
  const [every, setEvery] = useState('');
  const [read, setRead] = useState(0);
  const reading = useRef<AbortController>(undefined);
  const look = useAction({
    act: async (): Promise<Preview | undefined> => {
      const controller = new AbortController();
      reading.current = controller;
      const { signal } = controller;
      const collector = new Collector({ since: sinceOf(days), every: every !== '' });
      try {
        const exportedOn = await hearExport(file.open(), {
          onRecord: (record) => collector.take(record),
          onRead: setRead,
          signal,
        });
        const { readings, problems } = collector.found(exportedOn ?? deviceDay());
        return { ...(await sorted(fhir, readings)), problems };
      } catch (error) {
        // Stopped: nothing was found, and nothing is wrong.
        if (signal.aborted) return undefined;
        throw error;
      }
    },
    onSettled: () => setRead(0),
  });
  useEffect(() => () => reading.current?.abort(), []);
  const change = (set: () => void): void => {
    set();
    reading.current?.abort();
    look.reset();
  };
  return (
    <>
      <Card title={t('2. Look at what is in it')}>
        <p>
          {t(
            'An export of Apple’s Health app: blood pressure, blood sugar, weight, oxygen, heart rate, temperature and steps are read; everything else is left out.',
          )}
        </p>
        <SendForm label={t('Show what would be taken over')} state={look} onSend={() => look.mutate()}>
          <Select
            id="export-since"
            label={t('From when on?')}
            value={days}
            onChange={(next) => change(() => setDays(next))}
            options={TIMES.map(([value, words]) => [value, t(words)] as const)}
          />
          <Select
            id="export-every"
            label={t('What a watch or a sensor measures all day')}
            hint={t(
              'Heart rate, oxygen and blood sugar. Steps are counted by day, by the device that counted most; the day of the export is not over and is left out where a whole day counts.',
            )}
            value={every}
            onChange={(next) => change(() => setEvery(next))}
            options={[
              ['', t('One value a day: the middle one')] as const,
              ['every', t('Every value')] as const,
            ]}
          />
        </SendForm>
        {look.isPending && (
          <p>
            <progress aria-label={t('How much of the file is read')} max={file.size} value={read} />{' '}
            <button type="button" className="button secondary" onClick={() => reading.current?.abort()}>
              {t('Stop')}
            </button>
          </p>
        )}
      </Card>
      {look.data && <ImportPreview preview={look.data} />}
    </>
  );
}
