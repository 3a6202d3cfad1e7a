/** A calculator: nothing of it is stored or sent. */
import { useState } from 'react';
import { fill, t } from '../../../i18n/text.ts';
import { bodyMassIndex, bodyMassWords, type Units } from '../../../record/prevention/body-mass.ts';
import { BackLink } from '../../../ui/BackLink.tsx';
import form from '../../../ui/form.module.css';
import { Select, TextField } from '../../../ui/form.tsx';
import { Card, PageHead } from '../../../ui/parts.tsx';

export function BodyMassPage() {
  const [units, setUnits] = useState<Units>('us');
  const [height, setHeight] = useState('');
  const [weight, setWeight] = useState('');
  const index = bodyMassIndex(Number(height), Number(weight), units);
  const isFilled = height !== '' && weight !== '';
  return (
    <>
      <BackLink to="/learn">{t('Learn')}</BackLink>
      <PageHead title={t('Body mass index')} />
      <Card>
        <div className={form.form}>
          <Select
            id="units"
            label={t('Units')}
            value={units}
            onChange={(value) => setUnits(value as Units)}
            options={[
              ['us', t('Inches and pounds')],
              ['metric', t('Centimeters and kilograms')],
            ]}
          />
          <TextField
            id="height"
            type="number"
            label={t(units === 'us' ? 'Height in inches' : 'Height in centimeters')}
            hint={units === 'us' ? t('5 feet 8 inches are 68 inches.') : undefined}
            value={height}
            onChange={setHeight}
          />
          <TextField
            id="weight"
            type="number"
            label={t(units === 'us' ? 'Weight in pounds' : 'Weight in kilograms')}
            value={weight}
            onChange={setWeight}
          />
          <p role="status">
            {index !== undefined &&
              fill('Your index is {index}: {words}.', {
                index: <strong key="index">{index}</strong>,
                words: t(bodyMassWords(index)),
              })}
            {index === undefined && isFilled && t('Please check height and weight: they do not go together.')}
          </p>
        </div>
      </Card>
      <Card title={t('What it can’t tell')}>
        <p>
          {fill(
            'The index is weight in kilograms divided by height in meters, twice. It is for adults of 20 and older, not for children or in pregnancy. It does not tell muscle from fat, nor where fat is, and at one value people differ in risk by sex, age and descent. Bands: {source} (opens another site). Nothing you enter here is kept.',
            {
              source: (
                <a
                  key="source"
                  href="https://www.cdc.gov/bmi/adult-calculator/bmi-categories.html"
                  target="_blank"
                  rel="noreferrer"
                >
                  Centers for Disease Control and Prevention
                </a>
              ),
            },
          )}
        </p>
      </Card>
    </>
  );
}
