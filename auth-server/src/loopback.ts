/** https://www.rfc-editor.org/rfc/rfc8252#section-7.3, by number and by name (RFC 6761, section 6.3): whoever is on the device can be there. */
const LOOPBACK = /^((.+\.)?localhost\.?|127(\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]+\])$/;

export const isLoopback = ({ hostname }: URL): boolean => LOOPBACK.test(hostname);
