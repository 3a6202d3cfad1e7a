/** The terms of use: the clinic's own text (TERMS_FILE), or this one. */
import { readFileSync } from 'node:fs';
import type { Config } from '../config.ts';

const STANDARD = `This portal lets you see your health record, write to your care team and manage your visits. It is not for emergencies: call 911, or go to the nearest emergency department.

Your account is for you alone. Keep your password to yourself, and tell us when you think that somebody else knows it.

What you send becomes part of your health record. We answer messages as soon as we can, on working days.

You may allow other apps to read your record. What they do with it is governed by their own terms; you can end their access at any time.

We keep a log of who opens your record, and you can read it. We use your contact details to reach you about your account and your care, and for nothing else.`;

/** Throws with one line when the file can't be read. */
export function readTerms({ TERMS_FILE }: Config): string {
  if (TERMS_FILE === undefined) return STANDARD;
  try {
    return readFileSync(TERMS_FILE, 'utf8');
  } catch {
    throw new Error(`TERMS_FILE: ${TERMS_FILE} can't be read.`);
  }
}
