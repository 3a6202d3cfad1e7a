/** The library: own words, each with the public-health source it rests on. `codes`: LOINC of the results and SNOMED CT or ICD-10-CM of the problems that it explains. */
import type { CodeableConcept } from '@medplum/fhirtypes';

export interface Article {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly sections: readonly (readonly [heading: string, text: string])[];
  readonly source: { readonly name: string; readonly url: string };
  readonly codes: readonly string[];
}

export const ARTICLES: readonly Article[] = [
  {
    id: 'blood-pressure',
    title: 'Blood pressure',
    about: 'What the two numbers mean, and how to measure at home.',
    sections: [
      [
        'The two numbers',
        'The first number is the pressure while the heart beats, the second while it rests between beats. Below 120 over 80 is called normal for adults in the United States. From 130 over 80 on, measured more than once, doctors speak of high blood pressure.',
      ],
      [
        'Measuring at home',
        'Sit for five minutes with your back supported and your feet on the floor. Rest your arm at the height of your heart. Do not smoke, exercise or drink coffee in the half hour before. Measure twice, a minute apart, at about the same times each day.',
      ],
      [
        'When to get help',
        'Above 180 over 120 with chest pain, shortness of breath, weakness, or trouble seeing or speaking: call 911. Without such signs, rest, measure again, and call the clinic the same day.',
      ],
    ],
    source: {
      name: 'Centers for Disease Control and Prevention: About High Blood Pressure',
      url: 'https://www.cdc.gov/high-blood-pressure/about/index.html',
    },
    codes: ['85354-9', '8480-6', '8462-4', '55284-4', '38341003', '59621000', 'I10'],
  },
  {
    id: 'hba1c',
    title: 'Blood sugar over three months (HbA1c)',
    about: 'What the percentage says that a single blood sugar does not.',
    sections: [
      [
        'What it measures',
        'Sugar sticks to the red cells in your blood. As these live for about three months, the share of cells with sugar on them shows your average over that time. You need not fast for it.',
      ],
      [
        'What the number means',
        'Below 5.7 % is normal. 5.7 to 6.4 % is called prediabetes. 6.5 % or more, found twice, is how diabetes is recognized. Many people who have diabetes aim at about 7 %; your own goal may differ, so ask your doctor.',
      ],
      [
        'What can mislead it',
        'Anemia, blood loss, a transfusion, kidney failure and pregnancy can make the number higher or lower than your real average. Tell your doctor of them.',
      ],
    ],
    source: {
      name: 'National Institute of Diabetes and Digestive and Kidney Diseases: The A1C Test & Diabetes',
      url: 'https://www.niddk.nih.gov/health-information/diagnostic-tests/a1c-test',
    },
    codes: ['4548-4', '17856-6', '2339-0', '2345-7', '1558-6', '73211009', '44054006', 'E11.9'],
  },
  {
    id: 'cholesterol',
    title: 'Cholesterol',
    about: 'LDL, HDL and triglycerides, and what moves them.',
    sections: [
      [
        'The parts',
        'LDL is the part that can build up in the walls of blood vessels: lower is better. HDL carries cholesterol away. Triglycerides are fat that travels in the blood, and rise after eating.',
      ],
      [
        'What moves them',
        'Moving more, not smoking, less saturated fat, and losing weight if you carry too much all help. Some people inherit high LDL and need medicine however they live.',
      ],
      [
        'Why the same number can mean different things',
        'How low LDL should be depends on your whole risk: age, blood pressure, diabetes, smoking, and disease you already have. That is why a laboratory’s range and your doctor’s goal may differ.',
      ],
    ],
    source: {
      name: 'National Heart, Lung, and Blood Institute: Blood Cholesterol',
      url: 'https://www.nhlbi.nih.gov/health/blood-cholesterol',
    },
    codes: [
      '2093-3',
      '2085-9',
      '13457-7',
      '18262-6',
      '2089-1',
      '2571-8',
      '57698-3',
      '55822004',
      '13644009',
      'E78.5',
    ],
  },
  {
    id: 'kidneys',
    title: 'How the kidneys are measured',
    about: 'Creatinine and eGFR in plain words.',
    sections: [
      [
        'Two numbers for one thing',
        'Creatinine is a waste product of muscles that healthy kidneys clear. From it, your age and sex, the laboratory estimates how much blood your kidneys clean in a minute: eGFR. When creatinine goes up, eGFR goes down.',
      ],
      [
        'What the number means',
        'An eGFR of 60 or more is in the usual range for most people. Below 60 for three months or longer may mean kidney disease; 15 or less is kidney failure. It falls slowly with age.',
      ],
      [
        'What can mislead it',
        'Much muscle, a large meal of meat, or being dehydrated can raise creatinine for a while. One low value is a reason to test again.',
      ],
    ],
    source: {
      name: 'National Institute of Diabetes and Digestive and Kidney Diseases: Chronic Kidney Disease Tests & Diagnosis',
      url: 'https://www.niddk.nih.gov/health-information/kidney-disease/chronic-kidney-disease-ckd/tests-diagnosis',
    },
    codes: [
      '2160-0',
      '38483-4',
      '33914-3',
      '48642-3',
      '48643-1',
      '62238-1',
      '98979-8',
      '3094-0',
      '6299-2',
      '709044004',
      '433144002',
      'N18.30',
    ],
  },
  {
    id: 'taking-medicines',
    title: 'Taking medicines safely',
    about: 'One list, the same time each day, and what to do when one was missed.',
    sections: [
      [
        'Keep one list',
        'Write down everything: prescriptions, what you buy yourself, vitamins and herbs. They can act on each other. Your list under Medicines can be printed with your health summary.',
      ],
      [
        'When a dose was missed',
        'Read the leaflet or ask your pharmacist, for the answer differs between medicines. Do not take two doses at once to make up for one unless you were told to.',
      ],
      [
        'Before you stop',
        'Some medicines must be ended slowly. If one troubles you, write to your care team before you stop; call at once if your face swells or you can’t breathe well.',
      ],
    ],
    source: {
      name: 'U.S. Food and Drug Administration: Ensuring Safe Use of Medicine',
      url: 'https://www.fda.gov/drugs/buying-using-medicine-safely/ensuring-safe-use-medicine',
    },
    codes: [],
  },
];

/** What explains a result or a problem, by any of its codes: no code of one of these systems looks like one of another. */
export const articleFor = (concept: CodeableConcept | undefined): Article | undefined =>
  ARTICLES.find(({ codes }) =>
    concept?.coding?.some(({ code }) => code !== undefined && codes.includes(code)),
  );
