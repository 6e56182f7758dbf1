/** Making a source registry public or private, after the person has read what that means. */
import type { SourceDetails } from '../../bindings';
import { call } from '../../ipc';
import { m } from '../../messages';
import { confirmation } from '../../state/confirm.svelte';
import { toasts } from '../../state/toasts.svelte';

const words = m.sourceSettings;

/** Asks, and does it. Gives back what the registry is then; `null` where nothing was changed. */
export async function setVisibility(
  { row: { id, name }, tokens }: SourceDetails,
  open: boolean,
): Promise<SourceDetails | null> {
  const yes = await confirmation.ask(
    open
      ? {
          title: words.publicTitle(name),
          body: words.publicLead,
          points: words.publicPoints(tokens.length),
          confirm: words.publicConfirm,
        }
      : {
          title: words.privateTitle(name),
          body: words.privateLead,
          points: words.privatePoints(tokens.length),
          confirm: words.privateConfirm,
        },
  );
  if (!yes) return null;
  try {
    const changed = await call('set_source_visibility', { id, public: open });
    toasts.ok(open ? words.nowPublic(name) : words.nowPrivate(name));
    return changed;
  } catch (failure) {
    toasts.failure(failure);
    return null;
  }
}
