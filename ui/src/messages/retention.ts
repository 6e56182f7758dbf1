/** What a registry keeps of each package's versions. */
import { plural } from './plural';

export const retention = {
  title: 'What is kept',
  lead: 'Old versions can go by themselves, once a day. Everything is kept until you say otherwise.',
  newest: 'Keep the newest',
  newestUnit: 'versions of each package',
  days: 'Keep everything younger than',
  daysUnit: 'days',
  both: 'Where both are set, a version stays for either reason. Empty fields say nothing.',
  always:
    'A version always stays where a tag or the latest version names it, an image index consists of it, or it belongs to one that stays.',
  tagged: 'Let tagged versions go as well',
  tags: 'Except those tagged',
  tagsAside: 'optional',
  tagsHint: 'Tags with spaces between them. A * stands for anything: “latest v*”.',
  wrongTag: (tag: string) =>
    `“${tag}” is like no tag. Tags have letters, digits, dots, hyphens and underscores; a * stands for anything.`,
  tooManyTags: 'Name at most 50 tags.',
  alwaysTagged:
    'A version counts as young as its tags. One always stays where it is the latest version, an image index consists of it, or it belongs to one that stays.',
  preview: 'Show what would go',
  previewTitle: (n: number, size: string) =>
    n === 0
      ? 'Nothing would go'
      : `${plural(n, 'version', 'versions')} would go, ${size} would be freed`,
  kept: (kept: number, spared: number) =>
    spared === 0
      ? `${plural(kept, 'version stays', 'versions stay')}.`
      : `${plural(kept, 'version stays', 'versions stay')}, ${spared} of them only because something needs them.`,
  going: 'Versions that would go',
  more: (n: number) => `And ${plural(n, 'more', 'more')}.`,
  save: 'Save rule',
  off: 'Keep everything',
  saved: 'Saved. It is followed within an hour, and then daily.',
  savedOff: 'Saved: everything is kept',
  now: 'Remove old versions now…',
  nowTitle: (n: number) => `Delete ${plural(n, 'version', 'versions')}?`,
  nowBody: (size: string) =>
    `They cannot be brought back. ${size} will be freed. Names of their files are not used again unless you ask for it.`,
  nowConfirm: 'Delete',
  done: (n: number, size: string) =>
    n === 0 ? 'Nothing had to go' : `Deleted ${plural(n, 'version', 'versions')}, ${size} freed`,
  number: 'Enter a whole number between 1 and 36,500, or nothing.',
  loadFailed: 'What is kept could not be read',
} as const;
