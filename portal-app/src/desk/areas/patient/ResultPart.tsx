/** One test over time: the value that was opened, its chart, and every value of it. */
import type { Observation } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { clinicalName, codesText } from '../../../format/clinical.ts';
import { limitsIn, rangeOf, rangeWords } from '../../../format/flag.ts';
import { flagOf } from '../../../format/flag-of.ts';
import { referenceName } from '../../../format/named.ts';
import { unitText } from '../../../format/quantity.ts';
import { valueText } from '../../../format/value.ts';
import { t } from '../../../i18n/text.ts';
import { chartsOf } from '../../../record/results/lines.ts';
import { patientsResultQuery, sameTestQuery } from '../../../record/results/queries.ts';
import { takenText } from '../../../record/results/taken.ts';
import { useNamed } from '../../../record/use-named.ts';
import { isWithdrawn } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import { Card, FlagPill, Loaded } from '../../../ui/parts.tsx';
import { ScrollTable } from '../../../ui/ScrollTable.tsx';
import { TrendChart } from '../../../ui/TrendChart.tsx';
import { HomePill } from '../../../views/HomePill.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import { StatusPill } from '../../../views/StatusPill.tsx';

export function ResultPart() {
  const { fhir } = usePortal();
  const { result = '' } = useParams();
  const observation = useQuery(patientsResultQuery(fhir, result));
  const history = useQuery(sameTestQuery(fhir, observation.data));
  return (
    <>
      <BackLink to={`/patients/${fhir.patient}/results`}>{t('All results')}</BackLink>
      <Loaded query={observation} rows={3}>
        {(found) => (
          <Card title={clinicalName(found.code)}>
            <p className="muted">{codesText(found.code)}</p>
            {isWithdrawn(found) ? (
              <p>{t('Entered in error')}</p>
            ) : (
              <One observation={found} all={history.data?.resources ?? [found]} />
            )}
          </Card>
        )}
      </Loaded>
    </>
  );
}

function One({
  observation,
  all: stored,
}: {
  readonly observation: Observation;
  readonly all: readonly Observation[];
}) {
  const all = useNamed(stored);
  const charts = chartsOf(all).filter(({ lines }) => lines.some(({ points }) => points.length > 1));
  const name = clinicalName(observation.code);
  return (
    <>
      {charts.map(({ unit, lines }) => (
        <TrendChart
          key={unit}
          title={name}
          unit={unit}
          lines={lines}
          band={limitsIn(rangeOf(observation), observation.valueQuantity)}
        />
      ))}
      <ScrollTable
        label={t('{title} over time', { title: name })}
        heads={[t('Date'), t('Value'), t('Range'), t('Source')]}
      >
        {all.map((each) => (
          <tr key={each.id} aria-current={each.id === observation.id || undefined}>
            <td>{takenText(each)}</td>
            <td>
              <span className="number">{valueText(each)}</span> <FlagPill flag={flagOf(each)} />{' '}
              <StatusPill status={each.status} /> <HomePill of={each} /> <KeptPill of={each} />
              {each.note?.map(({ text }) => (
                <p key={text}>{text}</p>
              ))}
            </td>
            <td className="number">{rangeWords(rangeOf(each), unitText(each.valueQuantity)) ?? ''}</td>
            <td>{referenceName(each.performer?.[0], each)}</td>
          </tr>
        ))}
      </ScrollTable>
    </>
  );
}
