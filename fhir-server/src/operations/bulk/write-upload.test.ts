import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { writeUpload } from './write-upload.ts';

describe('a file that is handed up', () => {
  it('to a disk that is full is told to come later, not that it did not arrive', async () => {
    const upload = Readable.from([Buffer.from('{"resourceType":"Patient","id":"a"}\n')]);
    await expect(writeUpload(upload, '/dev/full', 1000)).rejects.toMatchObject({ status: 503 });
  });
});
