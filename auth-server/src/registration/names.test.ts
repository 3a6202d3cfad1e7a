import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameProblem, textProblem } from './names.ts';

const TAKEN = {
  within: ['Wellspring Clinic', 'your health portal', 'Hof', 'su portal de salud'],
  whole: ['Night export', 'health portal', 'portal de salud'],
};

describe('X18 the name of an app', () => {
  it.each([
    'Growth Chart',
    'Здоровье',
    '健康手帳',
    'My Health 365',
    'Élan – médecins & co.',
    'Hofgarten',
    'Nightly exports',
    'Health Portal Backup for Runners',
    'Salud diaria',
    '❤ Health',
    'Health 2.0, by U.S. Doctors Inc.',
    'Runners 10.5 km',
    '100 000 Steps',
    'Café d’Or',
    'A.I. Coach',
    'Family Health Records',
    'Hospital for Toys',
    'Portal Runner',
  ])('%s may be had', (name) => {
    expect(nameProblem(name, TAKEN)).toBeUndefined();
  });

  it.each([
    'your health portal',
    'Your  Health-Portal!',
    'y0ur hea1th p0rtal',
    'your heaIth portaI',
    'Log in to your health portal',
    'Wellspring Clinic',
    'Wellspring',
    'Wellspring Patient Portal',
    'W e l l s p r i n g',
    'VVel1spring',
    'Wéllspring',
    'Ｗｅｌｌｓｐｒｉｎｇ',
    '𝐖𝐞𝐥𝐥𝐬𝐩𝐫𝐢𝐧𝐠',
    'Ⓦellspring',
    'weⅼlspring',
    'ᴡellspring',
    'hof',
    'NIGHT EXPORT',
    'ᴡᴇʟʟsᴘʀɪɴɢ ᴄʟɪɴɪᴄ',
    'ᴡᴇʟʟꜱᴘʀɪɴɢ',
    '🅦🅔🅛🅛🅢🅟🅡🅘🅝🅖 Clinic',
    '🆆🅴🅻🅻🆂🅿🆁🅸🅽🅶 app',
    'su portal de salud',
    'Portal de salud',
    'Mi portal de salud',
    'Health portal',
    'My Health Portal',
    'ᴛʜᴇ ʜᴇᴀʟᴛʜ ᴘᴏʀᴛᴀʟ',
  ])('%s is taken', (name) => {
    expect(nameProblem(name, TAKEN)).toBe('is, or looks like, a name of the clinic or of its apps');
  });

  it.each([
    ['Wеllspring, with a Cyrillic e', 'mixes alphabets'],
    ['Grοwth with a Greek o', 'mixes alphabets'],
    ['ꮃellspring, with a Cherokee letter', 'mixes alphabets'],
    ['\u3164', 'can not be seen'],
    ['\u2800', 'can not be seen'],
    ['App\u200b', 'can not be seen'],
    ['App\u00ad', 'can not be seen'],
    ['App\ufe0f', 'can not be seen'],
    ['App\u00a0One', 'can not be seen'],
    ['Clinic\u202eppa', 'can not be seen'],
    ['App\ud800', 'can not be seen'],
    ['App\ue000', 'can not be seen'],
    ['App\u{e0041}', 'can not be seen'],
    ['a\u0301\u0301\u0301', 'marks upon marks'],
    ['...', 'a letter or a digit'],
    ['Call 1-800-555-0199', 'a telephone number'],
    ['(555) 010-2000', 'a telephone number'],
    ['+34 600 100 200 Salud', 'a telephone number'],
    ['Help ５５５–０１９９', 'a telephone number'],
    ['Help ٥٥٥ ٠١٩٩', 'a telephone number'],
    ['①②③④⑤⑥⑦', 'a telephone number'],
    ['5.5.5.0.1.9.9', 'a telephone number'],
    ['Go to health.example', 'an address'],
    ['Go to health。example', 'an address'],
    ['Go to health․example', 'an address'],
    ['help＠health', 'an address'],
    ['https://x', 'an address'],
    ['www.1-health.xn--p1ai', 'an address'],
  ])('%s is refused: it %s', (name, why) => {
    expect(nameProblem(name, TAKEN)).toContain(why);
  });

  it.each([
    'clinic’s patient portal',
    "The Clinic's Portal",
    'Health Portal (official)',
    'Official Health App',
    'Patient Portal',
    'P4tient P0rtaI',
    'ᴘᴀᴛɪᴇɴᴛ ᴘᴏʀᴛᴀʟ',
    'Portal del paciente',
    'Portal oficial de la clínica',
    'Clinic',
  ])('%s says whose it is of nobody but the clinic', (name) => {
    expect(nameProblem(name, TAKEN)).toBe('says of nobody but the clinic whose it is');
  });

  it('is taken however it is written: in any case, with anything that is not a letter in between', () => {
    const parted = fc.array(fc.constantFrom('', '', ' ', '-', '.', '_', '·'), {
      minLength: 20,
      maxLength: 20,
    });
    fc.assert(
      fc.property(parted, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }), (gaps, capitals) => {
        const name = [...'Wellspring Clinic']
          .map((letter, i) => (capitals[i] ? letter.toUpperCase() : letter.toLowerCase()) + (gaps[i] ?? ''))
          .join('');
        expect(nameProblem(name, TAKEN)).toBeDefined();
      }),
    );
  });

  it('has no character that is drawn as nothing, whatever else it holds', () => {
    const invisible = fc.constantFrom(
      ...'\u0000\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u2028\u2060\u2800\u3000\u3164\ufeff\uffa0',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), invisible, fc.string(), (before, nothing, after) => {
        expect(textProblem(`${before}${nothing}${after}`)).toBeDefined();
      }),
    );
  });
});
