/** The waiting list, and times that the clinic proposed, in the portal. */
export const waitingList = {
  'It is kept until {time}; then the next on the waiting list is asked.':
    'Se le guarda hasta {time}; después se pregunta a la siguiente persona de la lista de espera.',
  'A time was kept for you': 'Se le guardaba una hora',
  '{when} was not answered in time, and is not kept for you any more.':
    '{when}: no se respondió a tiempo, y ya no se le guarda.',
  '{when} can’t be had any more: the clinic has changed something there.':
    '{when}: esa hora ya no está disponible, porque la clínica cambió algo.',
  'You stay on the waiting list, and are told when another time is free.':
    'Usted sigue en la lista de espera, y se le avisa cuando haya otra hora libre.',
  'If you take it, your visit of {when} is given up.': 'Si la toma, deja su cita del {when}.',
  'The clinic proposes these times. Whoever comes first has them.':
    'La clínica propone estas horas. Son de quien llegue primero.',
  'The times that the clinic proposed are taken meanwhile.':
    'Las horas que la clínica propuso ya están ocupadas.',
  'None of these, please propose others': 'Ninguna de estas, propongan otras',
  'These times can’t be taken by you any more. You wait until the clinic proposes others.':
    'Ya no podrá tomar estas horas. Espera hasta que la clínica proponga otras.',
  'Please choose a time': 'Elija una hora, por favor',
  'Take {when}': 'Tomar {when}',
  'Take this time': 'Tomar esta hora',
  'No, wait for another': 'No, esperar otra',
  'The next on the waiting list is asked for this time: you can’t have it back. You stay on the list.':
    'Esta hora se ofrece a la siguiente persona de la lista de espera: no se puede recuperar. Usted sigue en la lista.',
  'Tell me when an earlier time is free': 'Avisarme cuando haya una hora antes',
  'Put me on the waiting list': 'Ponerme en la lista de espera',
  'When an earlier time is free it is kept for you for a while, and you are told. Your present time stays yours until you take it.':
    'Cuando quede libre una hora antes, se le guarda un tiempo y se le avisa. Su hora actual sigue siendo suya hasta que tome la nueva.',
  'With anybody who is free': 'Con quien esté libre',
  'You are on the waiting list for an earlier time.': 'Está en la lista de espera para una hora antes.',
  'Leave the waiting list': 'Salir de la lista de espera',
  'Your place on it is given up: whoever asks again comes last. Your visit stays as it is.':
    'Pierde su lugar en ella: quien vuelve a pedirla queda al final. Su cita sigue como está.',
};
