/** Property tests of a run that sets FAST_CHECK_SEED generate the same cases each time; without it, new ones. */
import fc from 'fast-check';

const seed = process.env.FAST_CHECK_SEED;
if (seed) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
