/** Of a list of names each is taken for what the person has: not what was ruled out, nor what they are not to take (as the server's own, fhir-server ips-sections.ts). */
import { isRuledOut, type Judged } from './ruled-out.ts';

export const isHad = (entry: object): boolean =>
  !isRuledOut(entry as Judged) && (entry as { readonly doNotPerform?: boolean }).doNotPerform !== true;
