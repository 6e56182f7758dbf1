/** What API tokens may do, and the sets of it that most people want. */
import type { TokenScope } from '../bindings';

export type Preset = 'read' | 'publish' | 'everything' | 'own';

/** The scopes by what they are about, in the order in which they are shown. */
export const SCOPES = {
  packages: ['read_packages', 'write_packages', 'delete_packages'],
  registries: ['read_registries', 'write_registries', 'delete_registries'],
  record: ['read_audit_events'],
} as const satisfies Record<string, readonly TokenScope[]>;

export const ALL: readonly TokenScope[] = Object.values(SCOPES).flat();

export const PRESETS: Record<Exclude<Preset, 'own'>, readonly TokenScope[]> = {
  read: ['read_packages', 'read_registries'],
  publish: ['read_packages', 'write_packages', 'read_registries'],
  everything: ALL,
};

/** The preset that these scopes are, in whatever order. */
export function presetOf(scopes: readonly TokenScope[]): Preset {
  const wanted = [...scopes].toSorted().join();
  const found = (['read', 'publish', 'everything'] as const).find(
    (preset) => [...PRESETS[preset]].toSorted().join() === wanted,
  );
  return found ?? 'own';
}

/** A number of days that a token may live, 1 to 3,650, or `null`. */
export function parseDays(text: string): number | null {
  const days = /^\d{1,4}$/.test(text.trim()) ? Number(text) : NaN;
  return days >= 1 && days <= 3650 ? days : null;
}
