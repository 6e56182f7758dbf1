/** What a tool's setting is called, and what the person wanted it to be. */
import type { ToolSetting } from '../../bindings';
import { m } from '../../messages';

export function settingWords(setting: ToolSetting): string {
  const words = m.tools.setting;
  if (setting.state === 'other') return words.other(setting.helper);
  return setting.state === 'taken' ? words.taken(setting.by) : words[setting.state];
}

/** Whether the person turned it on, also where another program has undone that since. */
export function isWanted({ state }: ToolSetting): boolean {
  return state !== 'off' && state !== 'other';
}

/** Whether another program has undone it. */
export function isBroken({ state }: ToolSetting): boolean {
  return state === 'missing' || state === 'taken';
}

/** Whether the tool asks Registrar as things stand. */
export function isActive({ state }: ToolSetting): boolean {
  return state === 'on' || state === 'on_for_all';
}
