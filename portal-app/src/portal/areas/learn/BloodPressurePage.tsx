/** A log of blood pressure: each value is an Observation of the record, that the clinic and other apps see too. */
import type { Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { isCrisis, type Pressure } from '../../../format/blood-pressure-flag.ts';
import { formatDateTime, timeOf } from '../../../format/date.ts';
import { FieldProblem } from '../../../format/field-problem.ts';
import { flagOf } from '../../../format/flag.ts';
import { dateOf } from '../../../format/observation.ts';
import { valueText } from '../../../format/value.ts';
import { isFromPerson } from '../../../format/words.ts';
import { type Text, t } from '../../../i18n/text.ts';
import {
  ARMS,
  armOf,
  bloodPressure,
  bloodPressuresQuery,
  problemsOf,
  type withPulse,
} from '../../../record/prevention/blood-pressure.ts';
import { chartsOf } from '../../../record/results/lines.ts';
import { createOnce } from '../../../smart/once.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { Said } from '../../../ui/clinic.tsx';
import { Each } from '../../../ui/Each.tsx';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';
import records from '../../../ui/entries.module.css';
import { Select, SendForm, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, FlagPill, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import { TrendChart } from '../../../ui/TrendChart.tsx';

type Readings = ReturnType<typeof withPulse>;

export function BloodPressurePage() {
  const { fhir } = usePortal();
  const query = useQuery(bloodPressuresQuery(fhir));
  return (
    <>
      <p>
        <Link to="/learn">‹ {t('Learn')}</Link>
      </p>
      <PageHead title={t('Blood pressure log')} />
      <p>
        <Link to="/learn/articles/blood-pressure">{t('How to measure, and what the numbers mean')}</Link>
      </p>
      <Card title={t('Write down a value')}>
        <Add />
      </Card>
      <Loaded query={query}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState>{t('No values yet. The chart begins with the second one.')}</EmptyState>
          ) : (
            <>
              {all.length > 1 && <Chart observations={all.map(({ observation }) => observation)} />}
              <Card title={t('Values')}>
                <List readings={all} />
              </Card>
            </>
          )
        }
      </Loaded>
    </>
  );
}

const PERIODS: readonly (readonly [days: number, Text])[] = [
  [90, 'Three months'],
  [365, 'One year'],
  [Number.POSITIVE_INFINITY, 'All'],
];

/** The last months first: years would crush what was measured at home. */
function Chart({ observations }: { readonly observations: readonly Observation[] }) {
  const within = (days: number): readonly Observation[] =>
    observations.filter((each) => Date.now() - timeOf(dateOf(each)) <= days * 86_400_000);
  const [days, setDays] = useState(
    () => PERIODS.find(([each]) => within(each).length > 1)?.[0] ?? Number.POSITIVE_INFINITY,
  );
  return (
    <Card title={t('Over time')}>
      <Select
        id="period"
        label={t('Period')}
        value={String(days)}
        onChange={(value) => setDays(Number(value))}
        options={PERIODS.map(([each, words]) => [String(each), t(words)] as const)}
      />
      {chartsOf(within(days)).map(({ unit, lines }) => (
        <TrendChart key={unit} title={t('Blood pressure')} unit={unit} lines={lines} band={undefined} />
      ))}
      <p className="muted">{t('Upper number: solid line. Lower number: dotted line.')}</p>
    </Card>
  );
}

function List({ readings }: { readonly readings: Readings }) {
  return (
    <ul className={records.list}>
      <Each of={readings.slice(0, 30)}>
        {({ observation: each, pulse }) => (
          <li key={each.id}>
            <strong>{valueText(each)}</strong>
            <FlagPill flag={flagOf(each)} />
            <span className="muted">
              {[
                formatDateTime(dateOf(each)),
                pulse && t('pulse {value}', { value: pulse.valueQuantity?.value ?? '' }),
                armOf(each),
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
            <Pill kind="plain">{t(isFromPerson(each.performer?.[0]) ? 'At home' : 'At the clinic')}</Pill>
          </li>
        )}
      </Each>
    </ul>
  );
}

/** As a field for date and time has it: the device's own clock, to the minute. */
function localNow(): string {
  const now = new Date();
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

const EMPTY = { upper: '', lower: '', pulse: '', arm: '', at: '' };

function Add() {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [draft, set, discard] = useDraft<Partial<typeof EMPTY>>('blood pressure', EMPTY);
  const written = { ...EMPTY, ...draft };
  const { upper, lower, pulse, arm } = written;
  // The moment at which the form was opened, until another one is chosen.
  const [opened, setOpened] = useState(localNow);
  const at = written.at || opened;
  const [last, setLast] = useState<Pressure>();
  const add = useSend({
    form: 'blood pressure',
    what: { ...written, at },
    send: async (identity) => {
      const measured = new Date(at);
      const reading = {
        systolic: Number(upper),
        diastolic: Number(lower),
        pulse: pulse === '' ? undefined : Number(pulse),
        arm,
        at: Number.isNaN(measured.getTime()) ? '' : measured.toISOString(),
      };
      const problems = Object.entries(problemsOf(reading));
      if (problems.length > 0)
        throw new FieldProblem(Object.fromEntries(problems.map(([name, text]) => [name, t(text)])));
      const [pressure, beats] = bloodPressure(fhir, reading);
      if (pressure) await createOnce(fhir, pressure, identity);
      if (beats) await createOnce(fhir, beats, `${identity}-pulse`);
      return reading;
    },
    onSuccess: async (reading) => {
      setLast(reading);
      setOpened(localNow());
      discard();
      await refresh('blood-pressures');
    },
  });
  return (
    <>
      <SendForm label={t('Add to my record')} state={add} onSend={() => add.mutate()}>
        <TextField
          id="upper"
          type="number"
          label={t('Upper number')}
          value={upper}
          onChange={(next) => set({ ...written, upper: next })}
          required
        />
        <TextField
          id="lower"
          type="number"
          label={t('Lower number')}
          value={lower}
          onChange={(next) => set({ ...written, lower: next })}
          required
        />
        <TextField
          id="pulse"
          type="number"
          label={t('Pulse (optional)')}
          hint={t('Beats in a minute, as the device shows them.')}
          value={pulse}
          onChange={(next) => set({ ...written, pulse: next })}
        />
        <Select
          id="arm"
          label={t('Which arm? (optional)')}
          value={arm}
          onChange={(next) => set({ ...written, arm: next })}
          options={[['', t('Not said')] as const, ...ARMS.map(([code, words]) => [code, t(words)] as const)]}
        />
        <TextField
          id="at"
          type="datetime-local"
          label={t('Measured')}
          value={at}
          onChange={(next) => set({ ...written, at: next })}
          required
        />
      </SendForm>
      <p role="status">
        {last && t('{value} mmHg is in your record.', { value: `${last.systolic}/${last.diastolic}` })}
      </p>
      {last && isCrisis(last) && (
        <p role="alert">
          <strong>{t('This is very high.')}</strong>{' '}
          <Said
            text="With chest pain, shortness of breath, weakness, or trouble seeing or speaking call {number} now. Otherwise rest five minutes, measure again, and call the clinic today."
            values={{ number: EMERGENCY_NUMBER }}
          />
        </p>
      )}
    </>
  );
}
