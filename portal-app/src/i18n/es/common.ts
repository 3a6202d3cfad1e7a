/** The frame, and words that many pages use. */
export const common = {
  Home: 'Inicio',
  Results: 'Resultados',
  Visits: 'Citas',
  Messages: 'Mensajes',
  Medicines: 'Medicinas',
  Records: 'Expediente',
  Learn: 'Aprender',
  Profile: 'Perfil',
  Menu: 'Menú',
  Pages: 'Páginas',
  'Main pages': 'Páginas principales',
  'Skip to the content': 'Ir al contenido',
  'Sign in': 'Entrar',
  'Create an account': 'Crear una cuenta',
  'Sign out': 'Salir',
  'One moment…': 'Un momento…',
  'Health portal': 'Portal de salud',
  'Your results, appointments, messages and medicines, in one calm place.':
    'Sus resultados, citas, mensajes y medicinas, en un solo lugar tranquilo.',
  'You sign in on the clinic’s own account page.':
    'Usted entra en la página de cuentas de la propia clínica.',
  'In an emergency call {number}.': 'En una emergencia llame al {number}.',
  'In an emergency call {number}. Messages are not read at once.':
    'En una emergencia llame al {number}. Los mensajes no se leen de inmediato.',
  'The sign-in was not finished. Nothing was shared; you can try again.':
    'No se terminó de entrar. No se compartió nada; inténtelo de nuevo.',
  'What this account stood for has ended. Please ask the clinic.':
    'Lo que abría esta cuenta ha terminado. Pregunte a la clínica.',
  'The clinic’s servers can not be reached just now. Try again in a moment.':
    'No se puede llegar a los servidores de la clínica. Inténtelo de nuevo en un momento.',
  'The portal is not available': 'El portal no está disponible',
  'Please try again in a few minutes. If it is urgent, call the clinic.':
    'Inténtelo de nuevo en unos minutos. Si es urgente, llame a la clínica.',
  'Are you still there?': '¿Sigue usted ahí?',
  'To protect your record you will be signed out in two minutes.':
    'Para proteger su expediente, la sesión se cerrará en dos minutos.',
  'Stay signed in': 'Seguir en la sesión',
  'Go to the first page': 'Ir a la primera página',
  'Loading…': 'Cargando…',
  'Something went wrong here. Please try again.': 'Algo falló aquí. Inténtelo de nuevo.',
  'This page could not be shown. Nothing was lost.': 'No se pudo mostrar esta página. No se perdió nada.',
  'Try again': 'Intentar de nuevo',
  Cancel: 'Cancelar',
  Yes: 'Sí',
  No: 'No',
  'This is not open to you, or no longer. Nothing was lost: ask whoever opened the record to you.':
    'Esto no está abierto para usted, o ya no. No se perdió nada: pregunte a quien le abrió el expediente.',
  'Or the record that was open is open to you no more.':
    'O el expediente que estaba abierto ya no lo está para usted.',
  'This was not shared with the portal. Sign out and in again, and leave it ticked.':
    'Esto no se compartió con el portal. Salga, vuelva a entrar y déjelo marcado.',
  'This is not in your record, or no longer.': 'Esto no está en su expediente, o ya no.',
  'The clinic changed this at the same time. What you see now is theirs; please look at it, and save again.':
    'La clínica lo cambió al mismo tiempo. Ahora ve lo de la clínica; revíselo y guarde de nuevo.',
  'The record could not be reached. Nothing was lost; try again in a moment.':
    'No se pudo llegar al expediente. No se perdió nada; inténtelo de nuevo en un momento.',
  'You are signed out.': 'Su sesión está cerrada.',
  'Your sign-in has ended. What you were writing is kept: sign in again to go on.':
    'Su sesión terminó. Lo que escribía se guardó: entre de nuevo para seguir.',
  'Show what was last read on this device': 'Mostrar lo último leído en este dispositivo',
  'You see the copy on this device, of {time}.': 'Ve la copia de este dispositivo, del {time}.',
  'You are offline.': 'No tiene conexión.',
  'You are offline, and this was not opened before.': 'No tiene conexión, y esto no se había abierto antes.',
  'You are offline. You see what was last read: {time}.': 'No tiene conexión. Ve lo último leído: {time}.',
};
