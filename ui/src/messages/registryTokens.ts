/** The tokens that read one source registry. */
import { number, plural } from './plural';

export const registryTokens = {
  title: 'Registry tokens',
  lead: 'A registry token lets a client install from this registry, and do nothing else, until you delete it. You can show and copy it at any time.',
  kept: (vault: string) => `They are kept in ${vault}.`,
  create: 'Create token…',
  noneTitle: 'No registry tokens',
  noneBody:
    'Make one for each client that installs without you: a build server, a container, another project.',
  createTitle: 'Create a registry token',
  createLead: (name: string) => `It reads “${name}”, for as long as you keep it.`,
  description: 'What is it for?',
  descriptionPlaceholder: 'Build server',
  descriptionMissing: 'Say what it is for.',
  createConfirm: 'Create token',
  made: (description: string) => `Created the token “${description}”`,
  list: 'Registry tokens',
  created: (when: string) => `Created ${when}`,
  used: (when: string) => `Last used ${when}`,
  unused: 'Never used',
  copy: 'Copy',
  copyOf: (description: string) => `Copy ${description}`,
  show: 'Show',
  showOf: (description: string) => `Show ${description}`,
  hide: 'Hide',
  hideOf: (description: string) => `Hide ${description}`,
  value: (description: string) => `Token “${description}”, shown`,
  hides: (seconds: number) => `Hides in ${seconds} s`,
  copied: (seconds: number) =>
    `Token copied. It leaves the clipboard in ${plural(seconds, 'second', 'seconds')}.`,
  edit: 'Edit',
  editOf: (description: string) => `Edit the description of ${description}`,
  editTitle: 'Edit the description',
  editConfirm: 'Save',
  delete: 'Delete…',
  deleteOf: (description: string) => `Delete ${description}…`,
  deleteTitle: (description: string) => `Delete “${description}”?`,
  deleteBody: 'Clients that use it can no longer install from this registry. It cannot be undone.',
  deleteConfirm: 'Delete token',
  deleted: (description: string) => `Deleted the token “${description}”`,
  publicTitle: 'No tokens while it is public',
  publicBody: (tokens: number) =>
    tokens === 0
      ? 'Everybody on this computer may read the registry, so a token would say nothing. Make it private to use tokens.'
      : `Everybody on this computer may read the registry, so a token says nothing. ${tokens === 1 ? 'Its one token is' : `Its ${number(tokens)} tokens are`} kept, and ${tokens === 1 ? 'works' : 'work'} again when it is private.`,
} as const;
