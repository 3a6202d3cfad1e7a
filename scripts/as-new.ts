/** Files of tests that share a process begin as if each had it alone: with the real time, and the portal's module of the clinic's clock is as it was. */
import { vi } from 'vitest';
import { setZoneOfClinic } from '../portal-app/src/format/clinic-clock.ts';

vi.useRealTimers();
vi.restoreAllMocks();
setZoneOfClinic(undefined);
