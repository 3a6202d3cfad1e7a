/** Files of tests that share a process begin as if each had it alone: the portal's module of the clinic's clock is as it was. */
import { setZoneOfClinic } from '../portal-app/src/format/clinic-clock.ts';

setZoneOfClinic(undefined);
