/** The portal's first lines: styles, what a launch can do at once, and the app. */
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { opening } from '../smart/opening.ts';
import { PORTAL_SCOPE } from './scopes.ts';

void opening({ meantFor: 'patients', scope: PORTAL_SCOPE }, () => import('./opened.tsx'));
