/** A number is among what its own digits ask for, however many there are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addNumbers, numberNode } from './types/number.ts';
import { addQuantities, quantityNode } from './types/quantity.ts';

const UCUM = 'http://unitsofmeasure.org';
interface Row {
  readonly param: string;
  readonly low: number;
  readonly high: number;
}
const lists = () => ({ numbers: [] as Row[], quantities: [] as Row[] });
const holds = ({ range }: { readonly range: { low: number; high: number } }, { low, high }: Row) =>
  low >= range.low && high <= range.high;

const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), fc.integer({ min: 0, max: 17 }))
  .map(([digits, places]) => {
    const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0');
    const whole = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
    return digits < 0n ? `-${whole}` : whole;
  });

describe('eq finds, and ne does not, what was stored with the same digits', () => {
  it('as a number', () => {
    fc.assert(
      fc.property(decimals, (text) => {
        const { numbers, ...rest } = lists();
        addNumbers({ numbers, ...rest } as never, 'p', [{ type: 'decimal', value: Number(text) }]);
        for (const asked of [text, `ne${text}`])
          expect(holds(numberNode('p', asked) as never, numbers[0] as Row), asked).toBe(true);
      }),
      { examples: [['9007199254740993'], ['3.141592653589793238'], ['0.12345678901234567'], ['0']] },
    );
  });

  it('as a quantity, in its own unit and in base units', () => {
    fc.assert(
      fc.property(decimals, fc.constantFrom('g', 'Cel', '[lb_av]', 'mm[Hg]', '%'), (text, code) => {
        const found = lists();
        addQuantities(found as never, 'p', [
          { type: 'Quantity', value: { value: Number(text), system: UCUM, code } },
        ]);
        for (const asked of [text, `${text}|${UCUM}|${code}`]) {
          const node = quantityNode('p', asked) as never as Row & { range: Row };
          const row = found.quantities.find(({ param }) => param === node.param) as Row;
          expect(holds(node, row), asked).toBe(true);
        }
      }),
      {
        examples: [
          ['999999999999.99', 'g'],
          ['0.123456789', 'Cel'],
          ['9007199254740991', 'g'],
        ],
      },
    );
  });
});
