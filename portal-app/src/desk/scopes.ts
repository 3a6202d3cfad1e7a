/** What the desk asks for: no more than its pages show, and never another level than `user/`. An area that shows or writes more adds it here. */
const READ = ['Patient', 'Practitioner', 'PractitionerRole', 'Organization'];

export const DESK_SCOPE = [
  'openid',
  'fhirUser',
  'online_access',
  ...READ.map((type) => `user/${type}.rs`),
].join(' ');
