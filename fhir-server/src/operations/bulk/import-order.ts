/** What an import was asked for, as it is kept with its job, and how far it is. */
import type { AccessContext } from '../../access/access-context.ts';
import { groundsIn, type KeptAccess } from '../../access/standing.ts';

export const IMPORT = 'import';

export interface ImportInput {
  /** As errors name it. */
  readonly name: string;
  /** The type that all of its lines have; undefined: any. */
  readonly type?: string;
  /** Where it is fetched from; undefined: it was handed up. */
  readonly url?: string;
}

export interface ImportOrder {
  readonly request: string;
  readonly inputs: readonly ImportInput[];
  /** Of what says no source itself: `meta.source`. */
  readonly source?: string;
  readonly access: KeptAccess;
  /** X-Provenance, as JSON text. */
  readonly provenance?: string;
}

/** A file that grows while the job runs: what is beyond `bytes` was not saved. */
export interface Grown {
  readonly name: string;
  readonly bytes: number;
  readonly lines: number;
}

export interface ImportData {
  readonly order: ImportOrder;
  /** Inputs that are here. */
  readonly fetched: number;
  /** Reading of the inputs is the first pass; each further one reads what the one before put off. */
  readonly pass: number;
  readonly input: number;
  /** Lines of this input that are done. */
  readonly line: number;
  /** Written or found as it is, by type. */
  readonly counts: Readonly<Record<string, number>>;
  readonly unchanged: number;
  readonly errors?: Grown;
  /** Lines that refer to what is not there yet. */
  readonly putOff?: Grown;
  /** What this pass reads: of the second and later ones. */
  readonly reading?: Grown;
}

/** The whole of a token, for work that goes on without it, and what its answer rests on. */
export function wholeAccess(access: AccessContext): KeptAccess {
  return {
    ...groundsIn(access),
    scopes: access.scopes.map(({ level, type, filter, interactions }) => ({
      level,
      type,
      filter,
      interactions: [...interactions],
    })),
  };
}

/** Compressed, in the job's folder. */
export const inputFile = (index: number): string => `input-${index}.ndjson.gz`;
export const ERRORS = 'errors.ndjson';
