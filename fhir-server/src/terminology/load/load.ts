/** A release into tables: record by record, kept every few thousand, so that what was cut off goes on where it was. */
import type { Loading, NumberedRows, TableSystem, TerminologyTables } from '../tables/tables.ts';
import { fhirReleases } from './fhir.ts';
import { icd10CmRelease, isIcd10Cm } from './icd-10-cm.ts';
import { isLoinc, loincRelease } from './loinc.ts';
import { type Named, type Part, type Release, ReleaseError } from './release.ts';
import { openReleaseFiles, type ReleaseFiles } from './release-files.ts';
import { isRxNorm, rxNormRelease } from './rxnorm.ts';
import { isSnomed, snomedRelease } from './snomed.ts';

/** Records that are kept together. */
const BATCH = 4000;

export interface Progress {
  /** What is read. */
  readonly part: string;
  readonly records: number;
}

/** The code systems that are in a file, a folder or an archive. Errors: ReleaseError where there is none. */
export async function releasesOf(
  path: string,
  named: Named,
  say: (text: string) => void = () => undefined,
): Promise<readonly Release[]> {
  const files = await openReleaseFiles(path);
  const releases = await recognized(files, named, say);
  if (releases.length === 0)
    throw new ReleaseError(
      `${path} holds no release that is known: SNOMED CT (RF2 snapshot), LOINC (Loinc.csv), RxNorm (RRF), ICD-10-CM (order file), or complete FHIR CodeSystems.`,
    );
  return releases;
}

async function recognized(
  files: ReleaseFiles,
  named: Named,
  say: (text: string) => void,
): Promise<Release[]> {
  if (isSnomed(files)) return [await snomedRelease(files, named)];
  if (isLoinc(files)) return [loincRelease(files, named)];
  if (isRxNorm(files)) return [rxNormRelease(files, named)];
  if (isIcd10Cm(files)) return [icd10CmRelease(files, named)];
  return fhirReleases(files, named, say);
}

export async function loadRelease(
  tables: TerminologyTables,
  release: Release,
  tell: (progress: Progress) => void = () => undefined,
): Promise<TableSystem> {
  const { parts, ...head } = release;
  const loading = await tables.begin(head);
  try {
    await addParts(loading, parts, tell);
    tell({ part: 'indexes', records: 0 });
    return await loading.finish();
  } catch (error) {
    await loading.stop();
    throw error;
  }
}

async function addParts(
  loading: Loading,
  parts: readonly Part[],
  tell: (progress: Progress) => void,
): Promise<void> {
  const done = loading.position ?? { part: 0, record: 0 };
  for (const [part, { name, records }] of parts.entries()) {
    if (part < done.part) continue;
    let record = 0;
    let rows: NumberedRows[] = [];
    for await (const each of records()) {
      record += 1;
      if (part === done.part && record <= done.record) continue;
      rows.push({ ...each, part, record });
      if (rows.length < BATCH) continue;
      await loading.add(rows, { part, record });
      rows = [];
      tell({ part: name, records: record });
    }
    await loading.add(rows, { part, record });
    tell({ part: name, records: record });
  }
}
