/** What the first picture does without: it comes after it, as a file of its own. */
export { default as Dialogs } from './Dialogs.svelte';
export { default as Pages } from './Pages.svelte';
