/** Who works here and as what. What somebody may see follows from their roles within a minute. */
import type { Organization, PractitionerRole } from '@medplum/fhirtypes';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { formatDate } from '../../../format/date.ts';
import { t } from '../../../i18n/text.ts';
import {
  addPerson,
  addRole,
  endRole,
  isValid,
  membersOf,
  organizationsQuery,
  type Person,
  peopleQuery,
  renewRole,
} from '../../../record/administration/people.ts';
import { ROLES, roleName } from '../../../record/staff/roles.ts';
import { POOLS, type Pool } from '../../../record/work/kinds.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction, useSend } from '../../../smart/use-send.ts';
import { Each } from '../../../ui/Each.tsx';
import { ActionButton, Select, SendForm, TextField } from '../../../ui/form.tsx';
import { Card, Loaded, Pill } from '../../../ui/parts.tsx';
import styles from './administration.module.css';

export function PeoplePart() {
  const { fhir } = useSignedIn();
  const people = useQuery(peopleQuery(fhir));
  const organizations = useQuery(organizationsQuery(fhir)).data ?? [];
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
    </>
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
        {!roles.some((role) => isValid(role)) && <Pill kind="warn">{t('No role today')}</Pill>}
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

function RoleLine({ role, name }: { readonly role: PractitionerRole; readonly name: string }) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const isOn = isValid(role);
  const change = useAction({
    act: () => (isOn ? endRole : renewRole)(fhir, role),
    onSettled: () => refresh('people', 'own-roles'),
  });
  const words = roleWords(role);
  return (
    <li className={styles.role}>
      <span>
        {words}
        {role.organization?.display && <span className="muted"> · {role.organization.display}</span>}
        {!isOn && (
          <span className="muted">
            {' · '}
            {role.period?.end ? t('until {end}', { end: formatDate(role.period.end) }) : t('not active')}
          </span>
        )}
      </span>
      <ActionButton action={change}>
        {t(isOn ? 'End the role' : 'Give it back')}
        <span className="visually-hidden">
          : {words}, {name}
        </span>
      </ActionButton>
    </li>
  );
}

const roleWords = ({ code = [] }: PractitionerRole): string => [...new Set(code.map(roleName))].join(', ');

function RoleForm({
  person: { practitioner, name },
  organizations,
  onDone,
}: {
  readonly person: Person;
  readonly organizations: readonly Organization[];
  readonly onDone: () => void;
}) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const [code, setCode] = useState('nurse');
  const [where, setWhere] = useState(organizations[0]?.id ?? '');
  const organization = organizations.find(({ id }) => id === where);
  const add = useSend({
    form: `role ${practitioner.id}`,
    what: { code, where },
    send: (identity) => addRole(fhir, { practitioner, name, code, organization }, identity),
    onSuccess: async () => {
      await refresh('people', 'own-roles');
      onDone();
    },
  });
  const id = practitioner.id ?? '';
  return (
    <SendForm label={t('Give this role')} state={add} onSend={() => add.mutate()} onCancel={onDone}>
      <Select
        id={`role-${id}`}
        label={t('Role')}
        value={code}
        onChange={setCode}
        options={ROLES.map(([each, label]) => [each, t(label)] as const)}
      />
      <Select
        id={`where-${id}`}
        label={t('Where')}
        value={where}
        onChange={setWhere}
        options={organizations.map((each) => [each.id ?? '', each.name ?? each.id ?? ''] as const)}
      />
    </SendForm>
  );
}
