/** A role that somebody has: given, ended now or on a day, given back. */
import type { Organization, PractitionerRole } from '@medplum/fhirtypes';
import { useState } from 'react';
import { useChanges } from '../../../device/drafts.ts';
import { today } from '../../../format/clinic-clock.ts';
import { formatDate } from '../../../format/date.ts';
import { requireRight } from '../../../format/field-problem.ts';
import { t } from '../../../i18n/text.ts';
import {
  addRole,
  endRole,
  endRoleOn,
  type Person,
  renewRole,
} from '../../../record/administration/people.ts';
import { isInForce } from '../../../record/staff/in-force.ts';
import { ROLES, roleName } from '../../../record/staff/roles.ts';
import { useSignedIn } from '../../../smart/SessionProvider.tsx';
import { useRefresh } from '../../../smart/use-refresh.ts';
import { useAction, useSend } from '../../../smart/use-send.ts';
import { AskedAction } from '../../../ui/asked.tsx';
import { ActionButton, Select, SendForm, TextField } from '../../../ui/form.tsx';
import styles from './administration.module.css';

const roleWords = ({ code = [] }: PractitionerRole): string => [...new Set(code.map(roleName))].join(', ');

export function RoleLine({ role, name }: { readonly role: PractitionerRole; readonly name: string }) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const [isEnding, setEnding] = useState(false);
  const isOn = isInForce(role);
  const change = useAction({
    act: () => (isOn ? endRole : renewRole)(fhir, role),
    onSettled: () => refresh('people', 'own-roles'),
  });
  const words = roleWords(role);
  const end = role.period?.end;
  const whose = (
    <span className="visually-hidden">
      : {words}, {name}
    </span>
  );
  return (
    <li className={styles.role}>
      <span>
        {words}
        {role.organization?.display && <span className="muted"> · {role.organization.display}</span>}
        {(end || !isOn) && (
          <span className="muted">
            {' '}
            · {end ? t('until {end}', { end: formatDate(end) }) : t('not active')}
          </span>
        )}
      </span>
      {isOn ? (
        <AskedAction
          action={change}
          label={t('End the role')}
          about={`${words}, ${name}`}
          follows={t(
            'From now on {name} does not have the role “{role}”: what it opened to them closes within a minute. For a day that is to come, set the last day.',
            { name, role: words },
          )}
        />
      ) : (
        <ActionButton action={change}>
          {t('Give it back')}
          {whose}
        </ActionButton>
      )}
      {isOn && !isEnding && (
        <button type="button" className="button quiet" onClick={() => setEnding(true)}>
          {t(end ? 'Another last day' : 'Set the last day')}
          {whose}
        </button>
      )}
      {isOn && isEnding && <EndForm role={role} onDone={() => setEnding(false)} />}
    </li>
  );
}

/** Throws FieldProblem. A day that is over would end it in the past. */
const requireToCome = (field: string, day: string): void =>
  requireRight(field, day !== '' && day < today() && 'Please choose today or a day that is to come.');

const lastDayOf = ({ period }: PractitionerRole): string => period?.end?.slice(0, 10) ?? '';

function EndForm({ role, onDone }: { readonly role: PractitionerRole; readonly onDone: () => void }) {
  const { fhir } = useSignedIn();
  const refresh = useRefresh();
  const id = `end-${role.id}`;
  const [{ day }, change, discard, check] = useChanges(id, { day: lastDayOf(role) });
  const close = (): void => {
    discard();
    onDone();
  };
  const save = useAction({
    act: async () => {
      requireToCome(id, day);
      await check({ day: [id, lastDayOf(role) && formatDate(lastDayOf(role))] });
      return endRoleOn(fhir, role, day);
    },
    onSuccess: close,
    onSettled: () => refresh('people', 'own-roles'),
  });
  return (
    <SendForm label={t('Save the last day')} state={save} onSend={save.mutate} onCancel={close}>
      <TextField
        id={id}
        type="date"
        label={t('Last day (optional)')}
        hint={t('The role ends when that day is over at the clinic. Without a day it has no end.')}
        value={day}
        onChange={(next) => change({ day: next })}
      />
    </SendForm>
  );
}

export function RoleForm({
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
  const [chosen, setWhere] = useState<string>();
  const where = chosen ?? organizations[0]?.id ?? '';
  const [until, setUntil] = useState('');
  const organization = organizations.find(({ id }) => id === where);
  const id = practitioner.id ?? '';
  const add = useSend({
    form: `role ${practitioner.id}`,
    what: { code, where, until },
    send: async (identity) => {
      requireToCome(`until-${id}`, until);
      return addRole(fhir, { practitioner, name, code, organization, until }, identity);
    },
    onSuccess: async () => {
      await refresh('people', 'own-roles');
      onDone();
    },
  });
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
      <TextField
        id={`until-${id}`}
        type="date"
        label={t('Last day (optional)')}
        value={until}
        onChange={setUntil}
      />
    </SendForm>
  );
}
