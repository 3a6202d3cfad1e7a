/** Who works here and as what. What somebody may see follows from their roles within a minute. */
import type { Organization } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { t } from '../../../i18n/text.ts';
import {
  addPerson,
  membersOf,
  organizationsQuery,
  type Person,
  peopleQuery,
  placesToWork,
} from '../../../record/administration/people.ts';
import { rolePolicyQuery } from '../../../record/administration/role-policy.ts';
import { isInForce } from '../../../record/staff/in-force.ts';
import { ownRolesQuery } from '../../../record/staff/queries.ts';
import { reachQuery } from '../../../record/staff/reach.ts';
import { POOLS, type Pool } from '../../../record/work/kinds.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useSend } from '../../../smart/use-send.ts';
import { Each } from '../../../ui/Each.tsx';
import { SendForm, TextField } from '../../../ui/form.tsx';
import { Card, Loaded, Pill } from '../../../ui/parts.tsx';
import styles from './administration.module.css';
import { RoleForm, RoleLine } from './RoleLine.tsx';
import { ScopeDeeds } from './ScopeDeeds.tsx';

export function PeoplePart() {
  const { fhir } = useSignedIn();
  const people = useQuery(peopleQuery(fhir));
  const organizations = placesToWork(
    useQuery(organizationsQuery(fhir)).data ?? [],
    useQuery(ownRolesQuery(fhir)).data ?? [],
  );
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      {people.data && <Pools people={people.data} />}
      <Card
        title={t('People and roles')}
        action={
          !isAdding && (
            <button type="button" className="button" onClick={() => setAdding(true)}>
              {t('Add a person')}
            </button>
          )
        }
      >
        <p className="muted">
          {t(
            'What somebody may see follows from their roles within a minute. Their sign-in is made by the accounts of the clinic’s sign-in service.',
          )}
        </p>
        {isAdding && <PersonForm onDone={() => setAdding(false)} />}
        <Loaded query={people} rows={8}>
          {(all) => (
            <ul>
              <Each of={all}>
                {(person) => (
                  <PersonLine key={person.practitioner.id} person={person} organizations={organizations} />
                )}
              </Each>
            </ul>
          )}
        </Loaded>
      </Card>
      <RolePolicy />
    </>
  );
}

/** What follows from a role, for whoever gives it. Nothing, where the server does not tell; whom it would refuse it to does not ask (decision 40). */
function RolePolicy() {
  const { fhir } = useSignedIn();
  const enabled = useQuery(reachQuery(fhir)).data?.exchange === true;
  const { data = [] } = useQuery({ ...rolePolicyQuery(fhir), retry: false, enabled });
  if (data.length === 0) return null;
  return (
    <Card title={t('What each role may do')}>
      <p className="muted">{t('Whoever runs this server sets it (ROLE_POLICY_FILE).')}</p>
      {data.map(({ name, grants, besides }) => (
        <details key={name} className={styles.policy}>
          <summary>{name}</summary>
          {grants.map(({ whose, what }) => (
            <div key={whose}>
              <span>
                {t('Whose records')}: {whose}
              </span>
              <ScopeDeeds deeds={what} />
            </div>
          ))}
          {besides.length > 0 && (
            <ul>
              {besides.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
        </details>
      ))}
    </Card>
  );
}

/** Who takes what patients send. A pool that has nobody keeps patients waiting. */
function Pools({ people }: { readonly people: readonly Person[] }) {
  return (
    <Card title={t('Pools')}>
      <p className="muted">
        {t(
          'What patients send waits for a pool, until somebody of it takes it. Whoever has the role is in the pool.',
        )}
      </p>
      <ul>
        {Object.entries(POOLS).map(([pool, label]) => {
          const members = membersOf(pool as Pool, people);
          return (
            <li key={pool} className={styles.role}>
              <strong>{t(label)}</strong>
              {members.length > 0 ? (
                <span>{members.join(', ')}</span>
              ) : (
                <Pill kind="warn">{t('Nobody is in this pool today.')}</Pill>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
function PersonForm({ onDone }: { readonly onDone: () => void }) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const [given, setGiven] = useState('');
  const [family, setFamily] = useState('');
  const add = useSend({
    form: 'add person',
    what: { given, family },
    send: (identity) => addPerson(fhir, { given, family }, identity),
    onSuccess: async () => {
      await refresh('people');
      onDone();
    },
  });
  return (
    <SendForm label={t('Add a person')} state={add} onSend={() => add.mutate()} onCancel={onDone}>
      <TextField id="person-given" label={t('Given name')} required value={given} onChange={setGiven} />
      <TextField id="person-family" label={t('Family name')} required value={family} onChange={setFamily} />
    </SendForm>
  );
}

function PersonLine({
  person,
  organizations,
}: {
  readonly person: Person;
  readonly organizations: readonly Organization[];
}) {
  const [isAdding, setAdding] = useState(false);
  const { name, roles } = person;
  return (
    <li className={styles.person}>
      <div className={styles.head}>
        <strong>{name}</strong>
        {!roles.some((role) => isInForce(role)) && <Pill kind="warn">{t('No role today')}</Pill>}
        {!isAdding && (
          <button type="button" className="button quiet" onClick={() => setAdding(true)}>
            {t('Add a role')}
            <span className="visually-hidden">: {name}</span>
          </button>
        )}
      </div>
      <ul>
        <Each of={roles}>{(role) => <RoleLine key={role.id} role={role} name={name} />}</Each>
      </ul>
      {isAdding && <RoleForm person={person} organizations={organizations} onDone={() => setAdding(false)} />}
    </li>
  );
}
