/** What is wrong with a registry's credentials, as far as its row tells. */
import type { FailureKind, RegistryRow } from '../bindings';
import { daysLeft, SOON_DAYS } from './expiry';

const REFUSALS: readonly FailureKind[] = [
  'unauthorized',
  'credentials_refused',
  'identity_token_unsupported',
];

/** Whether the last check failed because of the credentials that there are. */
export function isRefused({ health, hasToken }: RegistryRow): boolean {
  return hasToken && health.state === 'failed' && REFUSALS.includes(health.kind);
}

/** How many days its token is still good, where that is soon over or has passed; else `null`. */
export function expiresSoon({ expires, hasToken }: RegistryRow, today: string): number | null {
  if (expires === null || !hasToken) return null;
  const left = daysLeft(expires, today);
  return left !== null && left <= SOON_DAYS ? left : null;
}
