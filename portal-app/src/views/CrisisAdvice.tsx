/** What to do about a value measured at home that is dangerous, while it is of today. */
import type { Observation } from '@medplum/fhirtypes';
import { pressureFlag } from '../format/blood-pressure-flag.ts';
import { timeOf } from '../format/date.ts';
import { flagOf } from '../format/flag-of.ts';
import { isGlucose, sideOf } from '../format/home-flag.ts';
import { dateOf, isFromHome } from '../format/observation.ts';
import { type Text, t } from '../i18n/text.ts';
import { Said } from '../ui/clinic.tsx';
import { EMERGENCY_NUMBER } from '../ui/emergency-number.tsx';

const DAY_MS = 86_400_000;

export function CrisisAdvice({ of }: { readonly of: Observation }) {
  if (!isFromHome(of) || flagOf(of).kind !== 'critical') return null;
  if (!(Date.now() - timeOf(dateOf(of)) < DAY_MS)) return null;
  const side = sideOf(of);
  return (
    <p role="alert">
      {side && <strong>{t(side === 'low' ? 'This is very low.' : 'This is very high.')}</strong>}{' '}
      <Said text={adviceFor(of)} values={{ number: EMERGENCY_NUMBER }} />
    </p>
  );
}

function adviceFor(of: Observation): Text {
  if (pressureFlag(of))
    return 'With chest pain, shortness of breath, weakness, or trouble seeing or speaking call {number} now. Otherwise rest five minutes, measure again, and call the clinic today.';
  if (isGlucose(of) && sideOf(of) === 'low')
    return 'Eat or drink something with sugar now, and measure again in 15 minutes. When somebody can’t swallow safely or does not wake up, call {number}.';
  return 'With trouble breathing, chest pain, vomiting, or when somebody is confused or hard to wake, call {number} now. Otherwise measure again, and call the clinic today.';
}
