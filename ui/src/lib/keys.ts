/** Keyboard shortcuts: written as "Mod+Shift+R", matched and shown. "Mod" is Ctrl, or ⌘ on a Mac. */

export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Whether a key press is this shortcut. */
export function matches(shortcut: string, event: KeyboardEvent): boolean {
  const parts = shortcut.split('+');
  const key = parts.at(-1) || '+';
  const wants = (name: string) => parts.slice(0, -1).includes(name);
  // "?" is Shift with another key on most layouts: the letter itself says enough.
  const shiftMatters = key.length > 1 || /[a-z]/i.test(key);
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    (event.ctrlKey || event.metaKey) === wants('Mod') &&
    !event.altKey &&
    (!shiftMatters || event.shiftKey === wants('Shift'))
  );
}

/** The shortcut's keys as they are printed on the keyboard. */
export function keyCaps(shortcut: string): string[] {
  return shortcut.split('+').map((part) => {
    if (part === 'Mod') return isMac ? '⌘' : 'Ctrl';
    if (part === 'Escape') return 'Esc';
    return part === '' ? '+' : part;
  });
}

/** Whether the person is typing text, so that single letters are no shortcuts. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
