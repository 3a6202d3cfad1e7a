/**
 * The standard questionnaires as LOINC codes them. PHQ-9 and GAD-7 were developed by Drs. Spitzer, Williams, Kroenke
 * and colleagues; no permission is needed to reproduce, display or distribute them.
 */
import type { Code } from '../clinical/coding.ts';

export interface Questions {
  readonly title: string;
  readonly code: Code;
  readonly total: Code;
  readonly intro: string;
  readonly items: readonly { readonly linkId: string; readonly code: Code; readonly text: string }[];
  /** The lowest total of each severity, and its words. */
  readonly severities: readonly (readonly [from: number, words: string])[];
}

export const answerOptions = [
  ['LA6568-5', 'Not at all'],
  ['LA6569-3', 'Several days'],
  ['LA6570-1', 'More than half the days'],
  ['LA6571-9', 'Nearly every day'],
] as const satisfies readonly Code[];

const item = (code: string, text: string) => ({ linkId: code, code: [code, text] as Code, text });

export const questionnaires: Record<'phq-9' | 'gad-7', Questions> = {
  'phq-9': {
    title: 'Patient Health Questionnaire 9 (PHQ-9)',
    code: ['44249-1', 'PHQ-9 quick depression assessment panel [Reported.PHQ]'],
    total: ['44261-6', 'Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]'],
    intro: 'Over the last 2 weeks, how often have you been bothered by any of the following problems?',
    items: [
      item('44250-9', 'Little interest or pleasure in doing things'),
      item('44255-8', 'Feeling down, depressed, or hopeless'),
      item('44259-0', 'Trouble falling or staying asleep, or sleeping too much'),
      item('44254-1', 'Feeling tired or having little energy'),
      item('44251-7', 'Poor appetite or overeating'),
      item(
        '44258-2',
        'Feeling bad about yourself - or that you are a failure or have let yourself or your family down',
      ),
      item(
        '44252-5',
        'Trouble concentrating on things, such as reading the newspaper or watching television',
      ),
      item(
        '44253-3',
        'Moving or speaking so slowly that other people could have noticed. Or the opposite - being so fidgety or restless that you have been moving around a lot more than usual',
      ),
      item('44260-8', 'Thoughts that you would be better off dead, or of hurting yourself in some way'),
    ],
    severities: [
      [0, 'None or minimal'],
      [5, 'Mild'],
      [10, 'Moderate'],
      [15, 'Moderately severe'],
      [20, 'Severe'],
    ],
  },
  'gad-7': {
    title: 'Generalized Anxiety Disorder 7 (GAD-7)',
    code: ['69737-5', 'Generalized anxiety disorder 7 item (GAD-7)'],
    total: ['70274-6', 'Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]'],
    intro: 'Over the last 2 weeks, how often have you been bothered by the following problems?',
    items: [
      item('69725-0', 'Feeling nervous, anxious or on edge'),
      item('68509-9', 'Not being able to stop or control worrying'),
      item('69733-4', 'Worrying too much about different things'),
      item('69734-2', 'Trouble relaxing'),
      item('69735-9', 'Being so restless that it is hard to sit still'),
      item('69689-8', 'Becoming easily annoyed or irritable'),
      item('69736-7', 'Feeling afraid as if something awful might happen'),
    ],
    severities: [
      [0, 'Minimal'],
      [5, 'Mild'],
      [10, 'Moderate'],
      [15, 'Severe'],
    ],
  },
};

export type QuestionnaireKey = keyof typeof questionnaires;
