/**
 * The library: own words, each with the public-health source it rests on. `codes`: LOINC of the results and SNOMED CT or ICD-10-CM of the problems that
 * it explains; `medicines`: RxNorm.
 */
import type { CodeableConcept } from '@medplum/fhirtypes';
import type { Text } from '../../i18n/text.ts';

export interface Article {
  readonly id: string;
  readonly title: Text;
  readonly about: Text;
  readonly sections: readonly (readonly [heading: Text, text: Text])[];
  readonly source: { readonly name: string; readonly url: string };
  readonly codes: readonly string[];
  readonly medicines?: readonly string[];
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
    id: 'thyroid',
    title: 'The thyroid',
    about: 'What TSH tells, and how to take thyroid tablets.',
    sections: [
      [
        'What is measured',
        'The thyroid gland in your neck sets the pace of the body. TSH is the signal that drives it: when the gland makes too little hormone, TSH rises; when it makes too much, TSH falls. So a high TSH usually means a slow thyroid.',
      ],
      [
        'What a slow thyroid feels like',
        'Tiredness, feeling cold, dry skin, gaining weight, low mood. All of these have other causes too, which is why the blood test decides.',
      ],
      [
        'Taking thyroid tablets',
        'Take levothyroxine with water on an empty stomach, at the same time each day, and keep calcium, iron and antacids four hours away from it. After a change of dose the blood is tested again in six to eight weeks.',
      ],
    ],
    source: {
      name: 'National Institute of Diabetes and Digestive and Kidney Diseases: Hypothyroidism',
      url: 'https://www.niddk.nih.gov/health-information/endocrine-diseases/hypothyroidism',
    },
    codes: ['3016-3', '3024-7', '3053-6', '40930008', 'E03.9'],
    medicines: ['966221', '966222'],
  },
  {
    id: 'blood-count',
    title: 'The blood count',
    about: 'Red cells, white cells, platelets, and what anemia is.',
    sections: [
      [
        'Three kinds of cells',
        'Red cells carry oxygen with hemoglobin, white cells fight infections, platelets help blood to clot. A count a little outside its range is common and often means nothing by itself.',
      ],
      [
        'Anemia',
        'Too little hemoglobin is called anemia. It can make you tired, pale and short of breath. Lack of iron is the most frequent cause; the doctor looks for the reason, such as heavy periods or bleeding you do not see.',
      ],
      [
        'Taking iron',
        'Iron works best on an empty stomach with vitamin C, and away from milk, tea, coffee and antacids. It can darken the stool and upset the stomach. Keep it away from children: an overdose is dangerous.',
      ],
    ],
    source: {
      name: 'National Heart, Lung, and Blood Institute: Anemia',
      url: 'https://www.nhlbi.nih.gov/health/anemia',
    },
    codes: [
      '58410-2',
      '718-7',
      '4544-3',
      '20570-8',
      '6690-2',
      '789-8',
      '777-3',
      '2276-4',
      '271737000',
      '87522002',
      'D64.9',
      'D50.9',
    ],
    medicines: ['310325'],
  },
  {
    id: 'asthma',
    title: 'Asthma and inhalers',
    about: 'Which inhaler is for now, which is for every day, and when to get help.',
    sections: [
      [
        'Two kinds of inhalers',
        'A reliever such as albuterol opens the airways within minutes and is for symptoms. A controller such as fluticasone calms the airways and works only when it is taken every day. Rinse your mouth after the controller.',
      ],
      [
        'When the reliever is needed often',
        'More than two days a week, or waking at night more than twice a month, says that the asthma is not under control. Write to your care team; do not wait for the next visit.',
      ],
      [
        'When to call 911',
        'If you can’t speak in full sentences, your lips turn blue, or the reliever does not help within minutes: call 911, and go on using the reliever while you wait.',
      ],
    ],
    source: {
      name: 'National Heart, Lung, and Blood Institute: Asthma',
      url: 'https://www.nhlbi.nih.gov/health/asthma',
    },
    codes: ['195967001', '233678006', 'J45.909', 'J45.30'],
    medicines: ['2123111', '895994', '242438'],
  },
  {
    id: 'diabetes-medicines',
    title: 'Medicines for diabetes',
    about: 'Metformin, empagliflozin and insulin: what they do, what to watch.',
    sections: [
      [
        'What they do',
        'Metformin makes the liver give off less sugar. Empagliflozin lets the kidneys pass sugar out with the urine. Insulin moves sugar from the blood into the cells. Each is a different way to the same goal.',
      ],
      [
        'What to watch',
        'Metformin can upset the stomach at first; taking it with food helps. Empagliflozin can cause yeast infections and asks for enough to drink. Insulin can bring blood sugar too low: shaking, sweating, confusion. Then take 15 grams of sugar at once and measure again after 15 minutes.',
      ],
      [
        'When you are ill',
        'When you vomit or can’t eat or drink, call the clinic before the next dose: some of these medicines must be paused, and insulin must not simply be left out.',
      ],
    ],
    source: {
      name: 'National Institute of Diabetes and Digestive and Kidney Diseases: Insulin, Medicines, & Other Diabetes Treatments',
      url: 'https://www.niddk.nih.gov/health-information/diabetes/overview/insulin-medicines-treatments',
    },
    codes: [],
    medicines: ['861007', '861004', '860975', '1545653', '311041'],
  },
  {
    id: 'blood-pressure-medicines',
    title: 'Medicines for blood pressure and heart',
    about: 'Why they are taken without feeling ill, and what to look out for.',
    sections: [
      [
        'Why to go on taking them',
        'High blood pressure is seldom felt. The medicine lowers the risk of stroke and heart attack as long as it is taken; stopping brings the pressure back, and some of these must not be stopped from one day to the next.',
      ],
      [
        'What is common',
        'Lisinopril and its kin can cause a dry cough. Amlodipine can make ankles swell. Beta blockers such as metoprolol slow the heart. Water tablets such as furosemide make you pass more urine, so take them early in the day. Stand up slowly.',
      ],
      [
        'When to call',
        'Call 911 if your lips, tongue or face swell. Call the clinic if you faint, if you are or may be pregnant, or if you vomit and can’t drink: your kidneys may need a pause from the medicine.',
      ],
    ],
    source: {
      name: 'Centers for Disease Control and Prevention: Managing High Blood Pressure',
      url: 'https://www.cdc.gov/high-blood-pressure/living-with/index.html',
    },
    codes: ['84114007', 'I50.9'],
    medicines: ['314076', '314077', '979492', '197361', '866436', '313988', '310798'],
  },
  {
    id: 'statins',
    title: 'Statins',
    about: 'Tablets that lower cholesterol, and aches that may come with them.',
    sections: [
      [
        'What they do',
        'Statins such as atorvastatin make the liver take more LDL cholesterol out of the blood. How much it helps depends on your risk to begin with; it is taken for years.',
      ],
      [
        'Aches',
        'Sore muscles are often reported, and often have another reason. Do not just stop: write to your care team, who can change the dose or the kind. Call at once if muscles hurt badly or the urine turns dark.',
      ],
      [
        'What does not go along',
        'Much grapefruit juice, and some antibiotics and fungal medicines, raise the amount in the blood. Tell whoever prescribes something new. Statins are not for pregnancy.',
      ],
    ],
    source: {
      name: 'U.S. Food and Drug Administration: Cholesterol',
      url: 'https://www.fda.gov/consumers/womens-health-topics/cholesterol',
    },
    codes: [],
    medicines: ['617310', '617311', '617312', '314231', '312961'],
  },
  {
    id: 'blood-thinners',
    title: 'Blood thinners',
    about: 'Warfarin, apixaban and INR: how to stay between clot and bleeding.',
    sections: [
      [
        'What they do',
        'They keep blood from clotting where it should not, for instance when the heart beats out of rhythm. The price is that bleeding stops more slowly.',
      ],
      [
        'Warfarin and INR',
        'INR says how long your blood takes to clot. For most people who take warfarin the goal is between 2 and 3. Eat about the same amount of green vegetables from week to week, and have it measured as agreed. Apixaban needs no INR, but must not be missed.',
      ],
      [
        'When to get help',
        'Call 911 for bleeding that does not stop, a blow to the head, black or bloody stool, or a sudden bad headache. Ask before you take ibuprofen or aspirin, and tell every dentist and doctor.',
      ],
    ],
    source: {
      name: 'Agency for Healthcare Research and Quality: Blood Thinner Pills, Your Guide to Using Them Safely',
      url: 'https://www.ahrq.gov/patients-consumers/diagnosis-treatment/treatments/btpills/btpills.html',
    },
    codes: ['5902-2', '6301-6', '34714-6', '49436004', 'I48.91'],
    medicines: ['855332', '1364445', '243670'],
  },
  {
    id: 'mood',
    title: 'Low mood and worry',
    about: 'What helps with depression and anxiety, and where help is at any hour.',
    sections: [
      [
        'It is common, and it can be treated',
        'Depression and anxiety are illnesses, not weakness. Talking treatments, medicines and moving more all help; many people need more than one of them.',
      ],
      [
        'Taking sertraline and its kin',
        'It takes two to six weeks until they work. Upset stomach and poor sleep at the start usually pass. Do not stop at once; ask how to go down step by step. In people under 25 thoughts of suicide can come up at the start: then call at once.',
      ],
      [
        'Help at any hour',
        'Call or text 988, the Suicide and Crisis Lifeline, in English or Spanish. If somebody is in danger now, call 911.',
      ],
    ],
    source: {
      name: 'National Institute of Mental Health: Depression',
      url: 'https://www.nimh.nih.gov/health/topics/depression',
    },
    codes: ['370143000', '35489007', '21897009', 'F32.9', 'F41.1', '44261-6', '70274-6'],
    medicines: ['312941'],
  },
  {
    id: 'pain-relief',
    title: 'Pain relief without a prescription',
    about: 'Acetaminophen and ibuprofen: how much, and for whom not.',
    sections: [
      [
        'Acetaminophen',
        'Adults: no more than 4 grams in a day from everything together, less if you drink alcohol or have liver disease. It hides in many cold medicines: read the labels.',
      ],
      [
        'Ibuprofen and its kin',
        'Take them with food, for a few days, in the smallest dose that works. They are not for people with kidney disease, heart failure, stomach ulcers or blood thinners, nor from the 20th week of pregnancy, unless a doctor says so.',
      ],
    ],
    source: {
      name: 'U.S. Food and Drug Administration: Safe Use of Over-the-Counter Pain Relievers',
      url: 'https://www.fda.gov/drugs/safe-daily-use-medicine/pain-relievers-and-fever-reducers',
    },
    codes: ['239873007', 'M17.9'],
    medicines: ['310965', '198440', '313782', '197805'],
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

const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';

/** What explains a result, a problem or a medicine, by any of its codes. LOINC, SNOMED CT and ICD-10 don't look alike; a RxNorm number might be one of SNOMED's too. */
export const articleFor = (concept: CodeableConcept | undefined): Article | undefined =>
  ARTICLES.find(({ codes, medicines = [] }) =>
    concept?.coding?.some(
      ({ system, code }) => code !== undefined && (system === RXNORM ? medicines : codes).includes(code),
    ),
  );
