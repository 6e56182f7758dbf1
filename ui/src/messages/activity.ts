import { number, plural } from './plural';

const ACTIONS: Record<string, string> = {
  'catalog.restored': 'Backup restored',
  'registries.exported': 'Exported',
  'registries.imported': 'Imported',
  'registry.added': 'Added',
  'registry.updated': 'Changed',
  'registry.deleted': 'Deleted',
  'registry.moved': 'Moved',
  'registry.restored': 'Deletion undone',
  'stack.saved': 'Saved',
  'token.shown': 'Token shown',
  'token.copied': 'Token copied',
  'credential.refused': 'Credentials refused',
  'credential.expiring': 'Credentials soon expire',
  'credential.expired': 'Credentials expired',
  'tool.changed': 'Tool changed',
  'vault.passphrase_changed': 'Passphrase changed',
  'vault.keychain_used': 'Keychain used again',
  'vault.discarded': 'Vault given up',
};

/** "backup.restored" → "Backup restored": readable words for a word that is not in the list. */
function readable(action: string): string {
  const words = action.replace(/[._]/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const activity = {
  title: 'Activity',
  lead: 'Every change, when it was made and what came of it. Never a token.',
  record: 'Record',
  search: 'Search',
  searchLabel: 'Search the record',
  when: 'When',
  what: 'What',
  registry: 'Registry',
  outcome: 'Outcome',
  detail: 'Detail',
  ok: 'Done',
  failed: 'Failed',
  action: (word: string) => ACTIONS[word] ?? readable(word),
  exportCsv: 'Export CSV',
  exportJson: 'Export JSON',
  exported: (rows: number, path: string) => `Wrote ${plural(rows, 'row', 'rows')} to ${path}`,
  shown: (shown: number, total: number) => `${number(shown)} of ${number(total)}`,
  noneTitle: 'Nothing has happened yet',
  noneBody: 'When you add, change or delete a registry, it is noted here.',
  noMatchTitle: 'Nothing matches',
  noMatchBody: 'No line of the record holds these words.',
} as const;
