/** What the account pages can only do with a script: tick password criteria as one types, show a password, say times in the reader's zone, give each form an identity, and passkeys. Everything else works without. */
const WORDS = {
  en: {
    show: 'Show',
    hide: 'Hide',
    current: 'Enter your current password first.',
    done: 'done',
    cancelled: 'That was cancelled.',
    failed: 'That did not work on this device.',
  },
  es: {
    show: 'Mostrar',
    hide: 'Ocultar',
    current: 'Escriba primero su contraseña actual.',
    done: 'listo',
    cancelled: 'Se canceló.',
    failed: 'Eso no funcionó en este dispositivo.',
  },
};
const words = WORDS[document.documentElement.lang] ?? WORDS.en;

for (const list of document.querySelectorAll('[data-criteria]')) {
  const input = document.getElementById(list.dataset.criteria);
  const rows = [...list.querySelectorAll('[data-pattern]')];
  input.addEventListener('input', () => {
    for (const row of rows) {
      const isMet = new RegExp(row.dataset.pattern, 'us').test(input.value.normalize('NFKC'));
      row.classList.toggle('met', isMet);
      row.classList.toggle('unmet', false);
      row.querySelector('.state').textContent = isMet ? ` – ${words.done}` : '';
    }
  });
}

for (const input of document.querySelectorAll('input[type=password]')) {
  const frame = document.createElement('span');
  frame.className = 'secret';
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'show';
  button.setAttribute('aria-controls', input.id);
  const show = (isShown) => {
    input.type = isShown ? 'text' : 'password';
    button.textContent = isShown ? words.hide : words.show;
  };
  button.addEventListener('click', () => show(input.type === 'password'));
  // Sent as a password, so that no browser keeps it among what was typed before.
  input.form?.addEventListener('submit', () => show(false));
  const hadFocus = document.activeElement === input;
  input.replaceWith(frame);
  frame.append(input, button);
  show(false);
  if (hadFocus) input.focus();
}

// By it a form that arrives twice is answered once (pages/answered-once.ts).
for (const form of document.querySelectorAll('form[method=post]')) {
  const identity = document.createElement('input');
  identity.type = 'hidden';
  identity.name = 'once';
  identity.value = [...crypto.getRandomValues(new Uint32Array(8))].map((part) => part.toString(36)).join('-');
  form.append(identity);
}

for (const time of document.querySelectorAll('time')) {
  time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang, {
    dateStyle: 'long',
    timeStyle: 'short',
  });
}

const knowsPasskeys = typeof PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';
for (const form of document.querySelectorAll('[data-passkey]')) {
  if (!knowsPasskeys) continue;
  form.hidden = false;
  let isUnderWay = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // The device is asked once: a second question would make the answer to the first one wrong.
    if (isUnderWay) return;
    const current = document.getElementById('current');
    if (form.elements.current && current) {
      form.elements.current.value = current.value;
      if (current.value === '') {
        say(form, words.current);
        current.focus();
        return;
      }
    }
    isUnderWay = true;
    answer(form).then(
      (credential) => {
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      },
      (error) => {
        isUnderWay = false;
        say(form, error.name === 'NotAllowedError' ? words.cancelled : words.failed);
      },
    );
  });
}
if (knowsPasskeys)
  for (const text of document.querySelectorAll('[data-without-passkeys]')) text.hidden = true;

async function answer(form) {
  const response = await fetch(form.dataset.options, { method: 'POST' });
  if (!response.ok) throw new Error('no options');
  const options = await response.json();
  const credential =
    form.dataset.passkey === 'get'
      ? await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
        })
      : await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
        });
  return credential.toJSON();
}

function say(form, text) {
  const line = form.querySelector('[role=alert]') ?? document.createElement('p');
  line.setAttribute('role', 'alert');
  line.className = 'problem';
  line.textContent = text;
  form.append(line);
}
