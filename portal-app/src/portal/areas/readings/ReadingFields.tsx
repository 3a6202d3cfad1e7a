/** The fields of one value, by its kind. */
import { unitText } from '../../../format/quantity.ts';
import { type Text, t } from '../../../i18n/text.ts';
import type { Form } from '../../../record/readings/form.ts';
import { ARMS, KINDS, type KindName, MEALS, unitOf } from '../../../record/readings/kinds.ts';
import { Select, TextField } from '../../../ui/form.tsx';

interface Fields {
  readonly kind: KindName;
  readonly form: Form;
  readonly idOf: (part: string) => string;
  readonly onChange: (next: Partial<Form>) => void;
}

export function ReadingFields(fields: Fields) {
  const { kind, form, idOf, onChange } = fields;
  const { isOfDay } = KINDS[kind];
  return (
    <>
      {kind === 'blood-pressure' ? <PressureFields {...fields} /> : <ValueFields {...fields} />}
      {kind === 'glucose' && (
        <Select
          id={idOf('meal')}
          label={t('When was it? (optional)')}
          value={form.meal}
          onChange={(meal) => onChange({ meal })}
          options={[
            ['', t('Not said')] as const,
            ...Object.entries(MEALS).map(([meal, { words }]) => [meal, t(words)] as const),
          ]}
        />
      )}
      <TextField
        id={idOf('at')}
        type={isOfDay ? 'date' : 'datetime-local'}
        label={t(isOfDay ? 'Day' : 'When it was measured')}
        value={form.at}
        onChange={(at) => onChange({ at })}
        required
      />
    </>
  );
}

function ValueFields({ kind, form, idOf, onChange }: Fields) {
  const { title, units, isOfDay } = KINDS[kind];
  const unit = unitText({ unit: unitOf(kind, form.unit).words });
  return (
    <>
      {units.length > 1 && (
        <Select
          id={idOf('unit')}
          label={t('Unit')}
          value={form.unit}
          onChange={(next) => onChange({ unit: next })}
          options={units.map(({ code, words }) => [code, words] as const)}
        />
      )}
      <Amount
        id={idOf('value')}
        // What is counted is its own unit.
        label={isOfDay ? t(title) : t('{what} in {unit}', { what: t(title), unit })}
        value={form.value}
        onChange={(value) => onChange({ value })}
        isRequired
      />
    </>
  );
}

function PressureFields({ form, idOf, onChange }: Fields) {
  const amount = (part: 'value' | 'lower', label: Text) => (
    <Amount
      id={idOf(part)}
      label={t(label)}
      value={form[part]}
      onChange={(value) => onChange({ [part]: value })}
      isRequired
    />
  );
  return (
    <>
      {amount('value', 'Upper number')}
      {amount('lower', 'Lower number')}
      <Amount
        id={idOf('pulse')}
        label={t('Pulse (optional)')}
        hint={t('Beats in a minute, as the device shows them.')}
        value={form.pulse}
        onChange={(pulse) => onChange({ pulse })}
      />
      <Select
        id={idOf('arm')}
        label={t('Which arm? (optional)')}
        value={form.arm}
        onChange={(arm) => onChange({ arm })}
        options={[['', t('Not said')] as const, ...ARMS.map(([code, words]) => [code, t(words)] as const)]}
      />
    </>
  );
}

/** With a comma or a point, as people write: a field of numbers takes but one of them. */
function Amount({
  isRequired = false,
  ...field
}: {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isRequired?: boolean;
}) {
  return <TextField {...field} inputMode="decimal" required={isRequired} />;
}
