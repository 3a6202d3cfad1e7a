/** What is looked at of a Patient before something is written to them. */
export interface Addressee {
  readonly active?: boolean;
  readonly deceasedBoolean?: boolean;
  readonly deceasedDateTime?: string;
  readonly communication?: readonly {
    readonly preferred?: boolean;
    readonly language?: { readonly coding?: readonly { readonly code?: string }[] };
  }[];
}

/** undefined: they are written to. */
export function whyNotWrittenTo(patient: Addressee): 'deceased' | 'inactive' | undefined {
  if (patient.deceasedBoolean === true || patient.deceasedDateTime !== undefined) return 'deceased';
  return patient.active === false ? 'inactive' : undefined;
}

/** The language that they prefer, or the first that they name; of those that texts are written in here. */
export function languageOf({ communication = [] }: Addressee): 'en' | 'es' {
  const chosen = communication.find(({ preferred }) => preferred === true) ?? communication[0];
  return chosen?.language?.coding?.some(({ code }) => code?.startsWith('es')) ? 'es' : 'en';
}
