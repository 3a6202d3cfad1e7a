/** Vaccines by CDC CVX code. */
import type { Code } from '../clinical/coding.ts';

export const vaccines = {
  influenza: ['140', 'Influenza, split virus, trivalent, PF'],
  influenzaQuadrivalent: ['150', 'Influenza, split virus, quadrivalent, PF'],
  influenzaHighDose: ['135', 'Influenza, high-dose, trivalent, PF'],
  covid19: ['309', 'COVID-19, mRNA, LNP-S, PF, tris-sucrose, 30 mcg/0.3 mL'],
  covid19First: ['208', 'COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose'],
  tdap: ['115', 'Tdap'],
  td: ['113', 'Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed'],
  zoster: ['187', 'zoster recombinant'],
  pneumococcal20: ['216', 'Pneumococcal conjugate PCV20, polysaccharide CRM197 conjugate, adjuvant, PF'],
  pneumococcal13: ['133', 'Pneumococcal conjugate PCV 13'],
  hepatitisBAdult: ['43', 'Hep B, adult'],
  hepatitisBChild: ['08', 'Hep B, adolescent or pediatric'],
  hepatitisAChild: ['83', 'Hep A, ped/adol, 2 dose'],
  dtap: ['20', 'DTaP'],
  polio: ['10', 'IPV'],
  hib: ['49', 'Hib (PRP-OMP)'],
  mmr: ['03', 'MMR'],
  varicella: ['21', 'varicella'],
  rotavirus: ['119', 'rotavirus, monovalent'],
  hpv9: ['165', 'HPV9'],
  meningococcal: ['203', 'meningococcal conjugate quadrivalent, MenACWY-TT (MCV4)'],
  rsv: ['305', 'RSV, bivalent, protein subunit RSVpreF, diluent reconstituted, 0.5 mL, PF'],
} as const satisfies Record<string, Code>;

export type VaccineKey = keyof typeof vaccines;
