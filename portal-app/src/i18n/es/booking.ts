/** Booking a visit: what for, how, where, with whom, when. */
export const booking = {
  'Nobody can see you then, or the time has begun. Please choose another.':
    'Nadie puede atenderle a esa hora, o la hora ya empezó. Elija otra.',
  'Why do you come?': '¿Por qué viene?',
  'A new problem or question': 'Un problema o una pregunta nueva',
  'To follow up on a visit': 'Para seguir después de una cita',
  'A check-up or screening': 'Un chequeo o una prueba de detección',
  'Any way': 'De cualquier forma',
  'Kind of care': 'Tipo de atención',
  'Any kind': 'Cualquier tipo',
  'Where?': '¿Dónde?',
  'Any place': 'Cualquier lugar',
  'Whoever is free first': 'Con quien esté libre primero',
  '{name} (your care team)': '{name} (su equipo de atención)',
  'Earliest day': 'Primer día',
  'Next free days': 'Próximos días libres',
  'one time': 'un turno',
  '{count} times': '{count} turnos',
  'More days': 'Más días',
  Afternoon: 'Tarde',
  'Times are those at the clinic ({zone}).': 'Las horas son las de la clínica ({zone}).',
  'Nothing is free in these four weeks for what you chose. Choose something else, or ask for a visit.':
    'En estas cuatro semanas no hay nada libre para lo que eligió. Elija otra cosa, o pida una cita.',
  'In your own words: whoever sees you reads it before the visit.':
    'Con sus propias palabras: quien le atienda lo lee antes de la cita.',
  'Anything else the clinic should know? (optional)': '¿Algo más que la clínica deba saber? (opcional)',
  'An interpreter, a wheelchair, who comes with you.':
    'Un intérprete, una silla de ruedas, quién le acompaña.',
  'This visit was moved or cancelled already.': 'Esta cita ya se cambió o se canceló.',
};
