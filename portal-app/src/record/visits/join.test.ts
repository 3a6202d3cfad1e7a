import type { Appointment, Extension, HealthcareService } from '@medplum/fhirtypes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isVideoToCome, mayJoin, meetingOf } from './join.ts';

const URL_OF = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Appointment.virtualService';
const video = (...parts: Extension[]) => ({ url: URL_OF, extension: parts });
const room = (valueUrl: string) => video({ url: 'address', valueUrl });
const visit = (more: object = {}): Appointment => ({
  resourceType: 'Appointment',
  status: 'booked',
  start: '2026-12-01T15:00:00Z',
  end: '2026-12-01T15:20:00Z',
  extension: [room('https://video.example/room')],
  participant: [],
  ...more,
});
const at = (time: string): number => Date.parse(`2026-12-01T${time}Z`);

describe('the way to the meeting', () => {
  it('is what the visit says, in whichever element, or else one of its services', () => {
    const service = (link: string): HealthcareService => ({
      resourceType: 'HealthcareService',
      extension: [room(link)],
    });
    expect(meetingOf(visit())?.href).toBe('https://video.example/room');
    const asText = visit({
      extension: [video({ url: 'address', valueString: 'https://video.example/text' })],
    });
    expect(meetingOf(asText)?.href).toBe('https://video.example/text');
    expect(meetingOf(visit({ extension: [] }), [service('https://video.example/all')])?.href).toBe(
      'https://video.example/all',
    );
    expect(
      meetingOf(visit({ extension: [room('javascript:1')] }), [service('https://video.example/all')])?.host,
    ).toBe('video.example');
    expect(meetingOf(visit({ extension: [] }))).toBeUndefined();
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)//https://video.example',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'http://video.example/room',
    'zoommtg://video.example/room',
    'file:///etc/passwd',
    'https://user:secret@video.example/',
    'https://user@video.example/',
    'https://intranet/room',
    '//video.example/room',
    '/room',
    'room',
    '',
  ])('is never %s', (link) => {
    expect(meetingOf(visit({ extension: [room(link)] }))).toBeUndefined();
  });

  it('is https, whatever is on record', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.webUrl({ validSchemes: ['http', 'https', 'ftp', 'tel'] })),
        (link) => {
          expect(meetingOf(visit({ extension: [room(link)] }))?.protocol ?? 'https:').toBe('https:');
        },
      ),
    );
  });
});

describe('a visit by video', () => {
  it('is joined from half an hour before it begins until an hour after its end', () => {
    const times = ['14:29:59', '14:30:00', '15:10:00', '16:20:00', '16:20:01'];
    expect(times.map((time) => mayJoin(visit(), at(time)))).toEqual([false, true, true, true, false]);
  });

  it('is joined by whoever has arrived, and by nobody once it is cancelled or held in person or by telephone', () => {
    expect(mayJoin(visit({ status: 'arrived' }), at('15:00:00'))).toBe(true);
    for (const other of [
      { status: 'cancelled' },
      { status: 'proposed' },
      { status: 'fulfilled' },
      { extension: [] },
      { extension: [video({ url: 'address', valueContactPoint: { system: 'phone', value: '1' } })] },
      { start: undefined, end: undefined },
    ])
      expect(mayJoin(visit(other), at('15:00:00')), JSON.stringify(other)).toBe(false);
    expect(isVideoToCome(visit(), at('09:00:00'))).toBe(true);
  });
});
