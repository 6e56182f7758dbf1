/**
 * What the shell was asked before this code was there (`src-tauri/src/early.js`), so that the first
 * picture is whole: one painting instead of an empty frame, a list, and details after one another.
 */

import { firstFonts } from './lib/fonts';

interface Early {
  /** By command and request, as `key` writes them. */
  answers: Map<string, Promise<unknown>>;
  /** Fulfilled when all of them have come. */
  all: Promise<unknown>;
}

declare global {
  interface Window {
    registrarEarly?: Early;
  }
}

/** The first picture does not wait longer for what belongs to it than so long, in milliseconds. */
const PATIENCE = 250;

const key = (command: string, request: unknown) => `${command} ${JSON.stringify(request)}`;

/** Waits until the first picture can be whole, but not for long. */
export async function firstPicture(): Promise<void> {
  const whole = Promise.allSettled([window.registrarEarly?.all, firstFonts()]);
  await Promise.race([whole, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
}

/** The answer to `request`, if it was asked early; each only once. */
export function takeEarly(command: string, request: unknown): Promise<unknown> | undefined {
  const answers = window.registrarEarly?.answers;
  if (!answers) return undefined;
  const asked = key(command, request);
  const answer = answers.get(asked);
  answers.delete(asked);
  return answer;
}

/** From now on everything is asked anew. */
export function forgetEarly(): void {
  delete window.registrarEarly;
}
