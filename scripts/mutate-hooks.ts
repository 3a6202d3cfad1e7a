/** In the place of a test's name: the hooks of its file. */
export const HOOKS = '(hooks)';
