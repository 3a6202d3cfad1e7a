/** How much of memory this process lets its objects have (docs/PERFORMANCE.md). */
import { setFlagsFromString } from 'node:v8';
import type { ResourceLimits } from 'node:worker_threads';

/**
 * For this process with its threads: what lives is collected when it has doubled. Left alone, V8 let it grow to three and four times as much while much is written: after
 * 60,000 Observations and as many resources of Synthea 637 MB besides the page cache, and 456 with this, for some 3 % of the rate.
 */
export const growByDoubling = (): void => setFlagsFromString('--heap-growing-percent=100');

/**
 * What threads of the store and of the audit log may hold of new objects. A row is read, answered or written, and forgotten: three times two megabytes cost
 * them nothing that was measured, and left to the process's setting each took 24.
 */
export const SMALL_YOUNG_GENERATION: ResourceLimits = Object.freeze({ maxYoungGenerationSizeMb: 6 });
