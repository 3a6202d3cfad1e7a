/** FHIR packages as tests make them: a tar archive, gzipped. */
import { gzipSync } from 'node:zlib';

/** `files`: name → text. */
export const tgzOf = (files: Readonly<Record<string, string>>): Buffer =>
  gzipSync(
    Buffer.concat([...Object.entries(files).map(([name, text]) => tarFile(name, text)), Buffer.alloc(1024)]),
  );

/** One file of a tar archive: header block, content, padding. */
function tarFile(name: string, text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(content.length.toString(8).padStart(11, '0'), 124);
  header.write('0', 156);
  header.write('ustar\0', 257);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
