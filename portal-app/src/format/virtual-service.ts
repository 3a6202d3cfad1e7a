/** A visit by video or telephone: R5's virtualService, in R4 an extension of the Appointment, the Slot or the Schedule. */
import type { Extension } from '@medplum/fhirtypes';

export type Mode = 'in-person' | 'video' | 'phone';

interface Extended {
  readonly extension?: readonly Extension[] | undefined;
}

/** `…/extension-Appointment.virtualService`, of another type, or of a guide of its own. */
const VIRTUAL = /virtual-?service$/i;

export const virtualServices = ({ extension = [] }: Extended): Extension[] =>
  extension.filter(({ url }) => VIRTUAL.test(url ?? ''));

const PHONE = /^(phone|telephone|tel)$/i;

export function modeOf(resource: Extended): Mode {
  const [service] = virtualServices(resource);
  if (!service) return 'in-person';
  const isByPhone = (service.extension ?? []).some(
    ({ valueCoding, valueContactPoint }) =>
      PHONE.test(valueCoding?.code ?? '') || valueContactPoint?.system === 'phone',
  );
  return isByPhone ? 'phone' : 'video';
}
