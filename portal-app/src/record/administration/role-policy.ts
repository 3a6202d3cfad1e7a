/** What each role of staff may do, in words, as the server tells it to whoever oversees it (`$role-policy`). */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { lookUp } from '../../format/table.ts';
import { plural, type Text, t } from '../../i18n/text.ts';
import type { FhirApi } from '../../smart/fhir.ts';
import { ROLES } from '../staff/roles.ts';
import { type ScopeDeed, scopeWords } from './scope-words.ts';

export interface PolicyOfRole {
  readonly name: string;
  /** Whose records, and what of them. */
  readonly grants: readonly { readonly whose: string; readonly what: readonly ScopeDeed[] }[];
  readonly besides: readonly string[];
}

/** Rejects with a FhirFailure where the role does not oversee it, or the server does not tell. */
export const rolePolicyQuery = (fhir: FhirApi) =>
  queryOptions({
    queryKey: ['role-policy'],
    queryFn: async () => rolePolicyOf(await fhir.get<Parameters>('$role-policy')),
  });

export const rolePolicyOf = ({ parameter = [] }: Parameters): readonly PolicyOfRole[] =>
  named(parameter, 'role').map(({ part = [] }) => ({
    name: nameOf(named(part, 'name')[0]?.valueString ?? ''),
    grants: named(part, 'grant').map(grantOf),
    besides: besidesOf(part),
  }));

const named = (parts: readonly ParametersParameter[], name: string): readonly ParametersParameter[] =>
  parts.filter((each) => each.name === name);

function nameOf(code: string): string {
  const label = ROLES.find(([each]) => each === code)?.[1];
  return label ? t(label) : code;
}

const WHOSE: Readonly<Record<string, Text>> = {
  everybody: 'everybody',
  organization: 'patients of the place where they have the role',
  'general-practitioner': 'those whose doctor they are',
  'care-team': 'those in whose care team they are',
  encounter: 'those whom they saw lately',
  appointment: 'those who have a visit with them',
  consent: 'those who allowed it',
};

function grantOf({ part = [] }: ParametersParameter): PolicyOfRole['grants'][number] {
  const whose = named(part, 'patients').map(({ valueCode = '' }) => {
    const words = lookUp(WHOSE, valueCode);
    return words ? t(words) : valueCode;
  });
  const scope = named(part, 'scope').map(({ valueString }) => valueString);
  return { whose: whose.join(', '), what: scopeWords(scope.join(' ')).flatMap(({ deeds }) => deeds) };
}

function besidesOf(part: readonly ParametersParameter[]): readonly string[] {
  const minutes = named(part, 'emergency')[0]?.valueInteger;
  const many = named(part, 'broadcasts')[0]?.valueInteger;
  return [
    ...(minutes === undefined
      ? []
      : [
          plural(
            minutes,
            'opens a record in an emergency, for 1 minute',
            'opens a record in an emergency, for {count} minutes',
          ),
        ]),
    ...(many === undefined
      ? []
      : [plural(many, 'writes to 1 patient at once', 'writes to {count} patients at once')]),
    ...(named(part, 'oversight').length > 0 ? [t('sees how exchange with others does')] : []),
  ];
}
