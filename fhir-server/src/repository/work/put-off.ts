/** How work that was put off until a day (profiles/put-off.ts) is found. */
import { PUT_OFF } from '@wellspring/profiles/put-off';
import { tokenNode } from '../../search/types/token.ts';

export const isMarkedPutOff = tokenNode('business-status', `${PUT_OFF.system}|${PUT_OFF.code}`);
