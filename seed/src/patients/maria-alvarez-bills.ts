/** What Maria Alvarez was billed: one for the last blood draw and one for the visit before it are open. */
import { type Calendar, type Moment, on } from '../clinical/calendar.ts';
import type { Bill } from '../clinical/story.ts';

export function mariaBills(calendar: Calendar, latest: Moment): Bill[] {
  return [
    {
      number: 'W-2026-0388',
      when: on('2026-03-24'),
      visit: on('2026-03-10'),
      clinician: 'nikhil-patel',
      lines: [{ text: 'Video visit', charge: 160, insurance: 130 }],
      isPaid: true,
    },
    {
      number: 'W-2026-1187',
      when: on('2026-10-02'),
      visit: on('2026-09-15'),
      clinician: 'elena-ruiz',
      lines: [{ text: 'Office visit', charge: 185, insurance: 150 }],
    },
    {
      number: 'W-2026-1342',
      when: calendar.ago(5, 'billed'),
      visit: latest,
      clinician: 'miguel-torres',
      lines: [
        { text: 'Blood draw', charge: 24, insurance: 24 },
        { text: 'Blood tests', charge: 212.4, insurance: 182.15 },
      ],
    },
  ];
}
