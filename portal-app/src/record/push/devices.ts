/** Devices that are told of news by Web Push, as the server has them (`Patient/[id]/$push-device`). */
import type { Parameters, ParametersParameter } from '@medplum/fhirtypes';
import { queryOptions } from '@tanstack/react-query';
import { ownDigest, subscribe, unsubscribe } from '../../device/push.ts';
import { locale } from '../../i18n/language.ts';
import type { Fhir } from '../../smart/fhir.ts';

export interface Device {
  readonly id: string;
  readonly since: string;
  readonly isThis: boolean;
}

export interface PushState {
  readonly publicKey: string;
  readonly devices: readonly Device[];
}

export const pushQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['push', fhir.patient],
    queryFn: async (): Promise<PushState> => {
      const answer = await fhir.get<Parameters>(`Patient/${fhir.patient}/$push-device`);
      return pushState(answer, await ownDigest());
    },
  });

export function pushState({ parameter = [] }: Parameters, own: string | undefined): PushState {
  const value = (parts: readonly ParametersParameter[], name: string): string => {
    const found = parts.find((each) => each.name === name);
    return found?.valueString ?? found?.valueInstant ?? '';
  };
  const devices = parameter.filter(({ name }) => name === 'device').map(({ part = [] }) => part);
  return {
    publicKey: value(parameter, 'publicKey'),
    devices: devices.map((part) => ({
      id: value(part, 'id'),
      since: value(part, 'since'),
      isThis: own !== undefined && value(part, 'digest') === own,
    })),
  };
}

export async function turnOn(fhir: Fhir): Promise<void> {
  const { publicKey } = pushState(
    await fhir.get<Parameters>(`Patient/${fhir.patient}/$push-device`),
    undefined,
  );
  const told = { ...(await subscribe(publicKey)), language: locale().startsWith('es') ? 'es' : 'en' };
  await operation(fhir, '$push-device', told);
}

export async function turnOff(fhir: Fhir, { id, isThis }: Device): Promise<void> {
  await operation(fhir, '$push-device-end', { id });
  if (isThis) await unsubscribe();
}

const operation = (fhir: Fhir, name: string, values: Readonly<Record<string, string>>): Promise<Parameters> =>
  fhir.operation<Parameters>({
    type: 'Patient',
    id: fhir.patient,
    name,
    parameter: Object.entries(values).map(([each, valueString]) => ({ name: each, valueString })),
  });
