/** When the session cookie's value changes: where somebody signs in (against session fixation), and nowhere else. */
import type { Provider } from 'oidc-provider';

interface Session {
  loginAccount(details: object): void;
  resetIdentifier(): void;
}

/**
 * The library gives a session another identifier each time a launch comes to its end, and forgets the one before. Each launch of a SMART app does, also where nobody is
 * asked anything: whoever left or reloaded the page before the answer had come, or had two tabs open at once, held a cookie that meant nobody, and was asked for the password.
 */
export function keepSessionIdentifier(provider: Provider): void {
  const prototype = provider.Session.prototype as unknown as Session;
  const { loginAccount, resetIdentifier } = prototype;
  const signedIn = new WeakSet<Session>();
  prototype.loginAccount = function signsIn(details) {
    signedIn.add(this);
    loginAccount.call(this, details);
  };
  prototype.resetIdentifier = function resetsIdentifier() {
    if (signedIn.has(this)) resetIdentifier.call(this);
  };
}
