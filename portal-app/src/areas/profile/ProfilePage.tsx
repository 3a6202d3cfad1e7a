/** Who the record is about, as the clinic has it. */
import type { Coverage, Patient } from '@medplum/fhirtypes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { formatDate } from '../../format/date.ts';
import { conceptText, nameText } from '../../format/words.ts';
import type { Fhir } from '../../smart/fhir.ts';
import { usePortal } from '../../smart/SessionProvider.tsx';
import { startSignIn } from '../../smart/session.ts';
import { Card, EmptyState, Loaded, PageHead } from '../../ui/parts.tsx';
import { ContactForm } from './ContactForm.tsx';
import styles from './profile.module.css';

const patientQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['patient', fhir.patient],
    queryFn: () => fhir.read<Patient>('Patient', fhir.patient),
  });

export function ProfilePage() {
  const { config, fhir, session } = usePortal();
  const query = useQuery(patientQuery(fhir));
  const [isEditing, setEditing] = useState(false);
  return (
    <>
      <PageHead title="Profile" />
      <Loaded query={query}>
        {(patient) => (
          <Card title={nameText(patient.name?.[0])}>
            <dl className={styles.facts}>
              <Fact name="Born" values={[formatDate(patient.birthDate)]} />
              <Fact name="Phone" values={contacts(patient, 'phone')} />
              <Fact name="E-mail" values={contacts(patient, 'email')} />
              <Fact
                name="Address"
                values={(patient.address ?? []).map(
                  (each) =>
                    each.text ??
                    [...(each.line ?? []), each.city, each.state, each.postalCode].filter(Boolean).join(', '),
                )}
              />
              <Fact
                name="Language"
                values={(patient.communication ?? []).map(
                  (each) => each.language.text ?? each.language.coding?.[0]?.display ?? '',
                )}
              />
              <Fact
                name="Emergency contact"
                values={(patient.contact ?? []).map((each) =>
                  [nameText(each.name), each.telecom?.[0]?.value].filter(Boolean).join(', '),
                )}
              />
            </dl>
            {isEditing ? (
              <ContactForm patient={patient} onDone={() => setEditing(false)} />
            ) : (
              <p>
                <button type="button" className="button secondary" onClick={() => setEditing(true)}>
                  Change my contact details
                </button>
              </p>
            )}
            <p className="muted">
              Name and birth date are changed by the clinic, at your next visit or by phone.
            </p>
          </Card>
        )}
      </Loaded>
      <Insurance />
      <Card title="Questionnaires">
        <p>
          <Link to="/questionnaires">Fill in a questionnaire</Link>
        </p>
      </Card>
      <Card title="Account and sharing">
        <p>
          <a href={session.accountUrl}>Password, second step of signing in, devices</a>
        </p>
        <p>
          <a href={session.appsUrl}>Connected apps</a>
        </p>
        <p>
          <Link to="/access">Who looked at my record</Link>
        </p>
        <p>
          <button type="button" className="button secondary" onClick={() => void startSignIn(config, '/')}>
            Open another record
          </button>
        </p>
        <p className="muted">For parents and carers: your own record, or one of those you look after.</p>
      </Card>
      <p>
        <button type="button" className="button secondary" onClick={() => session.signOut()}>
          Sign out
        </button>
      </p>
    </>
  );
}

/** As the clinic's desk has it: what a pharmacy or hospital asks for. */
function Insurance() {
  const { fhir } = usePortal();
  const query = useQuery({
    queryKey: ['coverage', fhir.patient],
    queryFn: () => fhir.search<Coverage>('Coverage', { patient: fhir.patient, _count: '20' }),
  });
  return (
    <Card title="Insurance">
      <Loaded query={query}>
        {({ resources }) =>
          resources.length === 0 ? (
            <EmptyState>No insurance is on record. Bring your card to the next visit.</EmptyState>
          ) : (
            resources.map((each) => (
              <dl key={each.id} className={styles.facts}>
                <Fact name="Insurer" values={[each.payor[0]?.display ?? conceptText(each.type)]} />
                <Fact name="Member number" values={[each.subscriberId ?? '']} />
                <Fact
                  name="Valid"
                  values={[
                    [
                      each.period?.start && `from ${formatDate(each.period.start)}`,
                      each.period?.end && `until ${formatDate(each.period.end)}`,
                    ]
                      .filter(Boolean)
                      .join(' '),
                  ]}
                />
              </dl>
            ))
          )
        }
      </Loaded>
    </Card>
  );
}

function contacts(patient: Patient, system: string): string[] {
  return (patient.telecom ?? []).filter((each) => each.system === system).map((each) => each.value ?? '');
}

function Fact({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  const known = values.filter(Boolean);
  return (
    <div>
      <dt>{name}</dt>
      {known.length === 0 ? (
        <dd className="muted">Not on record</dd>
      ) : (
        known.map((value) => <dd key={value}>{value}</dd>)
      )}
    </div>
  );
}
