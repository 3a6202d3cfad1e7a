/** The export in an archive, found by the list at the archive's end: only its own part of the file is read. Unpacked by the browser itself, in no worker. */
import { BlobReader, configure, type FileEntry, ZipReader } from '@zip.js/zip.js/lib/zip-core-custom.js';
import { t } from '../../../i18n/text.ts';
import { FileProblem } from '../file.ts';
import type { ExportFile } from './export-xml.ts';

configure({ useWebWorkers: false, useCompressionStream: true });

/** Files of routes and recordings stand in folders of their own; so many stand beside the export. */
const MOST_TRIED = 10;
const ROOT = '<HealthData';
/** Before its root the export describes itself. */
const MOST_BEFORE_ROOT = 100_000;

/** undefined: it has none. Throws FileProblem where it is no archive that can be read. */
export async function inArchive(file: Blob): Promise<ExportFile | undefined> {
  const candidates = await xmlIn(file);
  for (const entry of candidates.slice(0, MOST_TRIED)) {
    const opened: ExportFile = { size: entry.uncompressedSize, open: () => unpacked(entry) };
    if (await isExport(opened.open())) return opened;
  }
  return undefined;
}

async function xmlIn(file: Blob): Promise<readonly FileEntry[]> {
  try {
    const entries = await new ZipReader(new BlobReader(file)).getEntries();
    return entries.filter(
      (each): each is FileEntry => !each.directory && !each.encrypted && /\.xml$/i.test(each.filename),
    );
  } catch {
    throw new FileProblem(t('This file could not be read.'));
  }
}

function unpacked(entry: FileEntry): ReadableStream<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  // What is broken ends the stream with its error; what is not wanted any more is no error.
  entry.getData(writable).catch((error: unknown) => writable.abort(error).catch(() => undefined));
  return readable;
}

async function isExport(stream: ReadableStream<Uint8Array>): Promise<boolean> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < MOST_BEFORE_ROOT && !text.includes(ROOT)) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return false;
  }
  await reader.cancel().catch(() => undefined);
  return text.includes(ROOT);
}
