/** A log of blood pressure: each value is an Observation of the record, that the clinic and other apps see too. */
import type { Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { useDraft } from '../../../device/drafts.ts';
import { isCrisis, type Pressure } from '../../../format/blood-pressure-flag.ts';
import { formatDateTime } from '../../../format/date.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { flagOf } from '../../../format/flag.ts';
import { dateOf } from '../../../format/observation.ts';
import { valueText } from '../../../format/value.ts';
import { isFromPerson } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { bloodPressure, bloodPressuresQuery, problemOf } from '../../../record/prevention/blood-pressure.ts';
import { chartsOf } from '../../../record/results/lines.ts';
import { createOnce } from '../../../smart/once.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { Said } from '../../../ui/clinic.tsx';
import { Each } from '../../../ui/Each.tsx';
import { EMERGENCY_NUMBER } from '../../../ui/emergency-number.tsx';
import records from '../../../ui/entries.module.css';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { Card, EmptyState, FlagPill, Loaded, PageHead, Pill } from '../../../ui/parts.tsx';
import { TrendChart } from '../../../ui/TrendChart.tsx';

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
        {({ resources }) =>
          resources.length === 0 ? (
            <EmptyState>{t('No values yet. The chart begins with the second one.')}</EmptyState>
          ) : (
            <>
              {resources.length > 1 && (
                <Card title={t('Over time')}>
                  {chartsOf(resources).map(({ unit, lines }) => (
                    <TrendChart
                      key={unit}
                      title={t('Blood pressure')}
                      unit={unit}
                      lines={lines}
                      band={undefined}
                    />
                  ))}
                  <p className="muted">{t('Upper number: solid line. Lower number: dotted line.')}</p>
                </Card>
              )}
              <Card title={t('Values')}>
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
      <Each of={observations.slice(0, 30)}>
        {(each) => (
          <li key={each.id}>
            <strong>{valueText(each)}</strong>
            <FlagPill flag={flagOf(each)} />
            <span className="muted">{formatDateTime(dateOf(each))}</span>
            <Pill kind="plain">{t(isFromPerson(each.performer?.[0]) ? 'At home' : 'At the clinic')}</Pill>
          </li>
        )}
      </Each>
    </ul>
  );
}

function Add() {
  const { fhir } = usePortal();
  const refresh = useRefresh();
  const [{ upper, lower }, set, discard] = useDraft('blood pressure', { upper: '', lower: '' });
  const [last, setLast] = useState<Pressure>();
  const add = useSend({
    form: 'blood pressure',
    what: { upper, lower },
    send: async (identity) => {
      const reading = { systolic: Number(upper), diastolic: Number(lower) };
      requireRight('upper', problemOf(reading));
      await createOnce(fhir, bloodPressure(fhir, reading, new Date().toISOString()), identity);
      return reading;
    },
    onSuccess: async (reading) => {
      setLast(reading);
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
          onChange={(next) => set({ upper: next, lower })}
          required
        />
        <TextField
          id="lower"
          type="number"
          label={t('Lower number')}
          value={lower}
          onChange={(next) => set({ upper, lower: next })}
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
