/** What is known beside the resource that is validated. */
import type { Terminology } from '../terminology/terminology.ts';
import type { Profile, StructureDefinition } from './profile-tree.ts';

export interface Known {
  /** By its URL; a `|version` is passed over. */
  profile(canonical: string): Profile | undefined;
  definition(canonical: string): StructureDefinition | undefined;
  terminology(): Terminology;
}
