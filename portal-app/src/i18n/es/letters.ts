/** Letters and forms: asked for, and handed in. */
export const letters = {
  'Letters and forms': 'Cartas y formularios',
  'Ask the clinic for a letter or for papers, and hand in forms':
    'Pedir a la clínica una carta o documentos, y entregar formularios',
  'What you asked for': 'Lo que pidió',
  'You have asked for nothing yet.': 'Aún no ha pedido nada.',
  'What you handed in': 'Lo que entregó',
  'You have handed in nothing yet. Forms of a school, a job or an insurance can be handed in here, for the clinic to fill in or keep.':
    'Aún no ha entregado nada. Aquí puede entregar formularios de una escuela, un trabajo o un seguro, para que la clínica los rellene o los guarde.',
  Ready: 'Lista',
  'Taken back by you': 'Retirada por usted',
  'The clinic is at it': 'La clínica está en ello',
  'Asked for on {date}': 'Pedida el {date}',
  'The clinic:': 'La clínica:',
  'Open the letter': 'Abrir la carta',
  Letter: 'Carta',
  Form: 'Formulario',
  'In your record': 'En su expediente',
  'Not kept by the clinic': 'La clínica no lo guardó',
  'Handed in on {date}': 'Entregado el {date}',
  'From which day until which, and for whom it is: a school, a job.':
    'Desde qué día hasta cuál, y para quién es: una escuela, un trabajo.',
  'For whom it is, and which vaccinations it has to name.': 'Para quién es, y qué vacunas tiene que nombrar.',
  'What of it: all, some years, or one visit; and for whom.':
    'Qué parte: todo, algunos años o una cita; y para quién.',
  'What it has to say, and for whom it is. A form can be handed in below.':
    'Qué tiene que decir, y para quién es. Un formulario se puede entregar abajo.',
  'Your request is at the clinic. What becomes of it is shown here.':
    'Su solicitud está en la clínica. Aquí se muestra qué pasa con ella.',
  'Ask for a letter': 'Pedir una carta',
  'What do you need?': '¿Qué necesita?',
  'What should be in it?': '¿Qué debe decir?',
  'Please choose a file.': 'Elija un archivo.',
  'It is at the clinic. What becomes of it is shown here.':
    'Está en la clínica. Aquí se muestra qué pasa con ello.',
  'Hand in a form': 'Entregar un formulario',
  'What is it, and what is the clinic to do with it?': '¿Qué es, y qué debe hacer la clínica con ello?',
  'The form': 'El formulario',
  'A photo or a PDF, up to 1 MB; photos are made smaller.':
    'Una foto o un PDF, de hasta 1 MB; las fotos se hacen más pequeñas.',
};
