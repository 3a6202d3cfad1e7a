/** The scopes that an app asks for, in the words of the server that it asks (https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html). */
const CLINICAL = /^(patient|user|system)\/([A-Za-z]+|\*)\.(\S+)$/;

export interface SaysScopes {
  readonly scopes_supported?: readonly string[] | undefined;
  readonly capabilities?: readonly string[] | undefined;
}

/** `wanted`: in version 2, parted by spaces. What the server names no scope for is left out; one that knows version 1 only is asked in that. */
export function scopeFor(wanted: string, server: SaysScopes): string {
  const { scopes_supported: supported, capabilities = [] } = server;
  if (!supported || supported.length === 0) return wanted;
  const known = supported.flatMap((scope) => CLINICAL.exec(scope) ?? []).length > 0;
  const isOld = !capabilities.includes('permission-v2') && !supported.some(isVersion2);
  const asked = wanted.split(' ').flatMap((scope) => {
    const clinical = CLINICAL.exec(scope);
    if (!clinical) return supported.includes(scope) ? [scope] : [];
    const [, level = '', type = '', what = ''] = clinical;
    if (known && !supported.some((each) => covers(each, level, type))) return [];
    return isOld ? olderWords(level, type, what) : [scope];
  });
  return [...new Set(asked)].join(' ');
}

const isVersion2 = (scope: string): boolean => /^c?r?u?d?s?$/.test(CLINICAL.exec(scope)?.[3] ?? '-');

function covers(scope: string, level: string, type: string): boolean {
  const [, itsLevel, itsType] = CLINICAL.exec(scope) ?? [];
  return itsLevel === level && (itsType === '*' || itsType === type);
}

const olderWords = (level: string, type: string, what: string): string[] => [
  ...(/[rs]/.test(what) ? [`${level}/${type}.read`] : []),
  ...(/[cud]/.test(what) ? [`${level}/${type}.write`] : []),
];
