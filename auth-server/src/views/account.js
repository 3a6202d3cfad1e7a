/** What the account pages can only do with a script: tick password criteria as one types, and passkeys. Everything else works without. */
const WORDS = {
  en: { done: 'done', cancelled: 'That was cancelled.', failed: 'That did not work on this device.' },
  es: { done: 'listo', cancelled: 'Se canceló.', failed: 'Eso no funcionó en este dispositivo.' },
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

const knowsPasskeys = typeof PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';
for (const form of document.querySelectorAll('[data-passkey]')) {
  if (!knowsPasskeys) continue;
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    answer(form).then(
      (credential) => {
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      },
      (error) => say(form, error.name === 'NotAllowedError' ? words.cancelled : words.failed),
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
