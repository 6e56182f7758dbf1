/** Icons of stacks, each asked for once. */
import type { StackKind } from '../bindings';
import { call } from '../ipc';

/** So many are kept; the oldest goes first. */
const KEPT = 500;

const known = new Map<string, Promise<string | null>>();

/** The icon as a `data:` address; `null` where there is none to be had. */
export function stackIcon(registry: string, kind: StackKind, name: string): Promise<string | null> {
  const key = `${registry} ${kind} ${name}`;
  let icon = known.get(key);
  if (!icon) {
    icon = call('stack_icon', { registry, kind, name }).then(
      ({ picture }) => picture,
      // An ornament: without it, the initials stay.
      () => null,
    );
    known.set(key, icon);
    const oldest = known.keys().next().value;
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
  }
  return icon;
}

/** Forgets them all: the registries may have others now. */
export function forgetIcons(): void {
  known.clear();
}
