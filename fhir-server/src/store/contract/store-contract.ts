/** Every promise of the port as a test, run on each adapter. */
import { describe } from 'vitest';
import { codesOf } from './codes-of.ts';
import { indexEntries } from './index-entries.ts';
import { instants } from './instants.ts';
import { longLists } from './long-lists.ts';
import { manyValues } from './many-values.ts';
import { pages } from './pages.ts';
import { preconditions } from './preconditions.ts';
import { randomSearches } from './random-searches.ts';
import { replacedOnes } from './replaced.ts';
import { severalProcesses } from './several-processes.ts';
import { sorting } from './sorting.ts';
import type { Subject } from './subject.ts';
import { transactions } from './transactions.ts';
import { versions } from './versions.ts';
import { visible } from './visible.ts';
import { walks } from './walks.ts';
import { whoWrote } from './who-wrote.ts';

export function storeContract(subject: Subject): void {
  describe(`${subject.name} store`, () => {
    longLists(subject);
    codesOf(subject);
    whoWrote(subject);
    indexEntries(subject);
    versions(subject);
    preconditions(subject);
    transactions(subject);
    pages(subject);
    manyValues(subject);
    sorting(subject);
    visible(subject);
    instants(subject);
    randomSearches(subject);
    walks(subject);
    replacedOnes(subject);
    severalProcesses(subject);
  });
}
