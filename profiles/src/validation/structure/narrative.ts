/**
 * Narrative.div: XHTML, and only the safe part of it (https://hl7.org/fhir/R4/narrative.html#xhtml). A scanner of our own: the text is only
 * ever accepted or refused, never repaired, so anything it does not understand is refused.
 */

/** Chapters 7 to 11 (without 9.4) and 15 of HTML 4.0, links and images, and the maps of images. */
const ELEMENTS: ReadonlySet<string> = new Set(
  `a abbr acronym address area b bdo big blockquote br caption center cite code col colgroup dd dfn dir div dl dt em font h1 h2 h3 h4 h5 h6 hr i img
   kbd li map ol p pre q s samp small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var`.split(
    /\s+/,
  ),
);
const ATTRIBUTES: ReadonlySet<string> = new Set(
  `abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class color colspan compact
   coords dir face frame headers height href hreflang hspace id lang longdesc name noshade nowrap rel rev rowspan rules scope shape size span src
   start style summary tabindex title type usemap valign value vspace width xml:lang xml:space xmlns xmlns:xsi`.split(
    /\s+/,
  ),
);
const URL_ATTRIBUTES: ReadonlySet<string> = new Set(['href', 'src', 'cite', 'longdesc']);
const SAFE_URL =
  /^(?:https?:|ftps?:|mailto:|tel:|sms:|cid:|urn:(?:uuid|oid):|#|data:image\/(?:png|gif|jpeg);base64,|[^:/?#]*(?:[/?#].*)?$)/i;
const TAG =
  /<(?:(\/)([A-Za-z][\w:]*)\s*|([A-Za-z][\w:]*)((?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?))>/y;
const ATTRIBUTE = /([A-Za-z_][\w:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
/** XML knows five entities by name, and any character by its number; those of HTML mean nothing in it. */
const BARE_AMPERSAND = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});)/;
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const NUMBERED = /&#(x?)([0-9A-Fa-f]+);/g;
const NAMESPACE = 'http://www.w3.org/1999/xhtml';
const COMMENT = /<!--(?:(?!--)[\s\S])*-->/y;
/** A style may name pictures: those inside the text itself, and those beside it, by a relative name. */
const UNSAFE_STYLE = /expression\(|javascript:|@import|url\((?!["']?(?:data:image\/|[\w.-]+["']?\)))/i;
const MAX_DEPTH = 200;

/** undefined when the markup is fine, else what is wrong with it. */
export function narrativeFault(xhtml: string): string | undefined {
  const div = xhtml.trim();
  if (!div.startsWith('<div')) return 'The narrative must be one <div>.';
  if (CONTROL.test(div)) return 'The narrative has control characters.';
  const fault = entityFault(div);
  if (fault) return fault;
  const open: string[] = [];
  let hasContent = false;
  let at = 0;
  while (at < div.length) {
    const next = div.indexOf('<', at);
    if (next < 0) return 'The narrative does not end with </div>.';
    if (at > 0 && open.length === 0) return 'The narrative must be one <div>.';
    hasContent ||= /\S/.test(div.slice(at, next));
    COMMENT.lastIndex = next;
    TAG.lastIndex = next;
    if (COMMENT.test(div)) {
      at = COMMENT.lastIndex;
      continue;
    }
    const tag = TAG.exec(div);
    if (!tag) return 'The narrative is not well-formed XHTML.';
    at = TAG.lastIndex;
    const [, closing, closed, opened, attributes, empty] = tag;
    if (closing) {
      if (open.pop() !== closed) return `The narrative closes <${closed}> where it is not open.`;
      continue;
    }
    const isRoot = open.length === 0;
    const fault = tagFault(opened as string, attributes ?? '', isRoot);
    if (fault) return fault;
    hasContent ||= opened === 'img';
    if (!empty) open.push(opened as string);
    if (open.length > MAX_DEPTH) return 'The narrative is nested too deeply.';
  }
  if (open.length > 0) return 'The narrative is not closed.';
  return hasContent ? undefined : 'txt-2: the narrative has neither text nor an image.';
}

function entityFault(text: string): string | undefined {
  if (!text.includes('&')) return undefined;
  if (BARE_AMPERSAND.test(text))
    return 'The narrative has an & that is no entity of XML: &amp;, &lt;, &gt;, &quot;, &apos; or a number.';
  for (const [, hex, digits] of text.matchAll(NUMBERED)) {
    const code = Number.parseInt(digits as string, hex ? 16 : 10);
    if (!isCharacter(code)) return 'The narrative names a character that XML does not have.';
  }
  return undefined;
}

/** https://www.w3.org/TR/xml/#charsets */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff);
}

function tagFault(name: string, attributes: string, isRoot: boolean): string | undefined {
  if (!ELEMENTS.has(name)) return `The narrative may not contain <${name.slice(0, 32)}>.`;
  const seen = new Set<string>();
  for (const [, attribute, double, single] of attributes.matchAll(ATTRIBUTE)) {
    if (!ATTRIBUTES.has(attribute as string))
      return `The narrative may not contain the attribute ${attribute?.slice(0, 32)}.`;
    if (seen.has(attribute as string)) return 'The narrative has an attribute twice in one tag.';
    seen.add(attribute as string);
    if (attribute === 'xmlns' && (double ?? single) !== NAMESPACE)
      return `The narrative must be XHTML: xmlns="${NAMESPACE}".`;
    const value = decodeEntities(double ?? single ?? '').replace(/[\u0000-\u0020]/g, '');
    if (URL_ATTRIBUTES.has(attribute as string) && !SAFE_URL.test(value))
      return 'The narrative contains an unsafe URL.';
    if (attribute === 'style' && UNSAFE_STYLE.test(value)) {
      return 'The narrative contains an unsafe style.';
    }
  }
  if (isRoot && !seen.has('xmlns')) return `The narrative lacks xmlns="${NAMESPACE}".`;
  return undefined;
}

/** Numeric and the common named entities, so that `java&#115;cript:` does not slip past. */
function decodeEntities(text: string): string {
  return text
    .replace(/&#x([0-9a-f]{1,6});?/gi, (_, hex: string) => character(Number.parseInt(hex, 16)))
    .replace(/&#(\d{1,7});?/g, (_, decimal: string) => character(Number(decimal)))
    .replace(/&colon;/gi, ':')
    .replace(/&(?:tab|newline);/gi, '');
}

const character = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '');
