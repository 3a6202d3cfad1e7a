/** `/account/contact` and its forms: e-mail and mobile phone. */
import { type Request, type Response, Router } from 'express';
import { isEmail } from '../accounts/new-login.ts';
import { contactOf } from '../accounts/sign-up.ts';
import { field } from '../interactions/step.ts';
import { type ContactView, contactPage } from '../views/account-pages.ts';
import { type Text, t } from '../words/text.ts';
import { type AccountPages, back, done, wrongPassword } from './account-pages.ts';
import { signedIn } from './signed-in.ts';

export function contactRouter({ config, contactChange, canText, post, isOwner }: AccountPages): Router {
  const router = Router();
  const contact = (response: Response, more: Partial<ContactView> = {}) =>
    contactPage(config, { account: signedIn(response).account, canText, phoneCode: false, ...more });
  router.get('/contact', (request, response) =>
    response.send(contact(response, { done: done(request), phoneCode: request.query.done === 'phone-sent' })),
  );
  router.post('/email', ...post, async (request, response) => {
    const email = field(request, 'email');
    if (!isEmail(email.trim()))
      return response
        .status(400)
        .send(contact(response, again(request, 'email', 'Please enter a whole e-mail address.')));
    if (!(await isOwner(request, response)))
      return response.status(401).send(contact(response, wrongPassword(request)));
    const isAsked = await contactChange.requestEmail(signedIn(response).account, email, request.ip ?? '');
    if (!isAsked)
      return response
        .status(429)
        .send(contact(response, again(request, 'email', 'The e-mail was changed often enough for today.')));
    back(response, '/account/contact', 'email');
  });
  router.post('/phone', ...post, async (request, response) => {
    const phone = contactOf(field(request, 'phone'));
    if (phone?.channel !== 'sms' || !canText)
      return response
        .status(400)
        .send(contact(response, again(request, 'phone', 'Please enter a whole phone number.')));
    if (!(await isOwner(request, response)))
      return response.status(401).send(contact(response, wrongPassword(request)));
    const isSent = await contactChange.requestPhone(signedIn(response).account, phone.to);
    if (!isSent)
      return response
        .status(429)
        .send(contact(response, again(request, 'phone', 'This number has had its codes for today.')));
    back(response, '/account/contact', 'phone-sent');
  });
  router.post('/phone/code', ...post, async (request, response) => {
    const { account } = signedIn(response);
    const code = field(request, 'code').trim();
    if (code !== '' && (await contactChange.confirmPhone(account, code, request.ip ?? '')))
      return back(response, '/account/contact', 'phone');
    const problem = code === '' ? 'Please enter the code.' : 'That code is not right, or is over.';
    response.status(400).send(contact(response, { ...again(request, 'code', problem), phoneCode: true }));
  });
  return router;
}

/** The form again as it was filled in, with what is wrong at its field. */
const again = (request: Request, name: string, text: Text): Partial<ContactView> => ({
  values: { email: field(request, 'email'), phone: field(request, 'phone') },
  problems: {
    [name]: t(text),
    ...(field(request, 'current') === '' && name !== 'code' ? wrongPassword(request).problems : {}),
  },
});
