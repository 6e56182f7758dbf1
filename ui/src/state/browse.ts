/** The way to the stacks. */
import { navigation } from './navigation.svelte';
import { stacks } from './stacks.svelte';

/** Shows the stacks of these registries; of all where none is named. */
export async function browse(ids: readonly string[]): Promise<void> {
  stacks.clearFilters();
  stacks.text = '';
  stacks.active = null;
  stacks.registries = ids;
  await navigation.go({ name: 'stacks' });
}
