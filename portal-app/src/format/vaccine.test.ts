import { describe, expect, it } from 'vitest';
import { officialVaccineName, vaccineName } from './vaccine.ts';

const vaccine = (code: string, display?: string) => ({
  coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code, ...(display && { display }) }],
});

describe('the name of a vaccine', () => {
  it('is what a person calls it, and the terminology’s is kept beside it', () => {
    const flu = vaccine('140', 'Influenza, split virus, trivalent, PF');
    expect(vaccineName(flu)).toBe('Flu vaccine');
    expect(officialVaccineName(flu)).toBe('Influenza, split virus, trivalent, PF');
  });

  it('is found with and without the zeros that CVX begins with', () => {
    expect(vaccineName(vaccine('03'))).toBe('Measles, mumps and rubella vaccine');
    expect(vaccineName(vaccine('3'))).toBe('Measles, mumps and rubella vaccine');
  });

  it('is its own where it is against several diseases, of another system, or unknown', () => {
    expect(vaccineName(vaccine('110', 'DTaP-hepatitis B and poliovirus vaccine'))).toBe(
      'DTaP-hepatitis B and poliovirus vaccine',
    );
    expect(vaccineName({ coding: [{ system: 'urn:other', code: '140', display: 'Other' }] })).toBe('Other');
    expect(officialVaccineName({ text: 'Yellow fever' })).toBeUndefined();
    expect(officialVaccineName(undefined)).toBeUndefined();
  });

  it('of COVID-19 says more for another clinic than for the person', () => {
    const covid = vaccine('208', 'COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose');
    expect(vaccineName(covid)).toBe('COVID-19 vaccine');
    expect(officialVaccineName(covid)).toBe('COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose');
  });
});
