/** What the account pages can only do with a script: tick password criteria as one types, show a password, keep it where something else was refused, say times in the reader's zone, give each form an identity, keep what is typed over a reload, and passkeys. Everything else works without. */
const WORDS = {
  en: {
    show: 'Show',
    hide: 'Hide',
    current: 'Please enter your current password.',
    name: 'Please give the passkey a name.',
    done: 'done',
    cancelled: 'That was cancelled.',
    failed: 'That did not work on this device.',
  },
  es: {
    show: 'Mostrar',
    hide: 'Ocultar',
    current: 'Escriba su contraseña actual.',
    name: 'Dé un nombre a la llave de acceso.',
    done: 'listo',
    cancelled: 'Se canceló.',
    failed: 'Eso no funcionó en este dispositivo.',
  },
};
const words = WORDS[document.documentElement.lang] ?? WORDS.en;
const knowsPasskeys = typeof PublicKeyCredential?.parseRequestOptionsFromJSON === 'function';
/** Of this page as the browser's history has it, over a reload and on the way back: the identities of its forms, and what was typed into them. */
const entry = { identities: {}, typed: {}, ...history.state };
/** The form that was sent last, until a page that it is not on comes: that is its answer. */
const SENT = 'wellspring.sent';
if (!Object.values(entry.identities).includes(lastSent())) keepSent('');
/** What is kept of what is typed: no password, and no code. */
const KEPT =
  'input:not([type=hidden], [type=password], [autocomplete=one-time-code], [name=activationCode]), select, textarea';

dress(document);
focusFirst();

/** What the script adds to a page, or to a part of it that came in later. */
function dress(part) {
  for (const list of part.querySelectorAll('[data-criteria]')) tickAsOneTypes(list);
  for (const input of part.querySelectorAll('input[type=password]')) addShowButton(input);
  for (const form of part.querySelectorAll('form[method=post]')) identify(form);
  for (const form of part.querySelectorAll('form')) keepTyped(form);
  for (const time of part.querySelectorAll('time')) sayInOwnZone(time);
  for (const form of part.querySelectorAll('[data-passkey]')) offerPasskey(form);
  if (knowsPasskeys) for (const text of part.querySelectorAll('[data-without-passkeys]')) text.hidden = true;
  for (const input of part.querySelectorAll('[autocomplete=new-password]')) keepOverRefusal(input.form);
}

function firstToFill() {
  return document.querySelector('[autofocus]');
}

/** A field that was moved into a frame has lost its turn to the next. */
function focusFirst() {
  const { activeElement } = document;
  if (activeElement === document.body || activeElement?.hasAttribute('autofocus')) firstToFill()?.focus();
}

function tickAsOneTypes(list) {
  const input = document.getElementById(list.dataset.criteria);
  input.addEventListener('input', () => tick(list, input.value, true));
}

/** `isTyped`: what the server said of another password holds no longer. */
function tick(list, password, isTyped) {
  for (const row of list.querySelectorAll('[data-pattern]')) {
    const isMet = new RegExp(row.dataset.pattern, 'us').test(password.normalize('NFKC'));
    if (!isMet && !isTyped) continue;
    row.classList.toggle('met', isMet);
    row.classList.toggle('unmet', false);
    row.querySelector('.state').textContent = isMet ? ` – ${words.done}` : '';
  }
}

function addShowButton(input) {
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

/**
 * By it a form that arrives twice is answered once (pages/answered-once.ts). The one whose answer never came is the same form still, when it is looked at again; of one that
 * was answered, the same words are meant anew.
 */
function identify(form) {
  const place = placeOf(form);
  const before = entry.identities[place];
  const identity = document.createElement('input');
  identity.type = 'hidden';
  identity.name = 'once';
  identity.value = before && before === lastSent() ? before : newIdentity();
  form.append(identity);
  entry.identities[place] = identity.value;
  keepEntry();
  form.addEventListener('submit', () => keepSent(identity.value));
}

function newIdentity() {
  return [...crypto.getRandomValues(new Uint32Array(8))].map((part) => part.toString(36)).join('-');
}

/** Others of the page may have come or gone meanwhile: among those of its address. */
function placeOf(form) {
  const address = form.getAttribute('action');
  const alike = [...document.forms].filter((each) => each.getAttribute('action') === address);
  return `${address} ${alike.indexOf(form)}`;
}

function lastSent() {
  try {
    return sessionStorage.getItem(SENT);
  } catch {
    // This browser keeps nothing for pages.
    return null;
  }
}

/** '': its answer has come. */
function keepSent(identity) {
  try {
    sessionStorage.setItem(SENT, identity);
  } catch {
    // As above.
  }
}

function keepEntry() {
  history.replaceState(entry, '');
}

function keepTyped(form) {
  const place = placeOf(form);
  const fields = [...form.querySelectorAll(KEPT)].filter((field) => !field.closest('.secret'));
  const typed = entry.typed[place] ?? {};
  for (const field of fields) {
    const kept = typed[nameOf(field)];
    if (kept === undefined) continue;
    if (isTicked(field)) field.checked = kept;
    else field.value = kept;
  }
  form.addEventListener('input', ({ target }) => {
    if (!fields.includes(target)) return;
    for (const field of isTicked(target) ? fields.filter(({ name }) => name === target.name) : [target])
      typed[nameOf(field)] = isTicked(field) ? field.checked : field.value;
    entry.typed[place] = typed;
    keepEntry();
  });
}

function isTicked({ type }) {
  return type === 'checkbox' || type === 'radio';
}

function nameOf(field) {
  return isTicked(field) ? `${field.name}=${field.value}` : field.name;
}

function sayInOwnZone(time) {
  time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang, {
    dateStyle: 'long',
    timeStyle: 'short',
  });
}

/** The way back may lead to the page as it was left. */
function onReturn(act) {
  addEventListener('pageshow', ({ persisted }) => persisted && act());
}

/**
 * A form with a new password is asked about first: what is refused is said in the page as it stands, with the password still there. What is not refused goes the browser's own way, which is
 * given the same answer (pages/answered-once.ts).
 */
function keepOverRefusal(form) {
  let isUnderWay = false;
  onReturn(() => {
    isUnderWay = false;
  });
  form.addEventListener('submit', (event) => {
    // Another button of the form: none of its business is the new password.
    if (event.submitter?.hasAttribute('formaction')) return;
    event.preventDefault();
    if (isUnderWay) return;
    isUnderWay = true;
    refusalOf(form).then(
      (refusal) => (refusal ? showRefusal(form, refusal) : form.submit()),
      () => form.submit(),
    );
  });
}

/** The page that says what is wrong; undefined: nothing is, or it is not this form's fault. */
async function refusalOf(form) {
  const body = new URLSearchParams(new FormData(form));
  // The same path is the same form (pages/answered-once.ts); the query tells the two apart for whoever watches.
  const response = await fetch(`${form.action}?asked`, { method: 'POST', body, redirect: 'manual' });
  if (response.status < 400 || response.status > 499) return undefined;
  const refusal = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('main');
  return refusal?.querySelector('[autocomplete=new-password]') ? refusal : undefined;
}

function showRefusal(form, refusal) {
  keepSent('');
  const typed = new Map([...form.querySelectorAll('.secret input')].map(({ name, value }) => [name, value]));
  const main = document.querySelector('main');
  main.replaceChildren(...refusal.childNodes);
  dress(main);
  document.getElementById('password-again')?.remove();
  for (const input of main.querySelectorAll('.secret input')) {
    const isNew = input.autocomplete === 'new-password';
    // A wrong one is of no use.
    if (!isNew && input.ariaInvalid === 'true') continue;
    input.value = typed.get(input.name) ?? '';
    const list = isNew && main.querySelector(`[data-criteria="${input.id}"]`);
    if (list) tick(list, input.value, false);
  }
  (firstToFill() ?? main.querySelector('button.primary'))?.focus();
}

function offerPasskey(form) {
  if (!knowsPasskeys) return;
  form.hidden = false;
  let isUnderWay = false;
  onReturn(() => {
    isUnderWay = false;
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // The device is asked once: a second question would make the answer to the first one wrong.
    if (isUnderWay || isAnythingMissing(form)) return;
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

/** Of what the device's owner has to say before the device is asked; the current password is that of the page. */
function isAnythingMissing(form) {
  const current = form.elements.current && document.getElementById('current');
  if (current) form.elements.current.value = current.value;
  const fields = [
    [current, words.current],
    [form.elements.name, words.name],
  ].filter(([input]) => input);
  for (const [input, text] of fields) sayAt(input, input.value.trim() === '' ? text : undefined);
  const [missing] = fields.find(([input]) => input.value.trim() === '') ?? [];
  missing?.focus();
  return missing !== undefined;
}

/** As the server's pages say it (views/layout.ts, `textField`). */
function sayAt(input, text) {
  const id = `${input.id}-problem`;
  document.getElementById(id)?.remove();
  const others = (input.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .filter((each) => each && each !== id);
  input.toggleAttribute('aria-invalid', false);
  if (text) {
    const line = document.createElement('p');
    line.className = 'problem';
    line.id = id;
    line.textContent = text;
    (input.closest('.secret') ?? input).before(line);
    input.setAttribute('aria-invalid', 'true');
    others.push(id);
  }
  input.setAttribute('aria-describedby', others.join(' '));
}

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
