/** The few icons of the frame, drawn here: 24 px, one stroke, never without a word beside them. */
const PATHS = {
  home: 'M4 11.5 12 4l8 7.500V20h-5.500v-5h-5v5H4z',
  inbox: 'M4 13h5l1.500 3h3L15 13h5M4 13l3-8h10l3 8v6H4z',
  results: 'M5 19V9m5 10V5m5 14v-7m5 7V8M3 21h18',
  appointments: 'M5 6h14v14H5zM5 10h14M9 3v4m6-4v4',
  messages: 'M4 5h16v11H9.500L5 20v-4H4z',
  medications: 'm10.500 20.500-7-7a4.900 4.900 0 0 1 7-7l7 7a4.900 4.900 0 0 1-7 7zM8.500 8.500l7 7',
  records: 'M7 3h8l4 4v14H7zM15 3v4h4M10 12h6m-6 4h6',
  learn: 'M12 6c-2-1.500-5-2-8-2v14c3 0 6 .5 8 2 2-1.500 5-2 8-2V4c-3 0-6 .5-8 2zM12 6v14',
  profile: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-8 9c.600-4 4-6 8-6s7.400 2 8 6',
  change: 'M4 8h13m-4-4 4 4-4 4M20 16H7m4-4-4 4 4 4',
  more: 'M5 12h.010M12 12h.010M19 12h.010',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="24"
      height="24"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 3 : 1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
