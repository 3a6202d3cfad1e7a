/** A log of blood pressure: each value is an Observation of the record, that the clinic and other apps see too. */
import type { Observation } from '@medplum/fhirtypes';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { formatDateTime, timeOf } from '../../format/date.ts';
import { dateOf } from '../../format/observation.ts';
import { isFromPerson, valueText } from '../../format/words.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { SendForm, TextField } from '../../ui/form.tsx';
import { Card, EmptyState, Loaded, PageHead, Pill } from '../../ui/parts.tsx';
import { type Line, TrendChart } from '../../ui/TrendChart.tsx';
import records from '../records/records.module.css';
import {
  bloodPressure,
  bloodPressuresQuery,
  isCrisis,
  problemOf,
  type Reading,
  readingOf,
} from './blood-pressure.ts';

export function BloodPressurePage() {
  const { fhir } = usePortal();
  const query = useQuery(bloodPressuresQuery(fhir));
  return (
    <>
      <p>
        <Link to="/learn">‹ Learn</Link>
      </p>
      <PageHead title="Blood pressure log" />
      <p>
        <Link to="/learn/articles/blood-pressure">How to measure, and what the numbers mean</Link>
      </p>
      <Card title="Write down a value">
        <Add />
      </Card>
      <Loaded query={query}>
        {({ resources }) =>
          resources.length === 0 ? (
            <EmptyState>No values yet. The chart begins with the second one.</EmptyState>
          ) : (
            <>
              {resources.length > 1 && (
                <Card title="Over time">
                  <TrendChart
                    title="Blood pressure"
                    unit="mmHg"
                    lines={linesOf(resources)}
                    band={undefined}
                  />
                  <p className="muted">Upper number: solid line. Lower number: dotted line.</p>
                </Card>
              )}
              <Card title="Values">
                <List observations={resources} />
              </Card>
            </>
          )
        }
      </Loaded>
    </>
  );
}

function List({ observations }: { readonly observations: readonly Observation[] }) {
  return (
    <ul className={records.list}>
      {observations.slice(0, 30).map((each) => (
        <li key={each.id}>
          <strong>{valueText(each)}</strong>
          <span className="muted">{formatDateTime(dateOf(each))}</span>
          <Pill kind="plain">{isFromPerson(each.performer?.[0]) ? 'At home' : 'At the clinic'}</Pill>
        </li>
      ))}
    </ul>
  );
}

function Add() {
  const { fhir } = usePortal();
  const queries = useQueryClient();
  const [upper, setUpper] = useState('');
  const [lower, setLower] = useState('');
  const [last, setLast] = useState<Reading>();
  const add = useMutation({
    mutationFn: async () => {
      const reading = { systolic: Number(upper), diastolic: Number(lower) };
      const problem = problemOf(reading);
      if (problem) throw new Error(problem);
      await fhir.create(bloodPressure(fhir, reading, new Date().toISOString()));
      return reading;
    },
    onSuccess: async (reading) => {
      setLast(reading);
      setUpper('');
      setLower('');
      await queries.invalidateQueries({ queryKey: ['blood-pressures'] });
    },
  });
  return (
    <>
      <SendForm label="Add to my record" state={add} onSend={() => add.mutate()}>
        <TextField id="upper" type="number" label="Upper number" value={upper} onChange={setUpper} required />
        <TextField id="lower" type="number" label="Lower number" value={lower} onChange={setLower} required />
      </SendForm>
      <p role="status">{last && `${last.systolic}/${last.diastolic} mmHg is in your record.`}</p>
      {last && isCrisis(last) && (
        <p role="alert">
          <strong>This is very high.</strong> With chest pain, shortness of breath, weakness, or trouble
          seeing or speaking call <a href="tel:911">911</a> now. Otherwise rest five minutes, measure again,
          and call the clinic today.
        </p>
      )}
    </>
  );
}

function linesOf(observations: readonly Observation[]): Line[] {
  const line = (name: string, of: (reading: Reading) => number, limit: number): Line => ({
    name,
    points: observations
      .flatMap((each) => {
        const reading = readingOf(each);
        const date = dateOf(each);
        const time = timeOf(date);
        if (!reading || Number.isNaN(time)) return [];
        const value = of(reading);
        return [{ time, date, value, outside: value >= limit }];
      })
      .toSorted((a, b) => a.time - b.time),
  });
  return [line('Upper', ({ systolic }) => systolic, 130), line('Lower', ({ diastolic }) => diastolic, 80)];
}
