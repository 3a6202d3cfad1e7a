/** How a clinic is reached, from its Organization (R4 Organization.telecom, .address), for the mails and pages of servers that speak of it. */

export interface Reached {
  readonly telecom?: readonly {
    readonly system?: string;
    readonly value?: string;
    readonly use?: string;
    readonly rank?: number;
  }[];
  readonly address?: readonly {
    readonly text?: string;
    readonly line?: readonly string[];
    readonly city?: string;
    readonly state?: string;
    readonly postalCode?: string;
  }[];
}

export interface Contact {
  readonly phone: string | undefined;
  /** In one line. */
  readonly address: string | undefined;
}

export function contactOf({ telecom = [], address: [place] = [] }: Reached): Contact {
  const phones = telecom.filter(({ system, use, value }) => system === 'phone' && use !== 'old' && value);
  const { text, line = [], city, state, postalCode } = place ?? {};
  const parts = [...line, city, [state, postalCode].filter(Boolean).join(' ')];
  return {
    phone: phones.toSorted((a, b) => (a.rank ?? 99) - (b.rank ?? 99))[0]?.value,
    address: text ?? (parts.filter(Boolean).join(', ') || undefined),
  };
}
