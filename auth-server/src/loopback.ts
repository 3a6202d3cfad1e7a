/** https://www.rfc-editor.org/rfc/rfc8252#section-7.3, by number and by name (RFC 6761, section 6.3): whoever is on the device can be there. */
const LOOPBACK = /^((.+\.)?localhost\.?|127(\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]+\])$/;

export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.test(hostname);

/** Inside a house, or on a device: no name or number there is one maker's for everybody. By its spelling; what a name resolves to is checked when a connection is made (provider/outbound.ts). */
export function isInternalHost(host: string): boolean {
  const name = host.replace(/^\[|\]$|\.$/g, '').toLowerCase();
  if (name === 'localhost' || /\.(localhost|local|internal|home|lan|arpa)$/.test(name) || !/[.:]/.test(name))
    return true;
  if (name.includes(':')) return /^(::|fe[89ab]|f[cd]|64:ff9b)/.test(name);
  const [a = 0, b = 0] = name.split('.').map(Number);
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(name)) return false;
  return (
    a === 0 ||
    a === 10 ||
    a === 127 ||
    a >= 224 ||
    (a === 100 && b >= 64 && b < 128) ||
    (a === 169 && b === 254) ||
    (a === 172 && b >= 16 && b < 32) ||
    (a === 192 && b === 168)
  );
}
