/** Whether tools find the program by which they ask Registrar. */
import type { HelperFacts } from '../../bindings';

export type HelperState = 'absent' | 'missing' | 'waiting' | 'found' | 'other';

export function helperState({ own, found, foundIsOurs, linked }: HelperFacts): HelperState {
  if (own === null) return 'absent';
  if (found === null) return linked ? 'waiting' : 'missing';
  return foundIsOurs ? 'found' : 'other';
}

/** Whether a link would change anything. */
export function isLinkable(helper: HelperFacts): boolean {
  const state = helperState(helper);
  return state === 'missing' || (state === 'other' && !helper.linked);
}
