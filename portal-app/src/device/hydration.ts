/** What of the library makes a copy of what was read, and reads one: a file of its own, as the first page has no use for it. */
export { dehydrate, hydrate } from '@tanstack/react-query';
