import { describe, expect, it } from 'vitest';
import { fill, t } from './text.ts';

describe('a text', () => {
  it('has its placeholders filled, and one full stop, also after a time that ends with one', () => {
    expect(t('Booked: {when}.', { when: 'Fri, Dec 4, 10:20 AM' })).toBe('Booked: Fri, Dec 4, 10:20 AM.');
    expect(t('Booked: {when}.', { when: 'vie, 4 de dic, 10:20 a.m.' })).toBe(
      'Booked: vie, 4 de dic, 10:20 a.m.',
    );
    const parts = (when: string) =>
      (fill('Booked: {when}.', { when }) as unknown as { props: { children: string[] } }).props.children.join(
        '',
      );
    expect(parts('10:20 a.m.')).toBe('Booked: 10:20 a.m.');
    expect(parts('10:20')).toBe('Booked: 10:20.');
  });
});
