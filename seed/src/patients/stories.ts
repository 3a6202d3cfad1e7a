/** Everyone who is a patient of the demonstration clinic. */
import type { Calendar } from '../clinical/calendar.ts';
import type { PatientStory } from '../clinical/story.ts';
import { aishaRahman } from './aisha-rahman.ts';
import { chenWei } from './chen-wei.ts';
import { danielKim } from './daniel-kim.ts';
import { dorothyMills } from './dorothy-mills.ts';
import { emmaLarsen } from './emma-larsen.ts';
import { graceOkafor } from './grace-okafor.ts';
import { jamesWhitfield } from './james-whitfield.ts';
import { leoOkafor } from './leo-okafor.ts';
import { lindaBegay } from './linda-begay.ts';
import { mariaAlvarez } from './maria-alvarez.ts';
import { priyaRaman } from './priya-raman.ts';
import { robertJackson } from './robert-jackson.ts';
import { samuelOyelaran } from './samuel-oyelaran.ts';
import { walterHohenlohe } from './walter-hohenlohe.ts';

export function stories(calendar: Calendar): PatientStory[] {
  return [
    mariaAlvarez,
    leoOkafor,
    graceOkafor,
    jamesWhitfield,
    danielKim,
    priyaRaman,
    samuelOyelaran,
    lindaBegay,
    robertJackson,
    chenWei,
    aishaRahman,
    walterHohenlohe,
    dorothyMills,
    emmaLarsen,
  ].map((story) => story(calendar));
}
