/** Light or dark, on the root element. The last choice is remembered so that nothing flashes. */
import type { Theme } from '../bindings';

const KEY = 'registrar.theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');
let chosen: Theme = 'system';

/** Applies a theme now and follows the system while it is `system`. */
export function applyTheme(theme: Theme): void {
  chosen = theme;
  localStorage.setItem(KEY, theme);
  const dark = theme === 'dark' || (theme === 'system' && system.matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

/** Applies what was chosen last time, before the settings have been read. */
export function applyRememberedTheme(): void {
  const stored = localStorage.getItem(KEY);
  applyTheme(stored === 'light' || stored === 'dark' ? stored : 'system');
  system.addEventListener('change', () => applyTheme(chosen));
}
