/**
 * `Patient/[id]/$test-notice`: sends a test to where the patient's notices go, and answers with the `channel` it took (`email` or `sms`). Whoever may change the
 * patient's contact details may try them. 422 when there is no address, or it was refused; 429 within a minute of the last, and after twenty in a day; 503 when the mail server is away.
 */
import { businessRule, notSupported, throttled, unavailable } from '@wellspring/profiles';
import type { FhirRequest, Reply, Services, TestOutcome } from '../interactions/request.ts';
import { requirePatient } from './acting-for.ts';
import { inputOf, parametersReply } from './parameters.ts';
import { withinADay } from './within-a-day.ts';

export async function testNotice(services: Services, request: FhirRequest): Promise<Reply> {
  inputOf(request, {});
  const { id } = request;
  await requirePatient(services, request, 'u', 'Patient', id);
  const tell = services.testNotice;
  if (!tell) throw notSupported('This server sends no notices.');
  return withinADay(services, request, 'test-notice', async () => answered(await tell(id)));
}

function answered(outcome: TestOutcome): Reply {
  switch (outcome.kind) {
    case 'sent':
      return parametersReply({ name: 'channel', valueCode: outcome.channel });
    case 'nobody':
      throw businessRule('There is no address that notices could go to.', 'Patient.telecom');
    case 'refused':
      throw businessRule('The address was refused.', 'Patient.telecom');
    case 'wait':
      throw throttled(outcome.seconds);
    case 'away':
      throw unavailable('The mail server can not be reached just now.');
  }
}
