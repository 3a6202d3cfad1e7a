/** The desk's first lines: styles, what a launch can do at once, and the app. */
import '@fontsource-variable/atkinson-hyperlegible-next/wght.css';
import '../ui/tokens.css';
import '../ui/base.css';
import { opening } from '../smart/opening.ts';
import { DESK_SCOPE } from './scopes.ts';

void opening({ meantFor: 'staff', scope: DESK_SCOPE }, () => import('./opened.tsx'));
