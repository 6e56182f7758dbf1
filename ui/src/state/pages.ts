/** Pages that are opened in the system's browser: the shell knows which, the window only asks. */
import type { Provider } from '../bindings';
import { call } from '../ipc';
import { toasts } from './toasts.svelte';

/** Opens the page where a token for a registry is made. */
export async function openTokenPage(url: string, provider: Provider | null): Promise<void> {
  try {
    await call('open_token_page', { url, provider });
  } catch (failure) {
    toasts.failure(failure);
  }
}
