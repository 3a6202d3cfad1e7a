import type { QueryNode } from '../../search/query.ts';
import type { Referrer } from '../../store/store.ts';
import type { ResourceJson } from '../text/resource-text.ts';

/** What a caller asks to have written: one interaction of R4 (https://hl7.org/fhir/R4/http.html), alone or out of a Bundle. */
export type Write =
  | {
      readonly interaction: 'create';
      readonly resource: ResourceJson;
      readonly id: string;
      /** If-None-Exist as a tree. */
      readonly ifNoneExist?: QueryNode;
    }
  | {
      readonly interaction: 'update';
      readonly resource: ResourceJson;
      readonly id: string;
      /** If-Match. */
      readonly expectedVersion?: number;
      /** The condition of a conditional update that found nothing. */
      readonly ifNoneExist?: QueryNode;
      /** Of such a one: its id was made here, so that nothing can be under it. */
      readonly isNewId?: boolean;
      /** What it says of labels is what is wanted of them (`$meta-add`, `$meta-delete`): nothing is carried over (carried-labels.ts). */
      readonly namesLabels?: boolean;
      /** Of a merge that is taken back, and of a merge: see UpdateOperation. */
      readonly revives?: true;
      readonly unlessReferredToBeside?: readonly Referrer[];
    }
  | {
      readonly interaction: 'delete';
      readonly type: string;
      readonly id: string;
      readonly expectedVersion?: number;
    };

export type Deletion = Write & { readonly interaction: 'delete' };
export type Writing = Exclude<Write, Deletion>;
