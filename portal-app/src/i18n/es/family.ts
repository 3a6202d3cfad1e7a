/** Family access. */
export const family = {
  'Family access': 'Acceso de familiares',
  'Let somebody help you, with an account of their own: for visits, messages or results, until a day that you choose. You see who opened your record, and can end it at any time.':
    'Deje que alguien le ayude, con una cuenta propia: con las citas, los mensajes o los resultados, hasta el día que usted elija. Usted ve quién abrió su expediente y puede terminarlo en cualquier momento.',
  'What was opened to you, until when, and how to give it up.':
    'Qué se le abrió a usted, hasta cuándo y cómo renunciar a ello.',
  'See, invite, limit or end': 'Ver, invitar, limitar o terminar',
  'See what was opened to me': 'Ver qué se me abrió',
} as const;
