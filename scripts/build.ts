/** `node scripts/build.ts`: what a container image is made with, so that its servers start at once: the portal, and the tables of FHIR R4. */
import { resourceTypes } from '@wellspring/profiles';
import { buildPortal } from './build-portal.ts';

buildPortal();
console.log(`The portal is built, the tables of ${resourceTypes.length} resource types are compiled.`);
