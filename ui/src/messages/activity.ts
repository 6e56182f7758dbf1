import { number, plural } from './plural';

const ACTIONS: Record<string, string> = {
  'catalog.restored': 'Backup restored',
  'registry.added': 'Added',
  'registry.updated': 'Changed',
  'registry.deleted': 'Deleted',
  'registry.restored': 'Deletion undone',
  'token.shown': 'Token shown',
  'token.copied': 'Token copied',
  'credential.refused': 'Credentials refused',
  'credential.expiring': 'Credentials soon expire',
  'credential.expired': 'Credentials expired',
  'tool.changed': 'Tool changed',
  'source.created': 'Registry created',
  'source.updated': 'Registry changed',
  'source.renamed': 'Registry renamed',
  'source.made_public': 'Made public',
  'source.made_private': 'Made private',
  'source.deleted': 'Registry deleted',
  'package.published': 'Package published',
  'package.deleted': 'Package deleted',
  'package.copied': 'Package copied',
  'package.withdrawn': 'Package withdrawn',
  'package.restored': 'Withdrawal undone',
  'package.tagged': 'Tag changed',
  'registry_token.created': 'Registry token created',
  'registry_token.updated': 'Registry token renamed',
  'registry_token.deleted': 'Registry token deleted',
  'registry_token.shown': 'Registry token shown',
  'registry_token.copied': 'Registry token copied',
  'api_token.created': 'API token created',
  'api_token.deleted': 'API token deleted',
  'storage.verified': 'Storage verified',
  'storage.collected': 'Unneeded files removed',
  'hosting.started': 'Hosting started',
  'hosting.stopped': 'Hosting stopped',
  'hosting.failed': 'Hosting failed',
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
  lead: 'Every change, by you and by clients: when it was made and what came of it. Never a token.',
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
  noneBody:
    'When you add, change or delete a registry, or a client publishes a package, it is noted here.',
  noMatchTitle: 'Nothing matches',
  noMatchBody: 'No line of the record holds these words.',
} as const;
