/** The process. What it consists of is loaded when compiled code is kept: by `run.ts`. */
import { keepCompiled } from '@wellspring/serving/compile-cache';
import { keepPrivate } from '@wellspring/serving/private-files';
import { growByDoubling } from './heap.ts';

keepPrivate();
growByDoubling();
keepCompiled();
await import('./run.ts');
