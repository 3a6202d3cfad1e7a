/** What was written, as another thread reads it (ResourceStore.elsewhere). */
import type { AccountedWrites } from '../store.ts';
import { openReading } from './connection.ts';
import { readWrites } from './read.ts';

export function openSource(file: string): {
  writes(after: string | undefined, limit: number): Promise<AccountedWrites>;
  close(): void;
} {
  const connection = openReading(file);
  return {
    async writes(after, limit) {
      connection.begin();
      try {
        return readWrites(connection, after, limit);
      } finally {
        connection.refresh();
      }
    },
    close: () => connection.close(),
  };
}
