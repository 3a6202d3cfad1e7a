/** How the patient is reached, who else is, and by whom care is paid: what the front desk asks for first. */
import type { Patient } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { addressText } from '../../../format/address.ts';
import { nameText } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import {
  cardsOf,
  cardsQuery,
  coveragesQuery,
  isWaiting,
  shown,
} from '../../../record/insurance/insurance.ts';
import { currentWays } from '../../../record/patient/contact-use.ts';
import { relationText } from '../../../record/patient/emergency.ts';
import { pharmacyOf } from '../../../record/patient/pharmacy.ts';
import { patientQuery } from '../../../record/patient/use-patient.ts';
import { reachQuery } from '../../../record/staff/reach.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Facts } from '../../../ui/Facts.tsx';
import { Card, EmptyState, Loaded, Pill } from '../../../ui/parts.tsx';
import { AttachedFile } from '../../../views/AttachedFile.tsx';
import { ContactWay } from '../../../views/ContactWay.tsx';
import { InsuranceFacts } from '../../../views/InsuranceFacts.tsx';
import { KeptPill } from '../../../views/KeptPill.tsx';
import own from './patient.module.css';

export function ContactPart() {
  const { fhir } = usePortal();
  const hasInsurance = useQuery(reachQuery(fhir)).data?.insurance === true;
  return (
    <div className={own.columns}>
      <Loaded query={useQuery(patientQuery(fhir))} rows={4}>
        {(patient) => (
          <>
            <Contact patient={patient} />
            <Others patient={patient} />
          </>
        )}
      </Loaded>
      {hasInsurance && <Insurance />}
    </div>
  );
}

function Contact({ patient }: { readonly patient: Patient }) {
  const { address = [], generalPractitioner = [] } = patient;
  const telecom = currentWays(patient);
  return (
    <Card title={t('Contact')}>
      {telecom.length === 0 && (
        <EmptyState>{t('No telephone number and no address by mail are on record.')}</EmptyState>
      )}
      <ul>
        {telecom.map((each) => (
          <li key={`${each.system} ${each.value}`} className={own.listed}>
            <ContactWay contact={each} />
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          [
            t('Address'),
            address
              .filter(({ use }) => use !== 'old')
              .map(addressText)
              .filter(Boolean)
              .join(' · '),
          ],
          [t('Family doctor'), generalPractitioner.flatMap(({ display }) => display ?? []).join(', ')],
          [t('Pharmacy'), pharmacyOf(patient)?.name],
        ]}
      />
    </Card>
  );
}

function Others({ patient: { contact = [] } }: { readonly patient: Patient }) {
  if (contact.length === 0) return null;
  return (
    <Card title={t('Who else is reached')}>
      <ul>
        {contact.map((each, i) => (
          <li key={i} className={own.listed}>
            <div className={own.entry}>
              <strong>{nameText(each.name) || each.organization?.display}</strong>
              <span className="muted">{relationText(each)}</span>
              {(each.telecom ?? []).map((way) => (
                <ContactWay key={`${way.system} ${way.value}`} contact={way} />
              ))}
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Insurance() {
  const { fhir } = usePortal();
  const query = useQuery(coveragesQuery(fhir));
  // Their pictures are for those who decide about them in the inbox.
  const isDecided = useQuery(reachQuery(fhir)).data?.tasks === true;
  const cards = useQuery({ ...cardsQuery(fhir), enabled: isDecided }).data?.resources ?? [];
  return (
    <Card title={t('Insurance')}>
      <Loaded query={query}>
        {({ resources }) => {
          const coverages = shown(resources);
          if (coverages.length === 0) return <EmptyState>{t('None on record.')}</EmptyState>;
          return coverages.map((coverage) => (
            <div key={coverage.id} className={own.listed}>
              <div className={own.entry}>
                {isWaiting(coverage) && (
                  <p>
                    <Pill kind="warn">{t('Handed in, not taken over yet')}</Pill>
                  </p>
                )}
                <InsuranceFacts coverage={coverage} />
                <KeptPill of={coverage} />
                {cardsOf(coverage, cards).flatMap((each) =>
                  each.content.map(({ attachment }) => (
                    <AttachedFile key={each.id} attachment={attachment} />
                  )),
                )}
              </div>
            </div>
          ));
        }}
      </Loaded>
    </Card>
  );
}
