import type { Communication } from '@medplum/fhirtypes';
import { isFromClinic, isMessage } from '../../format/message.ts';

export const isUnread = (each: Communication): boolean =>
  isMessage(each) && isFromClinic(each) && each.received === undefined;
