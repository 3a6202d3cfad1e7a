/** Who the record is about, as the clinic has it; read first, changed in place by section. */
import type { Patient } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { formatDate } from '../../../format/date.ts';
import { nameText, officialName } from '../../../format/words.ts';
import { t } from '../../../i18n/text.ts';
import { isOpen } from '../../../record/about-pages.ts';
import { patientQuery } from '../../../record/patient/use-patient.ts';
import { startSignIn } from '../../../smart/launch.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { Card, Loaded, PageHead } from '../../../ui/parts.tsx';
import { ContactForm } from './ContactForm.tsx';
import { CopyCard } from './CopyCard.tsx';
import { Correction } from './Correction.tsx';
import { EmergencyCard } from './EmergencyCard.tsx';
import { FamilyCard } from './FamilyCard.tsx';
import { InsuranceCard } from './InsuranceCard.tsx';
import { NoticesCard } from './NoticesCard.tsx';
import { PersonFacts } from './PersonFacts.tsx';
import { PharmacyCard } from './PharmacyCard.tsx';
import { PushCard } from './PushCard.tsx';

export function ProfilePage() {
  const { config, fhir, session, signOut } = usePortal();
  const query = useQuery(patientQuery(fhir));
  // Whom the patient invited sees these, and changes none.
  const canChange = fhir.offers('Patient', 'update');
  return (
    <>
      <PageHead title={t('Profile')} />
      <Loaded query={query}>
        {(patient) => (
          <>
            <Person patient={patient} canChange={canChange} />
            <EmergencyCard patient={patient} canChange={canChange} />
            {canChange && <NoticesCard patient={patient} />}
            {canChange && fhir.offers('Patient', '$push-device') && <PushCard />}
            {(canChange || fhir.offers('MedicationRequest')) && (
              <PharmacyCard patient={patient} canChange={canChange} />
            )}
          </>
        )}
      </Loaded>
      {fhir.offers('Coverage') && <InsuranceCard />}
      {isOpen('/questionnaires', fhir.offers) && (
        <Card title={t('Questionnaires')}>
          <p>
            <Link to="/questionnaires">{t('Fill in a questionnaire')}</Link>
          </p>
        </Card>
      )}
      {config.accountUrl && <FamilyCard accountUrl={config.accountUrl} />}
      <CopyCard />
      <Card title={t('Account and sharing')}>
        {config.accountUrl && (
          <p>
            <a href={config.accountUrl} className="lone">
              {t('Password, second step of signing in, devices')}
            </a>
          </p>
        )}
        {session.appsUrl && (
          <p>
            <a href={session.appsUrl} className="lone">
              {t('Connected apps')}
            </a>
          </p>
        )}
        {isOpen('/share', fhir.offers) && (
          <p>
            <Link to="/share" className="lone">
              {t('Share my summary')}
            </Link>
          </p>
        )}
        {fhir.offers('AuditEvent') && (
          <p>
            <Link to="/access" className="lone">
              {t('Who looked at my record')}
            </Link>
          </p>
        )}
        <p>
          <button
            type="button"
            className="button secondary"
            onClick={() => void startSignIn(config, '/', 'choose')}
          >
            {t('Open another record')}
          </button>
        </p>
        <p className="muted">
          {t('For parents and carers: your own record, or one of those you look after.')}
        </p>
      </Card>
      <p>
        <button type="button" className="button secondary" onClick={() => void signOut('forget')}>
          {t('Sign out')}
        </button>
      </p>
    </>
  );
}

function Person({ patient, canChange }: { readonly patient: Patient; readonly canChange: boolean }) {
  const { fhir } = usePortal();
  const [isEditing, setEditing] = useState(false);
  const [isSaved, setSaved] = useState(false);
  return (
    <Card title={nameText(officialName(patient))}>
      <PersonFacts patient={patient} born={formatDate(patient.birthDate)} />
      {isEditing && (
        <ContactForm
          patient={patient}
          onSaved={() => {
            setEditing(false);
            setSaved(true);
          }}
          onCancel={() => {
            setEditing(false);
            setSaved(false);
          }}
        />
      )}
      {canChange && !isEditing && (
        <p>
          <button type="button" className="button secondary" onClick={() => setEditing(true)}>
            {t('Change my contact details')}
          </button>
        </p>
      )}
      <p role="status">{isSaved && !isEditing && t('Saved: the clinic has it as it stands here.')}</p>
      {canChange && fhir.offers('Task', 'create') && <Correction />}
    </Card>
  );
}
