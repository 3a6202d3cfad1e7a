/** `organizeOutputBy=Patient`: a block for each patient, with a header before it. */
import type { StoredVersion } from '../../store/store.ts';
import type { RunningJob } from '../runner.ts';
import { headerLine } from './lines.ts';
import type { Output } from './output.ts';
import type { Provenances } from './provenance.ts';
import type { SelectedType, Selection } from './selection.ts';

export interface Blocks {
  readonly selection: Selection;
  readonly provenances: Provenances;
  readonly output: Output;
  readonly job: RunningJob;
  readonly lineOf: (version: StoredVersion) => string;
}

/** A block for each patient: a header, themselves, and what their record holds. Never split: a file may grow beyond its measure for the last one in it. */
export async function byPatient(blocks: Blocks, after: string | undefined): Promise<void> {
  const { selection, output } = blocks;
  const everybody: SelectedType = { type: 'Patient', where: { kind: 'all' } };
  for (let from = after; ; ) {
    const { versions, next } = await selection.page(everybody, { after: from, always: true });
    for (const { id } of versions) {
      await writeBlock(blocks, id);
      await output.reached({ at: selection.types.length, after: id }, 'by patients');
    }
    if (next === undefined) return;
    from = next;
  }
}

async function writeBlock(
  { selection, provenances, output, job, lineOf }: Blocks,
  patient: string,
): Promise<void> {
  const names: string[] = [];
  async function write(versions: readonly StoredVersion[]): Promise<void> {
    if (versions.length === 0) return;
    const header = names.length === 0 ? headerLine(patient) : undefined;
    names.push(...versions.map(({ type, id }) => `${type}/${id}`));
    output.disclose([patient]);
    await output.write('output', '', versions.map(lineOf), header);
  }
  const own = selection.types.filter(({ type }) => type === 'Patient');
  const others = selection.types.filter(({ type }) => type !== 'Patient' && type !== 'Provenance');
  for (const type of [...own, ...others]) {
    for (let after: string | undefined; ; ) {
      job.check();
      const page = await selection.page(type, { after, patient });
      await write(page.versions);
      if (page.next === undefined) break;
      after = page.next;
    }
  }
  if (selection.types.some(({ type }) => type === 'Provenance'))
    await write(await provenances.keep(await provenances.about(names)));
}
