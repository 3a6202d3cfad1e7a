/** The Spanish of family access. */
export const spanishFamily = {
  'Family access': 'Acceso de familiares',
  'Visits and appointments': 'Citas y consultas',
  'See, book, move and cancel visits': 'Ver, pedir, cambiar y cancelar citas',
  'Read the messages with the care team, and write in your name':
    'Leer los mensajes con el equipo de atención y escribir en su nombre',
  'Results and records': 'Resultados y expediente',
  'Test results, medicines, health problems and documents; ask for refills, hand in measurements':
    'Resultados de pruebas, medicinas, problemas de salud y documentos; pedir resurtidos, entregar mediciones',
  'Everything but what is specially protected': 'Todo menos lo especialmente protegido',
  'All of this, and insurance, forms, and who looked at the record':
    'Todo lo anterior, y el seguro, los formularios y quién vio el expediente',
  'Also what is specially protected': 'También lo especialmente protegido',
  'What was marked as confidential, for example of mental or sexual health. Only together with everything.':
    'Lo que se marcó como confidencial, por ejemplo de salud mental o sexual. Solo junto con todo lo demás.',
  'Husband, wife or partner': 'Esposo, esposa o pareja',
  'Mother or father': 'Madre o padre',
  'Son or daughter': 'Hijo o hija',
  'Sister or brother': 'Hermana o hermano',
  'Another relative': 'Otro familiar',
  'Friend or neighbor': 'Amigo o vecino',
  'Person with a health care power of attorney': 'Persona con poder notarial para asuntos de salud',
  'May use: {what}. Until {day}.': 'Puede usar: {what}. Hasta el {day}.',
  'You can open your own record to others here once the clinic has it for you as an adult.':
    'Aquí podrá abrir su propio expediente a otras personas cuando la clínica lo tenga para usted como persona adulta.',
  'No record was opened to you.': 'Nadie le ha abierto un expediente.',
  'Not opened yet.': 'Aún no lo ha abierto.',
  'Last opened {time}.': 'Lo abrió por última vez: {time}.',
  'Change the limits of {name}': 'Cambiar los límites de {name}',
  'End the access of {name}': 'Terminar el acceso de {name}',
  '{name} can’t open your record from now on. To open it again, you invite them anew, and they accept.':
    'Desde ahora {name} no puede abrir su expediente. Para abrírselo otra vez, envíe una invitación nueva, que tiene que aceptarse.',
  'You can’t open this record from now on, unless {name} invites you anew.':
    'Desde ahora usted no puede abrir este expediente, salvo que {name} le invite de nuevo.',
  'Invited; the link is good until {time}.': 'Invitación enviada; el enlace sirve hasta: {time}.',
  'Take back the invitation of {name}': 'Retirar la invitación de {name}',
  'Who can open your record': 'Quién puede abrir su expediente',
  'Nobody whom you invited.': 'Nadie a quien usted haya invitado.',
  'Parents and carers whom the clinic has on record are the clinic’s to change; ask it about them.':
    'A los padres y cuidadores que constan en la clínica los cambia la clínica; pregúntele por ellos.',
  'Waiting for an answer': 'En espera de respuesta',
  'Invite somebody': 'Invitar a alguien',
  'They get a link by e-mail, and sign in with an account of their own. Nobody who helps you needs your password.':
    'Recibe un enlace por correo y entra con una cuenta propia. Nadie que le ayude necesita su contraseña.',
  'Their e-mail': 'Su correo electrónico',
  'What they are to you': 'Qué es de usted',
  'Send the invitation': 'Enviar la invitación',
  'What they may use': 'Qué puede usar',
  'Nobody whom you invite can change your contact details, your account, or who else has access.':
    'Nadie a quien usted invite puede cambiar sus datos de contacto, su cuenta ni quién más tiene acceso.',
  'Last day': 'Último día',
  'From {first} to {last}. You can end it at any time before.':
    'Del {first} al {last}. Puede terminarlo antes, en cualquier momento.',
  'What {name} may use': 'Qué puede usar {name}',
  'Records that others opened to you': 'Expedientes que otras personas le abrieron',
  'Give up the access to {name}': 'Renunciar al acceso a {name}',
  'You are invited': 'Tiene una invitación',
  '{name} would like your help with their pages at {clinic}.':
    '{name} quisiera su ayuda con sus páginas en {clinic}.',
  'Sign in with the account of the address that this went to, or make one for it. The link is good until {time}.':
    'Entre con la cuenta de la dirección a la que llegó este enlace, o cree una para ella. El enlace sirve hasta: {time}.',
  'I have an account': 'Tengo una cuenta',
  'This invitation was sent to another address than that of your account. Sign out, and open the link again with the account that it is for.':
    'Esta invitación se envió a una dirección distinta de la de su cuenta. Salga y abra de nuevo el enlace con la cuenta para la que es.',
  'This is your own record.': 'Este es su propio expediente.',
  'You can open this record already.': 'Usted ya puede abrir este expediente.',
  'Accounts of the care team open records by their work. Use an account of your own for this.':
    'Las cuentas del equipo de atención abren expedientes por su trabajo. Use para esto una cuenta personal.',
  '{name} opens their health record to you.': '{name} le abre su expediente de salud.',
  'What you do there is seen as yours. {name} sees when you opened it, can change what you see, and can end it at any time; so can you.':
    'Lo que usted haga allí se verá como suyo. {name} ve cuándo lo abrió, puede cambiar lo que usted ve y terminarlo en cualquier momento; usted también.',
  Accept: 'Aceptar',
  Decline: 'Rechazar',
  'For {address}. Then you see the invitation, and accept or decline it.':
    'Para {address}. Después verá la invitación y podrá aceptarla o rechazarla.',
  'This is your own address.': 'Esta es su propia dirección.',
  'Somebody with this address has access already: change their limits instead.':
    'Alguien con esta dirección ya tiene acceso: cambie mejor sus límites.',
  'This address has an invitation already: take it back first.':
    'Esta dirección ya tiene una invitación: retírela primero.',
  'That were enough invitations for today.': 'Ya fueron suficientes invitaciones por hoy.',
  'Please choose what they may use.': 'Elija qué puede usar.',
  'What is specially protected goes together with everything.':
    'Lo especialmente protegido va junto con todo lo demás.',
  'Please enter a day from today on, at most five years ahead.':
    'Escriba un día a partir de hoy, a lo más dentro de cinco años.',
  'Please enter their first name.': 'Escriba su nombre.',
  'Please enter their last name.': 'Escriba su apellido.',
  'The invitation is on its way. You are told when it is accepted.':
    'La invitación va en camino. Se le avisará cuando la acepten.',
  'The invitation is taken back.': 'La invitación se retiró.',
  'The limits are changed.': 'Los límites se cambiaron.',
  'The access is ended.': 'El acceso terminó.',
  'You have given up the access.': 'Ha renunciado al acceso.',
  'The record is open to you now: choose it when you open the portal.':
    'El expediente ya está abierto para usted: elíjalo al abrir el portal.',
  'You have declined the invitation.': 'Ha rechazado la invitación.',
  'You accepted access to a record': 'Aceptó el acceso a un expediente',
  'You changed who may see what': 'Cambió quién puede ver qué',
  'You declined access to a record': 'Rechazó el acceso a un expediente',
  'You ended the access of somebody': 'Terminó el acceso de alguien',
  'Somebody accepted your invitation': 'Alguien aceptó su invitación',
  'You gave up access to a record': 'Renunció al acceso a un expediente',
  'You invited somebody': 'Invitó a alguien',
  'You took an invitation back': 'Retiró una invitación',
  'Somebody you know would like your help with what they do on our website. Open this link to see who:':
    'Alguien que usted conoce quisiera su ayuda con lo que hace en nuestro sitio. Abra este enlace para ver quién:',
  'It is good for 7 days, and once. Do not hand it on.':
    'Sirve 7 días y una sola vez. No se lo pase a nadie.',
  'If you do not expect this, ignore this message: nothing changes.':
    'Si usted no espera esto, no haga caso de este mensaje: nada cambia.',
} as const;
