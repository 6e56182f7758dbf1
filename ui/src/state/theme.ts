/** Light or dark, and how large, on the root element. What was chosen stands in the settings. */
import type { Theme } from '../bindings';

const system = window.matchMedia('(prefers-color-scheme: dark)');
let chosen: Theme = 'system';

/** Applies a theme now and follows the system while it is `system`. */
export function applyTheme(theme: Theme): void {
  chosen = theme;
  const dark = theme === 'dark' || (theme === 'system' && system.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

/** Follows the system, which the shell has told what was chosen, before the settings have been read. */
export function beginTheme(): void {
  applyTheme('system');
  system.addEventListener('change', () => applyTheme(chosen));
}

/** Applies the size of the text, in percent. */
export function applyZoom(percent: number): void {
  document.documentElement.style.fontSize = `${percent}%`;
}
