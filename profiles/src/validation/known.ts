/** What is known beside the resource that is validated. */
import type { Answers } from '../outcome.ts';
import type { Terminology } from '../terminology/terminology.ts';
import type { Profile } from './profile/profile-tree.ts';
import type { StructureDefinition } from './profile/structure-definition.ts';

export interface Known {
  /** By its URL; a `|version` is passed over for those of R4 and of packages, of which there is one each, and holds for what is stored. */
  profile(canonical: string): Profile | undefined;
  definition(canonical: string): StructureDefinition | undefined;
  terminology(): Terminology;
  /** Modifier extensions that are heeded here, whether or not their definitions are known. */
  readonly understood?: ReadonlySet<string>;
  /** What the terminology here could not tell, as far as it was asked. */
  readonly answers?: Answers;
}
