/** Heart age: a calculator that starts from what is on record. Nothing of it is stored or sent. */
import type { Condition, Observation, Patient, Resource } from '@medplum/fhirtypes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { pressureOf } from '../../../format/blood-pressure-flag.ts';
import { timeOf } from '../../../format/date.ts';
import { prescriptionsOf } from '../../../format/medicine.ts';
import { numberText, valueIn } from '../../../format/quantity.ts';
import { fill, type Text, t } from '../../../i18n/text.ts';
import { useArticleTexts } from '../../../i18n/use-further-texts.ts';
import {
  beyondStudy,
  type HeartFacts,
  type HeartNumber,
  heartAge,
  limitsOf,
  tenYearRisk,
} from '../../../record/prevention/heart-age.ts';
import { diabetesIn, pressureMedicineIn } from '../../../record/prevention/heart-record.ts';
import { type Fhir, listOf } from '../../../smart/fhir.ts';
import { usePortal } from '../../../smart/SessionProvider.tsx';
import { BackLink } from '../../../ui/BackLink.tsx';
import form from '../../../ui/form.module.css';
import { CheckList, Select, TextField } from '../../../ui/form.tsx';
import { Card, Loaded, PageHead } from '../../../ui/parts.tsx';

const LOINC = 'http://loinc.org';
const YEAR_MS = 365.25 * 86_400_000;
const OLDEST = 80;

type Numbers = Partial<Pick<HeartFacts, 'sex' | HeartNumber>>;

interface Known extends Numbers {
  /** The entries of the record that say it. */
  readonly diabetes: string | undefined;
  readonly treated: string | undefined;
}

/** What the record already says: age and sex, and the latest of each number. */
const knownQuery = (fhir: Fhir) =>
  queryOptions({
    queryKey: ['heart-age', fhir.patient],
    queryFn: async (): Promise<Known> => {
      const latest = (code: string) =>
        `Observation?patient=${fhir.patient}&code=${encodeURIComponent(`${LOINC}|${code}`)}&_sort=-date&_count=1`;
      const [who, pressure, cholesterol, hdl, problems, medicines] = await fhir.batch([
        `Patient?_id=${fhir.patient}`,
        latest('85354-9'),
        latest('2093-3'),
        latest('2085-9'),
        `Condition?patient=${fhir.patient}&clinical-status=active,recurrence,relapse&_count=100`,
        `MedicationRequest?patient=${fhir.patient}&status=active&_count=100&_include=MedicationRequest:medication`,
      ]);
      const patient = listOf<Patient>(who)?.[0];
      const [reading] = listOf<Observation>(pressure) ?? [];
      const systolic = reading && pressureOf(reading)?.systolic;
      const age = patient?.birthDate && Math.floor((Date.now() - timeOf(patient.birthDate)) / YEAR_MS);
      return {
        ...(patient?.gender === 'female' || patient?.gender === 'male' ? { sex: patient.gender } : {}),
        ...(typeof age === 'number' ? { age } : {}),
        ...(systolic === undefined ? {} : { systolic }),
        ...numberOf('cholesterol', listOf<Observation>(cholesterol)),
        ...numberOf('hdl', listOf<Observation>(hdl)),
        diabetes: diabetesIn(listOf<Condition>(problems) ?? []),
        treated: pressureMedicineIn(
          prescriptionsOf(listOf<Resource>(medicines) ?? []),
          listOf<Condition>(problems) ?? [],
        ),
      };
    },
  });

function numberOf(name: 'cholesterol' | 'hdl', found: readonly Observation[] | undefined): Numbers {
  const quantity = found?.[0]?.valueQuantity;
  // `<30` is no number to reckon with.
  const value = quantity && !quantity.comparator && valueIn(quantity, { unit: 'mg/dL' });
  return value === undefined ? {} : { [name]: value };
}

export function HeartAgePage() {
  useArticleTexts();
  const { fhir } = usePortal();
  const query = useQuery(knownQuery(fhir));
  return (
    <>
      <BackLink to="/learn">{t('Learn')}</BackLink>
      <PageHead title={t('Heart age')} />
      <Loaded query={query} rows={6}>
        {(known) => <Calculator known={known} />}
      </Loaded>
      <Card title={t('What it can’t tell')}>
        <p>
          {fill(
            'The formula is the general cardiovascular risk profile of the Framingham Heart Study ({source}, opens another site), for ages 30 to 74 without heart disease or stroke. It was made with mostly white Americans of the 1970s to 1990s, and says too much for many people today; it knows nothing of family, kidneys or pregnancy. It is no reason to start or stop a medicine: talk about it with your care team.',
            {
              source: (
                <a
                  key="source"
                  href="https://doi.org/10.1161/CIRCULATIONAHA.107.699579"
                  target="_blank"
                  rel="noreferrer"
                >
                  D’Agostino 2008
                </a>
              ),
            },
          )}{' '}
          {t('Nothing you enter here is kept.')}
        </p>
      </Card>
    </>
  );
}

const NUMBERS: readonly (readonly [HeartNumber, Text])[] = [
  ['age', 'Age in years'],
  ['systolic', 'Upper blood pressure (mmHg)'],
  ['cholesterol', 'Total cholesterol (mg/dL)'],
  ['hdl', '“Good” cholesterol, HDL (mg/dL)'],
];
const FACTS = ['treated', 'smokes', 'diabetes'] as const;
const FACT_WORDS: Readonly<Record<(typeof FACTS)[number], Text>> = {
  treated: 'I take medicine for blood pressure',
  smokes: 'I smoke',
  diabetes: 'I have diabetes',
};

function Calculator({ known }: { readonly known: Known }) {
  const [sex, setSex] = useState<string>(known.sex ?? '');
  const [numbers, setNumbers] = useState<Readonly<Record<HeartNumber, string>>>({
    age: String(known.age ?? ''),
    systolic: String(known.systolic ?? ''),
    cholesterol: String(known.cholesterol ?? ''),
    hdl: String(known.hdl ?? ''),
  });
  const [chosen, setChosen] = useState<readonly string[]>(() => [
    ...(known.treated ? ['treated'] : []),
    ...(known.diabetes ? ['diabetes'] : []),
  ]);
  const isFilled = sex !== '' && NUMBERS.every(([name]) => numbers[name] !== '');
  return (
    <Card>
      <div className={form.form}>
        <p className="muted">
          {t('What your record knows is filled in: the latest of each. Change what is not right.')}
        </p>
        <Select
          id="sex"
          label={t('Sex')}
          value={sex}
          onChange={setSex}
          options={[
            ['', t('Choose one')],
            ['female', t('Female')],
            ['male', t('Male')],
          ]}
        />
        {NUMBERS.map(([name, label]) => (
          <TextField
            key={name}
            id={name}
            type="number"
            label={t(label)}
            value={numbers[name]}
            onChange={(next) => setNumbers({ ...numbers, [name]: next })}
          />
        ))}
        <CheckList
          legend={t('What is true of you')}
          options={FACTS.map((fact) => [fact, t(FACT_WORDS[fact])] as const)}
          chosen={chosen}
          onChange={setChosen}
        />
        {[known.treated, known.diabetes].some(Boolean) && (
          <p className="muted">
            {t('Ticked by your record: {entries}.', {
              entries: [known.treated, known.diabetes].filter(Boolean).join(', '),
            })}
          </p>
        )}
        <p role="status">
          {isFilled && (
            <Answer
              facts={{
                sex: sex === 'male' ? 'male' : 'female',
                age: Number(numbers.age),
                systolic: Number(numbers.systolic),
                cholesterol: Number(numbers.cholesterol),
                hdl: Number(numbers.hdl),
                treated: chosen.includes('treated'),
                smokes: chosen.includes('smokes'),
                diabetes: chosen.includes('diabetes'),
              }}
            />
          )}
        </p>
      </div>
    </Card>
  );
}

function Answer({ facts }: { readonly facts: HeartFacts }) {
  const beyond = beyondStudy(facts);
  if (beyond) {
    const [least, most] = limitsOf(beyond);
    const label = NUMBERS.find(([name]) => name === beyond)?.[1] as Text;
    return t('The formula holds for {name} from {least} to {most}.', { name: t(label), least, most });
  }
  const age = heartAge(facts);
  return fill(
    'Your heart age is {age}, and you are {years}. Of a hundred people like you, about {risk} get heart disease or a stroke within ten years.',
    {
      age: <strong key="age">{age > OLDEST ? t('over {age}', { age: OLDEST }) : age}</strong>,
      years: facts.age,
      risk: numberText(Math.round(tenYearRisk(facts) * 100)),
    },
  );
}
