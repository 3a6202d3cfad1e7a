/** What the desk says of apps that registered themselves. */
export const deskApps = {
  'The sign-in service of this server does not tell which apps there are.':
    'El servicio de entrada de este servidor no dice qué aplicaciones hay.',
  'Apps that wait for approval': 'Aplicaciones que esperan aprobación',
  'An app that asks for more than patients’ own data has none of it before it is approved. Ask its maker who uses it here, and what for.':
    'Una aplicación que pide más que los datos propios de los pacientes no tiene nada de ello antes de que se apruebe. Pregunte a quien la hizo quién la usa aquí y para qué.',
  'Nothing waits.': 'No espera nada.',
  'Other registered apps': 'Otras aplicaciones registradas',
  'To change something here you sign in again: not long ago, and with your second step.':
    'Para cambiar algo aquí hay que entrar de nuevo: hace poco, y con su segundo paso.',
  'Changing something here needs a second step at the sign-in. Set it up in your account, then sign in again.':
    'Para cambiar algo aquí hace falta un segundo paso al entrar. Configúrelo en su cuenta y entre de nuevo.',
  'Set up the second step': 'Configurar el segundo paso',
  'Sign in again': 'Entrar de nuevo',
  'patients’ own data only': 'solo datos propios de pacientes',
  approved: 'aprobada',
  withdrawn: 'retirada',
  'Approve the app': 'Aprobar la aplicación',
  'Refuse the app': 'Rechazar la aplicación',
  'Withdraw the app': 'Retirar la aplicación',
  'It runs on people’s own devices and can’t keep a secret.':
    'Funciona en los dispositivos de las personas y no puede guardar un secreto.',
  'It proves who it is by a secret.': 'Demuestra quién es con un secreto.',
  'It proves who it is by a key of its own.': 'Demuestra quién es con una clave propia.',
  'Registered by': 'Registrada por',
  'It does not say.': 'No lo dice.',
  'Leads back to': 'Vuelve a',
  'Opened at': 'Se abre en',
  'Privacy policy': 'Política de privacidad',
  Proof: 'Prueba',
  'Connected now': 'Conectada ahora',
  '1 person': '1 persona',
  '{count} people': '{count} personas',
  'by the command line': 'por la línea de órdenes',
  'Asks for': 'Pide',
  'Kept with the decision, for colleagues.': 'Se guarda con la decisión, para los colegas.',
  'Kept with the decision, for colleagues. The app can do nothing then.':
    'Se guarda con la decisión, para los colegas. La aplicación ya no puede hacer nada.',
  'Kept with the decision, for colleagues. Whoever uses the app is signed out of it within a minute.':
    'Se guarda con la decisión, para los colegas. Quien la use queda fuera de ella en un minuto.',
  'Of patients who allow it, for their own records':
    'De los pacientes que lo permitan, de su propio expediente',
  'Of everybody whom whoever uses it may open': 'De todos a quienes pueda abrir quien la use',
  'Of all patients, by itself, with nobody signed in':
    'De todos los pacientes, por sí sola, sin que nadie entre',
  Besides: 'Además',
  'the whole record': 'todo el expediente',
  'who signs in': 'quién entra',
  'which record is open': 'qué expediente está abierto',
  'access that goes on when nobody is there': 'acceso que sigue cuando no hay nadie',
  'access until the person signs out': 'acceso hasta que la persona sale',
  sees: 've',
  adds: 'añade',
  changes: 'cambia',
  removes: 'elimina',
};
