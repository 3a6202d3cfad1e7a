/** Member of an authorization request by which this server says to itself that it was not the app that asked for `prompt=consent`. */
export const MAY_REMEMBER = 'may_remember';
