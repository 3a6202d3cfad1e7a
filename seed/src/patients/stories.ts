/** Everyone who is a patient of the demonstration clinic. */
import type { Calendar } from '../clinical/calendar.ts';
import type { PatientStory } from '../clinical/story.ts';
import { chenWei, lindaBegay, robertJackson, samuelOyelaran } from './chronic-adults.ts';
import { emmaLarsen } from './emma-larsen.ts';
import { graceOkafor } from './grace-okafor.ts';
import { jamesWhitfield } from './james-whitfield.ts';
import { leoOkafor } from './leo-okafor.ts';
import { mariaAlvarez } from './maria-alvarez.ts';
import { dorothyMills, walterHohenlohe } from './older-adults.ts';
import { aishaRahman, danielKim, priyaRaman } from './younger-adults.ts';

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
