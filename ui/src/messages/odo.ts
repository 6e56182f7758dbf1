import type { OdoChange, OdoTokenChange, OdoUse } from '../bindings';
import { number, plural } from './plural';

/** What a change is about; `names` are of the registries it concerns. */
function question(change: OdoChange, names: readonly string[]): string {
  const [first] = names;
  const what =
    names.length === 1 && first !== undefined
      ? `“${first}”`
      : plural(names.length, 'registry', 'registries');
  return change.change === 'use' ? `Use ${what} in odo?` : `Remove ${what} from odo?`;
}

function setting(use: OdoUse): string {
  switch (use.state) {
    case 'off':
      return 'Not in odo';
    case 'on':
      return use.withToken ? 'In odo, with its token' : 'In odo';
    case 'theirs':
      return `In odo as “${use.name}”, not from Registrar`;
    case 'outdated':
      return `In odo as it was before: “${use.name}”, ${use.url}`;
    case 'undone':
      return 'Removed by another program';
    case 'name_taken':
      return `odo has another of this name: ${use.url}`;
  }
}

export const odo = {
  title: 'odo',
  lead: 'odo does not ask Registrar. It keeps a list of its own, which Registrar can write.',
  failed: 'odo could not be looked at',
  loading: 'Looking for odo…',
  notInstalled: 'Not installed',
  noVersion: 'version unknown',
  file: 'Configuration',
  problem: 'odo’s configuration cannot be used',
  problemNext: 'Nothing is written while this stands.',
  ours: 'Your devfile registries',
  none: 'No devfile registry in Registrar yet.',
  setting,
  switch: (name: string) => `odo has ${name}`,
  update: 'Update…',
  updateOf: (name: string) => `Update ${name} in odo`,
  order: 'What odo has, in the order in which it looks',
  fromCluster: 'Registries of a cluster come before these.',
  byDefault: 'odo’s own default: its list names none.',
  entryOurs: 'from Registrar',
  entryKnown: (name: string) => `“${name}” in Registrar`,
  entrySecure: 'with a token',
  drop: 'Remove…',
  dropOf: (name: string) => `Remove ${name} from odo`,
  importDots: 'Import from odo…',
  showAll: (n: number) => `Show all ${number(n)}`,
  review: {
    question,
    lead: 'This is exactly what will be written. Nothing has changed yet.',
    planning: 'Working out what would be written…',
    outdated: 'odo’s list has changed since; here is the new plan',
    outdatedBody: 'Another program wrote to it in the meantime. Look through the lines again.',
    nothing: 'No file has to change.',
    waiting: 'Nothing is written unless you replace it.',
    backup: (path: string) => `The file as it is now is kept as ${path}.`,
    withToken: 'Give odo its token, too',
    withTokens: 'Give odo their tokens, too',
    tokenNote:
      'odo 3 keeps a token but never sends it; odo 2 sends it for starter projects. Any program of yours can read it there while the keychain is unlocked.',
    tokens: 'In the keychain',
    token: {
      added: 'is put there',
      replaced: 'takes the place of another token, which is gone then',
      removed: 'goes',
    } satisfies Record<OdoTokenChange, string>,
    conflict: (name: string, url: string) => `odo has another “${name}”: ${url}`,
    replace: (n: number) =>
      n === 1
        ? 'Replace it (it comes back when you remove this one)'
        : 'Replace them (they come back when you remove these)',
    apply: 'Apply',
    remove: 'Remove',
    used: 'odo has it now.',
    removed: 'odo no longer has it.',
  },
  import: {
    command: 'Import registries from odo',
    title: 'Import from odo',
    lead: 'What you choose is added to Registrar, with the token that odo keeps for it. odo keeps both.',
    none: 'odo has no registry that Registrar has not.',
    known: (name: string) => `Already here as “${name}”`,
    choose: (n: number) => `Import ${plural(n, 'registry', 'registries')}`,
    added: (name: string) => `Added as “${name}”`,
    tokenMissing: 'odo was given a token, but the keychain has none. Enter it here.',
    done: 'Close',
  },
  details: {
    use: 'Use in odo…',
    remove: 'Remove from odo…',
    none: 'No tool has it from Registrar yet.',
    /** `services` are those of odo's tokens in the keychain. */
    deleteLoses: (file: string, services: readonly string[]) =>
      services.length === 0
        ? `odo loses it, too: its entry in ${file}.`
        : `odo loses it, too: its entry in ${file}, and its token in the keychain, ${services.join(', ')}.`,
    deleteLosesUnseen: 'odo loses it, too: its entry in odo’s list, and its token if odo has one.',
  },
} as const;
