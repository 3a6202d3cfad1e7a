/**
 * What threads of the store and of the audit log may hold of new objects. A row is read, answered or written, and forgotten: three times two megabytes cost
 * them nothing that was measured, and left to the process's setting each took 24 (docs/PERFORMANCE.md).
 */
import type { ResourceLimits } from 'node:worker_threads';

export const SMALL_YOUNG_GENERATION: ResourceLimits = Object.freeze({ maxYoungGenerationSizeMb: 6 });
