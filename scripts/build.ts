/** `node scripts/build.ts`: what a container image is made with, so that its servers start at once: portal, desk, and the tables of FHIR R4. */
import { resourceTypes } from '@wellspring/profiles';
import { buildApps } from './build-apps.ts';

buildApps();
console.log(`Portal and desk are built, the tables of ${resourceTypes.length} resource types are compiled.`);
